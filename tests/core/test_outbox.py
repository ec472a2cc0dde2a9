"""Mail to one person: kept with what it tells of, sent by anybody until the server takes it, or dropped aloud."""

import logging
import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from core.limits import Limit
from core.mail import outbox
from core.models import Hits, OutgoingMail
from site_project.environment import mailer

pytestmark = pytest.mark.django_db

Kind, State = OutgoingMail.Kind, OutgoingMail.State


class Down(EmailBackend):
    """A mail server that is not there."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("nobody at port 25")


@pytest.fixture
def queue(settings):
    """Nothing is sent unless the test sends it."""
    settings.SEND_MAIL_AT_ONCE = False


@pytest.fixture
def down(settings):
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Down"}}


class Answers:
    """A real mail server with prepared answers to MAIL, RCPT and DATA; keeps what it accepts."""

    def __init__(self, **said):
        self.said, self.envelopes = said, []

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        return self.said.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.said.get("RCPT", "250 OK")

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = self.said.get("DATA", "250 accepted")
        if answer.startswith("250"):
            self.envelopes.append(envelope)
        return answer


@pytest.fixture
def server(settings, request):
    answers = Answers(**getattr(request, "param", {}))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    controller = Controller(answers, hostname="127.0.0.1", port=port)
    controller.start()
    settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{port}")}
    yield answers
    controller.stop()


def put(email="rita@example.org", **fields):
    return outbox.put(email, "Hello", "Words\n", **{"kind": Kind.CONVERSATION, **fields})


def now(row):
    return OutgoingMail.objects.get(pk=row.pk)


def make_due():
    OutgoingMail.objects.update(due_at=timezone.now())


def test_it_is_sent_and_its_words_are_deleted(queue):
    row = put()
    assert mail.outbox == []
    outbox.send_due()
    assert [message.body for message in mail.outbox] == ["Words\n"]
    assert (now(row).state, now(row).subject, now(row).text, now(row).headers) == (State.SENT, "", "", {})
    outbox.send_due()
    assert len(mail.outbox) == 1


def test_it_shares_the_fate_of_its_transaction(queue):
    with transaction.atomic():
        put()
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()


def test_nobody_can_guess_its_message_id_and_each_attempt_has_the_same(queue, down, settings):
    row = put()
    outbox.send_due()
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    make_due()
    outbox.send_due()
    assert mail.outbox[0].extra_headers["Message-ID"] == row.message_id
    assert len(row.message_id.partition("@")[0]) > 30


def test_a_server_that_is_down_delays_and_is_not_asked_for_each_mail(queue, down, caplog):
    rows = [put(), put("otto@example.org")]
    with caplog.at_level(logging.WARNING):
        assert outbox.send_due() is False
    assert [now(row).attempts for row in rows] == [1, 0]
    assert now(rows[0]).answer == "nobody at port 25"
    assert now(rows[0]).text == "Words\n"
    assert timedelta(seconds=7) < now(rows[0]).due_at - timezone.now() < timedelta(seconds=13)
    assert "nobody at port 25" in caplog.text
    assert "rita" not in caplog.text


def test_pauses_grow_and_end_with_what_the_mail_is_good_for(queue, down):
    row = put(expires_at=timezone.now() + timedelta(minutes=10))
    for _attempt in range(6):
        make_due()
        outbox.send_due()
    assert timedelta(seconds=90) < now(row).due_at - timezone.now() <= timedelta(seconds=144)
    OutgoingMail.objects.update(due_at=timezone.now(), expires_at=timezone.now() + timedelta(seconds=5))
    outbox.send_due()
    assert now(row).due_at == now(row).expires_at


def test_what_is_pointless_by_now_is_dropped_with_a_record_and_gives_its_limits_back(queue, down, time_machine):
    limit = Limit("tests", 1, 3600)
    assert limit.hit("rita") == 0
    row = put(kind=Kind.CODE, spent=[limit.digest("rita")], expires_at=timezone.now() + timedelta(minutes=10))
    outbox.send_due()
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    outbox.send_due()
    assert (now(row).state, now(row).text) == (State.DROPPED, "")
    assert now(row).answer == "too late after 1 attempts: nobody at port 25"
    assert limit.hit("rita") == 0
    assert Hits.objects.get().number == 1


def test_codes_go_before_what_can_wait(queue):
    for number in range(3):
        put(f"reader{number}@example.org")
    put("nora@example.org", kind=Kind.CODE, expires_at=timezone.now() + timedelta(minutes=10))
    outbox.send_due()
    assert mail.outbox[0].to == ["nora@example.org"]


def test_what_a_killed_sender_had_in_hand_is_sent_by_the_next(queue, time_machine):
    taken = outbox.claim()
    put()
    taken = outbox.claim()
    assert taken.email == "rita@example.org"
    outbox.send_due()
    assert mail.outbox == []
    time_machine.move_to(timezone.now() + outbox.LEASE + timedelta(seconds=1))
    outbox.send_due()
    assert [message.to for message in mail.outbox] == [["rita@example.org"]]


def test_two_senders_never_have_the_same(queue):
    put()
    put("otto@example.org")
    assert {outbox.claim().email, outbox.claim().email} == {"rita@example.org", "otto@example.org"}
    assert outbox.claim() is None


def test_an_address_that_no_server_takes_is_dropped_and_holds_up_nobody(queue):
    row = put("ritä@example.org")
    put("otto@example.org")
    outbox.send_due()
    assert now(row).state == State.DROPPED
    assert [message.to for message in mail.outbox] == [["otto@example.org"]]


def test_something_unforeseen_delays_one_mail_and_loses_none(queue, monkeypatch, caplog):
    row = put()
    monkeypatch.setattr(outbox, "objections", [])
    monkeypatch.setattr("core.mail.transport.Transport.send", lambda self, message: [][1])
    with caplog.at_level(logging.ERROR):
        outbox.send_due()
    assert "something unforeseen" in caplog.text
    assert now(row).state == State.WAITING


def test_who_objects_is_asked_before_each_attempt(queue, monkeypatch):
    row = put()
    monkeypatch.setattr(outbox, "objections", [lambda mail: "", lambda mail: "never mind"])
    outbox.send_due()
    assert (now(row).state, now(row).answer, mail.outbox) == (State.DROPPED, "never mind", [])


def test_what_became_of_mail_is_known_for_a_while(queue, time_machine):
    put()
    outbox.send_due()
    outbox.forget()
    assert OutgoingMail.objects.count() == 1
    time_machine.move_to(timezone.now() + outbox.KEPT + timedelta(minutes=1))
    outbox.forget()
    assert OutgoingMail.objects.count() == 0


@pytest.mark.enable_socket
def test_a_real_server_gets_ascii_lines_and_reports_go_to_the_address_for_them(queue, server, settings):
    settings.BOUNCE_ADDRESS = "bounces@courant.example"
    row = outbox.put(
        "rita@bücher.example",
        "潮信 🦀",
        ".\n..\nWords " + "潮" * 400,
        kind=Kind.CONVERSATION,
        from_email="Ada <ada@example.org>",
    )
    outbox.send_due()
    (envelope,) = server.envelopes
    assert envelope.mail_from == "bounces@courant.example"
    assert envelope.rcpt_tos == ["rita@xn--bcher-kva.example"]
    assert envelope.content.isascii()
    assert max(map(len, envelope.content.split(b"\r\n"))) <= 998
    assert row.message_id.encode() in envelope.content
    assert b"ada@example.org" in envelope.content
    assert now(row).answer == "250 accepted"


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("server", "state"),
    [
        ({"RCPT": "550 5.1.1 No such mailbox"}, State.DROPPED),
        ({"RCPT": "450 4.2.0 Greylisted"}, State.WAITING),
        ({"DATA": "554 5.6.0 Not this"}, State.DROPPED),
        ({"DATA": "452 4.3.1 Disk full"}, State.WAITING),
        ({"MAIL": "553 5.7.1 You may not send here"}, State.WAITING),
        ({"MAIL": "530 5.7.0 Authentication required"}, State.WAITING),
        ({"RCPT": "421 4.3.0 Closing"}, State.WAITING),
    ],
    indirect=["server"],
)
def test_a_no_for_good_is_a_record_and_a_no_for_now_or_to_all_of_us_is_tried_again(queue, server, state):
    row = put()
    outbox.send_due()
    said = next(iter(server.said.values()))
    assert now(row).state == state
    assert said in now(row).answer


@pytest.fixture
def mute(settings, monkeypatch):
    """A server that accepts connections and never speaks."""
    monkeypatch.setattr(outbox, "PATIENCE_WITH_SERVER", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{listener.getsockname()[1]}")}
        yield


@pytest.mark.enable_socket
def test_a_server_that_never_speaks_is_left_alone_after_one_mail(queue, mute):
    rows = [put(), put("otto@example.org")]
    assert outbox.send_due() is False
    assert [now(row).attempts for row in rows] == [1, 0]
    assert "timed out" in now(rows[0]).answer
