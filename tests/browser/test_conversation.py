"""A whole conversation in a browser, with real mail: written, moderated, answered, muted, edited, reported.

Once with scripts on a wide screen, once without any on a phone.
"""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment, Follow, State
from core.worker import ticks
from tests import mail_sink
from tests.browser.conftest import DESK, PHONE
from tests.comments import talk
from tests.mail_sink import Sink

pytestmark = [
    pytest.mark.django_db(transaction=True),
    mail_sink.needed,
]

ARTICLE = "/low-tide/march/mud/"
WORDS = "The mud *remembers*.\n\n> and says nothing"


@pytest.fixture(params=[DESK, PHONE], ids=["scripts on a wide screen", "no scripts on a phone"])
def open_as(request, open_on_server, sink):
    """Windows for several people."""

    def open_(email: str = "", path: str = "/") -> Page:
        page = open_on_server(**request.param).page
        if email:
            sign_in(page, sink, email, path)
        return page

    return open_


def sign_in(page: Page, sink: Sink, email: str, path: str) -> None:
    page.goto(f"/account/sign-in/?next={path}")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Code").fill(sink.code(email))
    page.get_by_role("button", name="Sign in").click()
    assert urlsplit(page.url).path == path


def words_of(page: Page, name: str):
    return page.get_by_role("article", name=name)


def write_as_stranger(page: Page, sink: Sink) -> None:
    page.goto(ARTICLE)
    assert page.context.cookies() == []
    page.get_by_label("Your comment").fill(WORDS)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("region", name="How it will look").locator("em")).to_have_text("remembers")
    page.get_by_label("E-mail address").fill("nora@example.org")
    page.get_by_label("Your name").fill("Nora")
    page.get_by_label("Headline").fill("Reads tides")
    page.get_by_role("button", name="Send me the code").click()
    page.get_by_label("Code").fill(sink.code("nora@example.org"))
    page.get_by_role("button", name="Post my comment").click()
    expect(page.get_by_role("status")).to_have_text("Your comment waits for a moderator. Only you see it until then.")
    expect(words_of(page, "Nora")).to_contain_text("Waiting for a moderator")


def decide(page: Page, words: str, decision: str) -> None:
    """Find a comment in the queue, and decide about it."""
    page.goto("/admin/")
    page.locator("#content").get_by_role("link", name=re.compile(r"waits?\b|reported")).first.click()
    page.get_by_role("link", name=words).click()
    page.get_by_role("button", name=decision).click()


def reply(page: Page) -> None:
    words_of(page, "Nora").get_by_role("link", name="Reply").click()
    expect(page.get_by_text("In reply to Nora")).to_be_visible()
    page.get_by_label("Your comment").fill("It told *me*.")
    page.get_by_role("button", name="Post").click()
    expect(page.get_by_role("status")).to_have_text("Your comment is posted.")
    expect(words_of(page, "Otto")).to_contain_text("It told me.")


def mute_from_mail(page: Page, sink: Sink) -> None:
    letter = sink.letters("nora@example.org")[-1]
    assert letter["Subject"] == "Otto answered you under “Mud”"
    link = urlsplit(letter["List-Unsubscribe"].strip("<>"))
    assert link.path in letter.get_content()
    page.goto(link.path)
    assert not Follow.objects.exists()
    page.get_by_role("button", name="Mute this conversation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This conversation is muted")
    assert Follow.objects.get().frequency == Follow.Frequency.MUTED


def edit(page: Page) -> None:
    page.goto(ARTICLE)
    words_of(page, "Nora").get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Your comment")).to_have_value(WORDS)
    page.get_by_label("Your comment").fill(WORDS.replace("nothing", "nothing."))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Your comment is changed.")
    expect(words_of(page, "Nora")).to_contain_text("and says nothing.")


def report(page: Page) -> None:
    page.goto(ARTICLE)
    words_of(page, "Nora").get_by_role("link", name="Report").click()
    page.get_by_label("Advertising or spam").check()
    page.get_by_role("button", name="Report").click()
    expect(page.get_by_role("status")).to_be_visible()


def test_a_conversation_from_the_first_word_to_the_last(open_as, sink, published, milo):
    otto = talk.trusted(talk.otto())
    nora_sees, anybody_sees = open_as(), open_as()
    write_as_stranger(nora_sees, sink)
    anybody_sees.goto(ARTICLE)
    expect(anybody_sees.get_by_text("Nobody has written yet.")).to_be_visible()

    milo_sees = open_as(milo.email, "/admin/")
    decide(milo_sees, "remembers", "Approve")
    anybody_sees.reload()
    expect(words_of(anybody_sees, "Nora")).to_contain_text("The mud remembers.")
    nora_sees.reload()
    expect(words_of(nora_sees, "Nora")).not_to_contain_text("Waiting")

    otto_sees = open_as(otto.email, ARTICLE)
    reply(otto_sees)
    ticks.tick()
    mute_from_mail(anybody_sees, sink)
    edit(nora_sees)
    report(otto_sees)
    decide(milo_sees, "remembers", "Keep")
    comment = Comment.objects.get(parent=None)
    assert comment.state == State.APPROVED
    assert comment.reports.get().is_settled
    expect(milo_sees.get_by_text("The queue is empty.")).to_be_visible()
