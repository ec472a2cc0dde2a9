"""How far it is, in clicks and page loads, from an empty newsletter to an issue with an essay and three items."""

import pytest
from playwright.sync_api import Page, expect

from newsletter.models import Issue

pytestmark = pytest.mark.django_db(transaction=True)


class Counted:
    """A window that counts what is clicked and which pages are loaded; typing and the keys of a form cost nothing."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.loads = page, 0, 0
        page.on("domcontentloaded", self.count_load)

    def count_load(self, _page: Page) -> None:
        self.loads += 1

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.click(selector)

    def choose(self, selector: str, value: str) -> None:
        self.clicks += 2  # the list, and what is chosen in it
        self.page.select_option(selector, value)


@pytest.fixture
def counted(open_on_server, desk, low_tide) -> Counted:
    visit = open_on_server(viewport={"width": 1280, "height": 900})
    visit.sign_in(desk)
    return Counted(visit.page)


def write_issue(counted: Counted) -> Issue:
    """An issue with an essay in its own section and three items, each from its address."""
    page = counted.page
    page.goto("/admin/")
    counted.click("text=Start an issue")
    counted.click("#id_title")
    page.keyboard.type("March")
    counted.click("[name=_save]")
    counted.click("#id_articles-0-title")
    page.keyboard.type("What the mud remembers")
    page.fill("#id_articles-0-body", "A *long* text.")
    counted.choose("#id_articles-0-kind", "essay")
    counted.click("[name=_add]")
    expect(page.locator(".contents-line")).to_have_count(1)
    counted.choose("#id_articles-0-kind", "item")
    counted.click("#id_articles-0-section_name")
    page.keyboard.type("News")
    counted.click("#id_articles-0-source_url")
    for number, slug in enumerate(["crabs-are-back", "terns-leave", "eels-return"], start=2):
        page.keyboard.type(f"https://example.org/{slug}")
        page.keyboard.press("Enter")
        expect(page.locator(".contents-line")).to_have_count(number)
    return Issue.objects.get()


def test_an_issue_is_written_in_few_clicks_and_page_loads(counted):
    issue = write_issue(counted)
    titles = [(article.title, article.kind) for article in issue.articles.in_reading_order()]
    assert titles[0] == ("What the mud remembers", "essay")
    assert titles[1:] == [("Crabs are back", "item"), ("Terns leave", "item"), ("Eels return", "item")]
    assert (counted.clicks <= 12, counted.loads <= 3) == (True, True), (counted.clicks, counted.loads)
