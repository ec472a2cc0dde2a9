"""Lists go out as CSV that no spreadsheet runs."""

import pytest

from core.csv_files import harmless, original

HOSTILE = ['=HYPERLINK("http://evil.example")', "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "'=1", '"; =1', "Zoë, “Z”"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula_and_each_can_be_read_again(text):
    cell = harmless(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert original(cell) == text
