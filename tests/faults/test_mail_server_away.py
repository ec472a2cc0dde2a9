"""The mail server is down for an hour: what is to be sent goes out afterwards, once, and the log stays short. Of an
issue's own mailing, which pauses meanwhile, see `tests/mailing/test_sending.py`."""

import json
import logging
from collections import Counter

import pytest
import time_machine
from django.utils import timezone

from core.mail import outbox
from core.models import OutgoingMail
from site_project.environment import mailer
from tests.core.test_serve import free_port
from tests.faults import sink

MAILS = 20

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]


def test_after_an_hour_without_a_mail_server_everybody_gets_their_mail_once(settings, tmp_path, caplog):
    settings.SEND_MAIL_AT_ONCE = False
    settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{free_port()}")}
    for number in range(MAILS):
        outbox.put(f"rita{number}@example.org", "Hello", "Words", kind=OutgoingMail.Kind.CONVERSATION)
    with time_machine.travel(timezone.now(), tick=False) as clock, caplog.at_level(logging.WARNING):
        for _half_minute in range(120):
            outbox.send_due()
            clock.shift(30)
        assert len(caplog.records) <= 120
        with sink.running(tmp_path / "sunk") as port:
            settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{port}")}
            for _half_minute in range(6):
                outbox.send_due()
                clock.shift(30)
    arrived = [json.loads(line)["to"] for line in (tmp_path / "sunk").read_text().splitlines()]
    assert Counter(arrived) == Counter(f"rita{number}@example.org" for number in range(MAILS))
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"sent"}
