"""Nothing that was written is lost: each text that is stored becomes a revision; and what readers can see is changed
in a working copy, until somebody updates it.

A working copy is what differs from the stored texts, field by field. So whatever happens to the thing meanwhile (it is
moved, renamed, composed anew, withdrawn) stays, and only a field that both have changed is a conflict."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import locking
from core.differing import difference, words_changed
from core.worker import tidying
from newsletter.arranging import LAST
from newsletter.models import Article, Issue, Newsletter, Revision, Section
from newsletter.models.revisions import OWNERS, Revised, RevisionQuerySet, Texts, changes
from newsletter.moving import follow
from newsletter.rendering import render_texts, store

#: What belongs to the texts of a thing besides its own fields: rows, and which of their fields.
ROWS = {
    "sections": ("title", "intro"),
    "contributions": ("contributor", "role", "position"),
    "corrections": ("text",),
}
#: Which of them a thing has, and its tags.
ROWS_OF: dict[type[Issue | Article], list[str]] = {
    Issue: ["sections", "corrections"],
    Article: ["contributions", "corrections", "tags"],
}
#: Where a thing stands. What is restored stays there.
PLACE = frozenset({"newsletter", "number", "slug", "issue", "section"})
WORDY = frozenset(
    {"title", "kicker", "tagline", "summary", "body", "closing", "about", "subject", "preheader", "intro"}
)


#: Seconds between two looks through all revisions, which take their time.
BETWEEN_THINNING = 3600


class Abandoned(Exception):
    """Nothing of what was about to be stored is to stay: raised and gone inside `writing`."""


def texts_of(thing: Revised) -> Texts:
    """All that editors write of a thing, as it is stored. The order of an issue is no text: whoever changes that does
    so at once, see `newsletter.arranging`."""
    fields = [field for field in thing._meta.concrete_fields if field.editable and not field.primary_key]
    texts = {field.name: field.value_from_object(thing) for field in fields if field.name != "position"}
    if isinstance(thing, Article):
        texts["tags"] = sorted(tag.name for tag in thing.tags.all())
    for name, row_fields in ROWS.items():
        for row in getattr(thing, name).all() if hasattr(thing, name) else ():
            for field in row_fields:
                texts[f"{name}/{row.pk}/{field}"] = row._meta.get_field(field).value_from_object(row)
    return texts


def record(thing: Revised, by: User | None, note: str = "", *, at: datetime | None = None) -> Revision:
    """Make a revision of what is stored, unless the last one says the same. To be called wherever texts were stored
    for good; returns the revision."""
    last = thing.revisions.stored().first()
    revision = new_revision(fresh(thing), last, by, note, at or timezone.now())
    if revision is None:
        return cast("Revision", last)
    revision.save()
    return revision


def remember(thing: Revised) -> Revision:
    """Before something changes: make a revision of it as it is, if none has it yet."""
    return record(thing, None, at=getattr(thing, "updated_at", None))


def new_revision(thing: Revised, last: Revision | None, by: User | None, note: str, at: datetime) -> Revision | None:
    """Of a thing as it is stored; none where the last one says the same, but for another place in its issue."""
    texts = texts_of(thing)
    if last is None or changes(last.texts, texts).keys() - {"section"}:
        return made(thing, last.texts if last else {}, texts, by=by, note=note, at=at)
    if last.texts != texts:
        Revision.objects.filter(pk=last.pk).update(texts=texts)
        last.texts = texts
    return None


def record_all(
    things: Iterable[Issue | Article], by: User | None, note: str = "", *, as_of_change: bool = False
) -> list[Revision]:
    """The same for many, in queries that do not grow with their number; `as_of_change` dates a revision by the last
    change of its thing. Returns the last revision of each."""
    keys: dict[type[Issue | Article], list[int]] = {Issue: [], Article: []}
    for thing in things:
        keys[type(thing)].append(thing.pk)
    return [
        revision for model, own in keys.items() if own for revision in record_of(model, own, by, note, as_of_change)
    ]


def record_of(
    model: type[Issue | Article], keys: list[int], by: User | None, note: str, as_of_change: bool
) -> Iterator[Revision]:
    owner = str(model._meta.model_name)
    last = Revision.objects.stored().filter(**{owner: OuterRef("pk")}).order_by("-pk").values("pk")[:1]
    found: Any = model._base_manager.filter(pk__in=keys)
    latest = Revision.objects.filter(pk__in=found.annotate(last=Subquery(last)).values("last"))
    before = {getattr(each, f"{owner}_id"): each for each in latest}
    new = {
        thing.pk: new_revision(
            thing, before.get(thing.pk), by, note, thing.updated_at if as_of_change else timezone.now()
        )
        for thing in found.prefetch_related(*ROWS_OF[model])
    }
    Revision.objects.bulk_create(filter(None, new.values()))
    yield from (revision or before[pk] for pk, revision in new.items())


def remember_all(things: Iterable[Issue | Article]) -> list[Revision]:
    return record_all(things, None, as_of_change=True)


def working_copy(thing: Revised) -> Revision | None:
    return thing.revisions.working_copies().select_related("by").first()


@contextmanager
def writing(thing: Revised, by: User | None, note: str = "", *, at_once: bool = False) -> Iterator[Revised]:
    """For code that stores changes of one thing, which it gives as its working copy says. What readers can see stays
    as it is, and the changes become its working copy, unless they are to be seen `at_once`; of anything else a
    revision is made. HTML, redirects and plans follow what is stored for good."""
    with suppress(Abandoned), transaction.atomic():
        lock(thing)
        old = fresh(thing)
        stored, copy = remember(old), working_copy(old)
        if copy:
            apply(fresh(old), copy.changes)
        yield fresh(old)
        new = fresh(thing)
        if at_once or not getattr(old, "is_public", False):
            store_for_good(old, new, by, note)
        else:
            put_aside(old, new, stored, by, note)


def store_for_good(old: Revised, new: Revised, by: User | None, note: str) -> None:
    render_texts(new)
    follow(old, new)
    record(new, by, note)
    close_copy(new)


def put_aside(old: Revised, new: Revised, stored: Revision, by: User | None, note: str) -> None:
    """Make what is stored now the working copy, and store again what was. Sections that came or went stay so: their
    texts are what readers do not see yet."""
    texts, copy = texts_of(new), working_copy(old)
    back = changes(texts, stored.texts)
    sections = {key for key in back if key.startswith("sections/") and (key not in texts or back[key] is None)}
    apply(new, {key: value for key, value in back.items() if key not in sections})
    store(new, updated_at=old.updated_at)
    if texts == (merged(stored.texts, copy) if copy else stored.texts):
        return
    unsettled = {key: copy.base.get(key) for key in copy.conflicts(stored.texts)} if copy else {}
    close_copy(new)
    state, base = Revision.State.COPY, stored.texts | unsettled
    made(new, stored.texts, texts, state=state, base=base, by=by, note=note).save()


def clashes(thing: Revised) -> Texts:
    """What its working copy changes and was changed otherwise meanwhile: as it is stored now."""
    copy = working_copy(thing)
    return copy.conflicts(texts_of(fresh(thing))) if copy else {}


def update(thing: Revised, by: User | None) -> None:
    """Let readers see the working copy."""
    with writing(thing, by, at_once=True):
        pass


def restore(revision: Revision, by: User | None, *, at_once: bool = False) -> None:
    """Write what a revision says once more: as a new revision, or of what readers can see as its working copy, unless
    they are to see it `at_once`. The thing stays at its place, and what was corrected stays said."""
    thing = revision.thing
    note = _("As of %(date)s") % {"date": f"{timezone.localtime(revision.at):%Y-%m-%d %H:%M}"}
    with writing(thing, by, note, at_once=at_once) as now:
        wanted = changes(texts_of(now), revision.texts).items()
        apply(now, {key: value for key, value in wanted if key not in PLACE and not key.startswith("corrections/")})


def settle(copy: Revision, *, take_theirs: bool) -> None:
    """End the conflicts of a working copy: in favour of what is stored, or of what it says itself."""
    stored = remember(fresh(copy.thing)).texts
    theirs = copy.conflicts(stored) if take_theirs else {}
    copy.texts, copy.base = merged(stored, copy) | theirs, stored
    copy.save(update_fields=["texts", "base"])


def close_copy(thing: Revised) -> None:
    """Without publishing it. It stays among the revisions, from where it can be restored."""
    thing.revisions.working_copies().update(state=Revision.State.PAST_COPY)


@contextmanager
def as_it_would_be[Thing: Revised](thing: Thing, *, rendered: bool = True) -> Iterator[Thing]:
    """Meanwhile the database is as if the working copy had been updated; if it is to be `rendered`, with its HTML, and
    with what the articles of an issue have. Then nothing of it has happened. Gives the thing as it would be; without a
    working copy, as it is. What is made of it, such as a page, must be complete inside, and must not be cached."""
    copies = list(copies_shown(thing) if rendered else thing.revisions.working_copies())
    if not copies:
        yield thing
        return
    with transaction.atomic():
        for copy in copies:
            apply(copy.thing, copy.changes)
            store(copy.thing, updated_at=copy.at)
            if rendered:
                render_texts(copy.thing)
        yield fresh(thing)
        transaction.set_rollback(True)


def copies_shown(thing: Revised) -> RevisionQuerySet:
    """The working copies that a page of this shows: its own, and of an issue those of its articles."""
    own = Q(**{str(thing._meta.model_name): thing.pk})
    of_articles = Q(article__issue=thing.pk) if isinstance(thing, Issue) else Q()
    return Revision.objects.working_copies().filter(own | of_articles).select_related("issue", "article")


def foresee(thing: Any, change: object) -> Iterator[str]:
    """What becomes of a working copy when the state changes: see `newsletter.publishing.foreseers`."""
    if working_copy(thing):
        yield _("Its working copy stays one: readers get what it says once you update it. It goes only with the text.")


def thin() -> None:
    """Of each day that is longer ago than a setting says, keep what was saved last. The first and the last revision of
    a thing stay, and its working copy. Once an hour."""
    if not cache.add("newsletter.revising.thin", True, BETWEEN_THINNING):
        return
    limit = timezone.now() - timedelta(days=settings.KEEP_REVISIONS_DAYS)
    old = Revision.objects.filter(at__lt=limit).exclude(state=Revision.State.COPY).annotate(day=TruncDate("at"))
    for owner in OWNERS:
        others = Revision.objects.filter(**{owner: OuterRef(owner)})
        later = others.filter(pk__gt=OuterRef("pk"), state=OuterRef("state"), at__date=OuterRef("day"))
        tidying.delete(old.filter(Exists(later), Exists(others.filter(pk__lt=OuterRef("pk")))))


def fresh[Thing: Revised](thing: Thing) -> Thing:
    """As the database has it."""
    found: Any = type(thing)._base_manager.get(pk=thing.pk)
    return found


def lock(thing: Revised) -> None:
    newsletter = thing.pk if isinstance(thing, Newsletter) else thing.newsletter_id
    issue = thing.pk if isinstance(thing, Issue) else getattr(thing, "issue_id", None)
    locking.lock(Issue.objects.filter(pk=issue) if issue else Newsletter.objects.filter(pk=newsletter))


def merged(stored: Texts, copy: Revision) -> Texts:
    """What a working copy says, beside what was changed elsewhere meanwhile."""
    return {key: value for key, value in (stored | copy.changes).items() if "/" not in key or value is not None}


def made(thing: Revised, old: Texts, texts: Texts, **facts: Any) -> Revision:
    """A revision that is not stored yet."""
    added = removed = 0
    for key, value in changes(old, texts).items():
        if key.rpartition("/")[2] in WORDY:
            came, went = words_changed(difference(old.get(key) or "", value or ""))
            added, removed = added + came, removed + went
    owner = {str(thing._meta.model_name): thing}
    return Revision(texts=texts, words_added=added, words_removed=removed, **owner, **facts)


def apply(thing: Revised, values: Texts) -> None:
    """Store these values, but not their HTML. What became impossible is left out: an address that is taken by now, a
    picture that was deleted."""
    rows: dict[tuple[str, str], Texts] = {}
    place = {name: value for name, value in texts_of(fresh(thing)).items() if name in PLACE & values.keys()}
    for key, value in values.items():
        name, _slash, of_row = key.partition("/")
        if of_row:
            pk, _slash, field = of_row.partition("/")
            rows.setdefault((name, pk), {})[field] = value
        elif key == "tags":
            thing.tags.set(value)  # type: ignore[union-attr]
        else:
            put(thing, key, value)
    if isinstance(thing, Article) and thing.section and thing.section.issue_id != thing.issue_id:
        thing.section = None
    try:
        thing.validate_constraints()
    except ValidationError:
        for name, value in place.items():
            put(thing, name, value)
    thing.save()
    for (name, pk), fields in rows.items():
        apply_row(getattr(thing, name), pk, fields)


def apply_row(siblings: Any, pk: str, fields: Texts) -> None:
    """Store a row of a thing, new or not; without values it goes."""
    if all(value is None for value in fields.values()):
        siblings.filter(pk=pk).delete()
        return
    last = {"position": LAST} if siblings.model is Section else {}
    row = siblings.filter(pk=pk).first() or siblings.model(pk=int(pk), **siblings.core_filters, **last)
    for field, value in fields.items():
        put(row, field, value)
    with suppress(ValidationError):
        row.full_clean()
        row.save()


def put(row: models.Model, name: str, value: object) -> None:
    """Set a field, if there is one (still); what it refers to may be gone."""
    field = next((each for each in row._meta.concrete_fields if each.name == name), None)
    if field is None:
        return
    if field.related_model and value is not None and not field.related_model._base_manager.filter(pk=value).exists():
        value = None
    setattr(row, field.attname, value)
