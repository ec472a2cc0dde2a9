"""Signs that characters left where they were lost on the way: `?In September`, `12? times`, `don�t`."""

import re
from dataclasses import replace

from django.utils.translation import gettext as _

from newsletter.composing.plan import Remark
from newsletter.composing.raw.lines import Line

LOST = "?\ufffd\ufffc"
AT_START = re.compile(rf"^[{LOST}]+\s*(?=[\w“‘\"'«(（「《¿¡])")
IN_NUMBER = re.compile(rf"(?<=\d)[{LOST}]+(?=\s[a-z])")
#: A question ends with a number seldom enough.
DOUBTFUL = re.compile(r"\S*\d\? [^\W\d_]+")
REPLACED = (
    (re.compile(r"(?<=\w)\ufffd(?=\w)"), "’"),
    (re.compile(r"\s\ufffd+\s"), " – "),
    (re.compile(r"[\ufffd\ufffc]+"), ""),
)
#: Only where the document has lost signs elsewhere: each may be meant.
AT_END = re.compile(r"(?<=[.!])\s?\?+$|(?<=[^\s?])\s\?+$")
SURE = re.compile(r"(?<=[^.]\.)\?$")
EVIDENCE = 2


def mend(lines: list[Line]) -> tuple[list[Line], list[Remark]]:
    """The lines without the signs that certainly stand for nothing, and a remark that names each."""
    bare = [line for line in lines if not line.text.strip(LOST + " ")]
    has_lost = len(bare) + sum(bool(AT_START.match(line.text)) for line in lines) >= EVIDENCE
    mended = []
    for place, line in enumerate(lines):
        if line in bare:
            mended.append(_("“%(sign)s” (line %(line)s)") % {"sign": line.text, "line": line.number})
            continue
        text = mend_text(line.text, has_lost=has_lost)
        if text != line.text:
            mended.append(_("“%(sign)s” (line %(line)s)") % {"sign": around(line.text, text), "line": line.number})
            lines[place] = replace(line, text=text)
    remark = _("Signs that a lost character left were taken away: %(signs)s")
    found = [Remark(remark % {"signs": ", ".join(mended)})] if mended else []
    doubts = [each for line in lines for each in DOUBTFUL.findall(line.text)] if has_lost else []
    if doubts:
        found.append(Remark(_("Perhaps a lost character, too: %(signs)s") % {"signs": ", ".join(doubts)}))
    return [line for line in lines if line not in bare], found


def mend_text(text: str, *, has_lost: bool) -> str:
    text = IN_NUMBER.sub("", AT_START.sub("", text, count=1))
    for lost, instead in REPLACED:
        text = lost.sub(instead, text)
    return (AT_END if has_lost else SURE).sub("", text).strip()


def around(before: str, after: str) -> str:
    """The word where two texts first differ, as it was."""
    at = next((place for place, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(after))
    start = before.rfind(" ", 0, at) + 1
    return before[start : at + 12].partition(" ")[0] or before[start : at + 12]
