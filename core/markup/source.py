"""Source text, made ready for Python-Markdown: mended where that surprises writers, tamed where it would take for
ever. Code fences and blocks of raw HTML are out of the text by then."""

import re

from core.markup.parts import VIDEO

MARKER = r"(?:[-+*]|\d{1,9}[.)])"
ITEM = re.compile(rf" *({MARKER}) +(?=\S)")
# A paragraph that goes on with "2024. A good year" is no list.
INTERRUPTS = re.compile(r" *(?:[-+*]|1[.)]) ")
RULE = r" *(?:(?:- *+){3,}|(?:\* *+){3,}|(?:_ *+){3,})$"
# Thematic breaks and the lines below headings: they end a block.
ENDS = re.compile(rf"(?:=+|-+) *$|{RULE}")
BREAK = re.compile(RULE)
PICTURE = r"!\[[^\]]*\]\([^()]*\)"
# Fenced code, headings, pictures and videos: they begin and end a block.
FENCE = re.compile(r"\x02\w+:\d+\x03 *$")
HEADING = r"#{1,6} |#{2,6}(?=[^#\s])"
ALONE = re.compile(rf"{FENCE.pattern}|{HEADING}|{PICTURE} *$|(?:\[{PICTURE}\]\(|<)?(?:{VIDEO.pattern})>? *$")
# What is indented below them is no code.
SHOWN = re.compile(r" *(?:\[?!\[|<?https?:)")
# Definitions of links and notes, questions and answers: they begin a block.
QUESTION = r"(?:\*\*|__)?(?:[QA问問答]) ?[:：]"
BEGINS = re.compile(rf"\[[^\]]+\]:|{QUESTION}")
# The definition of a link ends where its line ends.
LINK = re.compile(r"\[(?!\^)[^\[\]]+\]: *<?(?:https?:|mailto:|picture:|#)\S+ *(?:[\"'(].*)?$")
TABLE_RULE = re.compile(r" *\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *$")
DEFINITION = re.compile(r" {0,3}: {1,3}\S")

#: What could mean something in a line of text that does not begin a block.
SIGNS = re.compile(r"[\\`*_{}\[\]()<>#+|~^:/=@$]|\.(?=\S)")

DEEPEST = 8
CONTAINER = rf"(?:>|{MARKER}(?= )) *+"
TOO_DEEP = re.compile(rf"^(?!{RULE})( *+(?:{CONTAINER}){{{DEEPEST}}})(?:{CONTAINER})+", re.MULTILINE)
TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)|<!--")
MAY_STAY_OPEN = {*("br", "col", "dd", "dt", "hr", "img", "li", "p", "rp", "rt", "td", "th", "tr", "wbr")}
MOST_OPEN = 20
#: A tag that another one begins in: whoever looks for its end looks through all that follows.
UNENDED = re.compile(r"<(?=/?[a-zA-Z][^<>]*+(?:<|\Z))")
#: Definitions in one block: each looks through all of the block.
MOST_DEFINITIONS = 50


def tame(text: str) -> str:
    """Bound what hostile text can cost, and leave what people write as it is. Quotes and lists that begin on one line
    go 8 deep, further marks are dropped. Where more than 20 tags and comments of raw HTML are left open at once, all
    raw HTML is shown as text."""
    text = flatten(text)
    return text.replace("<", "&lt;") if _left_open(text) > MOST_OPEN else text


def flatten(text: str) -> str:
    """Let quotes and lists that begin on one line go 8 deep, and drop further marks."""
    return TOO_DEEP.sub(r"\1", text)


def _left_open(text: str) -> int:
    now = most = 0
    for closing, name in TAG.findall(text):
        if name.lower() not in MAY_STAY_OPEN:
            now = max(0, now - 1) if closing else now + 1
            most = max(most, now)
    return max(most, len(UNENDED.findall(text)))


def mend(text: str) -> str:
    """Let blocks begin where CommonMark lets them begin: lists, tables, headings and definitions right below a
    paragraph, lists nested by two spaces. Works on one level of quotation; mended text stays as it is."""
    lines = text.split("\n")
    mender = _Mender()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        mender.take(line, following)
    return "\n".join(mender.lines)


