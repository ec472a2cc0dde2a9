"""The comments below a text, as they stand in what was copied from a web page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import accumulate

from newsletter.composing.captions import WORDS
from newsletter.composing.raw.lines import Line, plain_lines
from newsletter.composing.raw.scaffolding import OF_THE_PAGE, Role, has_role, key, places
from newsletter.moments import looks_like_moment
from newsletter.talks import OlderComment

LONGEST_NAME = 60
LONGEST_HEADLINE = 220
#: Comments stand close: so many lines at the most between what tells one from the next.
FARTHEST = 9
#: So many paragraphs has a comment at most.
LONGEST_COMMENT = 30
#: A text must have begun before people can comment on it.
SHORTEST_TEXT = 60
SAYS = re.compile(rf"(?P<name>[^:：]{{1,60}}?)\s+(?:{WORDS['says']})(?P<when>\s.{{4,40}})?\s?[:：]?$")
DOT = re.compile(r"\s*[•·|∙]\s*")
GLUED = re.compile(r"(?P<name>[^\d]{2,60}?)\s?(?P<when>\d{1,2}[ .].*)")
DEGREE = re.compile(r"(?:1st|2nd|3rd|[123](?:e|er|ème|\.|度|级))\+?$|[-–—]$")
ENDS_SENTENCE = re.compile(r"[.!?。！？…;；:：]['\"”“’‘»)）」』]*$")
ABBREVIATED = re.compile(r"\b(?:Dr|Prof|Mr|Mrs|Ms|Mme|St|Jr|Sr|Ir|Drs|Ing|[A-Z])\.")
SENTENCE = re.compile(r"[.!?。！？…;；:：]['\"”’»)]*$|[.!?。！？]\s")
PARTICLES = {*WORDS["particles"].split()}


@dataclass(slots=True)
class Said:
    """A comment while it is read."""

    name: str = ""
    headline: str = ""
    written: str = ""
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Conversation:
    comments: list[OlderComment]
    #: What stands between the comments and below them.
    scaffolding: list[Line]


def cut_conversation(lines: list[Line]) -> tuple[list[Line], Conversation | None]:
    """The lines of the text, and the conversation below them, if there is one."""
    start = start_of(lines)
    if start is None:
        return lines, None
    inside = within(lines[start:])
    comments = comments_in(inside, lines)
    if not comments:
        return lines, None
    end = start + len(inside)
    goes_on = is_text_behind(lines[end:])
    while start and is_bar(lines[start - 1].text):
        start -= 1
    text, below = (lines[:start] + lines[end:], lines[start:end]) if goes_on else (lines[:start], lines[start:])
    said = "\n".join(part for each in comments for part in (each.text, each.name, each.headline, each.written))
    return text, Conversation(comments, [line for line in below if line.text not in said])


def is_text_behind(rest: list[Line]) -> bool:
    """Whether a text goes on behind a conversation, before anything that ends a page."""
    ends = (place for place, line in enumerate(rest) if has_role(line.text, Role.ENDS))
    return sum(line.words for line in rest[: next(ends, len(rest))]) >= SHORTEST_TEXT


def is_bar(text: str) -> bool:
    """Whether a line belongs to the buttons between a text and the comments on it."""
    return not key(text) or has_role(text, Role.OPENERS, Role.OFTEN, Role.ACTIONS, Role.ALWAYS)


def read_tail(text: str) -> list[OlderComment]:
    """The comments in a text that holds nothing else, copied from below a web page."""
    lines = list(plain_lines(text))
    return comments_in(within(lines), lines)


def within(lines: list[Line]) -> list[Line]:
    """Of the lines from the first comment on, those up to the end of the last."""
    first = next((place for place, line in enumerate(lines) if heads(line)), 0)
    last = limit = first
    while limit < len(lines) and limit - last <= LONGEST_COMMENT and not has_role(lines[limit].text, Role.ENDS):
        last = limit if heads(lines[limit]) else last
        limit += 1
    return lines[: last + end_of(lines[last:])]


def start_of(lines: list[Line]) -> int | None:
    """Where the conversation begins: behind its heading, or with the first of the lines that only comments have."""
    before = list(accumulate((line.words for line in lines), initial=0))
    for cluster in clusters(lines):
        signs = [place for place in cluster if before[place] >= SHORTEST_TEXT]
        moments = [place for place in signs if heads(lines[place])]
        if not moments:
            continue
        replies = [place for place in signs if has_role(lines[place].text, Role.ACTIONS)]
        opened = [
            place
            for place in signs
            if has_role(lines[place].text, Role.OPENERS)
            if any(place < moment <= place + FARTHEST for moment in moments)
            if not any(moments[0] < reply < place for reply in replies)
        ]
        if opened:
            return opened[0] + 1
        if replies:
            return first_line(lines, signs[0], moments[0])
    return None


def clusters(lines: list[Line]) -> Iterator[list[int]]:
    """The signs of comments, together as far as they stand close and the page does not end between them."""
    cluster: list[int] = []
    for place, line in enumerate(lines):
        if cluster and (place - cluster[-1] > FARTHEST or has_role(line.text, Role.ENDS)):
            yield cluster
            cluster = []
        if heads(line) or has_role(line.text, Role.ACTIONS, Role.OPENERS):
            cluster.append(place)
    if cluster:
        yield cluster


def end_of(lines: list[Line]) -> int:
    """Where the comment ends that begins with these lines: behind its text, or where the page ends."""
    is_page = [has_role(line.text, *OF_THE_PAGE) or heads(line) for line in lines]
    text = next((place for place in range(len(lines)) if not is_page[place]), len(lines))
    return next((place for place in range(text, len(lines)) if is_page[place]), len(lines))


def first_line(lines: list[Line], sign: int, moment: int) -> int:
    """The first line of a conversation without a heading: behind a wide gap, or with the first name."""
    earliest = max(0, sign - FARTHEST // 2)
    widest = max(range(earliest, sign + 1), key=lambda place: (lines[place].gap, place))
    others = [line.gap for line in lines[:earliest]] or [0]
    if lines[widest].gap > max(sorted(others)[len(others) * 9 // 10], 1):
        return widest
    if sign < moment:
        bar = sign
        while bar < moment and has_role(lines[bar].text, Role.ACTIONS, Role.OFTEN, Role.ALWAYS):
            bar += 1
        return bar if bar - sign > 1 else max(0, sign - 1)
    return moment - len(header_of([line.text for line in lines[max(0, moment - 3) : moment]]))


def heads(line: Line) -> bool:
    """Whether a line says when somebody wrote, or that somebody did."""
    return tells_who_or_when(line.text)


@lru_cache(maxsize=10_000)
def tells_who_or_when(text: str) -> bool:
    return bool(text) and (looks_like_moment(text) or bool(inline_header(text) or titled_moment(text)))


def inline_header(text: str) -> Said | None:
    """A name with its moment on one line: `Ada Moor · 2mo`, `Ada Moor says:`, `Ada Moor3 May 2026`."""
    if len(text) > LONGEST_HEADLINE:
        return None
    parts = DOT.split(text)
    if len(parts) > 1 and looks_like_moment(parts[-1]) and is_name(parts[0]):
        headline = [part for part in parts[1:-1] if not DEGREE.match(part)]
        return Said(parts[0], " · ".join(headline), parts[-1])
    if (found := SAYS.match(text)) and (is_name(found["name"]) or text.endswith((":", "："))):
        return Said(found["name"].strip(), written=(found["when"] or "").strip())
    glued = GLUED.match(text)
    if glued and is_name(glued["name"]) and looks_like_moment(glued["when"]):
        return Said(glued["name"], written=glued["when"])
    return None


def titled_moment(text: str) -> Said | None:
    """What a writer does, with the moment, below the name: `Harbour pilot, retired · Jun 13`."""
    parts = DOT.split(text) if len(text) <= LONGEST_HEADLINE else []
    parts = [part for part in parts if part and not has_role(part, *OF_THE_PAGE, Role.BESIDE)]
    if not parts or parts == [text] or not looks_like_moment(parts[-1]):
        return None
    return Said(headline=" · ".join(parts[:-1]), written=parts[-1])


def comments_in(lines: list[Line], page: list[Line]) -> list[OlderComment]:
    """The comments of a conversation in their order; the page around them tells where it was held."""
    said = [each for each in gathered(lines) if each.texts]
    where = next((name for name in places() if any(has_role(line.text, name) for line in page)), "")
    comments = [OlderComment("\n\n".join(each.texts), each.name, each.headline, each.written, where) for each in said]
    return [replace(comment, answers=answered(comment, comments[:place])) for place, comment in enumerate(comments)]


def gathered(lines: list[Line]) -> Iterator[Said]:
    """Who said what. Before the first name each paragraph is somebody's whose name is not there."""
    current: Said | None = None
    waiting: list[str] = []
    is_first = True
    for line, below in zip(lines, [*lines[1:], None], strict=False):
        if heads(line) and ends_comment(waiting, below):
            yield from settled(Said(waiting[0], written=header_in(line.text, []).written), waiting[1:], is_first=False)
            current, waiting, is_first = None, [], False
        elif heads(line):
            header = header_in(line.text, waiting)
            if current and not current.texts and not current.written and not waiting:
                current.written = header.written
                continue
            spoken = waiting[: len(waiting) - len(header_of(waiting))] if not inline(line.text, waiting) else waiting
            yield from settled(current, spoken, is_first=is_first)
            current, waiting, is_first = header, [], False
        elif waiting and is_name(waiting[-1]) and is_badge(line, below):
            continue
        elif has_role(line.text, *OF_THE_PAGE):
            if waiting:
                yield from settled(current, waiting, is_first=is_first)
                current, waiting = None, []
        else:
            waiting.append(line.block.text if line.block else line.text)
    yield from settled(current, waiting, is_first=is_first)


