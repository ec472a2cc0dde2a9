"""How far it is, in clicks and page loads, from an empty newsletter to an issue that is published and mailed."""

import pytest
from playwright.sync_api import Page, expect

from mailing.lists import subscribing
from mailing.lists.consenting import Occasion
from mailing.models import Dispatch, Subscriber
from newsletter.models import Issue, Picture
from tests.browser.test_pictures import describe, drop

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
    page.wait_for_url("**/change/**")
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


def illustrate(counted: Counted) -> None:
    """Two pictures in the opening, dropped at once, each with its own words."""
    items = drop(counted.page, "crab", "tern")
    describe(items.nth(0), "A crab on a slipway", "On the slipway", "Photo: Ada Moor")
    describe(items.nth(1), "Two terns above the water", "In May", "Photo: Ada Moor")
    counted.clicks += 3  # the drop, and a click into the words of each
    counted.click(".picture-queue [value=add]")
    expect(counted.page.locator("dialog")).to_have_count(0)


def test_from_an_empty_newsletter_to_a_mailed_issue_in_25_clicks_and_8_page_loads(counted, low_tide):
    sumi = Subscriber.objects.for_address("sumi@example.org")
    subscribing.confirm(sumi, [low_tide], Occasion("form"))
    issue = write_issue(counted)
    illustrate(counted)
    counted.click("[name=_publish]")
    counted.click("button:has-text('Publish and mail to 1 person')")
    expect(counted.page.get_by_role("link", name="mail planned for")).to_be_visible()
    issue.refresh_from_db()
    assert issue.is_public
    assert issue.articles.published().count() == 4
    assert set(issue.pictures.all()) == set(Picture.objects.all())
    assert Dispatch.objects.get().issue == issue
    assert (counted.clicks <= 25, counted.loads <= 8) == (True, True), (counted.clicks, counted.loads)
