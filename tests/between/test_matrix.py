"""Every cell of `matrix.md` is filled once, and what it names as its proof is there."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
INTRODUCTION, *ROWS = re.split("^## ", (HERE / "matrix.md").read_text(), flags=re.MULTILINE)
COLUMNS = re.findall(r"^\| (\w+) \| (?:an?|the) ", INTRODUCTION, re.MULTILINE)
TEST = re.compile("^  - `(.+)`$", re.MULTILINE)
#: What belongs to no single cell: costs, who may look, what an editor cannot even ask for.
SHARED = {
    "test_closings_cost_two_queries",
    "test_what_never_closes_lets_pages_live_an_hour",
    "test_a_mail_that_asks_is_none_of_a_moderators_business",
    "test_an_editor_sends_a_draft_as_a_test",
    "test_no_button_mails_what_readers_see_later",
    "test_nothing_is_planned_for_what_readers_will_not_see",
}


def title(row: str) -> str:
    return row.partition("\n")[0]


@cache
def names_in(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE))


@pytest.mark.parametrize("row", ROWS, ids=title)
def test_each_cell_says_once_what_should_happen(row):
    named = []
    for cell in row.split("\n- ")[1:]:
        columns, _colon, sentence = TEST.sub("", cell).strip().partition("**: ")
        named += columns.removeprefix("**").split(", ")
        assert sentence.endswith(".")
        assert sentence.startswith("*apart*: ") is not bool(TEST.search(cell)), cell
    assert Counter(named) == Counter(COLUMNS)


@pytest.mark.parametrize("row", ROWS, ids=title)
def test_each_test_that_is_named_exists(row):
    for test in TEST.findall(row):
        path, name = test.split("::")
        assert name in names_in(HERE.parent / path), test


def test_each_test_here_is_named():
    named = {test.partition("::")[2] for row in ROWS for test in TEST.findall(row) if test.startswith("between/")}
    here = set().union(*(names_in(path) for path in HERE.glob("test_*.py") if path != Path(__file__)))
    assert here == named | SHARED
