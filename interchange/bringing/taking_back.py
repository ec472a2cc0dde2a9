"""Take an import back: what it made goes, what it changed is put back, and what somebody has touched since stays."""

import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import Count, Max, ProtectedError, Q, QuerySet, RestrictedError
from django.urls import reverse
from django.utils.translation import gettext as _
from taggit.models import Tag

from comments.models import Comment
from core import locking
from core.changes import content_changed
from interchange.models import Import, Imported
from mailing.models import Dispatch
from newsletter import publishing, revising
from newsletter.admin.pictures import with_uses
from newsletter.composing.matching import whole
from newsletter.composing.storing import Composed, name_of
from newsletter.models import Article, Contributor, Issue, Newsletter, Picture, Redirect, Revision

SECONDS = 1.0
State = Imported.State


class Fate(NamedTuple):
    """What taking an import back would do with one thing."""

    #: "goes", "put back" or "stays".
    what: str
    #: As readers know it, and where it is changed in the admin; empty where there is no such page.
    name: str
    url: str = ""
    #: Why it stays, in a sentence.
    why: str = ""


def note(row: Imported, composed: Composed) -> None:
    """What a document made beside its texts, and how they were before."""
    things = whole(composed.thing)
    for kind, model in (("pictures", Picture), ("tags", Tag), ("contributors", Contributor)):
        row.made[kind] = [each.pk for each in composed.made if isinstance(each, model)]
    row.made["before"] = [revision.pk for revision in composed.before]
    row.made["checksum"] = composed.checksum_before
    known = {revision.article_id for revision in composed.before}
    row.made["articles"] = [each.pk for each in things[1:] if each.pk not in known]
    row.made["revision"] = Revision.objects.filter(of_these([row])).aggregate(last=Max("pk"))["last"] or 0


def of_these(rows: Iterable[Imported], path: str = "") -> Q:
    """Whatever belongs, along a path, to one of the issues and articles of these rows, or to an article in one."""
    issues = [row.issue_id for row in rows if row.issue_id]
    articles = [row.article_id for row in rows if row.article_id]
    inside = Q(**{f"{path}article__issue__in": issues})
    return inside | Q(**{f"{path}issue__in": issues}) | Q(**{f"{path}article__in": articles})


def comments_below(thing: Issue | Article) -> set[int]:
    """What was brought in below a thing itself."""
    owner = {f"discussion__{thing._meta.model_name}": thing}
    return set(Comment.objects.brought_in().filter(**owner).values_list("pk", flat=True))


def remaining(brought: Import) -> QuerySet[Imported]:
    """What was brought in and is neither taken back nor known to stay, the last first."""
    rows = brought.documents.filter(state__in=[State.MADE, State.CHANGED, State.SAME]).order_by("-position")
    return rows.exclude(made__has_key="kept").select_related("issue__newsletter", "article__newsletter")


def fates(brought: Import) -> Iterator[Fate]:
    """What `take_back` would do, in queries that do not grow with the number of documents."""
    rows = [row for row in remaining(brought) if row.state != State.SAME and (row.issue or row.article)]
    why = reasons(rows)
    for row in rows:
        thing: Any = row.issue or row.article
        url = reverse(f"admin:newsletter_{thing._meta.model_name}_change", args=[thing.pk])
        what = "goes" if row.state == State.MADE else "put back"
        yield Fate("stays" if row.pk in why else what, name_of(thing), url, why.get(row.pk, ""))


def reasons(rows: list[Imported]) -> dict[int, str]:
    """Why some of these stay, by their keys: what somebody has done with them since."""
    by_person = Revision.objects.filter(of_these(rows)).exclude(by=None, state=Revision.State.STORED)
    edited = dict(grouped(by_person, "", Max("pk")))
    comments = Comment.objects.filter(of_these(rows, "discussion__"), fingerprint="")
    said = dict(grouped(comments, "discussion__", Count("pk")))
    mailed = {("issue", pk): True for pk in Dispatch.objects.filter(of_issues(rows)).values_list("issue", flat=True)}
    later = dict(grouped(Imported.objects.filter(of_these(rows)).filter(state=State.CHANGED), "", Max("pk")))
    found: dict[int, str] = {}
    for row in rows:
        key = ("issue", row.issue_id) if row.issue_id else ("article", row.article_id or 0)
        if key in mailed:
            found[row.pk] = _("It was sent by mail, or is going to be.")
        elif key in said:
            found[row.pk] = _("Readers have written below it.")
        elif later.get(key, 0) > row.pk:
            found[row.pk] = _("A later import has changed it: take that one back first.")
        elif edited.get(key, 0) > row.made.get("revision", 0):
            found[row.pk] = _("Somebody has changed it since.")
    return found


