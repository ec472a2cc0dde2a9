"""One comment: in its place, what became of it, and what it said before."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from comments import moderating, posting
from comments.models import State
from tests.comments import talk
from tests.comments.test_reading import SHAPES, shown
from tests.newsletter.crowd import queries_for
from tests.newsletter.pages import head_of, main_of, meta

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("shape", SHAPES)
def test_permalink_shows_a_comment_in_its_place_at_the_same_cost(client, discussion, rita, shape):
    comments = talk.crowd(discussion, rita, SHAPES[shape](300))
    wanted = comments[203]
    address = f"/comments/{wanted.pk}/"
    page = main_of(client, address)
    assert f'h-entry target" id="comment-{wanted.pk}"' in page
    assert (wanted.root or wanted).pk in shown(page)
    assert 'href="/low-tide/march/mud/comments/"' in page
    assert "robots" not in meta(head_of(client, address))
    assert queries_for(client, address) <= 6


def test_more_replies_lead_through_the_whole_thread(client, discussion, rita):
    comments = talk.crowd(discussion, rita, SHAPES["giant"](130))
    address, seen = f"/comments/{comments[0].pk}/", set()
    while address:
        page = main_of(client, address)
        seen |= set(shown(page))
        address = page.partition('<p class="more level-1"><a href="')[2].partition('"')[0]
    assert seen == {comment.pk for comment in comments}


def test_own_comment_that_waits_is_on_its_page_for_its_author_alone(client, mud, rita, otto):
    comment = talk.say(talk.under(mud, mode="held"), rita, "Mine")
    address = f"/comments/{comment.pk}/"
    assert client.get(address).status_code == 404
    client.force_login(otto)
    assert client.get(address).status_code == 404
    client.force_login(rita)
    assert "Waiting for a moderator. Only you see it." in main_of(client, address)
    assert meta(head_of(client, address))["robots"] == "noindex"
    assert {"private", "no-store"} <= set(client.get(address).headers["Cache-Control"].split(", "))


@pytest.mark.parametrize("state", [State.REJECTED, State.REMOVED])
def test_author_learns_why_and_may_appeal_once(client, mud, rita, milo, state):
    comment = talk.say(talk.under(mud, mode="held" if state == State.REJECTED else "open"), rita, "Mine")
    moderating.transition([comment.pk], state, milo, reason="Too far from the mud.")
    address = f"/comments/{comment.pk}/"
    assert client.get(address).status_code == 404
    client.force_login(rita)
    page = main_of(client, address)
    assert "Too far from the mud." in page
    assert "Mine" in page
    assert f'href="{address}appeal/"' in page
    comment.refresh_from_db()
    posting.appeal(comment, rita, "But it is about mud.")
    moderating.transition([comment.pk], State.REJECTED, milo, reason="No.")
    page = main_of(client, address)
    assert "No." in page
    assert f'href="{address}appeal/"' not in page


def test_deleted_comment_has_no_page_even_for_its_author(client, discussion, rita):
    comment = talk.say(discussion, rita)
    posting.take_back(comment, rita)
    client.force_login(rita)
    assert client.get(f"/comments/{comment.pk}/").status_code == 404


def test_history_shows_what_an_edited_comment_said(client, discussion, rita):
    comment = talk.say(discussion, talk.trusted(rita), "One two three four five <six>")
    address = f"/comments/{comment.pk}/history/"
    assert client.get(address).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        posting.revise(comment, rita, "One two three four five seven")
        page = main_of(client, address)
        assert "One two three four five &lt;six&gt;" in page
        assert page.index("seven") < page.index("six")
        assert f'href="{address}"' in main_of(client, "/low-tide/march/mud/")
        assert meta(head_of(client, address))["robots"] == "noindex"


def test_comment_that_never_was_is_not_found(client, db):
    for address in ("/comments/7/", "/comments/7/history/", f"/comments/{10**30}/"):
        assert client.get(address).status_code == 404
