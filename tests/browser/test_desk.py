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


def lines(page: Page) -> list[list[str]]:
    return page.eval_on_selector_all(
        "#articles-group .has_original",
        """rows => rows.map(row => [
            row.querySelector('[name$=-title]').value,
            row.querySelector('[name$=-position]').value,
            row.querySelector('[name$=-section]').selectedOptions[0].text,
        ])""",
    )


def test_no_page_breaks_the_content_security_policy(visit, published):
    for path in PAGES:
        visit.page.goto(path.format(issue=published.pk, article=published.articles.get(title="Mud").pk))
        visit.page.wait_for_load_state("networkidle")
        assert visit.complaints == [], path


def test_an_article_is_dragged_to_another_place(page, published):
    page.goto(f"/admin/newsletter/issue/{published.pk}/change/")
    assert [title for title, *_ in lines(page)] == ["Mud", "Crabs", "Terns"]
    grips = page.locator("#articles-group .has_original .original")
    grips.nth(0).drag_to(grips.nth(2))
    assert lines(page) == [["Crabs", "1", "News"], ["Terns", "2", "News"], ["Mud", "3", "News"]]
    page.click("[name=_save]")
    page.wait_for_load_state()
    assert [article.title for article in published.articles.in_reading_order()] == ["Crabs", "Terns", "Mud"]


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


def test_the_preview_follows_what_is_written(page, published):
    page.goto("/admin/newsletter/article/add/")
    page.click(".field-body [data-preview]")
    page.fill("#id_body", "A *wet* word")
    expect(page.locator(".field-body .writing-preview em")).to_have_text("wet")


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
