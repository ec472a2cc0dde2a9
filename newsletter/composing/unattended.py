"""Compose from a file without a person to ask, and tell what is made: for the command line and the demo."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter import publishing
from newsletter.composing.matching import find_composed
from newsletter.composing.plan import (
    Answers,
    Conversation,
    Plan,
    PlannedArticle,
    PlannedText,
    Proposal,
    Remark,
    Tail,
    Unreadable,
)
from newsletter.composing.reading import read
from newsletter.composing.storing import AlreadyComposed, bring_in, compose, name_of, read_comments
from newsletter.composing.upload import content_of, from_path
from newsletter.models import Article, Issue, Newsletter, Status
from newsletter.talks import OlderComment


def compose_file(
    path: Path,
    newsletter_slug: str,
    *,
    publish: bool = False,
    replace: bool = False,
    dry_run: bool = False,
    comments: Path | None = None,
    copied_on: date | None = None,
) -> Iterator[str]:
    """Compose from a file; yields what is made, line by line, and at the end what came of it. A file of `comments`,
    with ages reckoned from `copied_on`, stands for the conversation: what looks like one at the end of the document is
    cut then. What the document does not say is done as proposed, but not published. Raises Unreadable where nothing
    can be made, also where another document of that number or title is there already. The same document again changes
    nothing, unless it is to `replace`, and brings in comments that are new."""
    newsletter = newsletter_named(newsletter_slug)
    said = read_comments(content_of(comments)) if comments else []
    plan = read(from_path(path), Answers(tail=Tail.CUT) if said else Answers())
    yield from outline(plan)
    if said:
        yield from conversation(said)
    if said and plan.conversation:
        yield _("  What looks like a conversation at the end of the document is cut: the file stands for it.")
    if dry_run:
        yield _("Nothing was stored.")
        return
    if replace:
        refuse_guesses(plan, newsletter)
    conversations = [Conversation(said or plan.conversation, copied_on)]
    try:
        composed = compose(plan, newsletter, replace=replace, conversations=conversations)
    except AlreadyComposed as error:
        yield refusal(error, has_comments=bool(comments))
        yield from bring_in(error.thing, conversations, None) if comments else ()
        return
    yield from composed.remarks
    yield (_("Composed %s.") if composed.is_new else _("Replaced %s.")) % name_of(composed.thing)
    if publish:
        yield publish_if_sure(composed.thing, plan)


def publish_if_sure(thing: Issue | Article, plan: Plan) -> str:
    if count := len(plan.proposals):
        message = ngettext(
            "It was not published: one proposal above waits for somebody to look at it.",
            "It was not published: %(count)s proposals above wait for somebody to look at them.",
            count,
        )
        return message % {"count": count}
    publishing.publish(thing, None, at=plan.about.date)
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


def outline(plan: Plan) -> Iterator[str]:
    """What would be made, part by part, with what the editor should know beside it."""
    number = _("No. %s") % plan.about.number if plan.about.number else _("next free number")
    kind = _("Issue (%s)") % number if plan.is_issue else _("Article")
    yield f"{kind}: {plan.title}"
    yield from remarks(plan.remarks)
    yield from part(_("Opening"), plan.opening)
    for section in plan.sections:
        if section.title:
            yield f"  ## {section.title}"
        yield from part(_("Introduction"), section.intro)
        items = 0
        for article in section.articles:
            items += article.kind == Article.Kind.ITEM
            yield from entry(article, f"{items}." if article.kind == Article.Kind.ITEM else "–")
    yield from part(_("Closing"), plan.closing)
    if plan.conversation and plan.tail is Tail.BRING_IN:
        yield from conversation(plan.conversation)
    for proposal in plan.proposals:
        yield from decision(proposal)


def part(name: str, text: PlannedText) -> Iterator[str]:
    if text.source:
        yield f"  {name}: {length(text)}"
    yield from details(text)


def entry(article: PlannedArticle, mark: str) -> Iterator[str]:
    yield f"    {mark:<3} {article.title} ({length(article.text)})"
    if article.source_url:
        yield " ".join(filter(None, ["        →", article.source_url, article.source_name, article.source_language]))
    yield from details(article.text)


def details(text: PlannedText) -> Iterator[str]:
    for picture in text.pictures:
        words = " | ".join(part for part in (picture.caption, picture.credit) if part)
        yield f"        {_('Picture')} {picture.filename}: {words}".rstrip(": ")
    yield from remarks(text.remarks)


def conversation(comments: Sequence[OlderComment]) -> Iterator[str]:
    """What was said elsewhere, to be brought in."""
    count = ngettext("%s comment", "%s comments", len(comments)) % len(comments)
    yield f"  {_('Conversation')}: {count}"
    for comment in comments:
        words = Truncator(" ".join(comment.text.split())).chars(60)
        yield f"    {', '.join(filter(None, [comment.name or _('A reader'), comment.written]))}: {words}"


def decision(proposal: Proposal) -> Iterator[str]:
    """What the document does not say, and what it is taken for."""
    yield f"  ? {proposal.message}"
    for guess in proposal.guesses:
        yield f"      {_('line %s: ') % guess.line}{guess.words} → {guess.taken_for}"


def length(text: PlannedText) -> str:
    return _("%s words") % text.words


def remarks(found: list[Remark]) -> Iterator[str]:
    for remark in found:
        place = _("line %s: ") % remark.line if remark.line else ""
        yield f"      ! {place}{remark.message}"
