"""What the script adds to the form: drafts that outlive the page, what is selected is quoted, room is counted."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import signed_in
from tests.comments import talk

pytestmark = pytest.mark.django_db(transaction=True)

ARTICLE = "/low-tide/march/mud/"
SELECT = "getSelection().selectAllChildren(document.querySelector('.comment .text p'))"


@pytest.fixture
def page(open_on_server, published, rita) -> Page:
    """The article with a comment of Otto's, in a window in which Rita, whom one trusts, has signed in."""
    talk.say(talk.under(published.articles.get(slug="mud")), talk.otto(), "The sea takes *its time*.")
    talk.trusted(rita)
    visit = open_on_server()
    visit.sign_in(signed_in(rita))
    return visit.open(ARTICLE)


def drafts(page: Page) -> list[str]:
    page.wait_for_load_state()
    return page.evaluate("Object.keys(localStorage)")


def test_draft_outlives_the_page_until_it_is_sent(page):
    text = page.get_by_label("Your comment")
    text.fill("Half a thought")
    page.reload()
    expect(text).to_have_value("Half a thought")
    expect(page.get_by_text("This is what you began to write here.")).to_be_visible()
    text.press("Control+Enter")
    expect(page.get_by_role("status")).to_have_text("Your comment is posted.")
    assert drafts(page) == []


def in_another_tab(page: Page, address: str = ARTICLE) -> Page:
    other = page.context.new_page()
    other.goto(address)
    return other


def test_two_tabs_keep_drafts_of_their_own(page):
    first = page.get_by_label("Your comment")
    first.fill("In the first tab")
    other = in_another_tab(page)
    second = other.get_by_label("Your comment")
    expect(second).to_have_value("")
    second.fill("In the second tab")
    for tab, text, words in ((page, first, "In the first tab"), (other, second, "In the second tab")):
        tab.reload()
        expect(text).to_have_value(words)
    first.press("Control+Enter")
    expect(page.get_by_role("status")).to_have_text("Your comment is posted.")
    other.reload()
    expect(second).to_have_value("In the second tab")
    expect(other.get_by_text("This is what you began to write here.")).to_be_visible()


def test_draft_of_a_tab_that_is_gone_is_offered_once(page):
    page.get_by_label("Your comment").fill("Before the crash")
    assert len(drafts(page)) == 1
    heir = in_another_tab(page)
    expect(heir.get_by_label("Your comment")).to_have_value("")
    page.close()
    heir.reload()
    expect(heir.get_by_label("Your comment")).to_have_value("Before the crash")
    expect(heir.get_by_text("This is what you began to write here.")).to_be_visible()
    later = in_another_tab(heir)
    expect(later.locator(".counter")).to_be_hidden()
    expect(later.get_by_label("Your comment")).to_have_value("")


def test_answer_and_comment_in_one_tab_are_two_drafts(page):
    page.get_by_label("Your comment").fill("To all")
    page.get_by_role("link", name="Reply").first.click()
    expect(page.get_by_text("In reply to")).to_be_visible()
    expect(page.get_by_label("Your comment")).to_have_value("")
    page.get_by_label("Your comment").fill("To Otto")
    page.goto(ARTICLE)
    expect(page.get_by_label("Your comment")).to_have_value("To all")


def test_draft_can_be_discarded(page):
    page.get_by_label("Your comment").fill("Half a thought")
    page.reload()
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_label("Your comment")).to_have_value("")
    assert drafts(page) == []


def test_what_is_selected_is_quoted(page):
    quote = page.get_by_role("button", name="Quote what you have selected")
    expect(quote).to_be_hidden()
    page.get_by_label("Your comment").fill("Listen:")
    page.evaluate(SELECT)
    quote.click()
    expect(page.get_by_label("Your comment")).to_have_value("Listen:\n\n> The sea takes its time.\n\n")
    expect(page.get_by_label("Your comment")).to_be_focused()


def test_counter_tells_how_much_room_is_left_and_stops_what_is_too_long(page):
    text, counter = page.get_by_label("Your comment"), page.locator(".counter")
    expect(counter).to_be_hidden()
    text.fill("🦀" * 2990)
    expect(counter).to_have_text("Characters left: 10")
    text.fill("🦀" * 3002)
    expect(counter).to_have_text("Characters too many: 2")
    page.get_by_role("button", name="Post").click()
    assert page.url.endswith(ARTICLE)
    assert text.evaluate("text => text.validationMessage") == "Characters too many: 2"
