"""What a document says about itself beside its front matter: number and date in its heading, else in the name and the
folders of its file."""

import re
from datetime import datetime
from pathlib import PurePosixPath
from unicodedata import normalize

from django.utils.translation import gettext as _

from newsletter.composing.facts import guessed_moment, sane, written_moment
from newsletter.composing.plan import FrontMatter
from newsletter.moments import MONTHS, WHOLE_DATE

CHINESE_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
CHINESE_TENS = {"十": 10, "百": 100, "千": 1000}
#: What a newsletter calls one of its issues, in front of the number; and what may mean something else in a sentence.
SURE = r"issue|edition|newsletter|bulletin|digest|ausgabe|nummer|folge|num[ée]ro|editie|aflevering|no\.|nr\.|№|n[°º]"
CALLED = rf"{SURE}|number|letter|episode|volume|vol|num|no|nr|lettre"
DIGITS = r"\.?[ ]*[#:.]?[ ]*(?P<{}>\d{{1,5}})(?![\w/-]|[.:]\d)"
NUMBER = re.compile(
    rf"第\s*(?P<chinese>[\d{''.join(CHINESE_DIGITS)}{''.join(CHINESE_TENS)}]{{1,8}})\s*[期号號刊輯辑回卷]"
    rf"|(?<![\w/])(?:{SURE}){DIGITS.format('called')}"
    rf"|(?:^|[,:：|·(（–—-][ ]*)(?:{CALLED}){DIGITS.format('begun')}"
    r"|^#[ ]?(?P<first>\d{1,5})(?=\s*(?:$|[^\w\s./]))"
    r"|(?:^|(?<=\s)|(?<=[(\[]))#[ ]?(?P<sign>\d{1,5})(?=\s*(?:$|[:：,，)\]–—|·]|-\s))",
    re.IGNORECASE,
)
#: Behind the name of the newsletter: `This Week in Rust 57`.
LAST = re.compile(r"(?P<name>.*[^\W\d].*?)[\s,:–—-]+#?(?P<number>\d{1,5})")
YEARS = range(1900, 2100)
LARGEST = 99_999
#: The names of files that say nothing but that they are the page of their folder.
OF_FOLDER = {"index", "_index", "readme", "page", "post", "content"}
FILE_NUMBER = re.compile(rf"(?:{CALLED}|n)?[-_. ]*#?0*(?P<number>\d{{1,4}})", re.IGNORECASE)
IN_FILE = re.compile(rf"(?:^|[-_. ])(?:{CALLED})[-_. ]*#?0*(?P<number>\d{{1,5}})(?=$|[-_. ])", re.IGNORECASE)
FILE_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
FOLDER_DATE = re.compile(r"(?:^|/)((?:19|20)\d\d)/(0?[1-9]|1[0-2])(?:/(0?[1-9]|[12]\d|3[01]))?(?=[/-])")
#: In words, or in the order that nobody reads in two ways.
DAY_AND_YEAR = re.compile(
    rf"\d.*(?:{MONTHS}).*\d{{4}}|(?:{MONTHS})\D*\d{{1,2}}\D+\d{{4}}|^\d{{4}}([-/.])\d{{1,2}}\1\d{{1,2}}$|年.*[日号號]",
    re.IGNORECASE,
)


def tell_from_heading(about: FrontMatter, heading: str) -> None:
    """Learn from the title what the front matter does not say."""
    origin = _("the title")
    if about.number is None and (number := number_in(heading) or last_number(heading, about)):
        about.number, about.origins["number"] = number, origin
    if about.date is None and (date := date_in(heading)):
        about.date, about.origins["date"] = date, origin


def tell_from_file(about: FrontMatter, path: str) -> None:
    """Learn from the name of the file, and of the folders around it, what nothing else says."""
    origin = _("the name of the file")
    if about.number is None and (number := number_of_file(path)):
        about.number, about.origins["number"] = number, origin
    if about.date is None and (date := date_of_file(path)):
        about.date, about.origins["date"] = date, origin


def number_in(heading: str) -> int | None:
    """The number of an issue: `第 300 期`, `#27`, `Issue 27`, `No. 27`."""
    found = NUMBER.search(normalize("NFKC", heading.replace("№", "no ")))
    if found is None:
        return None
    digits = next((found[name] for name in ("called", "begun", "first", "sign") if found[name]), "")
    return fitting(int(digits) if digits else chinese(found["chinese"]))


def last_number(heading: str, about: FrontMatter) -> int | None:
    """The number at the end of a title, where what stands before it names the newsletter: in its categories, or its
    address."""
    found = LAST.fullmatch(normalize("NFKC", heading).strip())
    names = {name.casefold() for name in about.tags}
    return fitting(int(found["number"])) if found and found["name"].casefold() in names else None


def fitting(number: int | None) -> int | None:
    return number if number and number <= LARGEST and number not in YEARS else None


def chinese(numeral: str) -> int | None:
    """三百二十 is 320, and 三二〇 too."""
    if numeral.isdecimal():
        return int(numeral)
    if not CHINESE_TENS.keys() & set(numeral):
        return int("".join(str(CHINESE_DIGITS.get(sign, sign)) for sign in numeral))
    total, digit = 0, 0
    for sign in numeral:
        if ten := CHINESE_TENS.get(sign):
            total, digit = total + (digit or 1) * ten, 0
        else:
            digit = CHINESE_DIGITS[sign] if sign in CHINESE_DIGITS else int(sign)
    return total + digit


def date_in(heading: str) -> datetime | None:
    """The first day that a title names with its year: `Week of March 4, 2019`."""
    text = normalize("NFKC", heading)
    for found in WHOLE_DATE.finditer(text):
        words = found["date"].strip()
        is_whole = not f"{text[: found.start()]} "[-2:-1].isalnum() and not text[found.end() :][:1].isalnum()
        if is_whole and DAY_AND_YEAR.search(words) and (date := written_moment(words) or guessed_moment(words)):
            return date
    return None


def number_of_file(path: str) -> int | None:
    """`issue-24.md`, `24.md`, `2018-01-04-issue-100.md`, `issues/27/index.md`; of the folders the nearest alone, where
    the file is its page."""
    file = PurePosixPath(path)
    stem = file.parent.name if file.stem.casefold() in OF_FOLDER else file.stem
    stem = FILE_DATE.sub("", normalize("NFKC", stem)).strip("-_. ")
    found = FILE_NUMBER.fullmatch(stem) or IN_FILE.search(stem)
    return fitting(int(found["number"])) if found else None


def date_of_file(path: str) -> datetime | None:
    """`2018-01-04-issue-100.md`, `2018/01/04/index.md`; of a month its first day."""
    file = PurePosixPath(path)
    named = [name for name in (file.stem, file.parent.name) if FILE_DATE.search(name)]
    found = FILE_DATE.search(named[0]) if named else FOLDER_DATE.search(path)
    if found is None:
        return None
    year, month, day = (found[1], found[3], found[4]) if named else (found[1], found[2], found[3] or 1)
    try:
        return sane(datetime(int(year), int(month), int(day)))
    except ValueError:
        return None


def title_of_file(path: str) -> str:
    """A name of a file as people would write it: `2018-01-04-the-long-ebb.md` → The long ebb."""
    file = PurePosixPath(path)
    stem = file.parent.name if file.stem.casefold() in OF_FOLDER and file.parent.name else file.stem
    words = " ".join(re.split(r"[-_\s]+", FILE_DATE.sub("", stem))).strip(" .") or stem
    if words.isdecimal():
        return _("No. %s") % int(words)
    return words[:1].upper() + words[1:]
