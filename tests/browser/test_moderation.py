"""Moderation in a real browser: three keys for a comment, nothing that breaks the content security policy, axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from comments import moderating
from comments.models import Comment, State
from tests import cast
from tests.browser.conftest import Visit, signed_in
from tests.comments import talk

pytestmark = pytest.mark.django_db(transaction=True)

#: Django's search field has its label in an attribute.
OURS = {"include": [["#content-main"]], "exclude": [["#searchbar"]]}


@pytest.fixture
def visit(open_on_server, milo) -> Visit:
    """A window in which Milo has signed in."""
    visit = open_on_server()
    visit.sign_in(signed_in(milo))
    return visit


@pytest.fixture
def waiting(published, rita):
    discussion = talk.under(published.articles.get(slug="mud"))
    return [talk.held(discussion, cast.person(f"R{number}"), f"Number {number}") for number in range(3)]


def test_three_comments_take_three_keys_and_a_reason(visit, waiting):
    page = visit.open(f"/admin/comments/queue/{waiting[0].pk}/change/")
    for number, key in enumerate("asr"):
        expect(page.locator(".words").first).to_have_text(f"Number {number}")
        expect(page.get_by_text("Keys:")).to_be_visible()
        page.keyboard.press(key)
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The queue is empty.")).to_be_visible()
    states = list(Comment.objects.order_by("pk").values_list("state", flat=True))
    assert states == [State.APPROVED, State.SPAM, State.REJECTED]


def test_a_key_skips_and_a_key_undoes(visit, waiting):
    page = visit.open(f"/admin/comments/queue/{waiting[0].pk}/change/")
    for key, number in (("n", 1), ("s", 2), ("u", 1)):
        expect(page.get_by_text("Keys:")).to_be_visible()
        page.keyboard.press(key)
        expect(page.locator(".words").first).to_have_text(f"Number {number}")
    assert Comment.objects.filter(state=State.PENDING).count() == 3


def test_after_a_conflict_no_key_decides_before_one_has_looked(visit, waiting, edda):
    page = visit.open(f"/admin/comments/queue/{waiting[0].pk}/change/")
    moderating.transition([waiting[0].pk], State.SPAM, edda)
    expect(page.get_by_text("Keys:")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text("Nothing was changed.")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("n")
    seen = page.get_by_role("button", name="I have seen what changed")
    seen.click()
    expect(page.get_by_text("Keys:")).to_be_visible()
    assert Comment.objects.get(pk=waiting[0].pk).state == State.SPAM
    page.keyboard.press("a")
    expect(page.locator(".words").first).to_have_text("Number 1")
    assert Comment.objects.get(pk=waiting[0].pk).state == State.APPROVED


def test_keys_pressed_while_writing_are_letters(visit, waiting):
    page = visit.open(f"/admin/comments/queue/{waiting[0].pk}/change/")
    page.get_by_label("In your own words").press_sequentially("as")
    expect(page.get_by_label("In your own words")).to_have_value("as")
    assert Comment.objects.filter(state=State.PENDING).count() == 3


def test_older_comments_are_looked_at_corrected_and_brought_in(visit, published, edda, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    visit.sign_in(signed_in(edda))
    page = visit.open(f"/admin/newsletter/issue/{published.pk}/change/")
    page.get_by_role("link", name="Bring in older comments").click()
    expect(page.get_by_label("Or text")).to_be_visible()
    page.get_by_label("Or text").fill("name;text;age\nAnna;The mud was blue.;7mo\n;I forgot.;")
    page.get_by_label("Where it was said").fill("LinkedIn")
    assert flaws_of(page) == []
    page.get_by_role("button", name="See each comment").click()
    page.get_by_text("Correct it").first.click()
    page.get_by_label("Name").first.fill("Anna Tidewell")
    page.keyboard.press("Enter")
    expect(page.locator(".older strong").first).to_have_text("Anna Tidewell")
    assert flaws_of(page) == []
    page.get_by_role("checkbox", name="Bring in").nth(1).uncheck()
    page.get_by_role("button", name="Bring in what is ticked").click()
    expect(page.get_by_text("1 comment was brought in.")).to_be_visible()
    page.goto("/admin/comments/discussion/brought-in/?name=anna+tidewell")
    assert flaws_of(page) == []
    page.get_by_role("button", name="Erase what is ticked…").click()
    expect(page.get_by_text("loses its words")).to_be_visible()
    assert flaws_of(page) == []
    page.get_by_role("button", name="Erase").click()
    expect(page.get_by_text("1 comment is erased.")).to_be_visible()


def test_pages_of_moderation_are_accessible(visit, waiting):
    reader = waiting[0].author_id
    pages = ["queue/", f"queue/{waiting[0].pk}/change/", f"reader/{reader}/change/", "rule/add/"]
    for address in pages:
        page = visit.open(f"/admin/comments/{address}")
        assert (address, flaws_of(page)) == (address, [])


def flaws_of(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page, context=OURS).response["violations"]
    return [(violation["id"], violation["nodes"][0]["html"]) for violation in found]
