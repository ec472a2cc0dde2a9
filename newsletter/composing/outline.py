"""A plan as lines of text, for the command line."""

from collections.abc import Iterator, Sequence

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.composing.plan import Plan, PlannedArticle, PlannedText, Proposal, Remark, Tail
from newsletter.models import Article
from newsletter.talks import OlderComment


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
