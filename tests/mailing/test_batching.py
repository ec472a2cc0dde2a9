"""Many copies in one call: each person gets their own and sees nobody else; the ledger says how the call ended."""

from datetime import timedelta
from threading import Event, Timer

import pytest
import requests
import time_machine
from django.utils import timezone

from core.mail.messages import Unusable
from mailing.delivery import claiming, sending
from mailing.delivery.batching import Copy, next_batch
from mailing.delivery.claiming import Chunk
from mailing.letter.messages import Person
from mailing.models import Delivery
from mailing.tokens import preferences_url, unsubscribe_url
from site_project.environment import mailer
from tests import cast
from tests.mailing.lists import frozen, ledger, subscribe
from tests.mailing.services import Mailgun, Mailjet, Postmark, running

pytestmark = pytest.mark.enable_socket
NAMES = ["sumi", "otto", "rita"]


@pytest.fixture
def service(request, settings, monkeypatch):
    service = getattr(request, "param", Mailgun)()
    monkeypatch.setattr(sending, "LONGEST_REST", 0)
    with running(service) as url:
        settings.MAILERS = {"default": mailer(url)}
        yield service


@pytest.fixture
def dispatch(low_tide):
    subscribe(low_tide, *NAMES)
    return frozen(cast.issue(low_tide))


each_service = pytest.mark.parametrize("service", [Mailgun, Mailjet], indirect=True)


def send(**after):
    with time_machine.travel(timezone.now() + timedelta(**after), tick=True):
        sending.Sender(Event()).run(forever=False)


@each_service
def test_one_call_takes_to_each_person_what_is_theirs_and_nothing_else(dispatch, service):
    send()
    assert [len(call) for call in service.calls] == [3]
    assert {address: mail.to for address, mail in service.mails.items()} == {
        f"{name}@example.org": [f"{name}@example.org"] for name in NAMES
    }
    for delivery in dispatch.deliveries.select_related("subscriber"):
        mail = service.mails[delivery.subscriber.email]
        leave = unsubscribe_url(delivery.subscriber_id, dispatch.issue.newsletter_id)
        assert mail.headers["List-Unsubscribe"] == f"<{leave}>"
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert all(leave in part and preferences_url(delivery.subscriber_id) in part for part in mail.parts)
        assert not any(f"{name}@" in str(mail) for name in NAMES if name not in delivery.subscriber.email)
        assert mail.metadata == {"copy": delivery.message_id}
        assert mail.headers.get("Message-Id", delivery.message_id) == delivery.message_id
        assert not any(place in str(mail) for place in ["%recipient", "[[", "xxunsubscribexx"])
    assert ("Message-Id" in mail.headers) == isinstance(service, Mailgun)


@each_service
def test_what_was_accepted_is_noted_with_the_name_that_the_service_gave_it(dispatch, service):
    send()
    dispatch.refresh_from_db()
    assert dispatch.state == "done"
    rows = dispatch.deliveries.values_list("subscriber__email", "state", "attempts", "answer", "lease_until")
    name = "<call-1@mailgun.example>" if isinstance(service, Mailgun) else "id-of-{}"
    expected = {(f"{each}@example.org", "handed", 1, name.format(f"{each}@example.org"), None) for each in NAMES}
    assert {(*row[:3], row[3].split()[-1], row[4]) for row in rows} == expected


@each_service
def test_words_that_the_service_would_fill_arrive_as_they_are_one_by_one(low_tide, service):
    subscribe(low_tide, *NAMES)
    dispatch = frozen(cast.issue(low_tide, body=f"Write {service.reads} in your own letters."))
    send()
    assert [len(call) for call in service.calls] == [1, 1, 1]
    assert all(service.reads in part for mail in service.mails.values() for part in mail.parts)
    assert set(ledger(dispatch).values()) == {"handed"}


@each_service
def test_who_is_refused_keeps_nobody_else_from_their_copy(low_tide, dispatch, service):
    subscribe(low_tide, "invalid")
    dispatch = frozen(cast.issue(low_tide, number=2))
    send()
    assert ledger(dispatch) == {"invalid": "failed"} | dict.fromkeys(NAMES, "handed")
    assert service.tries == {Mailgun: 6, Mailjet: 2}[type(service)]
    assert set(dispatch.deliveries.values_list("attempts", flat=True)) == {1}


