"""Every kind of page, judged by axe against WCAG 2.2 AA and good practice, and made to fit a narrow screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.publication import ERRORS, PAGES

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"], "preload": False}
NARROW, WIDE = {"width": 320, "height": 700}, {"width": 1280, "height": 900}
# https://www.w3.org/TR/WCAG22/#text-spacing
WIDER_TEXT = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }"""

pytestmark = pytest.mark.django_db

every_page = pytest.mark.parametrize(
    ("path", "status"), [*((path, 200) for path in PAGES.values()), *ERRORS.items()], ids=[*PAGES, *ERRORS]
)


@every_page
def test_page_has_no_flaw_in_light_or_dark_narrow_or_wide(open_window, path, status):
    page = open_window(bypass_csp=True).open(path, status)
    page.evaluate(Axe().axe_script)
    flaws = []
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate("options => axe.run(options)", OPTIONS)["violations"]
            flaws += [
                (size["width"], scheme, flaw["help"], [node["html"] for node in flaw["nodes"]]) for flaw in found
            ]
    assert flaws == []


@every_page
def test_page_does_not_scroll_sideways_on_a_narrow_screen(open_window, path, status):
    page = open_window(viewport=NARROW, bypass_csp=True).open(path, status)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.add_style_tag(content=WIDER_TEXT)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_first_key_leads_past_the_navigation(visit):
    visit.open("/low-tide/march/")
    visit.page.keyboard.press("Tab")
    skip = visit.page.locator(".skip")
    assert skip.evaluate("link => link === document.activeElement")
    assert skip.bounding_box()["y"] >= 0
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focus_can_always_be_seen(open_window, scheme):
    page = open_window(color_scheme=scheme).open("/low-tide/march/")
    for _ in range(25):
        page.keyboard.press("Tab")
        outline = page.evaluate("(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])"
                                "(getComputedStyle(document.activeElement))")  # fmt: skip
        assert outline == ["solid", "2px"]


def test_nothing_moves_for_those_who_want_rest(open_window):
    page = open_window(reduced_motion="reduce").open("/low-tide/march/")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("document.getAnimations().length") == 0


def test_table_that_is_too_wide_scrolls_by_keyboard(open_window):
    page = open_window(viewport=NARROW).open("/articles/alone/")
    assert page.locator(".table").get_attribute("tabindex") == "0"
    assert page.locator(".table").get_attribute("role") == "group"
