"""Accent colours: as the newsletter wants them, as far as they can be read."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from newsletter.colours import (
    PAPER_DARK,
    PAPER_LIGHT,
    READABLE,
    as_hex,
    channels,
    contrast,
    linear,
    luminance,
    readable,
)

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


def in_oklab(colour):
    """https://www.w3.org/TR/css-color-4/#color-conversion-code"""
    red, green, blue = (linear(channel) for channel in channels(colour))
    cones = (
        0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue,
        0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue,
        0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue,
    )
    long, middle, short = (cone ** (1 / 3) for cone in cones)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def from_oklab(lightness, a, b):
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    light = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    shades = (12.92 * one if one <= 0.0031308 else 1.055 * one ** (1 / 2.4) - 0.055 for one in light)
    return as_hex(tuple(min(1, max(0, shade)) for shade in shades))


def mixed(colour, percent, paper):
    """What `color-mix(in oklab, colour percent%, paper)` paints."""
    share = percent / 100
    pairs = zip(in_oklab(colour), in_oklab(paper), strict=True)
    return from_oklab(*(one * share + other * (1 - share) for one, other in pairs))


@cache
def sheets():
    return {path.name: path.read_text() for path in Path(settings.BASE_DIR, "static").glob("*.css")}


def shades_of(*names):
    """Light and dark of the variables of the theme."""
    return {
        name: re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", sheets()["theme.css"]).groups() for name in names
    }


def test_the_mix_of_two_colours_is_what_a_browser_paints():
    assert mixed("#8a2b1d", 18, "#fcfaf5") == "#ead4cc"
    assert mixed("#0a5c36", 9, "#1b1816") == "#1c1e19"
    assert mixed("#ffffff", 28, "#1b1816") == "#52504e"


@given(colours)
def test_words_can_be_read_on_marks_of_every_accent(accent):
    everything = "\n".join(sheets().values())
    marks = {
        int(found) for found in re.findall(r"color-mix\(in oklab, var\(--accent\) (\d+)%, var\(--paper\)", everything)
    }
    assert marks == {7, 9, 18, 28}
    ink, quiet = shades_of("ink", "quiet").values()
    for scheme, paper in enumerate((PAPER_LIGHT, PAPER_DARK)):
        shade = readable(accent, paper)
        for percent in marks:
            assert contrast(ink[scheme], mixed(shade, percent, paper)) >= READABLE
        assert contrast(quiet[scheme], mixed(shade, 9, paper)) >= READABLE


def test_what_is_found_is_marked_in_the_colour_of_the_text():
    assert re.search(r"^mark \{[^}]*color: var\(--ink\)", sheets()["base.css"], re.MULTILINE)
    assert not any(
        "color: inherit" in rule for sheet in sheets().values() for rule in re.findall(r"mark \{[^}]*", sheet)
    )


def test_success_warning_and_error_have_readable_colours_of_their_own():
    kinds = shades_of("success", "warning", "error", "accent")
    for scheme, paper in enumerate((PAPER_LIGHT, PAPER_DARK)):
        assert len({shades[scheme] for shades in kinds.values()}) == 4
        for kind in ("success", "warning", "error"):
            shade = kinds[kind][scheme]
            assert contrast(shade, paper) >= READABLE
            assert contrast(shade, mixed(shade, 8, paper)) >= READABLE


def test_no_message_has_the_colour_of_the_newsletter():
    rules = [rule for sheet in sheets().values() for rule in re.findall(r"[^{}]+\{[^{}]*\}", sheet)]
    messages = [rule for rule in rules if re.search(r"(?:\.notes|\.problems|errorlist|aria-invalid)[^{]*\{", rule)]
    assert messages
    assert not [rule for rule in messages if "--accent" in rule]


def test_latin_text_never_reaches_a_chinese_face():
    theme = sheets()["theme.css"]
    latin, chinese = theme.split(":lang(zh) {")
    assert "CJK" not in latin
    assert chinese.count("CJK SC") == 2
    assert ":not(:lang(zh)" in latin
