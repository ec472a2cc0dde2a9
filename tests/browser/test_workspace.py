"""The page of an issue in a real browser: dragged, moved by keys, added to and opened in place."""

import pytest
from playwright.sync_api import Page, expect

from newsletter.models import Article
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
    return cast.may(low_tide)


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
    page.fill("#id_articles-0-section_name", "Later")
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


def test_what_is_typed_in_a_line_outlives_its_window_and_goes_along_with_its_issue(page, draft):
    crabs = draft.articles.get(title="Crabs")
    address = f"/admin/newsletter/issue/{draft.pk}/change/"
    page.goto(address)
    page.click("text=Crabs")
    with page.expect_response(lambda response: "_line=1" in response.url and response.request.method == "POST"):
        page.locator("#id_line-body").press_sequentially("Without a pause. " * 6, delay=60)  # 6 s
    page.fill("#id_line-body", "Saved with the issue.")
    page.get_by_role("button", name="Save and stay").click()
    expect(page.locator(".line-form")).to_have_count(0)
    crabs.refresh_from_db()
    assert crabs.body == "Saved with the issue."
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address)
    page.click("text=Crabs")
    page.fill("#id_line-body", "The last words.")
    page.goto("/admin/")
    page.goto(address)
    page.click("text=Crabs")
    expect(page.locator("#id_line-body")).to_have_value("The last words.")


def test_escape_closes_what_is_open_and_asks_only_about_words_that_were_typed(page, draft):
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.goto(f"/admin/newsletter/issue/{draft.pk}/change/")
    page.get_by_role("link", name="Crabs").press("Enter")
    expect(page.locator("#id_line-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".line-form")).to_have_count(0)
    expect(page.get_by_role("link", name="Crabs")).to_be_focused()
    assert asked == []
    page.keyboard.press("Enter")
    page.fill("#id_line-title", "Something else")
    page.keyboard.press("Escape")
    expect(page.locator(".line-form")).to_have_count(0)
    assert asked == ["Leave what you typed here without saving it?"]
    assert draft.articles.filter(title="Crabs").exists()


def test_the_page_scrolls_along_when_a_line_is_dragged_to_its_edge(page, draft):
    titles = ["长" * 250, "المدّ والجزر على الشاطئ", *(f"Item {number}" for number in range(48))]
    Article.objects.bulk_create(
        Article(newsletter=draft.newsletter, issue=draft, title=title, slug=f"item-{number}")
        for number, title in enumerate(titles)
    )
    page.goto(f"/admin/newsletter/issue/{draft.pk}/change/")
    page.locator(".line-grip").nth(0).hover()
    start = page.evaluate("scrollY")
    page.mouse.down()
    page.mouse.move(200, 700, steps=5)
    for step in range(40):
        page.mouse.move(200, 780 + step % 3)
        page.wait_for_timeout(50)
    assert page.evaluate("scrollY") > start + 300
    page.mouse.move(200, 500, steps=3)
    page.mouse.up()
    expect(page.locator(".contents-said")).to_contain_text("now.")
    assert draft.articles.in_reading_order().first().title != "Mud"
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_without_scripts_the_same_buttons_do_it_all(open_on_server, desk, draft):
    visit = open_on_server(java_script_enabled=False)
    visit.sign_in(desk)
    page = visit.page
    page.goto(f"/admin/newsletter/issue/{draft.pk}/change/")
    page.fill("#id_title", "Early May")
    page.get_by_label("Move “Terns” up").click()
    assert order(draft) == [("Mud", ""), ("Terns", "News"), ("Crabs", "News")]
    page.get_by_label("Place of “Crabs” in its section").fill("1")
    page.fill("#id_articles-0-title", "Eels")
    page.fill("#id_articles-1-title", "Whelks")
    page.fill("#id_articles-1-section_name", "Later")
    page.get_by_role("button", name="Add to the issue").click()
    assert order(draft)[1:] == [("Crabs", "News"), ("Terns", "News"), ("Eels", "News"), ("Whelks", "Later")]
    page.get_by_label("Choose “Mud”").check()
    page.select_option("[name=do]", "out")
    page.get_by_role("button", name="Do it").click()
    assert draft.articles.count() == 4
    page.get_by_role("link", name="Eels").click()
    page.fill("#id_body", "They *return*.")
    page.click("[name=_save]")
    assert page.url.endswith(f"/issue/{draft.pk}/change/#{draft.articles.get(title='Eels').anchor}")
    draft.refresh_from_db()
    assert draft.title == "Early May"
