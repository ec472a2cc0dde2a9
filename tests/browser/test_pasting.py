"""Pasting with formatting into the text areas of the desk, in a real browser: Markdown, one undo, and no word lost."""

import pytest
from playwright.sync_api import Page, expect

from newsletter.models import Picture
from tests import cast
from tests.browser.conftest import DESK, Visit

pytestmark = pytest.mark.django_db(transaction=True)

RICH = "<h2>Low water</h2><p>At <b>five</b> past <a href='https://example.org/tides'>midnight</a>.</p>"
MARKDOWN = "## Low water\n\nAt **five** past [midnight](https://example.org/tides)."
PLAIN = "Low water\n\nAt five past midnight."
DONE = "Pasted as Markdown."
#: What a clipboard carries, on its way to the element that has the focus, as Ctrl+V sends it.
PASTE = """async ({ html, plain, picture }) => {
    const carried = new DataTransfer();
    if (html) carried.setData("text/html", html);
    carried.setData("text/plain", plain);
    if (picture) carried.items.add(new File([new Uint8Array(picture)], "image.png", { type: "image/png" }));
    const event = new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true });
    return document.activeElement.dispatchEvent(event);
}"""


@pytest.fixture
def visit(open_on_server, desk, low_tide) -> Visit:
    """A window in which Edda has signed in."""
    visit = open_on_server(**DESK)
    visit.sign_in(desk)
    return visit


@pytest.fixture
def page(visit) -> Page:
    """A new article, with the cursor in its text."""
    visit.open("/admin/newsletter/article/add/")
    visit.page.click("#id_body")
    return visit.page


def paste(page: Page, html: str = RICH, plain: str = PLAIN, **carried: object) -> bool:
    """Whether the browser is left to paste by itself."""
    return page.evaluate(PASTE, {"html": html, "plain": plain, **carried})


def text(page: Page) -> str:
    return page.input_value("#id_body")


def status(page: Page):
    return page.locator(".field-body [role=status]")


def test_what_is_pasted_becomes_markdown_and_one_undo_gives_back_what_was_there(page):
    page.keyboard.type("Before. After.")
    page.locator("#id_body").evaluate("area => area.setSelectionRange(8, 14)")
    assert not paste(page)
    expect(status(page)).to_contain_text(DONE)
    assert text(page) == f"Before. \n\n{MARKDOWN}"
    page.keyboard.press("Control+z")
    assert text(page) == "Before. After."


def test_the_keys_of_a_real_clipboard_do_so_too(visit, page):
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(
        """([html, plain]) => navigator.clipboard.write([new ClipboardItem({
            "text/html": new Blob([html], { type: "text/html" }),
            "text/plain": new Blob([plain], { type: "text/plain" }),
        })])""",
        [RICH, PLAIN],
    )
    page.keyboard.press("Control+Shift+v")
    assert text(page) == PLAIN
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+v")
    expect(page.locator("#id_body")).to_have_value(MARKDOWN)
    page.keyboard.press("Control+z")
    assert text(page) == PLAIN


def test_a_line_goes_on_where_the_cursor_is(page):
    page.keyboard.type("See .")
    page.keyboard.press("ArrowLeft")
    paste(page, '<a href="https://example.org/tides">the <i>tides</i></a>', "the tides")
    expect(status(page)).to_contain_text(DONE)
    assert text(page) == "See [the *tides*](https://example.org/tides)."


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>At five past midnight.</p>",
        "<a href='https://example.org/'>https://example.org/</a>",
        "<pre><span style='font-weight: bold'>depth = 15</span></pre>",
    ],
    ids=["none", "no more than words", "an address", "code"],
)
def test_what_says_no_more_than_plain_text_is_left_to_the_browser(page, html):
    assert paste(page, html, "https://example.org/")
    assert text(page) == ""


def test_with_shift_it_is_pasted_as_it_is(page):
    page.keyboard.down("Shift")
    page.keyboard.down("Control")
    page.keyboard.down("V")
    assert paste(page)
    for key in ("V", "Control", "Shift"):
        page.keyboard.up(key)
    assert not paste(page)


def test_what_is_typed_meanwhile_is_kept(page):
    page.route("**/paste/", lambda route: page.keyboard.type("typed ") or route.continue_())
    page.keyboard.type("Before. ")
    paste(page, "<b style='mso-bidi-font-weight: normal'>pasted</b>", "pasted")
    expect(status(page)).to_contain_text(DONE)
    assert text(page) == "Before. **pasted**typed "
    page.keyboard.type("on")
    assert text(page) == "Before. **pasted**typed on"


def test_footnotes_are_numbered_on(page):
    page.keyboard.type("Mud.[^4]\n\n[^4]: Deep.\n\n")
    paste(page, "<p>Ebb<a id='r' href='#n'>1</a></p><p id='n'><a href='#r'>1</a> Low.</p>", "Ebb1\n1 Low.")
    expect(status(page)).to_contain_text(DONE)
    assert text(page).endswith("Ebb[^5]\n\n[^5]: Low.")


def test_without_an_answer_the_plain_text_is_there(visit, page):
    visit.context.clear_cookies()
    paste(page)
    expect(status(page)).to_contain_text("are you still signed in?")
    assert text(page) == PLAIN
    visit.complaints.clear()  # the browser notes that the server refused


def test_what_is_refused_is_pasted_plainly_with_the_reason(visit, page):
    paste(page, "<b>" + "<div>" * 300 + "deep" + "</div>" * 300 + "</b>", "deep")
    expect(status(page)).to_contain_text("nested too deeply")
    assert text(page) == "deep"
    visit.complaints.clear()


def test_a_picture_beside_text_comes_along_once(page):
    content = cast.image_file(kind="PNG").read()
    source = f"data:image/png;base64,{cast.base64_of(cast.image_file(kind='PNG'))}"
    html = (
        f"<p>Ripples</p><figure><img src='{source}' alt='Ripples in mud'><figcaption>Photo: Ada</figcaption></figure>"
    )
    paste(page, html, "Ripples", picture=list(content))
    expect(status(page)).to_contain_text(DONE)
    expect(page.locator("dialog")).to_have_count(0)
    assert text(page) == "Ripples\n\n![Ripples in mud](picture:picture-1)"
    assert Picture.objects.get().credit == "Photo: Ada"


def test_a_picture_alone_is_asked_about(page):
    paste(page, "<img src='https://example.org/mud.png'>", "", picture=list(cast.image_file(kind="PNG").read()))
    expect(page.locator("dialog [name=alt]")).to_be_visible()
    assert text(page) == ""


def test_the_text_to_compose_from_takes_it_too(visit):
    page = visit.open("/admin/newsletter/issue/compose/")
    page.get_by_label("Or its text").click()
    paste(page, f"<h1>March</h1>{RICH}")
    expect(page.locator(".compose [role=status]")).to_contain_text(DONE)
    expect(page.get_by_label("Or its text")).to_have_value(f"# March\n\n{MARKDOWN}")
