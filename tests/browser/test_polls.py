"""A poll in a browser: voted in, changed, closed by an editor, without any script; and by a link in a mail."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from newsletter.rendering import render_texts
from participation.models import Ballot
from tests import cast
from tests.browser.conftest import DESK, PHONE, Visit, signed_in
from tests.participation.voting import numbers

pytestmark = pytest.mark.django_db(transaction=True)
MARCH = "/low-tide/march/"


@pytest.fixture
def horn(published):
    published.body = "Before\n\npoll:horn\n\nAfter"
    published.save()
    render_texts(published)
    return cast.poll(published.newsletter, numbers_at=timezone.now() - timedelta(hours=1))


def choose(page: Page, answer: str) -> None:
    page.get_by_role("radio", name=re.compile(f"^{answer}")).check()
    page.get_by_role("button", name="Vote").click()


def close(open_on_server, edda) -> None:
    visit: Visit = open_on_server(**DESK, java_script_enabled=False)
    visit.sign_in(signed_in(edda))
    page = visit.page
    page.goto("/admin/participation/poll/")
    page.get_by_role("checkbox").last.check()
    page.get_by_role("combobox", name="Action:").select_option("Close now")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("Closed: 1.")).to_be_visible()


@pytest.mark.parametrize("how", [PHONE, DESK], ids=["no scripts on a phone", "scripts on a wide screen"])
def test_reader_votes_and_votes_again_until_an_editor_closes_it(open_on_server, horn, edda, how):
    page = open_on_server(**how).page
    page.goto(MARCH)
    assert page.context.cookies() == []
    choose(page, "Hoot")
    expect(page.get_by_role("status")).to_have_text(re.compile("Your vote is counted. You can change it"))
    expect(page.get_by_role("radio", name="Hoot 100% (1)", exact=True)).to_be_checked()
    assert [cookie["name"] for cookie in page.context.cookies()] == ["vote"]
    choose(page, "On Sundays")
    assert numbers(horn) == {"On Sundays": 1}
    page.get_by_role("link", name="Back to where you were reading").click()
    expect(page).to_have_url(re.compile(f"{MARCH}#poll-horn$"))
    expect(page.get_by_role("button", name="Vote")).to_be_in_viewport()
    close(open_on_server, edda)
    page.reload()
    expect(page.get_by_role("radio")).to_have_count(0)
    expect(page.locator(".poll li", has_text="On Sundays")).to_contain_text("100% (1)")


def test_two_clicks_are_one_vote(open_on_server, horn):
    page = open_on_server(**DESK).page
    page.goto(MARCH)
    page.get_by_role("radio", name="No hoot").check()
    page.get_by_role("button", name="Vote").dblclick()
    expect(page.get_by_role("status")).to_be_visible()
    assert Ballot.objects.count() == 1


def test_link_in_a_mail_leads_to_a_button(open_on_server, horn):
    page = open_on_server(**PHONE).page
    page.goto(f"/polls/horn/?answer={horn.answers.get(text='No hoot').pk}")
    expect(page.get_by_role("radio", name="No hoot")).to_be_checked()
    assert not Ballot.objects.exists()
    page.get_by_role("button", name="Vote").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert numbers(horn) == {"No hoot": 1}
