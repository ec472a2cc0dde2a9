"""Every kind of page, judged by axe against WCAG 2.2 AA and good practice, and made to fit a narrow screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.publication import ERRORS, OWN_PAGES, PAGES, UNBROKEN, address

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"], "preload": False}
COLOURS = {**OPTIONS, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
NARROW, WIDE = {"width": 320, "height": 700}, {"width": 1280, "height": 900}
#: A wide screen on which everything is shown twice as large.
TWICE = {"width": 640, "height": 450}
WIDTH = "document.documentElement.scrollWidth"
# https://www.w3.org/TR/WCAG22/#text-spacing
WIDER_TEXT = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }"""

pytestmark = pytest.mark.django_db

every_page = pytest.mark.parametrize(
    ("path", "status"), [*((path, 200) for path in PAGES.values()), *ERRORS.items()], ids=[*PAGES, *ERRORS]
)


def flaws(page: Page) -> list[tuple]:
    """What axe finds, narrow and wide; and in the dark, where only colours are others, which no width changes."""
    found = []
    page.wait_for_load_state()
    page.evaluate(Axe().axe_script)
    for size, scheme, options in ((NARROW, "light", OPTIONS), (WIDE, "light", OPTIONS), (WIDE, "dark", COLOURS)):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        violations = page.evaluate("options => axe.run(options)", options)["violations"]
        found += [
            (size["width"], scheme, each["help"], [node["html"] for node in each["nodes"]]) for each in violations
        ]
    return found


def widths(page: Page) -> list[int]:
    """How wide the page is on a narrow screen: as it is, with wider spacing, and on a wider one with text twice the
    size."""
    page.set_viewport_size(NARROW)
    found = [page.evaluate(WIDTH)]
    spacing = page.add_style_tag(content=WIDER_TEXT)
    found.append(page.evaluate(WIDTH))
    spacing.evaluate("style => style.remove()")
    page.set_viewport_size(TWICE)
    page.add_style_tag(content="html { font-size: 225% !important; }")
    return [*found, page.evaluate(WIDTH)]


@every_page
def test_page_has_no_flaw_and_does_not_scroll_sideways(open_window, path, status):
    page = open_window(bypass_csp=True).open(path, status)
    assert (flaws(page), widths(page)) == ([], [320, 320, 640])


@pytest.mark.parametrize("path", OWN_PAGES.values(), ids=OWN_PAGES.keys())
def test_page_of_a_reader_has_no_flaw_and_does_not_scroll_sideways(open_for_rita, path):
    page = open_for_rita(bypass_csp=True).open(path)
    assert page.get_by_role("link", name="Rita").first.is_visible()
    assert (flaws(page), widths(page)) == ([], [320, 320, 640])


def write(page: Page, words: str = UNBROKEN) -> None:
    page.goto("/low-tide/march/mud/")
    page.get_by_label("Your comment").fill(words)
    page.locator("#write").evaluate("form => form.noValidate = true")
    page.locator("#write").get_by_role("button").first.click()


def say_who(page: Page, name: str) -> None:
    write(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Almost there")
    page.get_by_label("E-mail address").fill("nora@example.org")
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Send me the code").click()


def be_refused(page: Page) -> None:
    say_who(page, "Moderator")
    expect(page.get_by_role("alert")).to_be_focused()


def be_asked_for_the_code(page: Page) -> None:
    say_who(page, "Nora")
    expect(page.get_by_label("Code")).to_be_focused()


def mistype_the_code(page: Page) -> None:
    be_asked_for_the_code(page)
    page.get_by_label("Code").fill("ABCD-EFGH")
    page.get_by_role("button", name="Post my comment").click()
    expect(page.get_by_role("alert")).to_contain_text("4 attempts are left")


def come_to_the_door(page: Page) -> None:
    page.goto("/account/sign-in/")


def ask_to_sign_in(page: Page) -> None:
    come_to_the_door(page)
    page.get_by_label("E-mail address").fill("nora@example.org")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter the code")


def mute(page: Page) -> None:
    page.goto(address("/comments/mute/{mute}/"))
    page.get_by_role("button", name="Mute this").click()
    expect(page.get_by_role("status")).to_be_visible()


STEPS = [be_refused, be_asked_for_the_code, mistype_the_code, come_to_the_door, ask_to_sign_in, mute]


@pytest.mark.parametrize("step", STEPS)
def test_page_on_the_way_has_no_flaw_and_does_not_scroll_sideways(open_window, step):
    page = open_window(bypass_csp=True).page
    step(page)
    assert (flaws(page), widths(page)) == ([], [320, 320, 640])


def write_nothing(page: Page) -> None:
    write(page, "")
    expect(page.get_by_role("alert")).to_contain_text("Write something first.")


def look_first(page: Page) -> None:
    page.goto(address("/low-tide/march/mud/comments/?reply_to={It was the eels}&quote=1"))
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="How it will look")).to_be_visible()


def change_too_late(page: Page) -> None:
    page.goto(address("/comments/{Does anybody know}/edit/"))
    page.locator("[name=seen]").evaluate("field => field.value = 'other'")
    page.get_by_label("Your comment").fill("Somebody does.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("changed since you opened")


def lose_the_session(page: Page) -> None:
    page.goto(address("/comments/{Does anybody know}/edit/"))
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are no longer signed in")


OWN_STEPS = [write_nothing, look_first, change_too_late, lose_the_session]


@pytest.mark.parametrize("step", OWN_STEPS)
def test_page_on_a_readers_way_has_no_flaw_and_does_not_scroll_sideways(open_for_rita, step):
    page = open_for_rita(bypass_csp=True).page
    step(page)
    assert (flaws(page), widths(page)) == ([], [320, 320, 640])


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
