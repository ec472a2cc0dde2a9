"""A text as WordPress stores it becomes HTML as it shows it: blocks, paragraphs by empty lines, shortcodes."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape, unescape

from django.utils.translation import gettext as _

from interchange.bringing.formats.documents import figure
from newsletter.composing import Unreadable
from newsletter.composing.upload import LARGEST_TEXT

BLOCKS = (
    "address|article|aside|blockquote|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header"
    "|hr|iframe|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul|video|audio"
)
AT_BLOCK = re.compile(rf"[ \t\n]{{0,20}}(</?(?:{BLOCKS})\b[^<>]*>)[ \t\n]*", re.IGNORECASE)
#: Where lines end as they are written.
RAW = re.compile(r"<(/?)(pre|script|style|textarea|code)\b[^<>]*>", re.IGNORECASE)
EMPTY_LINES = re.compile(r"\n[ \t\n]*\n")
BREAK = re.compile(r"<br\s*/?>[ \t]*\n?", re.IGNORECASE)
ALONE = re.compile(r"(?m)^[ \t]*(https?://[^\s<>\"\]]+)[ \t]*$")
PAUSE = re.compile(r"<!--\s*(?:more\b.{0,200}?|nextpage|noteaser)\s*-->", re.DOTALL)
BLOCK = re.compile(r"<!--\s+(?P<close>/)?wp:(?P<name>[\w/-]+)(?P<facts>\s+\{[^<>]*?\})?\s+(?P<alone>/)?-->", re.DOTALL)
REUSED = re.compile(r'"ref"\s*:\s*(\d{1,20})')
TO_ATTACHMENT = re.compile(
    r"<a\b[^<>]{0,2000}?(?:attachment_id=|rel=\"attachment)[^<>]{0,2000}>\s*(<img\b[^<>]*>)\s*</a>", re.IGNORECASE
)
SHORTCODE = re.compile(
    r"\[(?P<escaped>\[)?(?P<close>/?)(?P<name>[A-Za-z][\w-]{0,60})(?P<facts>(?:\s|=)[^\[\]]*)?/?\](?(escaped)\])"
)
FACT = re.compile(r"""([\w-]{1,60})\s{0,9}=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""")
PICTURE = re.compile(r"\s*((?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?)(.*)", re.DOTALL | re.IGNORECASE)
#: Blocks in which there is nothing to read.
EMPTY_BLOCKS = {"spacer", "separator", "more", "nextpage"}
#: Shortcodes without facts that are no words in brackets.
OF_PLUGINS = ("vc_", "et_pb_", "su_", "av_", "fusion_", "wp_", "wpforms", "mc4wp_", "ninja_", "rev_", "woocommerce_")
KNOWN = {"gallery", "playlist", "toc", "archives", "audio", "video", "sitemap", "caption", "raw"}


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture in the library of WordPress."""

    address: str
    alt: str = ""
    caption: str = ""
    #: The post it was uploaded for.
    parent: str = ""


