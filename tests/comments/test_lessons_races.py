"""Two at the same time: what the second does waits for the first, looks afresh, and is told.

Threads that really wait for one another cannot share SQLite's database in memory: it is copied to a file.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.utils import load_backend
from django.test import Client

from comments import counting, moderating, posting, reacting, steering
from comments.models import Comment, Like, State
from tests.comments import talk

ON_SQLITE = connection.vendor == "sqlite"
pytestmark = pytest.mark.django_db(transaction=not ON_SQLITE)


class Two:
    """Two people, each with a connection of their own."""

    def __init__(self, address: dict[str, Any]) -> None:
        self.address = address

    def at_once(self, first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
        """What comes of `first`, and of `second` that begins before the transaction of `first` has ended."""
        is_done, has_begun = Event(), Event()

        def do_first() -> Any:
            with transaction.atomic():
                outcome = first()
                is_done.set()
                has_begun.wait(10)
                time.sleep(0.05)  # the longer, the surer that `second` waits for us; it decides about nothing
            return outcome

        def do_second() -> Any:
            is_done.wait(10)
            has_begun.set()
            return second()

        with ThreadPoolExecutor(2) as pool:
            one, two = (pool.submit(self.alone, each) for each in (do_first, do_second))
            return one.result(), two.result()

    def alone(self, act: Callable[[], Any]) -> Any:
        """What `act` returns, or the Refused that it raises, on a connection of this thread."""
        if ON_SQLITE:
            connections["default"] = load_backend(self.address["ENGINE"]).DatabaseWrapper(self.address, "default")
        try:
            return act()
        except posting.Refused as refusal:
            return refusal
        finally:
            connections["default"].close()

    def see(self, look: Callable[[], Any]) -> Any:
        """What is stored now."""
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(self.alone, look).result()


@pytest.fixture
def two(tmp_path):
    """Call it once the scene is set."""

    def begin() -> Two:
        file = tmp_path / "shared.sqlite3"
        if ON_SQLITE:
            file.write_bytes(connection.connection.serialize())
        return Two({**connection.settings_dict, "NAME": str(file)} if ON_SQLITE else {})

    return begin


def counts() -> tuple[int, list[str]]:
    return Comment.objects.count(), counting.drifted()


def test_the_same_text_sent_twice_at_once_is_one_comment(two, discussion, rita):
    pair = two()
    one, other = pair.at_once(*[lambda: posting.post(discussion, rita, "Mud!")] * 2)
    assert one.pk == other.pk
    assert pair.see(counts) == (1, [])


def test_nobody_writes_in_a_discussion_that_is_being_closed(two, discussion, rita, edda):
    pair = two()
    _closed, refusal = pair.at_once(
        lambda: steering.close([discussion.pk], edda), lambda: posting.post(discussion, rita, "Too late")
    )
    assert str(refusal) == "This discussion is closed."
    assert pair.see(counts) == (0, [])


def test_nobody_answers_a_comment_that_is_being_removed(two, discussion, rita, otto, milo):
    parent = talk.say(discussion, otto)
    pair = two()
    _removed, refusal = pair.at_once(
        lambda: moderating.transition([parent.pk], State.REMOVED, milo),
        lambda: posting.post(discussion, rita, "Where are you?", parent=parent),
    )
    assert "no longer there" in str(refusal)
    assert pair.see(counts) == (1, [])


@pytest.mark.parametrize(("fans", "score"), [(["rita", "milo"], 2), (["rita", "rita"], 1)])
def test_likes_at_once_are_counted_once_for_each_reader(request, two, discussion, otto, fans, score):
    comment = talk.say(discussion, otto)
    one, other = (request.getfixturevalue(fan) for fan in fans)
    pair = two()
    pair.at_once(lambda: reacting.like(comment, one), lambda: reacting.like(comment, other))
    assert pair.see(lambda: (Comment.objects.get().score, Like.objects.count())) == (score, score)


@pytest.fixture
def waiting(discussion, rita):
    return talk.held(discussion, rita, "One two three four five six")


def decide(client: Client, comment: Comment, decision: str) -> Callable[[], str]:
    """A moderator presses a button on a page that was made before."""
    address = f"/admin/comments/comment/{comment.pk}/change/"
    seen = moderating.last_decision(comment)
    assert seen
    return lambda: client.post(address, {"decision": decision, "seen": seen.pk}, follow=True).text


def test_the_second_of_two_moderators_at_once_is_told(two, waiting, moderation, admin_client):
    pair = two()
    _done, told = pair.at_once(decide(moderation, waiting, "approve"), decide(admin_client, waiting, "spam"))
    assert "Milo was faster" in told
    assert pair.see(lambda: Comment.objects.get().state) == State.APPROVED


def test_no_text_is_approved_that_was_changed_at_the_same_time(two, waiting, rita, moderation):
    pair = two()
    _edited, told = pair.at_once(
        lambda: posting.revise(waiting, rita, "Buy at https://spam.example"), decide(moderation, waiting, "approve")
    )
    assert "was faster" in told
    assert pair.see(lambda: Comment.objects.get().state) == State.PENDING


def test_a_change_sent_while_the_text_is_approved_waits_beside_it(two, low_tide, waiting, rita, moderation):
    talk.policy(low_tide, approvals_for_trust=2)
    pair = two()
    pair.at_once(
        decide(moderation, waiting, "approve"), lambda: posting.revise(waiting, rita, "Buy at https://spam.example")
    )
    stored = pair.see(Comment.objects.get)
    assert (stored.state, stored.body) == (State.APPROVED, "One two three four five six")
    assert stored.proposed_body == "Buy at https://spam.example"
