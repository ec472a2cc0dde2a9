"""Letters at the desk in a real browser: keys, words that are kept, and a letter that becomes a comment."""

import pytest
from playwright.sync_api import expect

from comments.models import Policy
from correspondence.models import Thread
from tests import cast
from tests.browser.conftest import PHONE, Visit, signed_in
from tests.browser.test_moderation import flaws_of
from tests.correspondence.letters import letter, page_of, thread_of
from tests.correspondence.post import link_in
from tests.mailing.post import delivered

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/correspondence/thread/"


@pytest.fixture
def visit(open_on_server, edda) -> Visit:
    visit = open_on_server()
    visit.sign_in(signed_in(edda))
    return visit


@pytest.fixture
def letters(published):
    names = ("otto", "rita", "sumi")
    return [letter(published.newsletter, f"From {name}.", f"{name}@example.org", issue=published) for name in names]


def test_a_morning_of_letters_takes_a_few_keys(visit, letters):
    page = visit.open(LIST)
    page.get_by_role("link", name="Rita sumi@example.org").click()
    for words, key in (("From sumi.", "e"), ("From rita.", "n"), ("From otto.", "k")):
        expect(page.get_by_text(words).last).to_be_visible()
        expect(page.get_by_text("sends,")).to_be_visible()
        page.keyboard.press(key)
    page.keyboard.press("r")
    page.keyboard.type("Thank you! Not needed, never.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Your answer is on its way.")).to_be_visible()
    assert thread_of(letters[0]).letters.last().text == "Thank you! Not needed, never."
    assert list(Thread.objects.filter(is_open=True)) == [thread_of(letters[1])]
    assert visit.complaints == []


def test_what_was_typed_comes_back_after_the_window_was_closed(visit, letters):
    page = visit.open(page_of(letters[0].thread))
    page.get_by_label("Your answer").press_sequentially("Half a thought")
    expect(page.locator("form [data-kept]")).to_contain_text("kept")
    page.goto(LIST)
    page = visit.open(page_of(letters[0].thread))
    page.get_by_role("link", name="Go on with it").click()
    expect(page.get_by_label("Your answer")).to_have_value("Half a thought")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your answer is on its way.")).to_be_visible()
    assert "Go on with it" not in visit.open(page_of(letters[0].thread)).content()


def test_without_a_script_a_letter_becomes_a_comment(open_on_server, visit, edda, letters):
    Policy.objects.update_or_create(newsletter=letters[0].newsletter, defaults={"mode": "open"})
    delivered()
    desk = open_on_server(java_script_enabled=False)
    desk.sign_in(signed_in(edda))
    page = desk.open(page_of(letters[0].thread))
    page.get_by_role("link", name="Make this a comment…").click()
    page.get_by_label("Words of the letter").fill("From nobody.")
    page.get_by_role("button", name="Ask by mail").click()
    expect(page.get_by_text("These are not their words")).to_be_visible()
    page.get_by_label("Words of the letter").fill("From otto.")
    page.get_by_role("button", name="Ask by mail").click()
    expect(page.get_by_text("Nothing is shown before they say yes.")).to_be_visible()
    reader = open_on_server(**PHONE)
    page = reader.open(link_in(delivered()[0]))
    page.get_by_label("Your name").fill("Otto Moor")
    page.get_by_role("button", name="Post it").click()
    page.get_by_role("link", name="read it in its place").click()
    expect(page.get_by_role("article").filter(has_text="From otto.").last).to_contain_text("Otto Moor")
    assert reader.complaints == []


def test_pages_of_letters_are_accessible(visit, letters):
    cast.person("Otto")
    pages = [LIST, page_of(letters[0].thread)]
    pages += [f"{LIST}letter/{letters[0].pk}/{step}/" for step in ("offer", "tip")]
    for address in pages:
        assert flaws_of(visit.open(address)) == [], address
