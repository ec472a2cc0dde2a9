"""In which letters a file is written, of which the file itself says nothing."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO

CHUNK = 65_536
#: How many bytes of lines with letters beyond ASCII are looked at.
ENOUGH = 100_000
SAMPLE = 80
#: With such a share of letters that are UTF-8 a file is so, but for some bytes: it comes by no chance.
MOSTLY = 0.7
MARKS = [(BOM_UTF8, "utf-8-sig"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16")]
LATIN = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŽž’‘“”„–—…€«»·°")
#: What an editor may choose where the guess was wrong, the rarest last.
OTHERS = ("cp1250", "koi8_r", "big5", "euc_kr", "euc_jp", "mac_roman")


def marked(file: BinaryIO) -> str:
    """The encoding that the first bytes tell, or the zeros between them; or none."""
    head = file.read(2048)
    file.seek(0)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    if len(head) > 3 and head[1::2].count(0) > len(head) * 0.3:
        return "utf-16-le"
    return "utf-16-be" if len(head) > 3 and head[::2].count(0) > len(head) * 0.3 else ""


def is_utf8(file: BinaryIO) -> bool:
    decoder = getincrementaldecoder("utf-8")()
    try:
        for chunk in iter(partial(file.read, CHUNK), b""):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def foreign_lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines with more than ASCII."""
    seen = 0
    for line in iter(partial(file.readline, CHUNK), b""):
        if not line.isascii():
            yield line
            seen += len(line)
            if seen > ENOUGH:
                break
    file.seek(0)


def guesses(file: BinaryIO) -> list[tuple[str, str]]:
    """Each with a line in which letters beyond ASCII stand, the likeliest first; one alone where there is no doubt."""
    if encoding := marked(file):
        return [(encoding, sample_in(file, encoding))]
    if is_utf8(file):
        return [("utf-8", sample_in(file, "utf-8"))]
    lines = list(foreign_lines(file))
    content = b"".join(lines)
    scores = {encoding: share(content, encoding, is_likely) for encoding, is_likely in LIKELY.items()}
    scores["utf-8"] = 2 if scores["utf-8"] > MOSTLY else 0
    likeliest = sorted(scores, key=lambda encoding: -scores[encoding])
    return [(encoding, sample(lines, encoding)) for encoding in [*likeliest, *OTHERS]]


def sample_in(file: BinaryIO, encoding: str) -> str:
    if encoding.startswith("utf-16"):
        text = file.read(CHUNK).decode(encoding, errors="replace")
        file.seek(0)
        return next((line for line in text.splitlines() if not line.isascii()), text.partition("\n")[0])[:SAMPLE]
    return sample(list(foreign_lines(file)), encoding)


def sample(lines: list[bytes], encoding: str) -> str:
    """Around the first letter beyond ASCII; a mark at the beginning is none."""
    texts = (line.decode(encoding, errors="replace").strip() for line in lines)
    text = next((text for text in texts if not text.isascii()), "")
    first = next((place for place, letter in enumerate(text) if not letter.isascii()), 0)
    start = max(0, first - SAMPLE // 2)
    return text[start : start + SAMPLE]


def share(content: bytes, encoding: str, is_likely: Callable[[str, str], bool]) -> float:
    """How many letters beyond ASCII are such as people write. `is_likely` is given one and the one before it."""
    text = content.decode(encoding, errors="replace")
    found = [is_likely(each, before) for before, each in zip(" " + text, text, strict=False) if not each.isascii()]
    return sum(found) / len(found) if found else 0.0


def is_latin(letter: str, before: str) -> bool:
    """Two such letters side by side are rare, three are not from Europe's west."""
    return letter in LATIN and (
        before.isascii() or before in "’‘“”„–—…€«»·°ßéèüöä" or before.islower() == letter.islower()
    )


def is_chinese(letter: str, before: str) -> bool:
    """One of the 3,755 common ones, or a sign that stands between them."""
    try:
        lead, _trail = letter.encode("gb2312")
    except (UnicodeEncodeError, ValueError):
        return False
    return 0xB0 <= lead <= 0xD7 or lead in {0xA1, 0xA3}


def is_japanese(letter: str, before: str) -> bool:
    """Kana of full width, or one of the common characters."""
    if "\u3040" <= letter <= "\u30ff" or "\u3000" <= letter <= "\u3011":
        return True
    try:
        lead, _trail = letter.encode("cp932")
    except (UnicodeEncodeError, ValueError):
        return False
    return 0x88 <= lead <= 0x97 or lead in {0x81, 0x82}


def is_cyrillic(letter: str, before: str) -> bool:
    """No word mixes these with others."""
    return "Ѐ" <= letter <= "ӿ" and not (before.isascii() and before.isalpha())


def is_unicode(letter: str, before: str) -> bool:
    """Of a file that is UTF-8 but for some bytes."""
    return letter != "\ufffd"


LIKELY = {
    "utf-8": is_unicode,
    "cp1252": is_latin,
    "gb18030": is_chinese,
    "cp932": is_japanese,
    "cp1251": is_cyrillic,
}