def is_badge(line: Line, below: Line | None) -> bool:
    """Whether a line between a name and what was said is about the writer, such as where they are."""
    is_above_moment = below is not None and heads(below) and has_role(line.text, *OF_THE_PAGE)
    return is_above_moment or has_role(line.text, Role.BESIDE)


def ends_comment(waiting: list[str], below: Line | None) -> bool:
    """Whether a moment stands below the words it belongs to: between them and what one can do with them."""
    is_acted_on = below is not None and has_role(below.text, Role.ACTIONS)
    return is_acted_on and len(waiting) > 1 and is_name(waiting[0]) and is_sentence(waiting[-1])


def header_in(text: str, above: list[str]) -> Said:
    """Who writes, from the line with the moment and those above it."""
    if found := inline(text, above):
        return found
    name, headline = named(header_of(above))
    found = titled_moment(text) or Said(written=text)
    return Said(name, headline or found.headline, found.written)


def inline(text: str, above: list[str]) -> Said | None:
    """The header that a line is by itself. Below a name, what stands before the moment is no other name."""
    has_name = bool(above) and is_name(above[-1]) and not SAYS.match(text)
    return None if has_name else inline_header(text)


def settled(current: Said | None, texts: list[str], *, is_first: bool) -> Iterator[Said]:
    """What was said until here. What stands between two comments is nobody's."""
    if current:
        current.texts += texts
        yield current
    elif is_first:
        yield from (Said(texts=[text]) for text in texts)


