"""All copies of a dispatch say the same, whatever becomes of the issue meanwhile."""

from threading import Event

import pytest
from django.core import mail

from mailing.delivery import dispatching, sending
from mailing.models import Delivery, StoredLetter
from newsletter.models import Issue, Newsletter
from tests import cast
from tests.mailing.lists import frozen, ledger, subscribe

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatch(low_tide):
    subscribe(low_tide, "sumi", "otto")
    return frozen(cast.issue(low_tide, subject="Mud in March", body="It was the moon."))


def send() -> None:
    """As a worker that has just been started."""
    sending.Sender(Event()).run(forever=False)


def rewrite() -> None:
    Issue.objects.update(title="April", body="It was the sun.")
    Newsletter.objects.update(sender_name="Somebody else", reply_to="else@example.org")


def test_an_edit_while_it_is_paused_changes_no_later_copy(dispatch):
    Delivery.objects.filter(subscriber__email="otto@example.org").update(state="claimed", worker="another")
    send()
    dispatching.pause(dispatch)
    rewrite()
    Delivery.objects.filter(state="claimed").update(state="queued")
    dispatching.resume(dispatch)
    send()
    first, second = mail.outbox
    assert {first.to[0], second.to[0]} == {"sumi@example.org", "otto@example.org"}
    assert "It was the moon." in second.body
    for part in ("subject", "from_email", "reply_to"):
        assert getattr(first, part) == getattr(second, part)
    assert first.alternatives[0][0].count("moon") == second.alternatives[0][0].count("moon")


def test_what_failed_gets_the_same_copy_later(dispatch):
    send()
    dispatch.deliveries.filter(subscriber__email="otto@example.org").update(state="failed")
    rewrite()
    dispatch.refresh_from_db()
    dispatching.resend_failed(dispatch)
    send()
    assert "It was the moon." in mail.outbox[-1].body
    assert ledger(dispatch) == {"sumi": "handed", "otto": "handed"}


def test_a_dispatch_that_has_not_begun_brings_what_the_issue_says_then(dispatch):
    rewrite()
    send()
    assert "It was the sun." in mail.outbox[0].body


@pytest.mark.parametrize("mistake", ["no address", "lücke@example.org"])
def test_a_letter_that_could_not_be_made_is_made_anew_when_it_is_mended(dispatch, mistake):
    Newsletter.objects.update(sender_address=mistake)
    send()
    dispatch.refresh_from_db()
    assert dispatch.state == "paused"
    assert not StoredLetter.objects.exists()
    Newsletter.objects.update(sender_address="tide@example.org")
    dispatching.resume(dispatch)
    send()
    assert len(mail.outbox) == 2


def test_an_editor_looks_at_what_people_got(desk, dispatch):
    send()
    rewrite()
    page = desk.get(f"/admin/mailing/dispatch/{dispatch.pk}/mail/")
    assert "It was the moon." in page.text
    assert "xxunsubscribexx" not in page.text
    assert "sandbox" in page["Content-Security-Policy"]


def test_a_letter_takes_one_row_of_its_own(dispatch):
    send()
    kept = StoredLetter.objects.get()
    assert kept.content["subject"] == "Mud in March"
    assert len(str(kept.content)) < 160_000