@pytest.mark.parametrize("service", [Postmark], indirect=True)
def test_other_services_are_called_for_each_person(low_tide, service):
    subscribe(low_tide, "sumi", "invalid")
    dispatch = frozen(cast.issue(low_tide))
    send()
    assert ledger(dispatch) == {"sumi": "handed", "invalid": "failed"}
    [sumi] = service.mails.values()
    handed = dispatch.deliveries.get(state="handed")
    assert sumi.headers["Message-ID"] == handed.message_id
    assert handed.answer.endswith("id-of-sumi@example.org")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_is_not_taken_now_is_tried_again_later(dispatch, service, status):
    service.fate = status
    send()
    assert (service.tries, set(dispatch.deliveries.values_list("state", "attempts"))) == (1, {("queued", 1)})
    assert all("No." in answer for answer in dispatch.deliveries.values_list("answer", flat=True))
    service.fate = 200
    send()
    assert service.calls == []
    send(minutes=2)
    assert [len(call) for call in service.calls] == [3]


@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_service_that_takes_nothing_of_us_pauses_the_dispatch(dispatch, service, status):
    service.fate = status
    send()
    dispatch.refresh_from_db()
    assert dispatch.state == "paused"
    assert f"takes nothing: Mailgun API response {status}" in dispatch.state_reason
    assert (service.tries, set(dispatch.deliveries.values_list("state", "attempts"))) == (1, {("queued", 0)})


@pytest.mark.parametrize("fate", ["drop", 502])
def test_a_call_without_an_answer_is_uncertain_for_all_and_is_not_repeated(dispatch, service, fate):
    service.fate = fate
    send()
    send(days=2)
    assert (service.tries, ledger(dispatch)) == (1, dict.fromkeys(NAMES, "uncertain"))


def test_without_a_connection_nothing_has_left(dispatch, settings, monkeypatch):
    settings.MAILERS = {"default": mailer(Mailgun.url.format(port=1))}
    monkeypatch.setattr(sending, "LONGEST_REST", 0)
    send()
    dispatch.refresh_from_db()
    assert "10 times in a row" in dispatch.state_reason
    assert set(dispatch.deliveries.values_list("state", "attempts")) == {("queued", 0)}


def test_a_copy_that_somebody_else_holds_by_now_stays_out_of_the_call(dispatch, service):
    sender = sending.Sender(Event())
    plate, chunk = sender.plate(dispatch), claiming.claim(dispatch, sender.worker)
    Delivery.objects.filter(subscriber__email="otto@example.org").update(worker="another")
    sender.send_chunk(dispatch, plate, chunk)
    assert set(service.mails) == {"sumi@example.org", "rita@example.org"}
    assert ledger(dispatch) == {"sumi": "handed", "otto": "claimed", "rita": "handed"}


def test_while_the_service_is_called_the_ledger_says_that_the_copies_are_in_flight(dispatch, service, monkeypatch):
    seen = []
    call = requests.Session.request
    monkeypatch.setattr(requests.Session, "request", lambda *a, **k: seen.append(ledger(dispatch)) or call(*a, **k))
    send()
    assert seen == [dict.fromkeys(NAMES, "in_flight")]


@pytest.mark.parametrize("service", [Mailjet], indirect=True)
def test_no_call_is_larger_than_the_service_allows(low_tide, service):
    subscribe(low_tide, *(f"reader-{number}" for number in range(52)))
    dispatch = frozen(cast.issue(low_tide))
    send()
    assert [len(call) for call in service.calls] == [50, 2]
    assert dispatch.counts()["handed"] == 52


def test_a_call_waits_until_the_last_of_its_copies_may_leave(dispatch, service):
    sender = sending.Sender(Event())
    plate, chunk = sender.plate(dispatch), claiming.claim(dispatch, sender.worker)
    in_an_hour = timezone.now().timestamp() + 3600
    timer = Timer(0.2, sender.until.set)
    timer.start()
    sender.send_chunk(dispatch, plate, Chunk(chunk.deliveries, [0, 0, in_an_hour]))
    timer.join()
    assert (service.tries, ledger(dispatch)) == (0, dict.fromkeys(NAMES, "queued"))


def test_an_address_that_comes_twice_and_one_that_none_takes_end_a_batch():
    sumi, otto, again = (Copy(Delivery(), Person(name, "", "", ""), 0) for name in ["sumi", "otto", "sumi"])
    nobody = Copy(Delivery(), Unusable(), 0)
    assert next_batch([sumi, otto, again], 50) == [sumi, otto]
    assert next_batch([sumi, otto, nobody, again], 50) == [sumi, otto]
    assert next_batch([sumi, again, otto], 50) == []
    assert next_batch([sumi, otto], 1) == []