@dataclass(slots=True)
class Library:
    """What posts refer to by its number."""

    media: dict[str, Medium] = field(default_factory=dict)
    #: The content of blocks that several posts share.
    blocks: dict[str, str] = field(default_factory=dict)
    #: By what they sign in with, how authors are called.
    authors: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Shortcodes:
    """Those of one post. What became of the others is said in `remarks`."""

    library: Library
    post: str
    remarks: list[str] = field(default_factory=list)

    def replaced(self, text: str) -> str:
        found = list(SHORTCODE.finditer(blanked(text)))
        ends = pairs([token for token in found if not token["escaped"]])
        parts, done = [], 0
        for token in found:
            if token.start() < done:
                continue
            end = ends.get(token.start())
            make = MAKERS.get(token["name"].lower())
            if token["escaped"]:
                made, end = token[0].removeprefix("[").removesuffix("]"), None
            elif make and not token["close"]:
                made = make(self, facts_of(token), text[token.end() : end.start()] if end else "")
            elif is_shortcode(token, ends):
                made = ""
                self.say(token["name"])
                end = None
            else:
                continue
            parts += [text[done : token.start()], made]
            done = (end or token).end()
        return "".join([*parts, text[done:]])

    def say(self, name: str) -> None:
        remark = _(
            "“%(name)s” of WordPress or a plugin means nothing here: it was left out, and words inside it kept."
        )
        if (said := remark % {"name": name}) not in self.remarks:
            self.remarks.append(said)

    def caption(self, facts: Mapping[str, str], inside: str) -> str:
        found = PICTURE.match(inside)
        if not found:
            return inside
        below = found[2].strip() or escape(facts.get("caption", ""), quote=False)
        return f"\n\n<figure>{found[1]}<figcaption>{below}</figcaption></figure>\n\n"

    def gallery(self, facts: Mapping[str, str], _inside: str) -> str:
        media = self.library.media
        chosen = [media[number] for number in re.findall(r"\d+", facts.get("ids", "")) if number in media]
        if not facts.get("ids"):
            chosen = [medium for medium in media.values() if self.post and medium.parent == self.post]
        if not chosen:
            self.remarks.append(_("The pictures of a gallery are not in this export."))
        return "\n\n" + "".join(figure(each.address, each.alt, each.caption) for each in chosen) + "\n\n"

    def embed(self, facts: Mapping[str, str], inside: str) -> str:
        address = inside.strip() or facts.get("src") or facts.get("url") or facts.get("id") or facts.get("", "")
        return f"\n\n<p>{address}</p>\n\n" if address else ""

    def vimeo(self, facts: Mapping[str, str], inside: str) -> str:
        number = (facts.get("") or facts.get("id") or inside).strip()
        return self.embed({"src": f"https://vimeo.com/{number}" if number.isdigit() else number}, "")

    def youtube(self, facts: Mapping[str, str], inside: str) -> str:
        video = (facts.get("") or facts.get("id") or inside).strip()
        return self.embed({"src": video if "/" in video else f"https://youtu.be/{video}"}, "")

    def sound(self, facts: Mapping[str, str], inside: str) -> str:
        address = next((value for value in facts.values() if re.match(r"https?://|/", value)), inside.strip())
        name = address.rstrip("/").rpartition("/")[2]
        return f'\n\n<p><a href="{escape(address)}">{escape(name)}</a></p>\n\n' if address else ""

    def code(self, facts: Mapping[str, str], inside: str) -> str:
        language = re.sub(r"[^\w+#-]", "", facts.get("lang") or facts.get("language") or facts.get("", ""))
        return f'<pre><code class="language-{language}">{escape(unescape(inside)).strip()}</code></pre>'


MAKERS: Mapping[str, Callable[[Shortcodes, Mapping[str, str], str], str]] = {
    "caption": Shortcodes.caption,
    "wp_caption": Shortcodes.caption,
    "gallery": Shortcodes.gallery,
    "embed": Shortcodes.embed,
    "youtube": Shortcodes.youtube,
    "vimeo": Shortcodes.vimeo,
    "audio": Shortcodes.sound,
    "video": Shortcodes.sound,
    "code": Shortcodes.code,
    "sourcecode": Shortcodes.code,
}


def pairs(tokens: list[re.Match[str]]) -> dict[int, re.Match[str]]:
    """By where they begin, the ends of those that have one."""
    ends, waiting = dict[int, re.Match[str]](), dict[str, re.Match[str]]()
    for token in reversed(tokens):
        if token["close"]:
            waiting[token["name"]] = token
        elif end := waiting.pop(token["name"], None):
            ends[token.start()] = ends[end.start()] = end
    return ends


def is_shortcode(token: re.Match[str], ends: Mapping[int, re.Match[str]]) -> bool:
    """Whether it is one of a plugin, and not words that somebody put in brackets."""
    has_facts = FACT.search(token["facts"] or "") is not None
    name = token["name"].lower()
    return has_facts or token.start() in ends or name in KNOWN or name.startswith(OF_PLUGINS)


def facts_of(token: re.Match[str]) -> dict[str, str]:
    """What a shortcode says, by names; what has no name under an empty one."""
    said = unescape(token["facts"] or "").strip().rstrip("/")
    facts = {found[1].lower(): found[2] or found[3] or found[4] or "" for found in FACT.finditer(said)}
    rest = FACT.sub("", said).strip().lstrip("=").strip("\"' ")
    return facts | ({"": rest.split()[0]} if rest else {})


