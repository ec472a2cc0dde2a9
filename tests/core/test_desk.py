"""The admin's front page says first what waits."""

import pytest

from core import desk as front
from core.desk import Line


@pytest.fixture
def lines(monkeypatch):
    monkeypatch.setattr(front, "lines", [])
    return front.lines


def test_what_waits_is_said_to_those_who_may_see_it(desk, edda, lines):
    lines.append(lambda request: [Line("3 <tips> wait", "/admin/tips/")] if request.user == edda else [])
    lines.append(lambda request: [Line("For Milo", "/admin/milo/")] if request.user != edda else [])
    page = desk.get("/admin/").text
    assert '<li><a href="/admin/tips/">3 &lt;tips&gt; wait</a></li>' in page
    assert "For Milo" not in page


def test_where_nothing_waits_nothing_is_said(desk, lines):
    lines.append(lambda request: [])
    assert "desk-waiting" not in desk.get("/admin/").text