def of_issues(rows: list[Imported]) -> Q:
    return Q(issue__in=[row.issue_id for row in rows if row.issue_id])


def grouped(rows: QuerySet, path: str, value: Any) -> Iterator[tuple[tuple[str, int], int]]:
    """A value for each issue, or article that stands alone, what belongs to its articles included."""
    wholes: dict[tuple[str, int], int] = {}
    names = [f"{path}issue", f"{path}article__issue", f"{path}article"]
    if rows.model is Imported:
        names = ["issue", "article__issue", "article"]
    for issue, of_article, article, found in rows.order_by().values_list(*names).annotate(found=value):
        whole_issue = issue or of_article
        key = ("issue", whole_issue) if whole_issue else ("article", article)
        wholes[key] = max(wholes.get(key, 0), found)
    yield from wholes.items()


def take_back(brought: Import) -> bool:
    """Take back the last documents that were brought in, for a second or so: whether there are more. What somebody
    has changed since stays, and its row says why, as `made["kept"]`."""
    until = time.monotonic() + SECONDS
    while row := remaining(brought).first():
        row.of = brought
        with locking.turn():
            locking.lock(Newsletter.objects.filter(pk=brought.newsletter_id))
            take_back_one(row)
        if time.monotonic() > until:
            return True
    return False


def take_back_one(row: Imported) -> None:
    thing = row.issue or row.article
    why = reasons([row]).get(row.pk) if thing and row.state != State.SAME else ""
    if not why and thing and row.state == State.MADE:
        why = remove(thing)
    elif not why and thing:
        put_back(row, thing)
    if why:
        row.made["kept"] = why
    else:
        row.state = State.TAKEN_BACK
        remove_what_nobody_uses(row)
    row.issue, row.article = (row.issue, row.article) if thing and thing.pk else (None, None)
    row.save(update_fields=["state", "made", "issue", "article"])
    content_changed()


def remove(thing: Issue | Article) -> str:
    """Returns why that is not possible."""
    try:
        thing.delete()
    except (ProtectedError, RestrictedError):
        return _("Something else that was made of it needs it.")
    return ""


def put_back(row: Imported, thing: Issue | Article) -> None:
    """Its texts as they were; what readers have answered of the comments stays."""
    added = Comment.objects.filter(pk__in=row.made.get("comments", []))
    added.filter(replies=None).delete()
    if row.state == State.SAME:
        return
    Article.objects.filter(pk__in=row.made["articles"], issue=row.issue_id).delete()
    for revision in Revision.objects.filter(pk__in=row.made["before"]):
        revising.restore(revision, row.of.by, at_once=True)
    type(thing)._base_manager.filter(pk=thing.pk).update(document_checksum=row.made["checksum"])
    if row.made.get("published") and thing.is_public:
        publishing.withdraw(thing, row.of.by)


def remove_what_nobody_uses(row: Imported) -> None:
    made = row.made
    pictures = [*made.get("pictures", []), *row.wanted.exclude(picture=None).values_list("picture", flat=True)]
    counted: Any = with_uses(Picture.objects.filter(pk__in=pictures))
    for picture in counted.filter(use_count=0):
        picture.delete()
    Tag.objects.filter(pk__in=made.get("tags", []), tagged_articles=None).delete()
    Contributor.objects.filter(pk__in=made.get("contributors", []), contributions=None, user=None).delete()
    Redirect.objects.filter(pk__in=made.get("redirects", [])).delete()
