"""Compose from a file without a person to ask: for the command line and the demo."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from newsletter import publishing
from newsletter.composing.outline import outline
from newsletter.composing.plan import Plan, Unreadable
from newsletter.composing.reading import read
from newsletter.composing.storing import AlreadyComposed, compose, name_of
from newsletter.composing.upload import from_path
from newsletter.models import Article, Issue, Newsletter


def compose_file(
    path: Path, newsletter_slug: str, *, publish: bool = False, replace: bool = False, dry_run: bool = False
) -> Iterator[str]:
    """Compose from a file; yields what is made, line by line, and at the end what came of it.

    Raises Unreadable where nothing can be made, also where another document of that number or title is there
    already. The same document again changes nothing, unless `replace` says so.
    """
    newsletter = newsletter_named(newsletter_slug)
    plan = read(from_path(path))
    yield from outline(plan)
    if dry_run:
        yield _("Nothing was stored.")
        return
    try:
        composed = compose(plan, newsletter, replace=replace)
    except AlreadyComposed as error:
        yield refusal(error)
        return
    yield from composed.remarks
    yield (_("Composed %s.") if composed.is_new else _("Replaced %s.")) % name_of(composed.thing)
    if publish:
        make_public(composed.thing, plan)
        yield _("Readers see it from %s on.") % date_format(localtime(composed.thing.published_at), "DATETIME_FORMAT")


def newsletter_named(slug: str) -> Newsletter:
    if found := Newsletter.objects.filter(slug=slug).first():
        return found
    known = ", ".join(Newsletter.objects.values_list("slug", flat=True)) or _("none yet")
    raise Unreadable(_("There is no newsletter “%(slug)s”. There are: %(known)s.") % {"slug": slug, "known": known})


def refusal(error: AlreadyComposed) -> str:
    name = name_of(error.thing)
    if error.is_same_document:
        return _("Already composed as %s; nothing changed.") % name
    raise Unreadable(
        _("%s has that number or title. Say --replace to replace its texts, or change them in the document.") % name
    ) from error


def make_public(thing: Issue | Article, plan: Plan) -> None:
    if isinstance(thing, Issue):
        publishing.publish(thing, None, at=plan.about.date)
    elif not thing.is_public:
        publishing.publish_article(thing, None, at=plan.about.date)
