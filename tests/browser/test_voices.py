"""From a comment to the next issue, without any script: two readers are asked, one says yes and one says no."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from comments.models import Comment
from mailing.letter.letters import letter_for
from mailing.models import Dispatch
from newsletter import publishing
from newsletter.models import Issue
from tests import cast, mail_sink
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_accessibility import flaws
from tests.comments import talk

pytestmark = [pytest.mark.django_db(transaction=True), mail_sink.needed]
WORDS = {"Otto": "The mud is alive. I walked on it.", "Rita": "The ferry was late again, and nobody minded."}


@pytest.fixture
def may(published, rita):
    """The next issue is a draft; Otto and Rita have written under Mud."""
    mud = talk.under(published.articles.get(slug="mud"))
    for reader in (talk.otto(), rita):
        talk.say(mud, reader, WORDS[reader.display_name])
    return cast.may(published.newsletter)


def quote_both(page: Page) -> None:
    page.goto("/admin/comments/comment/")
    for box in page.locator("input.action-select").all():
        box.check()
    page.get_by_role("combobox", name="Action:").select_option("Quote in an issue…")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("textbox", name=re.compile("Rita")).fill("The ferry was late again …")
    page.get_by_role("button", name="Quote them, and ask").click()
    expect(page.get_by_text("2 readers are asked.")).to_be_visible()
    expect(page.get_by_text("can say no until")).to_have_count(2)


def reply(page: Page, letter, wish: str) -> None:
    (address,) = re.findall(r"/voices/\S+", letter.get_content())
    page.goto(address)
    page.get_by_role("button", name=wish).click()
    expect(page.get_by_role("status")).to_be_visible()


def test_who_says_yes_is_in_the_next_issue_and_who_says_no_is_not(open_on_server, sink, desk, may):
    editor, reader = (
        open_on_server(**how, java_script_enabled=False) for how in (DESK, {"viewport": PHONE["viewport"]})
    )
    editor.sign_in(desk)
    quote_both(editor.page)
    (to_otto,), (to_rita,) = sink.letters("otto@example.org"), sink.letters("rita@example.org")
    reply(reader.page, to_otto, "Yes, quote me")
    reply(reader.page, to_rita, "No, do not quote me")
    editor.page.reload()
    expect(editor.page.get_by_text("Refused")).to_be_visible()
    publishing.publish(Issue.objects.get(pk=may.pk), None, at=timezone.now() - timedelta(minutes=1))
    reader.page.goto("/low-tide/may/")
    voice = reader.page.locator(".voice")
    expect(voice).to_have_count(1)
    expect(voice).to_contain_text("The mud is alive. I walked on it.")
    voice.get_by_role("link").click()
    expect(reader.page).to_have_url(re.compile(r"/comments/\d+/#comment-\d+$"))
    letter = letter_for(Dispatch(issue=Issue.objects.select_related("newsletter").get(pk=may.pk), subject="May"))
    assert "The mud is alive." in letter.html
    assert "ferry" not in letter.html


def test_the_pages_of_voices_have_no_flaw(open_on_server, sink, desk, may):
    page = open_on_server(**DESK, bypass_csp=True).page
    editor = open_on_server(**DESK, bypass_csp=True)
    editor.sign_in(desk)
    said = "&".join(f"said=comment-{pk}" for pk in Comment.objects.values_list("pk", flat=True))
    for use in ("quote", "answer"):
        editor.page.goto(f"/admin/participation/voice/{use}/?{said}")
        assert flaws(editor.page) == []
    quote_both(editor.page)
    assert flaws(editor.page) == []
    (asking,) = sink.letters("otto@example.org")
    reply(page, asking, "Yes, quote me")
    assert flaws(page) == []
    publishing.publish(Issue.objects.get(pk=may.pk), None)
    page.goto("/low-tide/may/")
    assert flaws(page) == []
