"""What becomes of each copy, as a real mail server answers: how is in the address, see `tests.faults.sink`."""

import json
from datetime import timedelta
from pathlib import Path
from threading import Event, Timer

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from mailing.delivery import claiming, dispatching, sending
from mailing.delivery.proofing import write_proofs
from mailing.models import Dispatch, Suppression
from site_project.environment import mailer
from tests import cast
from tests.faults import sink
from tests.mailing.lists import frozen, ledger, subscribe


@pytest.fixture(scope="module")
def running_sink(tmp_path_factory):
    path = Path(tmp_path_factory.mktemp("sink") / "sunk")
    with sink.running(path) as port:
        yield port, path


@pytest.fixture
def server(running_sink, settings):
    """What reaches the mail server from here on, as a function."""
    port, path = running_sink
    settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{port}")}
    before = len(path.read_text().splitlines())
    return lambda: [json.loads(line) for line in path.read_text().splitlines()[before:]]


@pytest.fixture
def march(low_tide):
    return cast.issue(low_tide)


def send(**after):
    """Send what is due, or will be due after a while."""
    with time_machine.travel(timezone.now() + timedelta(**after), tick=True):
        sending.Sender(Event()).run(forever=False)


smtp = pytest.mark.enable_socket


@smtp
def test_who_subscribed_gets_one_copy_and_the_dispatch_is_done(low_tide, march, server):
    subscribe(low_tide, "sumi", "otto")
    dispatch = dispatching.prepare(march, None)
    send()
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.counts()["handed"]) == ("done", 2)
    assert sorted(entry["to"] for entry in server()) == ["otto@example.org", "sumi@example.org"]
    assert set(dispatch.deliveries.values_list("answer", "attempts")) == {("250 OK accepted", 1)}
    assert {entry["message_id"] for entry in server()} == set(dispatch.deliveries.values_list("message_id", flat=True))


@smtp
def test_a_refusal_for_good_is_never_tried_again_and_stops_nobody_else(low_tide, march, server):
    subscribe(low_tide, "perm-one", "sumi")
    dispatch = frozen(march)
    send()
    send(days=2)
    assert ledger(dispatch) == {"perm-one": "failed", "sumi": "handed"}
    failed = dispatch.deliveries.get(state="failed")
    assert (failed.attempts, failed.answer) == (1, "550 5.1.1 No such mailbox here")
    [suppression] = Suppression.objects.all()
    assert (suppression.subscriber, suppression.detail) == (failed.subscriber, failed.answer)


@smtp
@pytest.mark.parametrize(("mode", "attempts"), [("temp", 3), ("data4", 2), ("dropbefore", 2)])
def test_what_is_not_accepted_for_now_is_tried_again_later_under_its_message_id(
    low_tide, march, server, mode, attempts
):
    subscribe(low_tide, f"{mode}-later")
    dispatch = frozen(march)
    send()
    send()
    assert (ledger(dispatch), server()) == ({f"{mode}-later": "queued"}, [])
    send(minutes=2)
    send(minutes=10)
    [delivery] = dispatch.deliveries.all()
    assert (delivery.state, delivery.attempts) == ("handed", attempts)
    [entry] = server()
    assert entry["message_id"] == delivery.message_id


@smtp
@pytest.mark.parametrize("mode", ["dropdata", "dropafter"])
def test_a_lost_reply_is_uncertain_and_an_editor_decides(low_tide, march, server, mode):
    [person] = subscribe(low_tide, f"{mode}-one")
    dispatch = frozen(march)
    send()
    send(days=2)
    assert ledger(dispatch) == {f"{mode}-one": "uncertain"}
    assert len(server()) == (mode == "dropafter")
    dispatch.refresh_from_db()
    assert dispatch.state == "done"
    person.email = "sumi@example.org"
    person.save()
    assert dispatching.decide_uncertain(dispatch, sent=False) == 1
    send()
    assert ledger(dispatch) == {"sumi": "handed"}
    assert server()[-1]["message_id"] == dispatch.deliveries.get().message_id


@smtp
def test_without_a_mail_server_nothing_is_tried_in_vain(low_tide, march, settings, monkeypatch):
    settings.MAILERS = {"default": mailer("smtp://127.0.0.1:1")}
    monkeypatch.setattr(sending, "LONGEST_REST", 0)
    subscribe(low_tide, "sumi")
    dispatch = frozen(march)
    send()
    dispatch.refresh_from_db()
    assert dispatch.state == "paused"
    assert "10 times in a row" in dispatch.state_reason
    assert list(dispatch.deliveries.values_list("state", "attempts")) == [("queued", 0)]


def test_any_mail_backend_works(low_tide, march):
    subscribe(low_tide, "sumi", "otto")
    dispatch = frozen(march)
    send()
    assert set(ledger(dispatch).values()) == {"handed"}
    assert sorted(message.to for message in mail.outbox) == [["otto@example.org"], ["sumi@example.org"]]


