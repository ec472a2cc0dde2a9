"""The words of the program are there in Chinese, all of them, and nothing is left of those that went."""

import ast
import gettext
import re
from pathlib import Path

from tests.house.test_layers import MODULES, ROOT, TEMPLATES, name, syntax

CATALOG = ROOT / "locale/zh_Hans/LC_MESSAGES/django.mo"
MARKS = {
    "_",
    "_lazy",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
}
TAG = re.compile(r"""\{%\s*(?:translate|trans)\s+"([^"]+)\"""")
FILTER = re.compile(r'_\("([^"]+)"\)')


def in_code(module):
    for node in ast.walk(syntax(module)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS:
            words = [
                word.value for word in node.args if isinstance(word, ast.Constant) and isinstance(word.value, str)
            ]
            if words:
                yield words[1 if "pgettext" in node.func.id else 0]


def in_template(template):
    text = template.read_text()
    return [*TAG.findall(text), *FILTER.findall(text)]


def known():
    with CATALOG.open("rb") as file:
        catalog = gettext.GNUTranslations(file)._catalog
    return {(key[0] if isinstance(key, tuple) else key).rpartition("\x04")[2] for key in catalog}


def test_every_word_of_the_program_is_there_in_chinese():
    words = known()
    found = [(name(path), text) for path in MODULES for text in in_code(path)]
    found += [(name(path), text) for path in TEMPLATES for text in in_template(path)]
    assert [(place, text) for place, text in found if text not in words] == []


def test_no_translation_waits_for_somebody_to_look_at_it():
    assert "#, fuzzy" not in Path(CATALOG).with_suffix(".po").read_text(encoding="utf-8").partition("\n\n")[2]
