"""What happens by the clock alone, and what a worker finds that was away for days, as in a restored database."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from comments import steering
from comments.models import Notice
from core import page_cache
from core.worker.ticks import tick
from tests import cast
from tests.between.plans import SOON, dispatch_in, seen, work
from tests.comments import talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def has_form(mud):
    return "<textarea" in Client().get(mud.get_absolute_url()).text


def test_a_stored_page_does_not_outlive_the_closing_of_its_discussion(mud, clock):
    talk.under(mud, closes_at=timezone.now() + timedelta(seconds=30))
    assert has_form(mud)
    clock.shift(31)
    assert not has_form(mud)


@pytest.mark.parametrize("with_row", [True, False])
def test_nor_the_closing_that_the_policy_says(mud, low_tide, clock, with_row):
    talk.policy(low_tide, mode="open", days_open=10)
    if with_row:
        talk.under(mud)
    clock.move_to(mud.published_at + timedelta(days=10) - timedelta(seconds=20))
    page_cache.forget()
    assert has_form(mud)
    clock.shift(21)
    assert not has_form(mud)


def test_what_never_closes_lets_pages_live_an_hour(mud, low_tide):
    talk.policy(low_tide, mode="open")
    assert steering.next_closing() is None


@pytest.mark.parametrize("newsletters", [1, 5])
def test_closings_cost_two_queries(published, newsletters, django_assert_num_queries):
    for number in range(newsletters):
        talk.policy(cast.low_tide(title=f"Tide {number}", slug=f"tide-{number}"), days_open=number + 1)
    with django_assert_num_queries(2):
        steering.next_closing()


def test_a_mail_that_nobody_was_there_to_send_asks_first(published):
    dispatch = dispatch_in("planned", published, start_at=timezone.now() + SOON)
    assert work(days=3) == []
    state, reason = seen(dispatch)
    assert state == "paused"
    assert reason.startswith("This was planned for ")
    assert reason.endswith(" and nobody was there to send it. Send it now?")


def test_the_desk_asks(published, desk):
    dispatch = dispatch_in("planned", published, start_at=timezone.now() + SOON)
    work(days=3)
    page = desk.get("/admin/").text
    assert f'<a href="/admin/mailing/dispatch/{dispatch.pk}/change/">The mail “March” is paused: This was ' in page
    desk.post(f"/admin/mailing/dispatch/{dispatch.pk}/steps/", {"step": "resume"})
    assert "is paused" not in desk.get("/admin/").text
    assert len(work(hours=2)) == 1


def test_what_an_editor_paused_does_not_ask(published, desk, milo):
    dispatch_in("paused", published)
    assert "is paused" not in desk.get("/admin/").text


def test_a_mail_that_asks_is_none_of_a_moderators_business(published, moderation):
    dispatch_in("planned", published, start_at=timezone.now() + SOON)
    work(days=3)
    assert "is paused" not in moderation.get("/admin/").text


@pytest.mark.parametrize("state", ["freezing", "sending", "letter stored"])
def test_a_mailing_that_nobody_went_on_with_asks_first(published, state):
    """As in a database restored from the middle of a mailing, which was finished since."""
    dispatch = dispatch_in(state, published)
    assert work(days=3) == []
    assert seen(dispatch)[0] == "paused"
    assert "nobody has been there to send it." in seen(dispatch)[1]


def test_a_worker_that_comes_late_by_an_hour_sends(published):
    dispatch = dispatch_in("planned", published, start_at=timezone.now() + SOON)
    assert len(work(hours=3)) == 1
    assert seen(dispatch) == ("done", "")


@pytest.mark.parametrize("is_daily", [False, True])
def test_a_notice_is_no_news_a_week_later(discussion, rita, otto, is_daily, caplog):
    talk.say(discussion, otto, parent=talk.say(discussion, rita))
    Notice.objects.update(is_daily=is_daily)
    with time_machine.travel(timezone.now() + timedelta(days=7)), caplog.at_level(logging.WARNING):
        tick()
    assert mail.outbox == []
    assert "while they were news" in caplog.text
    assert not Notice.objects.waiting().exists()


def test_a_notice_of_yesterday_still_is(discussion, rita, otto):
    talk.say(discussion, otto, parent=talk.say(discussion, rita))
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        tick()
    assert [message.to for message in mail.outbox] == [["rita@example.org"]]