def header_of(texts: list[str]) -> list[str]:
    """The last lines of these that say who writes: a name, perhaps twice, perhaps with a headline below."""
    if not texts or len(texts[-1]) > LONGEST_HEADLINE:
        return []
    if len(texts) > 2 and texts[-3] == texts[-2] and is_name(texts[-3]):
        return texts[-3:]
    if len(texts) > 1 and is_name(texts[-2]) and not is_sentence(texts[-1]):
        return texts[-2:]
    return texts[-1:] if is_name(texts[-1]) else []


def is_sentence(text: str) -> bool:
    return bool(ENDS_SENTENCE.search(ABBREVIATED.sub("", text)))


def named(header: list[str]) -> tuple[str, str]:
    lines = list(dict.fromkeys(header))
    return (lines[0] if lines else "", " ".join(lines[1:]))


def is_name(text: str) -> bool:
    """Whether a line could be somebody's name: few words with capitals, no sentence."""
    words = text.split()
    is_short = 0 < len(words) <= 6 and len(text) <= LONGEST_NAME and not re.search("[,，、]", text)
    if not is_short or SENTENCE.search(ABBREVIATED.sub("", text)) or has_role(text, *OF_THE_PAGE):
        return False
    return all(word.lower() in PARTICLES or not word[0].islower() for word in words) and any(map(str.isalpha, text))


def answered(comment: OlderComment, earlier: list[OlderComment]) -> int | None:
    """Whom a comment addresses at its beginning: the last of that name before it."""
    start = comment.text.lstrip("@").casefold()
    for place in reversed(range(len(earlier) if comment.name else 0)):
        name = earlier[place].name.casefold()
        if name and start.startswith(name) and not start[len(name) : len(name) + 1].isalnum():
            return place
    return None
