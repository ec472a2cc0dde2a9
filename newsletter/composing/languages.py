"""Languages by their names: "(link in Dutch)", "（荷兰语）", "(en néerlandais)"."""

import re
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext, override

#: In which languages a note may name one, other names, and words that may stand beside a name.
WORDS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
FILLERS = {*" ".join(WORDS["fillers"]).split()}
CHINESE_FILLERS = re.compile("原文|链接|連結|文章|视频|視頻|网页|網頁|为|為|仅|只有")
SEEMS_NAMED = re.compile(r"(?i).*\blinks?\b.*|(?:in|auf|en) \w+|.*[语語]")
NOTE = re.compile(r"[*_]*[(（\[【]\s*([^()（）\[\]【】\n]{1,60}?)\s*[)）\]】][*_]*(?!\()")


def language_note(text: str) -> tuple[str, str]:
    """The code of the language that a note at the start of `text` names, and the text behind the note. Without such a
    note the code is empty and the text as it was."""
    note = NOTE.match(text)
    code = language_named(note[1]) if note else ""
    return (code, text[note.end() :].strip()) if note and code else ("", text)


def unknown_language(text: str) -> str:
    """The note at the start of `text`, where it seems to name a language that is not known here."""
    note = NOTE.match(text)
    return note[0] if note and not language_named(note[1]) and SEEMS_NAMED.fullmatch(note[1]) else ""


def language_named(words: str) -> str:
    """The code of the language that these words name, and name alone; else empty."""
    if len(words) == 2 and words.isupper() and words.lower() in dict(settings.LANGUAGES):  # AST is a tree
        return words.lower()
    spoken = re.split(r"[\s,;:]+", CHINESE_FILLERS.sub(" ", words.casefold()))
    return names().get(key(" ".join(word for word in spoken if word not in FILLERS)), "")


@cache
def names() -> dict[str, str]:
    """Code by name of every language that the site knows."""
    codes = [code for code, _ in settings.LANGUAGES if code in LANG_INFO]
    found = {key(name): code for code, known in WORDS["other_names"].items() if code in codes for name in known}
    for language in WORDS["named_in"]:
        with override(language):
            found |= {key(gettext(LANG_INFO[code]["name"])): code for code in codes}
    return found | {key(LANG_INFO[code]["name_local"]): code for code in codes}


def key(name: str) -> str:
    """A name as it is looked up: 荷兰文 is 荷兰语."""
    return re.sub("[文語]$", "语", name.strip().casefold())
