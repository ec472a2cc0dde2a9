"""Each notice goes into one mail, in the transaction that marks it, and only what is still so is sent."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from comments import following, moderating
from comments.models import Follow, Notice, State
from comments.notices import letters, timing
from core.mail import outbox
from core.models import OutgoingMail
from tests.comments import talk
from tests.comments.letters import delivered, receivers

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(discussion, rita, otto):
    """One for Rita, then one for Otto."""
    mine, his = talk.say(discussion, rita, "Mine"), talk.say(discussion, otto, "His")
    return talk.say(discussion, otto, "To you", mine), talk.say(discussion, rita, "And to you", his)


@pytest.fixture
def written(answers, settings):
    """Both are in the outbox and nobody has sent them."""
    settings.SEND_MAIL_AT_ONCE = False
    timing.write_due()
    return list(OutgoingMail.objects.waiting().order_by("pk"))


def test_a_notice_is_told_once_its_mail_is_kept_and_that_once(written):
    assert [mail.email for mail in written] == ["rita@example.org", "otto@example.org"]
    assert [notice.mail for notice in Notice.objects.order_by("pk")] == written
    timing.write_due()
    assert OutgoingMail.objects.count() == 2


def test_one_of_which_no_mail_can_be_made_holds_up_no_other_and_is_tried_again(answers, monkeypatch):
    broken = dict(letters.SUBJECTS)
    monkeypatch.setattr(letters, "SUBJECTS", {})
    timing.write_due()
    assert Notice.objects.waiting().count() == 2
    assert not Notice.objects.due().exists()
    monkeypatch.setattr(letters, "SUBJECTS", broken)
    with time_machine.travel(timezone.now() + timing.REST):
        assert [name for name, _ in receivers()] == ["otto", "rita"]


@pytest.mark.parametrize("change", ["removed", "muted", "silent", "account closed"])
def test_what_is_no_longer_so_when_the_mail_server_is_back_is_not_sent(written, answers, rita, milo, change):
    if change == "removed":
        moderating.transition([answers[0].pk], State.REMOVED, milo)
    elif change == "muted":
        following.follow(answers[0].discussion, rita, Follow.Frequency.MUTED)
    elif change == "silent":
        following.silence(rita)
    else:
        rita.is_active = False
        rita.save()
    outbox.send_due()
    timing.write_due()
    outbox.send_due()
    to_rita = [each.subject for each in mail.outbox if each.to == ["rita@example.org"]]
    assert [subject for subject in to_rita if "answered" in subject] == []
    assert "otto@example.org" in {each.to[0] for each in mail.outbox}
    assert OutgoingMail.objects.get(pk=written[0].pk).answer == "what it tells is no longer so"


def test_a_mail_of_the_day_is_written_anew_without_what_was_removed_meanwhile(discussion, rita, otto, milo, settings):
    following.follow(discussion, rita, Follow.Frequency.DAILY)
    gone, stays = talk.say(discussion, otto, "Gone by then"), talk.say(discussion, otto, "Stays")
    settings.SEND_MAIL_AT_ONCE = False
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        timing.write_due()
        moderating.transition([gone.pk], State.REMOVED, milo)
        outbox.send_due()
        timing.write_due()
        outbox.send_due()
    (message,) = [each for each in mail.outbox if each.to == ["rita@example.org"]]
    assert "Stays" in message.body
    assert "Gone by then" not in message.body
    assert stays.is_approved


def test_mail_that_could_not_go_does_not_count_among_those_of_a_day(written, rita):
    assert not timing.has_enough(Notice.objects.filter(reader=rita).first())
    kept = Notice.objects.get(reader=rita)
    Notice.objects.filter(pk=kept.pk).update(kind="approved")
    Notice.objects.bulk_create(
        Notice(reader=rita, comment=kept.comment, kind="approved", due_at=timezone.now(), sent_at=timezone.now())
        for _ in range(timing.MOST_MAILS_A_DAY - 1)
    )
    assert timing.has_enough(kept)
    outbox.drop(written[0], "refused")
    assert not timing.has_enough(kept)


def test_what_was_told_is_known_for_a_while_and_then_forgotten(answers):
    assert len(delivered()) == 2
    timing.forget()
    assert Notice.objects.count() == 2
    with time_machine.travel(timezone.now() + timing.KEPT + timedelta(days=1)):
        timing.forget()
    assert Notice.objects.count() == 0
