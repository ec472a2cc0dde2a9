"""Writing a comment with the keyboard alone: everything is reached in order, and where one is can always be seen."""

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment
from tests.accounts.doors import sent_code

pytestmark = pytest.mark.django_db(transaction=True)

ARTICLE = "/low-tide/march/mud/"
FOCUSED = """(() => {
    const {outlineStyle, outlineWidth} = getComputedStyle(document.activeElement);
    const {top, bottom} = document.activeElement.getBoundingClientRect();
    return {
        name: document.activeElement.labels?.[0]?.textContent.trim() || document.activeElement.textContent.trim(),
        tag: document.activeElement.localName,
        isMarked: outlineStyle === "solid" && outlineWidth === "2px",
        isSeen: bottom > 0 && top < innerHeight,
    };
})()"""


@pytest.fixture
def page(open_on_server, published) -> Page:
    return open_on_server(viewport={"width": 390, "height": 844}, reduced_motion="reduce").page


def tab_to(page: Page, name: str) -> None:
    """Press Tab until something has the focus; whatever has it on the way shows that, and is on the screen."""
    page.wait_for_load_state()
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["tag"] != "body":  # between the last thing on a page and the first
            assert (focused["isMarked"], focused["isSeen"]) == (True, True), focused
        if focused["name"].rstrip(":") == name:
            return
    pytest.fail(f"{name} is not reached")


def open_and_write(page: Page, words: str) -> None:
    page.goto(ARTICLE)
    tab_to(page, "Skip to the text")
    page.keyboard.press("Enter")
    tab_to(page, "Your comment")
    page.keyboard.type(words)


def test_a_comment_is_written_with_keys_alone(page, mailoutbox):
    open_and_write(page, "By hand.")
    tab_to(page, "Continue")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Almost there")
    tab_to(page, "E-mail address")
    page.keyboard.type("nora@example.org")
    tab_to(page, "Your name")
    page.keyboard.type("Moderator")
    tab_to(page, "Send me the code")
    page.keyboard.press("Enter")

    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to(page, "Your name")  # which is marked as wrong, and shows the focus nevertheless
    page.keyboard.press("Control+a")
    page.keyboard.type("Nora")
    page.keyboard.press("Enter")

    expect(page.get_by_label("Code")).to_be_focused()
    page.keyboard.type(sent_code(mailoutbox))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your comment waits")
    assert Comment.objects.get().body == "By hand."


def test_skip_link_leads_past_the_navigation_of_a_conversation(page):
    page.goto(f"{ARTICLE}comments/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
