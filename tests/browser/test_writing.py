"""Writing at the desk in a real browser: the page beside the text, keys, links, and the room on every width."""

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from newsletter.models import Article
from tests.browser.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)

WIDE = {"width": 1400, "height": 900}
NARROW = {"width": 390, "height": 844}


@pytest.fixture
def open_desk(open_on_server, desk):
    """Windows in which Edda has signed in."""

    def open_(**options: object) -> Visit:
        visit = open_on_server(**{"viewport": WIDE, **options})
        visit.sign_in(desk)
        return visit

    return open_


@pytest.fixture
def page(open_desk) -> Page:
    return open_desk().page


@pytest.fixture
def draft(published) -> Article:
    Article.objects.filter(title="Mud").update(status="draft", published_at=None)
    return Article.objects.get(title="Mud")


def beside(page: Page) -> FrameLocator:
    return page.frame_locator(".beside [data-page]")


def change(article: str) -> str:
    return f"/admin/newsletter/article/{Article.objects.get(title=article).pk}/change/"


def compose_with_an_input_method(page: Page, *stages: str) -> None:
    """Leaves the composition open."""
    devtools = page.context.new_cdp_session(page)
    for text in stages:
        devtools.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )


def test_the_page_follows_what_is_written(page, published):
    page.goto(change("Mud"))
    expect(beside(page).locator("h1")).to_have_text("Mud")
    page.fill("#id_body", "A *wet* word")
    expect(beside(page).locator(".text em")).to_have_text("wet")
    page.fill("#id_title", "Silt")
    expect(beside(page).locator("h1")).to_have_text("Silt")
    expect(page.locator("[data-length]")).to_contain_text("3 words")


def test_an_input_method_is_not_disturbed_while_it_composes(page, published):
    asked: list[str] = []
    page.on("request", lambda request: "beside" in request.url and asked.append(request.url))
    page.goto(change("Mud"))
    page.fill("#id_body", "One. ")
    expect(beside(page).locator(".text")).to_have_text("One.")
    page.focus("#id_body")
    asked.clear()
    compose_with_an_input_method(page, "c", "ch", "chao", "潮")
    page.wait_for_timeout(400)
    assert asked == []
    page.keyboard.insert_text("潮水")
    assert page.input_value("#id_body") == "One. 潮水"
    expect(beside(page).locator(".text")).to_have_text("One. 潮水")


def test_text_and_page_scroll_along(page, published):
    page.goto(change("Mud"))
    text = "\n\n".join(f"## Part {number}\n\n{'Mud and sand. ' * 60}" for number in range(9))
    page.fill("#id_body", text)
    heading = beside(page).locator("h2", has_text="Part 6")
    expect(heading).to_be_attached()
    page.locator("#id_body").evaluate("area => area.scrollTop = 0")
    expect(beside(page).locator("h1")).to_be_in_viewport()
    page.locator("#id_body").evaluate("area => area.scrollTop = area.scrollHeight * 6 / 9 - area.clientHeight / 2")
    expect(heading).to_be_in_viewport()
    page.hover(".beside [data-page]")
    page.mouse.wheel(0, -100_000)
    expect(beside(page).locator("h1")).to_be_in_viewport()
    page.wait_for_function("document.querySelector('#id_body').scrollTop < 40")


def test_a_narrow_window_shows_one_region_and_a_switch_that_stays(open_desk, published):
    page = open_desk(viewport=NARROW).page
    page.goto(change("Mud"))
    page.fill("#id_body", "Mud.\n\n" * 60)
    expect(page.locator(".beside")).to_be_hidden()
    page.mouse.wheel(0, 600)
    expect(page.locator(".desk-bar [name=_save]")).to_be_in_viewport()
    page.locator(".desk-switch label", has_text="Page").click()
    expect(page.locator("#id_body")).to_be_hidden()
    expect(beside(page).locator("h1")).to_have_text("Mud")
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


def test_without_scripts_the_page_is_a_button_away_and_saving_too(open_desk, draft):
    visit = open_desk(java_script_enabled=False)
    page = visit.page
    page.goto(change("Mud"))
    page.fill("#id_body", "A *wet* word")
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Preview in a window of its own").click()
    expect(popup.value.locator(".text em")).to_have_text("wet")
    page.get_by_role("button", name="Save and stay").click()
    assert Article.objects.get(title="Mud").body == "A *wet* word"


def choose(page: Page, words: str) -> None:
    """Mark words in the text, as a person does before a link."""
    start = page.input_value("#id_body").index(words)
    page.locator("#id_body").evaluate(
        "(area, [start, end]) => { area.focus(); area.setSelectionRange(start, end); }", [start, start + len(words)]
    )


def test_the_text_is_two_keys_away(page, published):
    page.goto(change("Mud"))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("Wet. ")
    assert "Wet. " in page.input_value("#id_body")
    page.focus("#id_title")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Italic")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#id_body")).to_be_focused()


def test_ctrl_s_saves_and_leaves_cursor_and_undo_where_they_were(page, draft):
    page.goto(change("Mud"))
    page.fill("#id_body", "Mud.\n\n" * 200 + "End")
    choose(page, "End")
    page.keyboard.type("Fin")
    before = page.locator("#id_body").evaluate("area => [area.selectionStart, area.scrollTop]")
    page.keyboard.press("Control+s")
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    assert Article.objects.get(title="Mud").body.endswith("Fin")
    expect(page.locator("#id_body")).to_be_focused()
    assert page.locator("#id_body").evaluate("area => [area.selectionStart, area.scrollTop]") == before
    page.keyboard.press("Control+z")
    assert "Fin" not in page.input_value("#id_body")


def test_what_ctrl_s_cannot_save_says_why_and_keeps_the_words(page, published):
    page.goto(change("Mud"))
    page.fill("#id_title", "")
    page.fill("#id_body", "Kept.")
    page.keyboard.press("Control+s")
    expect(page.locator(".errornote")).to_be_visible()
    assert page.input_value("#id_body") == "Kept."
    expect(page.locator("#id_body")).to_be_focused()


def test_a_new_article_comes_back_with_the_cursor_in_its_text(page, published):
    page.goto("/admin/newsletter/article/add/")
    page.fill("#id_title", "Eels")
    page.fill("#id_body", "One two")
    choose(page, "two")
    page.keyboard.press("Control+s")
    page.wait_for_url("**/change/**")
    expect(page.locator("#id_body")).to_be_focused()
    assert page.locator("#id_body").evaluate("area => [area.selectionStart, area.selectionEnd]") == [4, 7]


def test_an_address_that_is_pasted_on_words_makes_them_a_link(page, published):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(change("Mud"))
    page.fill("#id_body", "See the tables here")
    page.evaluate("navigator.clipboard.writeText('https://example.org/tides_(north)')")
    choose(page, "the tables")
    page.keyboard.press("Control+v")
    assert page.input_value("#id_body") == "See [the tables](https://example.org/tides_%28north%29) here"
    page.keyboard.press("Control+z")
    assert page.input_value("#id_body") == "See the tables here"


def test_own_articles_are_found_and_linked_by_keys(page, published):
    page.goto(change("Mud"))
    page.fill("#id_body", "As with the birds.")
    choose(page, "the birds")
    page.keyboard.press("Control+k")
    page.keyboard.type("tern")
    expect(page.locator(".finder [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    assert page.input_value("#id_body").startswith("As with [the birds](http")
    assert page.input_value("#id_body").endswith("/low-tide/march/terns/).")
    page.keyboard.press("Control+z")
    assert page.input_value("#id_body") == "As with the birds."
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("#id_body")).to_be_focused()
