"""Each notice is sent once: killed workers lose none, two workers send none twice, a broken mail server delays."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import override_settings
from django.utils import timezone

from comments.models import Notice
from comments.notices import sending
from tests.comments import talk
from tests.comments.letters import delivered, receivers

pytestmark = pytest.mark.django_db


class Down(EmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages):
        raise ConnectionRefusedError


class Picky(EmailBackend):
    """A mail server that knows nobody of the name of Rita."""

    def send_messages(self, messages):
        if "rita" in messages[0].to[0]:
            raise SMTPRecipientsRefused({messages[0].to[0]: (550, b"Unknown")})
        return super().send_messages(messages)


@pytest.fixture
def answers(discussion, rita, otto):
    """One for Rita, then one for Otto."""
    mine, his = talk.say(discussion, rita, "Mine"), talk.say(discussion, otto, "His")
    return talk.say(discussion, otto, "To you", mine), talk.say(discussion, rita, "And to you", his)


def test_what_a_killed_worker_had_taken_is_sent_by_the_next(answers):
    taken = sending.take()
    assert [notice.reader.display_name for notice in taken] == ["Rita"]
    assert [name for name, _ in receivers()] == ["otto"]
    with time_machine.travel(timezone.now() + sending.ATTEMPT):
        assert [name for name, _ in receivers()] == ["rita"]


def test_two_workers_take_different_notices(answers):
    assert {notice.pk for notice in sending.take()}.isdisjoint(notice.pk for notice in sending.take())
    assert sending.take() == []


def test_mail_server_that_is_down_delays_and_loses_nothing(answers):
    down = override_settings(MAILERS={"default": {"BACKEND": f"{__name__}.Down"}})
    with down, pytest.raises(ConnectionRefusedError):
        sending.send_due()
    with time_machine.travel(timezone.now() + sending.ATTEMPT):
        assert [name for name, _ in receivers()] == ["otto", "rita"]


def test_recipient_that_is_refused_does_not_hold_up_others_and_is_given_up_in_the_end(answers):
    with override_settings(MAILERS={"default": {"BACKEND": f"{__name__}.Picky"}}):
        sending.send_due()
        assert [message.to for message in mail.outbox] == [["otto@example.org"]]
        for attempt in range(1, sending.MOST_ATTEMPTS):
            with time_machine.travel(timezone.now() + sending.ATTEMPT * 2**attempt):
                sending.send_due()
    assert len(mail.outbox) == 1
    sending.forget()
    assert Notice.objects.waiting().count() == 0


def test_what_was_sent_is_known_for_a_while_and_then_forgotten(answers):
    assert len(delivered()) == 2
    sending.forget()
    assert Notice.objects.count() == 2
    with time_machine.travel(timezone.now() + sending.KEPT + timedelta(days=1)):
        sending.forget()
    assert Notice.objects.count() == 0
