"""Accent colours: as the newsletter wants them, as far as they can be read."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from newsletter.colours import PAPER_DARK, PAPER_LIGHT, READABLE, contrast, luminance, readable

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def test_luminance_is_that_of_wcag():
    assert luminance("#000000") == 0
    assert luminance("#ffffff") == pytest.approx(1)
    assert luminance("#808080") == pytest.approx(0.2159, abs=0.0001)


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#777777", "#777777") == 1


@given(colours)
def test_every_colour_becomes_readable_on_both_papers(colour):
    for paper in (PAPER_LIGHT, PAPER_DARK):
        assert contrast(readable(colour, paper), paper) >= READABLE


def test_readable_colour_stays_as_it_is():
    assert readable("#8a2b1d", PAPER_LIGHT) == "#8a2b1d"


def test_yellow_stays_a_yellow():
    red, green, blue = bytes.fromhex(readable("#ffff00", PAPER_LIGHT)[1:])
    assert red == green > 0
    assert blue == 0


def test_papers_are_those_of_the_style_sheet():
    sheet = Path(settings.BASE_DIR, "static/theme.css").read_text()
    assert re.search(r"--paper: light-dark\((#\w+), (#\w+)\)", sheet).groups() == (PAPER_LIGHT, PAPER_DARK)


def test_texts_of_the_style_sheet_can_be_read():
    sheet = Path(settings.BASE_DIR, "static/theme.css").read_text()
    for light, dark in re.findall(r"--(?:ink|quiet|accent): light-dark\((#\w+), (#\w+)\)", sheet):
        assert contrast(light, PAPER_LIGHT) >= READABLE
        assert contrast(dark, PAPER_DARK) >= READABLE


def test_style_sheet_of_a_colour_is_kept_for_ever_and_costs_no_query(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/theme/8a2b1d.css")
    assert response.content.decode().startswith(":root{--accent:light-dark(#8a2b1d,#")
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in response.headers["Cache-Control"]
    assert not response.cookies


@pytest.mark.parametrize("odd", ["8A2B1D", "fff", "8a2b1d0", "zzzzzz", "red", "8a2b1d;}", "８a2b1d"])
def test_what_is_no_colour_has_no_style_sheet(client, db, odd):
    assert client.get(f"/theme/{odd}.css").status_code == 404


def test_pages_of_a_newsletter_load_its_colour(client, published):
    published.newsletter.accent = "#0a5c36"
    published.newsletter.save()
    for path in ("/low-tide/", "/low-tide/march/", "/low-tide/march/mud/", "/low-tide/about/"):
        assert '<link rel="stylesheet" href="/theme/0a5c36.css">' in client.get(path).content.decode()
