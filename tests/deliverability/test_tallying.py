"""What became of the copies of each dispatch, by receiving domain."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from deliverability import tallying
from deliverability.models import DomainTally
from mailing import own_data
from mailing.lists import subscribing
from mailing.models import Delivery, Subscriber
from tests import cast
from tests.deliverability.copies import come_back, copies, figures, sent
from tests.mailing.post import TEST

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatch(published):
    return sent(published)


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("otto@Example.ORG", "example.org"),
        ("otto@googlemail.com", "gmail.com"),
        ("otto@hotmail.co.uk", "outlook.com"),
        ("otto@live.com", "outlook.com"),
        ("otto@msn.com", "outlook.com"),
        ("otto@yahoo.co.jp", "yahoo.co.jp"),  # another company
        ("otto@yahoo.de", "yahoo.com"),
        ("otto@me.com", "icloud.com"),
        ("otto@foxmail.com", "qq.com"),
        ("otto@yeah.net", "163.com"),
        ("otto@bücher.example", "xn--bcher-kva.example"),
        ("otto@XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("otto@mail.gmail.com", "mail.gmail.com"),
    ],
)
def test_large_receivers_are_one_and_others_themselves(email, domain):
    assert tallying.receiver(email) == domain


def test_copies_are_counted_by_who_received_them(dispatch):
    copies(dispatch, "gmail.com", 3)
    copies(dispatch, "googlemail.com", 2)
    copies(dispatch, "example.org", 1, "failed", answer="550 5.1.1 no such user")
    copies(dispatch, "example.org", 1, "failed", answer="550 5.7.1 not from you")
    copies(dispatch, "example.org", 1, "queued")
    tallying.count(dispatch)
    assert figures(dispatch, "gmail.com") == {"handed": 5}
    assert figures(dispatch, "example.org") == {"failed": 2, "hard": 1, "policy": 1}


def test_what_comes_back_is_noted_as_it_is_heard_and_counted_once(dispatch):
    one, two, three, four, five = copies(dispatch, "gmail.com", 5)
    come_back([one, one, two])
    come_back([three], "soft")
    come_back([four], "policy")
    come_back([five], "complaint")
    noted = {"hard": 2, "soft": 1, "policy": 1, "complaints": 1}
    assert figures(dispatch, "gmail.com") == noted
    for _again in range(2):
        tallying.count(dispatch)
        assert figures(dispatch, "gmail.com") == {"handed": 5, **noted}


def test_what_anybody_could_have_sent_is_not_counted(dispatch):
    [copy] = copies(dispatch, "gmail.com")
    copy.message_id = "<guessed@a.example>"
    come_back([copy])
    tallying.count(dispatch)
    assert figures(dispatch, "gmail.com") == {"handed": 1}


def test_what_came_back_before_there_were_figures_is_counted(dispatch):
    come_back(copies(dispatch, "gmail.com", 2))
    DomainTally.objects.all().delete()
    tallying.count(dispatch)
    assert figures(dispatch, "gmail.com") == {"handed": 2, "hard": 2}


def test_figures_stay_when_people_are_erased(dispatch):
    come_back(copies(dispatch, "gmail.com", 2)[:1])
    tallying.count(dispatch)
    for subscriber in Subscriber.objects.all():
        own_data.erase(subscriber)
    tallying.count(dispatch)
    assert figures(dispatch, "gmail.com") == {"handed": 2, "hard": 1}


def test_failures_that_are_sent_again_are_none_any_more(dispatch):
    copies(dispatch, "gmail.com", 2, "failed", answer="451 4.7.1 come again")
    tallying.count(dispatch)
    Delivery.objects.update(state="handed", handed_over_at=timezone.now())
    tallying.count(dispatch)
    assert figures(dispatch, "gmail.com") == {"handed": 2}


def leave(copy, **after):
    with time_machine.travel(timezone.now() + timedelta(**after), tick=False):
        subscribing.leave(copy.subscriber, copy.dispatch.issue.newsletter, TEST)


def test_who_leaves_after_a_mail_and_before_the_next_leaves_because_of_it(dispatch, published):
    copies(dispatch, "gmail.com", 5)
    first, second, third, fourth, _stays = dispatch.deliveries.select_related("subscriber", "dispatch__issue")
    leave(first, hours=-2)
    leave(second, days=1)
    leave(third, days=4)
    leave(fourth, days=15)
    tallying.count(dispatch)
    assert figures(dispatch, "gmail.com") == {"handed": 5, "left": 2}


def test_who_leaves_after_the_next_mail_leaves_because_of_that(dispatch, low_tide):
    copies(dispatch, "gmail.com", 2)
    leave(dispatch.deliveries.first(), days=1)
    leave(dispatch.deliveries.last(), days=4)
    later = sent(cast.issue(low_tide, 8), started_at=timezone.now() + timedelta(days=3))
    for copy in dispatch.deliveries.all():
        Delivery.objects.create(
            dispatch=later,
            subscriber=copy.subscriber,
            state="handed",
            message_id=f"<later-{copy.pk}>",
            handed_over_at=later.started_at,
        )
    for each in (dispatch, later):
        tallying.count(each)
    assert figures(dispatch, "gmail.com") == {"handed": 2, "left": 1}
    assert figures(later, "gmail.com") == {"handed": 2, "left": 1}


def test_the_largest_domains_have_rows_of_their_own_and_what_comes_back_loses_none(dispatch, monkeypatch):
    monkeypatch.setattr(tallying, "MOST_DOMAINS", 2)
    for domain, number in {"large.example": 3, "middle.example": 2, "small.example": 1, "tiny.example": 1}.items():
        copies(dispatch, domain, number)
    tallying.count(dispatch)
    come_back(dispatch.deliveries.select_related("subscriber").order_by("-pk")[:2])
    tallying.count(dispatch)
    rows = DomainTally.objects.order_by("domain").values_list("domain", "handed", "hard")
    assert list(rows) == [("", 2, 2), ("large.example", 3, 0), ("middle.example", 2, 0)]


def test_pieces_hold_each_copy_once(dispatch, monkeypatch):
    monkeypatch.setattr(tallying, "PIECE", 3)
    copies(dispatch, "gmail.com", 7)
    assert [piece.count() for piece in tallying.pieces(dispatch)] == [3, 3, 1]
    tallying.count(dispatch)
    assert figures(dispatch, "gmail.com") == {"handed": 7}


def counted_after(**wait):
    """Whether the worker counts again so long after now."""
    before = set(DomainTally.objects.values_list("counted_at", flat=True))
    with time_machine.travel(timezone.now() + timedelta(**wait), tick=False):
        tallying.count_due()
    return set(DomainTally.objects.values_list("counted_at", flat=True)) != before


def test_it_is_counted_again_while_it_changes(dispatch):
    copies(dispatch, "gmail.com", 2)
    tallying.count_due()
    assert not counted_after(hours=2)
    leave(dispatch.deliveries.select_related("subscriber").first(), hours=3)
    assert not counted_after(minutes=30)
    assert counted_after(hours=4)
    assert figures(dispatch, "gmail.com") == {"handed": 2, "left": 1}
    assert not counted_after(hours=6)
    assert counted_after(days=3)
    assert not counted_after(days=40)


def test_what_is_being_sent_is_counted_every_minute(published):
    dispatch = sent(published, "sending", size=600_000)
    copies(dispatch, "gmail.com", 2)
    assert counted_after()
    assert not counted_after(minutes=1, seconds=30)
    assert counted_after(minutes=2, seconds=30)


def test_counting_costs_as_many_queries_for_many_as_for_few(dispatch, django_assert_max_num_queries):
    copies(dispatch, "gmail.com", 300)
    with django_assert_max_num_queries(20):
        tallying.count(dispatch)
