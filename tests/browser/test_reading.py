"""Reading in a browser: nothing is asked of others, nothing is complained about, nothing needs a script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.publication import PAGES

pytestmark = pytest.mark.django_db

PLAYER = "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?autoplay=1"


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_page_asks_nothing_of_others_and_gives_the_browser_nothing_to_complain_about(visit, path):
    visit.open(path)
    assert visit.complaints == []
    assert visit.foreign == []
    assert visit.context.cookies() == []


def test_video_plays_where_its_link_stood_and_only_when_clicked(visit):
    visit.open("/articles/alone/")
    visit.context.route(PLAYER, lambda route: route.fulfill(content_type="text/html", body="<title>Elsewhere</title>"))
    link = visit.page.locator("a.video-link")
    link.scroll_into_view_if_needed()
    assert visit.foreign == []
    with visit.page.expect_request_finished(lambda request: request.url == PLAYER):
        link.click()
    player = visit.page.locator("figure.video iframe")
    expect(player).to_have_attribute("src", PLAYER)
    assert visit.foreign == [PLAYER]
    assert visit.complaints == []
    assert player.evaluate("frame => frame === document.activeElement")
    assert player.get_attribute("title")


def test_video_opens_elsewhere_for_those_who_ask_for_a_window_of_its_own(visit):
    visit.open("/articles/alone/")
    with visit.context.expect_page():
        visit.page.locator("a.video-link").click(modifiers=["ControlOrMeta"])
    assert visit.page.locator("iframe").count() == 0


def test_issue_is_read_without_scripts(open_window):
    page = open_window(java_script_enabled=False).open("/low-tide/march/")
    page.get_by_role("navigation", name="In this issue").get_by_role("link", name="Terns").click()
    expect(page.get_by_role("heading", name="2 Terns")).to_be_in_viewport()
    page.get_by_role("link", name="Permalink: Terns").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Terns")


def test_a_mistyped_word_leads_to_the_one_that_was_meant_without_scripts(open_window):
    page = open_window(java_script_enabled=False).open("/search/?q=ternns")
    page.get_by_role("link", name="terns").click()
    expect(page.get_by_role("heading", name="Terns").first).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value(re.compile("terns", re.IGNORECASE))


def test_a_reader_goes_on_from_the_foot_of_a_page_without_scripts(open_window):
    page = open_window(java_script_enabled=False).open("/low-tide/march/mud/")
    foot = page.get_by_role("region", name="Around this article")
    lists = ["Mentioned in", "Related", "From the archive", "Most discussed", "Others also read"]
    expect(foot.get_by_role("heading", level=3)).to_have_text(lists)
    foot.get_by_role("link", name="Alone").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alone")


def test_paper_shows_the_text_and_written_out_links_and_nothing_to_click(visit):
    visit.open("/low-tide/march/")
    visit.page.emulate_media(media="print")
    for hidden in (".top", ".foot", ".row", ".neighbours"):
        expect(visit.page.locator(hidden).first).to_be_hidden()
    written = visit.page.locator(".item .title a").first.evaluate("link => getComputedStyle(link, '::after').content")
    assert "https://example.org/" in written


def test_accent_is_that_of_the_newsletter_in_light_and_in_dark(visit):
    visit.open("/low-tide/march/")
    number = visit.page.locator(".dateline .number")
    expect(number).to_have_css("color", "rgb(138, 43, 29)")
    visit.page.emulate_media(color_scheme="dark")
    expect(number).not_to_have_css("color", "rgb(138, 43, 29)")


@pytest.mark.parametrize(
    "path", ["/low-tide/march/", "/low-tide/march/mud/", "/low-tide/march/comments/", "/low-tide/", "/search/?q=mud"]
)
def test_paper_shows_nothing_to_fill_in_or_to_press(visit, path):
    visit.open(path)
    visit.page.emulate_media(media="print")
    things = "[...document.querySelectorAll('form, input, textarea, select, button, nav:not(.inside)')]"
    assert (
        visit.page.evaluate(f"{things}.filter(thing => thing.checkVisibility()).map(thing => thing.outerHTML)") == []
    )
