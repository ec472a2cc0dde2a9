"""From a text as it was copied to an issue that readers see: at the desk with scripts, on a phone without."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from comments.models import Comment
from newsletter.models import Article, Issue, Picture
from newsletter.publishing import publish
from tests import cast
from tests.browser.conftest import DESK, PHONE, Visit
from tests.newsletter.previewing import BRIDGE, EELGRASS, FOGHORN, FORM, SHORE

pytestmark = pytest.mark.django_db(transaction=True)

#: What stands around our pages is Django's.
OURS = {"include": [["#content-main"]]}
CARRIED = """bytes => {
    const carried = new DataTransfer();
    carried.items.add(new File([new Uint8Array(bytes)], "lorry.jpg", { type: "image/jpeg" }));
    return carried;
}"""
LORRY = "The foghorn on its way home"


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def visit(request, open_on_server, desk, low_tide) -> Visit:
    """A window in which Edda has signed in; the phone runs no scripts."""
    visit = open_on_server(**request.param)
    visit.sign_in(desk)
    return visit


def paste(visit: Visit) -> Page:
    page = visit.open(FORM)
    page.get_by_label("Or its text").fill(SHORE)
    page.get_by_role("button", name="See what it makes").click()
    expect(page.get_by_role("heading", name="To decide")).to_be_visible()
    return page


def picture() -> dict:
    file = cast.image_file("lorry.jpg")
    return {"name": file.name, "mimeType": "image/jpeg", "buffer": file.read()}


def flaws(page: Page) -> list:
    return [(flaw["id"], flaw["nodes"][0]["html"]) for flaw in Axe().run(page, context=OURS).response["violations"]]


def test_a_pasted_text_becomes_an_issue_that_readers_see(visit):
    page = paste(visit)
    expect(page.get_by_text("Three lines look like items.")).to_be_visible()
    page.get_by_role("checkbox", name=BRIDGE).uncheck()
    page.get_by_label("Source", exact=True).first.fill("https://example.org/foghorn")
    page.get_by_label("Publication").first.fill("Tholemouth Packet")
    page.get_by_label(LORRY).set_input_files(picture())
    page.get_by_role("button", name="Look again").first.click()
    expect(page.get_by_role("checkbox", name="Use this picture")).to_be_checked()
    expect(page.get_by_role("checkbox", name=BRIDGE)).not_to_be_checked()
    expect(page.get_by_label("Source", exact=True).first).to_have_value("https://example.org/foghorn")
    page.get_by_role("button", name="Create as draft").click()
    expect(page.get_by_text("is a draft now")).to_be_visible()
    issue = Issue.objects.get()
    publish(issue, None)
    page.goto(issue.get_absolute_url())
    link = page.get_by_role("link", name=FOGHORN).and_(page.locator("[href='https://example.org/foghorn']"))
    expect(link).to_be_visible()
    expect(page.get_by_role("figure").filter(has_text=LORRY)).to_contain_text("Photo: Ada Moor")
    expect(page.get_by_text("Nobody planted it")).to_be_visible()
    expect(page.get_by_text(BRIDGE).first).to_be_visible()
    assert Article.objects.filter(kind="item").count() == 2
    assert Picture.objects.count() == 1
    assert set(Comment.objects.values_list("name", flat=True)) == {"Mina Holm", "Otto Strand"}


def test_the_preview_has_no_flaw_and_does_not_scroll_sideways(open_on_server, desk, low_tide):
    visit = open_on_server(bypass_csp=True)
    visit.sign_in(desk)
    page = paste(visit)
    page.get_by_label(LORRY).set_input_files(picture())
    page.get_by_label("Source", exact=True).last.fill("no address")
    page.get_by_role("button", name="Look again").first.click()
    expect(page.get_by_text("Enter a valid URL.")).to_be_visible()
    for width in (390, 1280):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            assert (width, scheme, flaws(page)) == (width, scheme, [])
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_picture_is_dropped_on_its_place_and_shown_at_once(open_on_server, desk, low_tide):
    visit = open_on_server(**DESK)
    visit.sign_in(desk)
    page = paste(visit)
    place = page.locator("[data-gap]").filter(has_text=LORRY)
    carried = page.evaluate_handle(CARRIED, list(picture()["buffer"]))
    place.dispatch_event("drop", {"dataTransfer": carried})
    expect(place.locator("img")).to_be_visible()
    page.get_by_role("heading", name="Opening").dispatch_event("drop", {"dataTransfer": carried})
    page.get_by_role("button", name="Look again").first.click()
    expect(page.get_by_role("checkbox", name="Use this picture")).to_be_checked()
    expect(page.get_by_text(EELGRASS).first).to_be_visible()
