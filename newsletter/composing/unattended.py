"""Compose from a file without a person to ask: for the command line and the demo."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter import publishing
from newsletter.composing.outline import conversation, outline
from newsletter.composing.plan import Answers, Conversation, Plan, Tail, Unreadable
from newsletter.composing.reading import read
from newsletter.composing.storing import AlreadyComposed, bring_in, compose, find_composed, name_of, read_comments
from newsletter.composing.upload import content_of, from_path
from newsletter.models import Article, Issue, Newsletter, Status


@dataclass(frozen=True, slots=True)
class Wishes:
    """What whoever runs the command wants."""

    publish: bool = False
    replace: bool = False
    dry_run: bool = False
    #: A file with what was said about it elsewhere.
    comments: Path | None = None
    #: The day from which ages of comments are reckoned.
    copied_on: date | None = None


def compose_file(path: Path, newsletter_slug: str, wishes: Wishes) -> Iterator[str]:
    """Compose from a file; yields what is made, line by line, and at the end what came of it. A file of comments
    stands for the conversation: what looks like one at the end of the document is cut then. What the document does not
    say is done as proposed, but not published. Raises Unreadable where nothing can be made, also where another
    document of that number or title is there already. The same document again changes nothing, unless `wishes.replace`
    says so, and brings in comments that are new."""
    newsletter = newsletter_named(newsletter_slug)
    document = from_path(path)
    comments = read_comments(content_of(wishes.comments)) if wishes.comments else []
    plan = read(document, Answers(tail=Tail.CUT) if comments else Answers())
    yield from outline(plan)
    if comments:
        yield from conversation(comments)
    if comments and plan.conversation:
        yield _("  What looks like a conversation at the end of the document is cut: the file stands for it.")
    if wishes.dry_run:
        yield _("Nothing was stored.")
        return
    said = [Conversation(comments or plan.conversation, wishes.copied_on)]
    yield from store(plan, newsletter, wishes, said)


def store(plan: Plan, newsletter: Newsletter, wishes: Wishes, said: list[Conversation]) -> Iterator[str]:
    if wishes.replace:
        refuse_guesses(plan, newsletter)
    try:
        composed = compose(plan, newsletter, replace=wishes.replace, conversations=said)
    except AlreadyComposed as error:
        yield refusal(error, has_comments=bool(wishes.comments))
        if wishes.comments:
            yield from bring_in(error.thing, said, None)
        return
    yield from composed.remarks
    yield (_("Composed %s.") if composed.is_new else _("Replaced %s.")) % name_of(composed.thing)
    if wishes.publish:
        yield publish(composed.thing, plan)


def publish(thing: Issue | Article, plan: Plan) -> str:
    if count := len(plan.proposals):
        message = ngettext(
            "It was not published: one proposal above waits for somebody to look at it.",
            "It was not published: %(count)s proposals above wait for somebody to look at them.",
            count,
        )
        return message % {"count": count}
    make_public(thing, plan)
    return _("Readers see it from %s on.") % date_format(localtime(thing.published_at), "DATETIME_FORMAT")


def refuse_guesses(plan: Plan, newsletter: Newsletter) -> None:
    """Raise Unreadable where readers would at once see what nobody has decided."""
    existing = find_composed(plan, newsletter)
    if existing and existing.status == Status.PUBLISHED and plan.proposals:
        message = _("%s is published, and there are proposals above. Replace it in the admin, where they are decided.")
        raise Unreadable(message % name_of(existing))


def newsletter_named(slug: str) -> Newsletter:
    if found := Newsletter.objects.filter(slug=slug).first():
        return found
    known = ", ".join(Newsletter.objects.values_list("slug", flat=True)) or _("none yet")
    raise Unreadable(_("There is no newsletter “%(slug)s”. There are: %(known)s.") % {"slug": slug, "known": known})


def refusal(error: AlreadyComposed, *, has_comments: bool) -> str:
    name = name_of(error.thing)
    if error.is_same_document and has_comments:
        return _("Already composed as %s; its texts stay as they are.") % name
    if error.is_same_document:
        return _("Already composed as %s; nothing changed.") % name
    message = _("%s has that number or title. Say --replace to replace its texts, or change them in the document.")
    raise Unreadable(message % name) from error


def make_public(thing: Issue | Article, plan: Plan) -> None:
    publishing.publish(thing, None, at=plan.about.date)