def html_of(source: str, library: Library, post: str = "", footnotes: str = "") -> tuple[str, list[str]]:
    """A text as HTML, and what the editor should know. Its footnotes are kept beside it, in JSON. Raises Unreadable
    where it is too large."""
    if len(source) > LARGEST_TEXT:
        raise Unreadable(_("This is more than one text can hold. Take it in parts."))
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    shortcodes = Shortcodes(library, post)
    text = with_drawn_blocks(PAUSE.sub("\n\n", text), shortcodes, footnotes)
    text = shortcodes.replaced(text)
    return TO_ATTACHMENT.sub(r"\1", with_paragraphs(text)), shortcodes.remarks


def with_drawn_blocks(text: str, shortcodes: Shortcodes, footnotes: str) -> str:
    """The same with what stands in the place of blocks that WordPress only draws when it shows them."""

    def drawn(block: re.Match[str]) -> str:
        if not block["alone"] or block["name"] in EMPTY_BLOCKS:
            return block[0]
        if block["name"] == "footnotes":
            return notes_in(footnotes)
        number = REUSED.search(block["facts"] or "") if block["name"] == "block" else None
        if number and number[1] in shortcodes.library.blocks:
            return shortcodes.library.blocks[number[1]]
        shortcodes.say(block["name"])
        return ""

    return BLOCK.sub(drawn, text)


def notes_in(source: str) -> str:
    """Footnotes, each with its way back, by which they are known."""
    try:
        notes = [(escape(note["id"]), note["content"]) for note in json.loads(source or "[]")]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
    listed = "".join(f'<li id="{key}">{content} <a href="#{key}-link">↩</a></li>' for key, content in notes)
    return f"<ol>{listed}</ol>"


def with_paragraphs(text: str) -> str:
    """Outside of blocks an empty line is the end of a paragraph, and a line's end a break."""
    parts, done, depth = [], 0, 0
    for block in BLOCK.finditer(text):
        if block["name"] == "freeform":
            continue
        part = text[done : block.start()]
        parts.append(part if depth else paragraphs(part))
        depth = max(0, depth + (0 if block["alone"] else -1 if block["close"] else 1))
        done = block.end()
    return "".join([*parts, paragraphs(text[done:])])


def paragraphs(text: str) -> str:
    """Only where it says so already, in blocks of HTML, a line may end anywhere."""
    text, kept = without_raw(text)
    text = BREAK.sub("\n", ALONE.sub(r"\n\n\1\n\n", text))
    text = AT_BLOCK.sub(r"\1", EMPTY_LINES.sub("\n\n", text)).strip()
    text = text.replace("\n\n", "<br><br>").replace("\n", "<br>")
    raw = iter(kept)
    return re.sub(r"<(?:pre|code) \d+>", lambda place: next(raw, place[0]), text)


def without_raw(text: str) -> tuple[str, list[str]]:
    """A text with numbers in the place of what stays as it is, and that."""
    parts, kept, done = list[str](), list[str](), 0
    for start, end in raw_in(text):
        name = "code" if text.startswith("<code", start) else "pre"
        parts += [text[done:start], f"<{name} {len(kept)}>"]
        kept.append(text[start:end])
        done = end
    return "".join([*parts, text[done:]]), kept


def blanked(text: str) -> str:
    """A text with blanks in the place of what stays as it is, letter by letter."""
    parts, done = list[str](), 0
    for start, end in raw_in(text):
        parts += [text[done:start], " " * (end - start)]
        done = end
    return "".join([*parts, text[done:]])


def raw_in(text: str) -> Iterator[tuple[int, int]]:
    """From where to where a text is code or the like."""
    begun: re.Match[str] | None = None
    for tag in RAW.finditer(text):
        if begun is None and not tag[1]:
            begun = tag
        elif begun and tag[1] and tag[2].lower() == begun[2].lower():
            yield begun.start(), tag.end()
            begun = None
