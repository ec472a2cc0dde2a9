"""What is typed at the desk outlives the window, the session and the server, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from newsletter.models import Article, KeptForm
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

NO_STORAGE = "Object.defineProperty(window, 'localStorage', {get() { throw Error('No'); }});"


@pytest.fixture
def address(low_tide):
    silt = cast.article(low_tide, title="Silt", status="draft", published_at=None)
    return f"/admin/newsletter/article/{silt.pk}/change/"


@pytest.fixture
def visit(open_on_server, desk):
    visit = open_on_server(viewport={"width": 1280, "height": 900})
    visit.sign_in(desk)
    return visit


def type_in(page, address, words):
    page.goto(address)
    page.locator("#id_body").focus()
    page.keyboard.type(words)


def is_kept(page):
    expect(page.locator("[data-kept]").first).to_have_text(re.compile("kept"))


@pytest.mark.parametrize("script", ["", NO_STORAGE])
def test_a_closed_window_is_offered_and_goes_on(visit, address, script):
    visit.context.add_init_script(script)
    # Django's own scripts do without storage less quietly: then these windows are not listened to.
    closed = visit.context.new_page() if script else visit.page
    type_in(closed, address, "Typed and not saved. ")
    is_kept(closed)
    closed.close(run_before_unload=False)
    page = visit.context.new_page()
    if not script:
        visit.watch(page)
    page.goto(address)
    page.get_by_text("See what differs").click()
    expect(page.locator(".kept-offer ins").first).to_contain_text("Typed and not saved.")
    page.get_by_role("link", name="Go on with it").click()
    expect(page.locator("#id_body")).to_have_value(re.compile("^Typed and not saved. "))
    page.get_by_role("button", name="Save and stay").click()
    expect(page.locator(".kept-offer")).to_have_count(0)
    assert Article.objects.get(title="Silt").body.startswith("Typed and not saved.")


def test_what_only_the_browser_has_is_offered_too(visit, address):
    """The server is killed between two words, and comes back."""
    visit.context.route("**/kept/", lambda route: route.abort())
    type_in(visit.page, address, "Only here. ")
    expect(visit.page.locator("[data-lost]")).to_be_visible()
    visit.page.close(run_before_unload=False)
    visit.complaints.clear()
    visit.context.unroute("**/kept/")
    page = visit.context.new_page()
    page.goto(address)
    page.get_by_text("See what differs").click()
    expect(page.locator(".kept-offer ins").first).to_contain_text("Only here.")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('kept ')).length") == 0


def test_a_session_that_ended_in_the_middle_is_said_and_nothing_is_lost(visit, desk, address):
    type_in(visit.page, address, "Before. ")
    visit.context.clear_cookies(name="session")
    visit.page.keyboard.type("After. ")
    expect(visit.page.locator("[data-out]")).to_be_visible()
    visit.page.get_by_role("button", name="Save", exact=True).click()
    expect(visit.page).to_have_url(re.compile("/account/sign-in/"))
    visit.sign_in(desk)
    visit.page.goto(f"{address}?kept={KeptForm.objects.with_words().get().pk}")
    expect(visit.page.locator("#id_body")).to_have_value(re.compile("^Before. After. "))


def test_words_are_sent_at_most_ten_seconds_behind(visit, address):
    page = visit.page
    page.clock.install()
    type_in(page, address, "a")
    for words in ("a", "ab", "abc"):
        with page.expect_request(lambda request, words=words: f"body={words}All" in (request.post_data or "")):
            page.clock.run_for(9_000)
        page.keyboard.type(chr(ord(words[-1]) + 1))
    visit.complaints.clear()
