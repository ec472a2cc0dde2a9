"""Pictures at the desk in a real browser: dropped several at once, chosen, and never lost with their words."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from newsletter.models import Article, Picture
from tests import cast
from tests.browser.conftest import DESK, Visit

pytestmark = pytest.mark.django_db(transaction=True)

DROP = """(area, files) => {
    const carried = new DataTransfer();
    for (const [name, content] of files) {
        const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
        carried.items.add(new File([bytes], name, {type: "image/jpeg"}));
    }
    area.dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def visit(open_on_server, desk, published) -> Iterator[Visit]:
    visit = open_on_server(**DESK)
    visit.sign_in(desk)
    visit.page.goto(f"/admin/newsletter/article/{published.articles.get(title='Mud').pk}/change/")
    return visit


@pytest.fixture
def page(visit) -> Page:
    return visit.page


def drop(page: Page, *names: str) -> Locator:
    """Drop files, each of another width, on the text behind its first line; returns what waits in the dialog."""
    page.fill("#id_body", "Before.\n\nAfter.")
    page.evaluate("document.querySelector('#id_body').setSelectionRange(9, 9)")
    files = [(f"{name}.jpg", cast.base64_of(cast.image_file(size=(640 + n, 480)))) for n, name in enumerate(names)]
    page.locator("#id_body").evaluate(DROP, files)
    return page.locator(".picture-item")


def describe(item: Locator, alt: str, caption: str = "", credit: str = "") -> None:
    item.locator("[name=alt]").fill(alt)
    item.locator("[name=caption]").fill(caption)
    item.locator("[name=credit]").fill(credit)


def test_three_dropped_at_once_keep_their_own_words_and_their_order(visit, page):
    items = drop(page, "crab", "tern", "eel")
    expect(items).to_have_count(3)
    describe(items.nth(0), "A crab", "On the slipway", "Photo: Ada Moor")
    describe(items.nth(2), "An eel", "In the sluice")
    items.nth(0).locator("[data-same]").click()
    page.click(".picture-queue [value=add]")
    expect(items.nth(1).locator("[data-problem=alt]")).to_contain_text("Say in a sentence")
    expect(items.nth(0)).to_contain_text("Stored")
    expect(items.nth(2)).to_contain_text("Stored")
    expect(items.nth(1).locator("[name=alt]")).to_be_focused()
    describe(items.nth(1), "A tern", "", "Photo: Otto")
    page.click(".picture-queue [value=add]")
    expect(page.locator("dialog")).to_have_count(0)
    shown = ["![A crab](picture:crab)", "![A tern](picture:tern)", "![An eel](picture:eel)"]
    assert page.input_value("#id_body").split("\n\n") == ["Before.", *shown, "After."]
    words = {picture.name: (picture.alt, picture.caption, picture.credit) for picture in Picture.objects.all()}
    assert words == {
        "crab": ("A crab", "On the slipway", "Photo: Ada Moor"),
        "tern": ("A tern", "", "Photo: Otto"),
        "eel": ("An eel", "In the sluice", "Photo: Ada Moor"),
    }


def test_one_that_is_refused_or_left_out_takes_nothing_along(visit, page):
    items = drop(page, "crab", "tern")
    page.evaluate(
        """() => {
            const carried = new DataTransfer();
            carried.items.add(new File(["Mud"], "notes.jpg", {type: "image/jpeg"}));
            const more = document.querySelector(".picture-queue [name=new]");
            more.files = carried.files;
            more.dispatchEvent(new Event("change"));
        }"""
    )
    for number, alt in enumerate(["A crab", "A tern", "Notes"]):
        describe(items.nth(number), alt, "Words")
    page.click(".picture-queue [value=add]")
    expect(items.nth(2).locator("[data-problem=file]")).to_contain_text("This file is no picture")
    visit.complaints.clear()  # the browser notes that the server refused
    assert items.nth(2).locator("[name=caption]").input_value() == "Words"
    page.keyboard.press("Escape")
    expect(page.locator(".picture-queue .picture-trouble")).to_contain_text("not stored yet")
    items.nth(0).locator("[data-out]").click()
    items.nth(1).locator("[data-out]").click()
    expect(page.locator("dialog")).to_have_count(0)
    assert page.input_value("#id_body") == "Before.\n\n![A tern](picture:tern)\n\nAfter."


def test_a_session_lost_in_the_middle_costs_no_word(visit, page, desk):
    items = drop(page, "crab", "tern")
    describe(items.nth(0), "A crab", "On the slipway")
    describe(items.nth(1), "A tern", "In May")
    visit.context.clear_cookies()
    page.click(".picture-queue [value=add]")
    trouble = page.locator(".picture-queue .picture-trouble")
    expect(trouble).to_contain_text("You are signed out. Everything you chose and wrote is kept here.")
    expect(trouble.get_by_role("link", name="Sign in, in a new tab")).to_have_attribute("target", "_blank")
    visit.sign_in(desk)
    visit.context.set_offline(True)
    page.click("button:text('Try again')")
    expect(trouble).to_contain_text("The site does not answer.")
    visit.context.set_offline(False)
    visit.complaints.clear()  # the browser notes that it was offline
    page.click("button:text('Try again')")
    expect(page.locator("dialog")).to_have_count(0)
    assert page.input_value("#id_body") == ("Before.\n\n![A crab](picture:crab)\n\n![A tern](picture:tern)\n\nAfter.")
    assert set(Picture.objects.values_list("alt", "caption")) == {("A crab", "On the slipway"), ("A tern", "In May")}


def test_a_file_that_is_here_already_is_used_instead(visit, page):
    items = drop(page, "crab")
    describe(items.first, "A crab")
    page.click(".picture-queue [value=add]")
    expect(page.locator("dialog")).to_have_count(0)
    items = drop(page, "again")
    expect(items.first).to_contain_text("crab: A crab")
    items.first.locator("[data-use]").click()
    expect(page.locator("dialog")).to_have_count(0)
    assert page.input_value("#id_body") == "Before.\n\n![A crab](picture:crab)\n\nAfter."
    assert Picture.objects.count() == 1


def test_axe_finds_nothing_on_pages_and_dialogs_of_pictures(visit, page):
    text = page.url
    Article.objects.filter(title="Mud").update(lead_picture=cast.picture())
    path = f"/admin/newsletter/picture/{Picture.objects.get().pk}"
    for address in ("/admin/newsletter/picture/", "/admin/newsletter/picture/add/", f"{path}/change/"):
        judge(page, address)
    for address in (f"{path}/replace/", f"{path}/delete/", text):
        judge(page, address)
    drop(page, "crab", "tern")
    page.click(".picture-queue [value=add]")
    judge(page)
    page.click("text=Leave all out")
    page.click(".field-body [data-picture]")
    expect(page.locator("[role=option]")).to_have_count(1)
    judge(page)


def judge(page: Page, address: str = "") -> None:
    """Let axe look at a page, or at what stands there, narrow and wide, light and dark."""
    if address:
        page.goto(address)
    page.evaluate(Axe().axe_script)
    for width, scheme in ((1280, "light"), (820, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.evaluate("Promise.all(document.getAnimations().map((each) => each.finished))")
        found = page.evaluate("async () => (await axe.run()).violations.map((each) => [each.id, each.nodes[0].html])")
        assert found == [], (page.url, width, scheme)


def test_a_picture_is_chosen_by_keys_for_the_text_and_the_lead(visit, page):
    for name in ("eel", "tern", "crab"):
        cast.picture(name, alt=f"A {name}")
    page.goto(page.url)
    page.fill("#id_body", "")
    page.locator(".field-body [data-picture]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[role=option]")).to_have_count(3)
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("dialog")).to_have_count(0)
    assert page.input_value("#id_body") == "![A tern](picture:tern)\n\n"
    page.locator("details:has(.field-lead_picture)").evaluate("fold => fold.open = true")
    page.click(".field-lead_picture [data-choose]")
    page.keyboard.type("EEL")
    expect(page.locator("[role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#id_lead_picture")).to_have_value("eel")
    expect(page.locator(".field-lead_picture .thumbnail")).to_have_attribute("alt", "A eel")
    page.click(".field-lead_picture [data-choose]")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(".field-lead_picture [data-choose]")).to_be_focused()
    page.click(".field-lead_picture [data-remove]")
    assert page.input_value("#id_lead_picture") == ""


def test_the_focus_is_set_by_a_click_and_the_crops_follow(visit, page):
    mud = cast.picture()
    page.goto(f"/admin/newsletter/picture/{mud.pk}/change/")
    room = page.locator(".picture-focus-room")
    room.click(position={"x": room.bounding_box()["width"] * 0.8, "y": room.bounding_box()["height"] * 0.25})
    assert (page.input_value("#id_focus_x"), page.input_value("#id_focus_y")) == ("80", "25")
    expect(page.locator(".picture-crops img").first).to_have_attribute("data-focus-x", "8")
    assert page.locator(".picture-crops img").first.evaluate("i => getComputedStyle(i).objectPosition") == "80% 30%"
    page.locator("#id_focus_y").fill("60")
    expect(room.locator("circle")).to_have_attribute("cy", "60%")
    page.click("[name=_save]")
    page.wait_for_load_state()
    mud.refresh_from_db()
    assert (mud.focus_x, mud.focus_y) == (80, 60)
