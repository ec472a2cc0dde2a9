"""One comment: in its place, what became of it, and what it said before."""

import re
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
    address, root = f"/comments/{wanted.pk}/", (wanted.root or wanted).pk
    page = main_of(client, address)
    assert f'h-entry target" id="comment-{wanted.pk}"' in page
    assert root in shown(page)
    assert re.search(rf'href="/low-tide/march/mud/comments/\?sort=newest&amp;after=[^"]+#comment-{root}"', page)
    assert "robots" not in meta(head_of(client, address))
    assert queries_for(client, address) <= 9


def link(page, words):
    """The address of the link that reads so."""
    found = re.search(rf'<a href="([^"]*)"[^>]*>\s*{words}</a>', page)
    return found[1].partition("#")[0] if found else ""


def test_a_long_thread_is_read_to_its_last_reply_and_back_with_numbers_on_the_way(client, discussion, rita):
    comments = talk.crowd(discussion, rita, SHAPES["giant"](130))
    page = main_of(client, "/low-tide/march/mud/")
    assert shown(page) == [comments[place].pk for place in (0, 1, 2, 128, 129)]
    seen, address = {comments[0].pk, *shown(page)[1:3]}, link(page, "125 more replies")
    for where, more in [("Replies 3–52 of 129", 77), ("Replies 53–102 of 129", 27), ("Replies 103–129 of 129", 0)]:
        page = main_of(client, address)
        assert where in page
        seen |= set(shown(page))
        address = link(page, f"{more} more replies")
    assert (seen, address) == ({comment.pk for comment in comments}, "")
    earlier = main_of(client, link(page, "102 earlier replies"))
    assert "Replies 53–102 of 129" in earlier
    assert "Replies 1–50 of 129" in main_of(client, link(earlier, "To the first"))
    assert "Replies 80–129 of 129" in main_of(client, link(earlier, "To the last"))
    assert shown(main_of(client, link(earlier, "The whole conversation")))[0] == comments[0].pk


def test_ways_through_a_thread_lead_to_where_its_replies_begin(client, discussion, rita):
    root = talk.crowd(discussion, rita, SHAPES["giant"](130))[0]
    page = main_of(client, f"/comments/{root.pk}/")
    assert 'id="replies"' in page
    ways = re.findall(r'href="(/comments/\d+/(?:\?[^"]*)?#[^"]*)"', page)
    assert len([way for way in ways if "?" in way]) == 2
    assert all(way.endswith("#replies") for way in ways if "?" in way)
    assert "robots" not in meta(head_of(client, f"/comments/{root.pk}/?before=x"))
    assert meta(head_of(client, link(page, "To the last")))["robots"] == "noindex"


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
