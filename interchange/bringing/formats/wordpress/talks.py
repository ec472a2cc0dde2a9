"""What readers said below a post, as a thread."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from html import unescape
from typing import NamedTuple
from xml.etree.ElementTree import Element

from django.utils import timezone
from django.utils.translation import gettext as _

from comments.bringing_in.storing import LONGEST, LONGEST_FIELDS
from core.markup.comments import says_nothing
from core.rich_text import convert
from interchange.bringing.formats.documents import moment, shortened, words
from interchange.bringing.formats.wordpress.texts import paragraphs
from interchange.bringing.found import Aside
from newsletter.composing import Unreadable
from newsletter.talks import OlderComment

#: What is nested deeper stands on this level.
DEEPEST = 100
#: Signs that may mean something in HTML or in Markdown.
MEANING = frozenset("<>&*_`[]#\\~|^=")


class Said(NamedTuple):
    """A comment of the export."""

    number: str
    answers: str
    name: str
    text: str
    at: datetime | None
    is_pending: bool


def talk_below(item: Element, place: str) -> tuple[list[OlderComment], list[Aside]]:
    """The comments below a post, answers behind what they answer; and what was left aside, one by one."""
    found, asides, parents = list[Said](), list[Aside](), dict[str, str]()
    for each in item.iter("{wp}comment"):
        number, answers = each.findtext("{wp}comment_id") or "", each.findtext("{wp}comment_parent") or ""
        parents[number] = answers
        if why := left_aside(each):
            asides.append(Aside(place, why))
        else:
            found.append(said(each, number, answers))
    return list(threaded(found, parents)), asides


def left_aside(comment: Element) -> str:
    if (comment.findtext("{wp}comment_type") or "comment") in {"pingback", "trackback"}:
        return _("Pingbacks and trackbacks are no comments of readers: left aside.")
    if (comment.findtext("{wp}comment_type") or "comment") not in {"comment", "review"}:
        return _("Notes that programs made among the comments are left aside.")
    if (comment.findtext("{wp}comment_approved") or "") not in {"1", "0", "approve", "approved", "hold"}:
        return _("Comments marked as spam or thrown away are left aside.")
    if says_nothing(comment.findtext("{wp}comment_content") or ""):
        return _("Comments without a word are left aside.")
    return ""


def said(comment: Element, number: str, answers: str) -> Said:
    at = moment(comment.findtext("{wp}comment_date_gmt")) or moment(comment.findtext("{wp}comment_date"))
    name = shortened(words(comment.findtext("{wp}comment_author")), LONGEST_FIELDS["name"])
    text = as_markdown(comment.findtext("{wp}comment_content") or "")
    is_pending = comment.findtext("{wp}comment_approved") in {"0", "hold"}
    return Said(number, answers, name, text, at if at and at <= timezone.now() else None, is_pending)


def as_markdown(source: str) -> str:
    source = source.replace("\r\n", "\n").strip()
    if MEANING.isdisjoint(source):
        return source
    with suppress(Unreadable):
        return convert(paragraphs(source), is_archived=True).markdown
    return unescape(source)


def threaded(found: list[Said], parents: dict[str, str]) -> Iterator[OlderComment]:
    """Each comment behind the one it answers, else by date. What answers one that was left aside answers what that
    one answered; who goes round in a circle answers nobody."""
    found = sorted(found, key=lambda each: (each.at is None, each.at or timezone.now()))
    known = {each.number: each for each in found}
    below: defaultdict[str, list[Said]] = defaultdict(list)
    for each in found:
        below[answered(each, known, parents)].append(each)
    places: dict[str, int] = {}
    count = 0
    for first in [*below[""], *found]:
        waiting = [] if first.number in places else [(first, None, 0)]
        while waiting:
            each, above, depth = waiting.pop()
            if each.number in places:
                continue
            places[each.number] = count
            for part, text in enumerate(portions(each.text)):
                yield older(each, text, places[each.number] if part else above)
                count += 1
            further = (places[each.number], depth + 1) if depth < DEEPEST else (above, depth)
            waiting += [(reply, *further) for reply in reversed(below[each.number])]


def answered(comment: Said, known: dict[str, Said], parents: dict[str, str]) -> str:
    number, seen = comment.answers, set[str]()
    while number in parents and number not in known and number not in seen:
        seen.add(number)
        number = parents[number]
    return number if number in known and number != comment.number else ""


def older(comment: Said, text: str, answers: int | None) -> OlderComment:
    written = comment.at.isoformat(timespec="seconds") if comment.at else ""
    return OlderComment(text, comment.name, written=written, answers=answers, is_pending=comment.is_pending)


def portions(text: str) -> Iterator[str]:
    """A text that is longer than a comment may be, in several, cut between paragraphs or words."""
    while len(text) > LONGEST:
        place = max(text.rfind("\n\n", 1, LONGEST), text.rfind(" ", LONGEST - 200, LONGEST), 0) or LONGEST
        yield text[:place].rstrip()
        text = text[place:].lstrip()
    yield text