class _Mender:
    """Puts blank lines where blocks begin, and four spaces before a line for each list item that it is in."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        # Of each open item: the column from which a line is in it, that of its text, and whether it is numbered.
        self.items: list[tuple[int, int, bool]] = []
        self.begin_block()

    def begin_block(self) -> None:
        self.in_code = self.in_table = self.in_quote = self.in_note = self.ends_block = False
        self.depth = self.definitions = 0
        self.fresh = True

    def take(self, line: str, following: str) -> None:
        text = line.lstrip(" ")
        indent = len(line) - len(text)
        if not text:
            self.put_blank()
            return
        if self.ends_block and indent >= self.column + 4 and not SHOWN.match(self.lines[-1]):
            self.put_blank()
        if self.fresh:
            self.leave_items(indent)
        if (self.fresh or self.in_code) and indent >= self.column + 4:
            self.put(line[self.column :])
            self.in_code = True
        else:
            self.take_text(line, text, indent, following)

    def take_text(self, line: str, text: str, indent: int, following: str) -> None:
        table = not self.in_table and begins_table(text, following)
        goes_on = self.fresh or (indent >= self.column + 4 and not self.ends_block)
        if not goes_on and (table or self.begins_block(text, indent, following)):
            self.put_blank()
            self.leave_items(indent)
        item = None if ENDS.match(text) else ITEM.match(line)
        inside = line[item.end() :] if item else text
        self.in_quote = (self.in_quote and not item) or inside.startswith(">")
        self.in_note |= text.startswith("[^")
        if item:
            self.take_item(line, item, indent)
        elif self.fresh:
            self.put(text)
        else:
            self.lines.append(line)
        self.in_code = False
        self.in_table |= table
        self.definitions += bool(DEFINITION.match(text))
        self.ends_block = bool(FENCE.match(inside) or ALONE.match(text) or ENDS.match(text) or LINK.match(text))

    def begins_block(self, text: str, indent: int, following: str) -> bool:
        if self.ends_block or self.in_code or ALONE.match(text) or BEGINS.match(text):
            return True
        if text.startswith(">") and not self.in_quote:
            return True
        if BREAK.match(text) and (self.in_quote or self.in_note or self.in_table or self.is_outside(indent)):
            return True
        if DEFINITION.match(text):
            return self.definitions >= MOST_DEFINITIONS
        return self.definitions > 0 and bool(DEFINITION.match(following))

    def is_outside(self, indent: int) -> bool:
        return bool(self.items) and indent < self.items[-1][0]

    def take_item(self, line: str, item: re.Match[str], indent: int) -> None:
        if not self.items and not self.fresh:
            if not INTERRUPTS.match(line):
                self.lines.append(line)
                return
            self.put_blank()
        numbered = item[1][0].isdigit()
        other_list = self.leave_items(indent) not in {None, numbered}
        if not self.fresh and (other_list or len(self.items) < self.depth):
            self.put_blank()
        self.put(f"{item[1].replace(')', '.'):<3} {line[item.end() :]}")
        if len(self.items) < DEEPEST:
            self.items.append((indent + 2, item.end(), numbered))

    def leave_items(self, indent: int) -> bool | None:
        """Close the items that a line with this indent is not in. Returns whether the last of them is numbered."""
        numbered = None
        while self.items and indent < self.items[-1][0]:
            numbered = self.items.pop()[2]
        return numbered

    def put(self, text: str) -> None:
        if self.fresh:
            self.depth = len(self.items)
            self.fresh = False
        self.lines.append("    " * len(self.items) + text)

    def put_blank(self) -> None:
        self.lines.append("")
        self.begin_block()

    @property
    def column(self) -> int:
        return self.items[-1][1] if self.items else 0


def begins_table(line: str, following: str) -> bool:
    return "|" in line and "|" in following and bool(TABLE_RULE.match(following))


def literally(text: str) -> str:
    """Somebody's plain text as one line of Markdown that says just that, behind some other words of its line."""
    line = " ".join(text.split()).replace("&", "&amp;")
    return SIGNS.sub(lambda sign: f"\\{sign[0]}", line)
