"""The editors' desk in a real browser: what scripts add, and that nothing breaks the content security policy."""

import pytest
from playwright.sync_api import Page, expect

from newsletter.models import Article
from tests.browser.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = [
    "/admin/",
    "/admin/newsletter/issue/",
    "/admin/newsletter/issue/{issue}/change/",
    "/admin/newsletter/issue/{issue}/withdraw/",
    "/admin/newsletter/article/add/",
    "/admin/newsletter/article/{article}/change/",
    "/admin/newsletter/article/dialect/",
    "/admin/newsletter/picture/",
    "/admin/newsletter/picture/add/",
    "/admin/newsletter/newsletter/add/",
    "/admin/taggit/tag/add/",
]


@pytest.fixture
def visit(open_on_server, desk) -> Visit:
    """A window in which Edda has signed in."""
    visit = open_on_server()
    visit.sign_in(desk)
    return visit


@pytest.fixture
def page(visit) -> Page:
    return visit.page


def test_no_page_breaks_the_content_security_policy(visit, published):
    for path in PAGES:
        visit.page.goto(path.format(issue=published.pk, article=published.articles.get(title="Mud").pk))
        if visit.page.locator(".beside").count():
            expect(visit.page.frame_locator(".beside [data-page]").locator("#main")).to_be_attached()
        assert visit.complaints == [], path


def test_tags_are_suggested_and_made(page, published):
    page.goto("/admin/newsletter/article/add/")
    page.fill("#id_title", "Eels")
    page.click(".field-tags .select2-selection")
    page.keyboard.type("coa")
    expect(page.locator(".select2-results__option").first).to_have_text("coast")
    page.keyboard.press("Enter")
    page.keyboard.type("salt marsh,")
    page.click("[name=_save]")
    page.wait_for_load_state()
    assert set(Article.objects.get(title="Eels").tags.names()) == {"coast", "salt marsh"}


def test_buttons_mark_what_is_chosen_and_can_be_undone(page, low_tide):
    page.goto("/admin/newsletter/article/add/")
    page.fill("#id_body", "one two")
    page.locator("#id_body").evaluate("area => area.setSelectionRange(4, 7)")
    page.click(".field-body [data-key=b]")
    assert page.input_value("#id_body") == "one **two**"
    page.keyboard.press("Control+z")
    assert page.input_value("#id_body") == "one two"


def test_words_that_are_not_saved_are_not_left_by_accident(page, low_tide):
    asked: list[str] = []

    def answer(dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto("/admin/newsletter/article/add/")
    page.goto("/admin/")
    assert asked == []
    page.goto("/admin/newsletter/article/add/")
    page.click("#id_title")
    page.keyboard.type("Eels")  # only after a person did something may a page ask
    page.goto("/admin/")
    assert asked == ["beforeunload"]


def test_a_new_page_has_the_cursor_in_its_first_field(page, low_tide):
    page.goto("/admin/newsletter/article/add/")
    expect(page.locator("#id_title")).to_be_focused()
