"""The way of an issue to a reader, and of the reader out again: in a browser, and with a real mail server.

Subscribe, confirm, receive, leave with one click; and the ledger tells an editor all of it.
"""

from email.message import EmailMessage
from threading import Event
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from mailing.delivery import sending
from mailing.models import Subscription
from newsletter.composing import compose, from_path, read
from newsletter.models import Issue
from newsletter.publishing import publish
from tests import mail_sink
from tests.browser.conftest import DESK, PHONE
from tests.mail_sink import Sink
from tests.mailing.reading import Reader, links_of_text

pytestmark = [
    pytest.mark.django_db(transaction=True),
    mail_sink.needed,
]

SUMI = "sumi@example.org"


@pytest.fixture
def real_issue(real, low_tide) -> Issue:
    """One that editors really wrote."""
    issue = compose(read(from_path(real / "this-month-in-china-2024-03.md")), low_tide).thing
    assert isinstance(issue, Issue)
    publish(issue, None)
    return issue


def subscribe(page: Page, path: str, sink: Sink) -> None:
    page.goto(path)
    box = page.locator("form.subscribe").first
    box.get_by_label("E-mail address").fill(SUMI)
    box.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("status")).to_contain_text(f"A mail is on its way to {SUMI}.")
    [letter] = sink.letters(SUMI)
    [link] = [link for link in links_of_text(letter.get_content()) if link.endswith("/confirm/")]
    for _look in range(3):
        page.goto(link)
    assert Subscription.objects.get().state == "asked"
    page.get_by_role("button", name="Yes, subscribe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are subscribed")


def send(page: Page, issue: Issue) -> None:
    """From the issue's page to the running dispatch, and what a worker then does."""
    page.goto(f"/admin/newsletter/issue/{issue.pk}/preview/")
    for screen in ("phone", "wide screen"):
        for thing in ("page", "mail"):
            frame = page.frame_locator(f'iframe[title="The {thing} on a {screen}"]')
            expect(frame.get_by_role("heading", level=1)).to_contain_text(issue.title)
    page.goto(f"/admin/newsletter/issue/{issue.pk}/change/")
    page.get_by_role("link", name="mail it").click()
    expect(page.get_by_text("1 person").first).to_be_visible()
    page.get_by_role("button", name="Mail to 1 person").click()
    page.get_by_role("link", name="mail planned for").click()
    expect(page.locator("#progress")).to_contain_text("Planned")
    sending.Sender(Event()).run(forever=False)
    page.reload()
    expect(page.get_by_text("1 of 1")).to_be_visible()
    page.goto("/admin/newsletter/issue/")
    expect(page.get_by_role("link", name="mailed to 1")).to_be_visible()


def open_letter(page: Page, letter: EmailMessage, issue: Issue) -> None:
    """It is for one person alone, both parts lead to the same places, and its link shows the issue."""
    assert (letter["To"], letter["Cc"], letter["Bcc"]) == (SUMI, None, None)
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text
    assert html
    mail = Reader(html.get_content())
    assert mail.outward == links_of_text(text.get_content())
    [on_the_web] = {link for link in mail.links if urlsplit(link).path == issue.get_absolute_url() and "#" not in link}
    page.goto(on_the_web)
    for title in issue.articles.values_list("title", flat=True):
        assert title in mail.words
        expect(page.get_by_text(title).first).to_be_visible()


def leave(link: str) -> None:
    """As a mail program does it (RFC 8058): without cookies, and without asking."""
    request = Request(link, b"List-Unsubscribe=One-Click", method="POST")  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310
        assert (answer.status, answer.url) == (200, link)


def read_ledger(page: Page, issue: Issue) -> None:
    page.goto("/admin/mailing/delivery/")
    row = page.get_by_role("row").filter(has_text=SUMI)
    expect(row).to_contain_text("Handed over")
    expect(row).to_contain_text("250")
    page.goto("/admin/mailing/subscriber/")
    page.get_by_role("link", name=SUMI).click()
    for event in ("Asked", "Confirmed", "Left", "one click"):
        expect(page.locator("#content")).to_contain_text(event)
    page.goto(f"/admin/newsletter/issue/{issue.pk}/change/")
    page.get_by_role("link", name="mail it").click()
    expect(page.get_by_text("There is nobody to mail it to.")).to_be_visible()


@pytest.mark.parametrize(
    ("screen", "name"),
    [(DESK, "published"), (PHONE, "published"), pytest.param(DESK, "real_issue", marks=pytest.mark.real)],
    ids=["scripts on a wide screen", "no scripts on a phone", "an issue that editors really wrote"],
)
def test_an_issue_comes_to_who_subscribed_until_they_leave(request, open_on_server, sink, desk, screen, name):
    issue = request.getfixturevalue(name)
    reader_sees, editor = open_on_server(**screen).page, open_on_server(**screen)
    editor.sign_in(desk)
    editor_sees = editor.page
    subscribe(reader_sees, issue.get_absolute_url(), sink)
    send(editor_sees, issue)
    _confirmation, letter = sink.letters(SUMI)
    open_letter(reader_sees, letter, issue)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave(letter["List-Unsubscribe"].strip("<>"))
    assert Subscription.objects.get().state == "left"
    reader_sees.goto(letter["List-Unsubscribe"].strip("<>"))
    expect(reader_sees.get_by_role("heading", level=1)).to_have_text("You have left")
    read_ledger(editor_sees, issue)
