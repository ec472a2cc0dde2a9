"""Verbs about the same people and discussions, all at the same moment: none waits for ever, and nothing is miscounted.

A few rounds in every run on PostgreSQL, 200 of each with FAULTS=full, as `make faults` sets it. SQLite has one writer.
"""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import User
from accounts.own_data import erase_account
from accounts.profiles import change_profile
from comments import banning, counting, following, moderating, posting, reacting, steering
from comments.models import Comment, Follow, ModerationEvent, Standing, State, Trust
from tests import cast
from tests.comments import talk

ROUNDS = 200 if os.environ.get("FAULTS") == "full" else 8
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer"),
]


@pytest.fixture
def places(low_tide):
    """Two discussions in each of two newsletters."""
    papers = [low_tide, cast.low_tide(title="High Tide", slug="high-tide")]
    return [talk.under(cast.article(paper, title=f"{paper.title} {n}")) for paper in papers for n in "AB"]


@pytest.fixture
def people(milo, rita, db):
    return {"milo": milo, "rita": rita, "otto": talk.otto()}


def at_once(*acts):
    """What is raised by any of `acts`, which begin at the same moment, but for refusals."""
    gate = Barrier(len(acts))

    def alone(act):
        try:
            gate.wait()
            act()
        except (posting.Refused, moderating.Conflict):
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(alone, act) for act in acts]:
            done.result()


def known(reader, **fields):
    """How they stand, so that all that they write waits."""
    Standing.objects.update_or_create(
        reader=reader, defaults={"trust": Trust.RESTRICTED, "known_name": reader.display_name, **fields}
    )


def approve(*comments):
    return lambda: moderating.transition([each.pk for each in comments], State.APPROVED, None)


def test_two_moderators_approve_one_reader_in_two_discussions(places, people):
    rita = people["rita"]
    for number in range(ROUNDS):
        known(rita)
        one, two = (posting.post(place, rita, f"Text {number}") for place in places[1:3])
        at_once(approve(one), approve(two))
        assert set(Comment.objects.filter(pk__in=[one.pk, two.pk]).values_list("state", flat=True)) == {"approved"}
    assert counting.drifted() == []


def test_two_moderators_approve_two_readers_in_two_newsletters_the_other_way_round(places, people):
    rita, otto = people["rita"], people["otto"]
    for number in range(ROUNDS):
        known(rita)
        known(otto)
        first = [posting.post(places[0], rita, f"Text {number}"), posting.post(places[3], otto, f"Text {number}")]
        second = [posting.post(places[3], rita, f"Word {number}"), posting.post(places[0], otto, f"Word {number}")]
        at_once(approve(*first), approve(*reversed(second)))
    assert Comment.objects.exclude(state=State.APPROVED).count() == 0
    assert counting.drifted() == []


def test_trust_counts_what_is_approved_elsewhere_at_the_same_moment(places, people, low_tide):
    """Each of two approvals that are counted alone leaves the reader without trust."""
    talk.policy(low_tide, approvals_for_trust=2)
    for number in range(ROUNDS):
        reader = cast.person(f"Reader{number}")
        pair = [talk.held(place, reader) for place in places[:2]]
        at_once(*map(approve, pair))
        assert Standing.objects.get(reader=reader).trust == Trust.TRUSTED


def test_verbs_of_all_kinds_cross(places, people):
    chosen = random.Random(27)
    milo, rita, otto = people["milo"], people["rita"], people["otto"]
    for reader in (rita, otto):
        for place in places:
            talk.say(place, reader, f"{reader} was here.")

    def some(count=4):
        return chosen.sample(list(Comment.objects.exclude(author=None).values_list("pk", flat=True)), count)

    def decide(to):
        ids = some()
        return lambda: moderating.transition(ids, to, milo)

    def undo():
        ids = list(ModerationEvent.objects.filter(actor=milo).values_list("pk", flat=True)[:20])
        return lambda: moderating.undo(ids, milo)

    def rename():
        reader, name = User.objects.get(pk=chosen.choice([rita.pk, otto.pk])), f"Name {chosen.random()}"
        known(reader, trust=Trust.TRUSTED)
        return lambda: change_profile(reader, display_name=name)

    def erase():
        leaver = cast.person(f"Leaver{chosen.random()}")
        for place in places:
            talk.say(place, leaver, "Good bye.", parent=place.comments.approved().exclude(author=None).first())
            for comment in place.comments.public()[:3]:
                if comment.author_id != leaver.pk:
                    reacting.like(comment, leaver)
        return lambda: erase_account(leaver, keep_words=False)

    def react():
        comment, reader = Comment.objects.get(pk=some(1)[0]), chosen.choice([rita, otto])
        act = chosen.choice([reacting.like, lambda *who: reacting.report(*who, "spam")])
        return lambda: act(comment, reader)

    def write():
        place, reader, words = chosen.choice(places), chosen.choice([rita, otto]), f"Words {chosen.random()}"
        parent = place.comments.approved().first()
        return lambda: posting.post(place, reader, words, parent=parent)

    def stand():
        until = timezone.now() + timedelta(microseconds=1)
        ids = chosen.sample([rita.pk, otto.pk], 2)
        return lambda: banning.ban(ids, milo, until)

    def follow():
        place, reader = chosen.choice(places), chosen.choice([rita, otto])
        frequency = chosen.choice([Follow.Frequency.MUTED, Follow.Frequency.AT_ONCE])
        return lambda: following.follow(place, reader, frequency)

    def steer():
        ids = chosen.sample([place.pk for place in places], 3)
        return lambda: steering.reopen(ids, milo)

    verbs = [
        lambda: decide(State.APPROVED),
        lambda: decide(State.PENDING),
        lambda: decide(State.SPAM),
        *(undo, rename, erase, react, write, stand, follow, steer),
    ]
    for _round in range(ROUNDS):
        at_once(*[verb() for verb in chosen.sample(verbs, 4)])
    assert counting.drifted() == []
