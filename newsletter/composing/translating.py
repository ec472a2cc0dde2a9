"""What other programs write into Markdown that Markdown does not know: shortcodes of Hugo, tags of Liquid and
Nunjucks, components of MDX. What means a link, a picture or a video becomes one. Of the rest the words stay, and the
editor is told. Every line keeps its number."""

import re
from bisect import bisect
from collections.abc import Callable
from html import unescape

from django.utils.translation import gettext as _

from newsletter.composing.plan import Remark
from newsletter.composing.relinking import without_code

LONGEST = 3000
LONGEST_TOLD = 2000
INSIDE = rf"(?:(?!\{{[{{%]|[%>}}]\}}).){{0,{LONGEST}}}"
SHORTCODE = rf"\{{\{{[<%]-?\s*(?P<end>/?)\s*(?P<code>[\w./-]+)(?P<arguments>{INSIDE})[%>]\}}\}}"
TAG = rf"\{{%-?\s*(?P<tag>\w+)\s*(?P<words>{INSIDE})%\}}"
OUTPUT = rf"\{{\{{-?(?P<output>{INSIDE})\}}\}}"
#: What was never meant for readers.
NOTE = "|".join(
    [
        r"\{#\s(?:(?!#\}|\{#).)*#\}",
        r"\{\{[<%]?/\*(?:(?!\*/|/\*).)*\*/[%>]?\}\}",
        r"\{%-?\s*comment\s*-?%\}(?:(?!\{%-?\s*(?:end)?comment).)*\{%-?\s*endcomment\s*-?%\}",
    ]
)
COMPONENT = r"(?:(?<![\w<&])<|</)(?P<component>[A-Z][a-zA-Z]*[a-z][\w.]*)(?P<properties>(?:\s[^<>]{0,3000})?)/?>"
MODULE = (
    r"^(?P<module>import\s[\w*{}, $\t]{1,300}\sfrom\s+[\"'][^\"'\n]+[\"'];?|import\s+[\"'][^\"'\n]+[\"'];?"
    r"|export\s+(?:const|let|default|function)\s[^\n]*)[ \t]*$"
)
CONTENTS = r"^(?P<contents>\{:\s*toc\s*\}|\[\[?_?toc_?\]\]?|\$\{toc\})[ \t]*$"
FOREIGN = re.compile(
    "|".join([NOTE, SHORTCODE, TAG, OUTPUT, COMPONENT, MODULE, rf"(?i:{CONTENTS})"]), re.MULTILINE | re.DOTALL
)
#: Of Pelican, where an address begins.
PLACE = re.compile(r"(?<=[(<\"'])[{|](?:filename|static|attach|index)[}|](?=[^\s)>\"'])")
HIGHLIGHT = re.compile(
    r"^[ \t]*\{(?:%-?\s*highlight|\{[<%]\s*highlight)\s+[\"']?(?P<language>[\w+#-]*)[\"']?[^}\n]*\}\}?[ \t]*$"
    r"(?P<code>(?:(?!\{(?:%-?|\{[<%])\s*/?\s*(?:end)?highlight).)*)"
    r"^[ \t]*\{(?:%-?\s*endhighlight\s*-?%|\{[<%]\s*/\s*highlight\s*[%>]\})\}[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
RAW = re.compile(r"(?<=raw)\s*-?%\}(?:(?!\{%-?\s*raw).)*?\{%-?\s*(?=endraw)", re.DOTALL)
SEEMS_FOREIGN = re.compile(
    r"\{[{%#|:]|\{(?:filename|static|attach)|\|filename|^(?:im|ex)port\s|<[A-Z]|\[_?toc|\{toc",
    re.IGNORECASE | re.MULTILINE,
)
SIGN = re.compile(r"[^\n]")
ARGUMENT = re.compile(
    r"(?:(?P<name>[\w-]+)\s*[=:](?!//)\s*)?\{?(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'{}]+))\}?"
)
ROOT = re.compile(r"\s*(?:site\.(?:base_?url|url|baseURL)|baseurl|base_url|\.?Site\.BaseURL)\s*", re.IGNORECASE)
FILTERED = re.compile(
    r"\s*[\"'](?P<path>[^\"']*)[\"']\s*\|\s*(?:relative_url|absolute_url|rel_?url|abs_?url|url|prepend:\s*site\.\w+|\s|\|)+\s*",
    re.IGNORECASE,
)
YOUTUBE = re.compile(r"[\w-]{11}")
WEB = re.compile(r"https?://\S+")

type Arguments = dict[str, str]


def translate(text: str) -> tuple[str, list[Remark]]:
    """The text in Markdown alone, and what was found in it."""
    if not SEEMS_FOREIGN.search(text):
        return text, []
    text = replaced(text, HIGHLIGHT, lambda found: f"```{found['language']}{found['code']}```")
    text = replaced(text, PLACE, lambda _found: "")
    remarks: list[Remark] = []
    ends = [found.start() for found in re.finditer("\n", text)]

    def in_markdown(found: re.Match[str]) -> str:
        meant = meaning(found)
        if meant is not None:
            return padded(meant, found[0])
        remarks.append(remark_on(found, bisect(ends, found.start()) + 1))
        return found[0] if found["output"] is not None else padded("", found[0])

    return replaced(text, FOREIGN, in_markdown), remarks


def with_addresses(text: str) -> str:
    """The text with what means something in Markdown; what does not is left to `translate`, which tells of it."""
    if not SEEMS_FOREIGN.search(text):
        return text

    def in_markdown(found: re.Match[str]) -> str:
        meant = None if found["tag"] in {"raw", "endraw"} else meaning(found)
        return found[0] if not meant else padded(meant, found[0])

    return replaced(replaced(text, PLACE, lambda _found: ""), FOREIGN, in_markdown)


def replaced(text: str, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> str:
    """The text with what the pattern finds outside code, and outside what Liquid calls raw, replaced."""
    if not pattern.search(text):
        return text
    seen = RAW.sub(lambda raw: raw[0][:3] + SIGN.sub(" ", raw[0][3:-3]) + raw[0][-3:], without_code(text))
    parts, done = [], 0
    for found in pattern.finditer(seen):
        parts += [text[done : found.start()], by(found)]
        done = found.end()
    return "".join([*parts, text[done:]])


def padded(new: str, old: str) -> str:
    """With as many lines as there were."""
    return new + "\n" * (old.count("\n") - new.count("\n"))


def remark_on(found: re.Match[str], line: int) -> Remark:
    what = " ".join(found[0].split())[:LONGEST_TOLD]
    if found["output"] is not None:
        return Remark.of(_("“%(what)s” is filled in by another program: here it stays as it is."), line, what=what)
    return Remark.of(_("“%(what)s” means something to another program: it is left out here."), line, what=what)


def meaning(found: re.Match[str]) -> str | None:
    """What it means in Markdown; nothing, for what means nothing; None, where nobody knows."""
    if found["output"] is not None:
        if ROOT.fullmatch(found["output"].strip(" -")):
            return ""
        path = FILTERED.fullmatch(found["output"].strip(" -"))
        return path["path"] if path else None
    name = found["code"] or found["tag"] or found["component"] or ""
    arguments = arguments_in((found["arguments"] or found["words"] or found["properties"] or "").strip(" -/\n"))
    if found["end"] or name in {"raw", "endraw"}:
        return "" if name in {"raw", "endraw"} | MEANINGS.keys() else None
    means = MEANINGS.get(name.casefold())
    return means(arguments) if means and arguments else None


def arguments_in(text: str) -> Arguments:
    """By their names, else by their places: "0", "1"."""
    found: Arguments = {}
    for argument in ARGUMENT.finditer(text):
        value = next((argument[kind] for kind in ("double", "single", "bare") if argument[kind] is not None), "")
        found.setdefault((argument["name"] or str(len(found))).casefold(), unescape(value))
    return found


def figure(said: Arguments) -> str | None:
    """A picture with what stands below it, which may lead somewhere."""
    address = said.get("src") or said.get("image_path") or said.get("url") or said.get("0", "")
    if not address or "=" in address:
        return None
    below = " ".join(filter(None, (said.get("caption") or said.get("title", ""), said.get("attr", ""))))
    picture = picture_in_markdown(address, said.get("alt", ""), below)
    return f"[{picture}]({said['link']})" if said.get("link") else picture


def picture_in_markdown(address: str, alt: str, title: str) -> str:
    alt = re.sub(r"([\[\]])", r"\\\1", " ".join(alt.split()))
    title = " ".join(title.split()).replace('"', "”")
    address = f"<{address}>" if re.search(r"[\s()]", address) else address
    return f'![{alt}]({address} "{title}")' if title else f"![{alt}]({address})"


def video(said: Arguments) -> str | None:
    number = said.get("id") or said.get("videoid") or said.get("url") or said.get("src") or said.get("0", "")
    if WEB.fullmatch(number):
        return number
    return f"https://www.youtube.com/watch?v={number}" if YOUTUBE.fullmatch(number) else None


def film(said: Arguments) -> str | None:
    number = said.get("id") or said.get("0", "")
    return f"https://vimeo.com/{number}" if number.isdecimal() else video(said)


def post(said: Arguments) -> str | None:
    number, user = said.get("id") or said.get("0", ""), said.get("user") or "i"
    if WEB.fullmatch(number):
        return number
    return f"https://twitter.com/{user}/status/{number}" if number.isdecimal() else None


def gist(said: Arguments) -> str | None:
    return f"https://gist.github.com/{said['0']}" + (f"/{said['1']}" if "1" in said else "") if "0" in said else None


def embed(said: Arguments) -> str | None:
    address = said.get("url") or said.get("src") or said.get("0", "")
    return address if WEB.fullmatch(address) else None


def page(said: Arguments) -> str | None:
    """The address of a document, as it lies beside this one."""
    return said.get("path") or said.get("0")


def dated(said: Arguments) -> str | None:
    return f"/_posts/{said['0'].lstrip('/')}.md" if "0" in said else None


def placed(said: Arguments) -> str | None:
    return f"/{said['0'].lstrip('/')}" if "0" in said else None


MEANINGS: dict[str, Callable[[Arguments], str | None]] = {
    **dict.fromkeys(("figure", "image", "img", "picture", "responsive_image"), figure),
    **dict.fromkeys(("youtube", "youtubeembed", "video"), video),
    "vimeo": film,
    **dict.fromkeys(("tweet", "x", "twitter"), post),
    "gist": gist,
    **dict.fromkeys(("embed", "oembed", "rawhtml_embed"), embed),
    **dict.fromkeys(("ref", "relref"), page),
    "post_url": dated,
    "link": placed,
}
