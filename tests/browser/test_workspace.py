"""The page of an issue in a real browser: dragged, moved by keys, added to and opened in place."""

import pytest
from playwright.sync_api import Page, expect

from newsletter.models import Status
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(open_on_server, desk) -> Page:
    """A window in which Edda has signed in."""
    visit = open_on_server(viewport={"width": 1280, "height": 800})
    visit.sign_in(desk)
    return visit.page


@pytest.fixture
def draft(low_tide):
    """No. 5: Mud before the first section, Crabs and Terns in News."""
    issue = cast.issue(low_tide, 5, status=Status.DRAFT, title="May", slug="may")
    news = cast.section(issue, "News")
    unseen = {"status": Status.DRAFT, "published_at": None}
    cast.article(low_tide, issue, title="Mud", **unseen)
    for position, title in enumerate(["Crabs", "Terns"], start=1):
        cast.article(low_tide, issue, title=title, section=news, position=position, kind="item", **unseen)
    return issue


def order(issue) -> list[tuple[str, str]]:
    articles = issue.articles.in_reading_order().select_related("section")
    return [(article.title, str(article.section or "")) for article in articles]


def test_lines_are_moved_by_dragging_keys_and_numbers(page, draft):
    page.goto(f"/admin/newsletter/issue/{draft.pk}/change/")
    said = page.locator(".contents-said")

    page.get_by_role("button", name="Add to the issue").scroll_into_view_if_needed()
    page.locator(".line-grip").nth(0).hover()
    page.mouse.down()
    box = page.locator(".contents-line").nth(2).bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] + 6, steps=20)
    page.mouse.up()
    expect(said).to_have_text("“Mud” is 3 of 3 in “News” now.")
    assert order(draft) == [("Crabs", "News"), ("Terns", "News"), ("Mud", "News")]

    page.get_by_role("link", name="Mud").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(said).to_have_text("“Mud” is 2 of 3 in “News” now.")
    page.keyboard.press("Alt+ArrowUp")
    expect(said).to_have_text("“Mud” is 1 of 3 in “News” now.")
    page.get_by_label("Place of “Terns” in its section").fill("1")
    page.keyboard.press("Enter")
    expect(said).to_have_text("“Terns” is 1 of 3 in “News” now.")
    assert [title for title, _ in order(draft)] == ["Terns", "Mud", "Crabs"]


def test_items_are_added_in_one_line_each(page, draft):
    page.goto(f"/admin/newsletter/issue/{draft.pk}/change/")
    page.get_by_label("Address of the source").fill("https://example.org/eels-return")
    page.get_by_label("Section", exact=True).fill("Later")
    page.keyboard.press("Enter")
    expect(page.locator(".contents-line")).to_have_count(4)
    page.keyboard.type("https://example.org/whelks")
    page.keyboard.press("Enter")
    expect(page.locator(".contents-line")).to_have_count(5)
    assert order(draft)[3:] == [("Eels return", "Later"), ("Whelks", "Later")]


def test_an_item_is_opened_in_place_and_saved_by_itself(page, draft):
    crabs = draft.articles.get(title="Crabs")
    page.goto(f"/admin/newsletter/issue/{draft.pk}/change/")
    page.click("text=Crabs")
    page.fill("#id_line-title", "Shore crabs")
    expect(page.locator(".line-status")).to_contain_text("Saved at", timeout=8000)
    page.locator("#id_line-body").fill("They *walk* sideways.")
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".line-form")).to_have_count(0)
    expect(page.locator(".contents")).to_contain_text("3 words")
    crabs.refresh_from_db()
    assert (crabs.title, crabs.body) == ("Shore crabs", "They *walk* sideways.")
    assert "<em>walk</em>" in crabs.body_html