def test_an_address_that_no_server_takes_fails(low_tide, march):
    [person] = subscribe(low_tide, "sumi")
    person.email = "ädä@example.org"
    person.save()
    dispatch = frozen(march)
    send()
    assert dispatch.counts()["failed"] == 1
    assert mail.outbox == []


def test_a_letter_that_cannot_be_made_pauses_with_the_reason(low_tide, march):
    subscribe(low_tide, "sumi")
    low_tide.sender_address = "no address"
    low_tide.save()
    dispatch = frozen(march)
    send()
    dispatch.refresh_from_db()
    assert dispatch.state == "paused"
    assert "cannot be made" in dispatch.state_reason
    assert ledger(dispatch) == {"sumi": "queued"}


@smtp
def test_a_dispatch_stops_itself_when_too_much_fails(low_tide, march, server):
    subscribe(low_tide, *(f"perm-{number}" for number in range(60)))
    dispatch = frozen(march)
    send()
    dispatch.refresh_from_db()
    assert dispatch.state == "paused"
    assert dispatch.state_reason.startswith("2 addresses do not exist: more than receivers stand (1 in 50).")
    assert dispatch.counts()["failed"] == 50
    dispatching.resume(dispatch)
    send()
    assert (Dispatch.objects.get().state, dispatch.counts()["failed"]) == ("paused", 60)


def test_nothing_is_begun_once_the_worker_is_to_end(low_tide, march):
    subscribe(low_tide, "sumi")
    dispatch = frozen(march)
    until = Event()
    until.set()
    sending.Sender(until).run(forever=True)
    assert ledger(dispatch) == {"sumi": "queued"}


@smtp
def test_a_worker_that_is_to_end_finishes_the_message_in_hand_and_gives_back_the_rest(low_tide, march, server):
    subscribe(low_tide, *(f"slow-{number}" for number in range(6)))
    dispatch = frozen(march)
    sender = sending.Sender(Event())
    plate, chunk = sender.plate(dispatch), claiming.claim(dispatch, sender.worker)
    timer = Timer(sink.SLOW / 2, sender.until.set)
    timer.start()
    sender.send_chunk(dispatch, plate, chunk)
    timer.join()
    sender.transport.close()
    states = sorted(ledger(dispatch).values())
    assert states[0] == "handed"
    assert states[-1] == "queued"
    assert len(server()) == states.count("handed")
    assert set(states) == {"handed", "queued"}


def test_a_pause_is_seen_in_the_middle_of_a_chunk(low_tide, march, monkeypatch):
    subscribe(low_tide, "sumi", "otto")
    dispatch = frozen(march)
    sender = sending.Sender(Event())
    chunk = claiming.claim(dispatch, sender.worker)
    dispatching.pause(dispatch)
    monkeypatch.setattr(sending, "SECONDS_BETWEEN_LOOKS", -1)
    sender.send_chunk(dispatch, sender.plate(dispatch), chunk)
    assert ledger(dispatch) == {"sumi": "queued", "otto": "queued"}
    assert mail.outbox == []


def test_a_copy_that_waits_long_for_its_turn_goes_back_so_that_consent_is_asked_anew(low_tide, march, monkeypatch):
    subscribe(low_tide, "sumi", "otto")
    dispatch = frozen(march)
    sender = sending.Sender(Event())
    chunk = claiming.claim(dispatch, sender.worker)
    monkeypatch.setattr(sending, "SECONDS_A_CHUNK", 0)
    sender.send_chunk(dispatch, sender.plate(dispatch), chunk)
    assert ledger(dispatch) == {"sumi": "queued", "otto": "queued"}
    assert mail.outbox == []


def test_what_is_paused_or_cancelled_is_not_sent(low_tide, march):
    subscribe(low_tide, "sumi")
    paused = frozen(march)
    dispatching.pause(paused)
    send()
    dispatching.cancel(paused)
    send()
    assert mail.outbox == []


def test_a_failed_copy_is_sent_again_on_demand(low_tide, march):
    subscribe(low_tide, "sumi")
    dispatch = frozen(march)
    dispatch.deliveries.update(state="failed", attempts=8)
    send()
    assert dispatching.resend_failed(dispatch) == 1
    send()
    dispatch.refresh_from_db()
    assert (dispatch.state, ledger(dispatch)) == ("done", {"sumi": "handed"})


def test_a_test_goes_to_the_editor_and_into_no_ledger(march, edda):
    write_proofs(Dispatch(issue=march, subject="Try this"), ["edda@example.org"], edda)
    [message] = mail.outbox
    assert (message.to, message.subject) == (["edda@example.org"], "[Test] Try this")
    assert message.alternatives[0].mimetype == "text/html"
    assert "List-Unsubscribe" in message.extra_headers
    assert not Dispatch.objects.exists()
