"""Mail about conversations comes back, or is complained of, like any other; sign-in codes go nevertheless."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from comments.models import choices_of
from core.mail import outbox
from core.mail.incoming import take
from core.mail.transport import Rejected
from core.models import OutgoingMail
from deliverability import reports
from deliverability.bouncing import hear
from mailing.lists import suppressing
from mailing.models import Suppression
from tests.accounts.doors import ask
from tests.comments import talk
from tests.comments.letters import receivers
from tests.deliverability import returned
from tests.deliverability.test_webhooks import COMPLAINT, HARD, LEFT, SECRET, tell

pytestmark = pytest.mark.django_db

Kind, State = OutgoingMail.Kind, OutgoingMail.State


@pytest.fixture
def answer(published, rita):
    """Otto answers Rita once more, each time it is called."""
    discussion = talk.under(published.articles.get(slug="mud"))
    otto, mine = talk.otto(), talk.say(discussion, rita, "Mine")
    return lambda: talk.say(discussion, otto, "To you", mine)


@pytest.fixture
def told(answer, rita):
    """The mail that told Rita, who has no subscription."""
    answer()
    assert [name for name, _ in receivers()] == ["rita"]
    return OutgoingMail.objects.get(email="rita@example.org")


def report(sample, row, **more):
    return returned.report(sample, row, to=row.email, **more)


def suppressed():
    return list(Suppression.objects.values_list("email", "reason", "subscriber"))


@pytest.mark.parametrize("reason", ["bounced", "complained", "manual"])
def test_who_gets_nothing_gets_no_notice_but_a_code(answer, rita, reason):
    suppressing.suppress(rita.email, Suppression.Reason(reason))
    answer()
    assert receivers() == []
    assert OutgoingMail.objects.get().answer == "the address gets nothing any more"
    ask(Client(), rita.email)
    assert [message.to for message in mail.outbox] == [[rita.email]]


def test_who_was_erased_from_the_lists_still_hears_of_answers(answer, rita):
    suppressing.suppress(rita.email, Suppression.Reason.ERASED)
    answer()
    assert [name for name, _ in receivers()] == ["rita"]


@pytest.mark.parametrize(
    ("sample", "reason"),
    [(returned.POSTFIX, "bounced"), (returned.EXIM, "bounced"), (returned.COMPLAINT, "complained")],
)
def test_a_report_that_names_the_mail_stops_further_ones(told, answer, sample, reason):
    assert take(report(sample, told)) in {"hard", "complaint"}
    assert suppressed() == [("rita@example.org", reason, None)]
    assert OutgoingMail.objects.get(pk=told.pk).state == State.RETURNED
    answer()
    assert receivers() == []


def test_a_report_that_only_names_the_address_changes_nothing(told):
    assert hear(reports.read_report(report(returned.POSTFIX, told, message_id="<guess@courant.example>"))) is None
    assert suppressed() == []
    assert OutgoingMail.objects.get(pk=told.pk).state == State.SENT


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.ACCOUNT])
@pytest.mark.parametrize("sample", [returned.POSTFIX, returned.COMPLAINT])
def test_nobody_loses_their_newsletters_by_codes_that_others_asked_for(kind, sample):
    row = outbox.put("sumi@example.org", "Hello", "Words", kind=kind)
    take(report(sample, row))
    assert suppressed() == []
    assert OutgoingMail.objects.get().state == State.RETURNED


def test_a_complaint_of_mail_about_a_subscription_counts():
    take(report(returned.COMPLAINT, outbox.put("sumi@example.org", "Hello", "Words", kind=Kind.SUBSCRIPTION)))
    assert suppressed() == [("sumi@example.org", "complained", None)]


def test_what_comes_back_for_now_counts_once_it_has_for_long(told):
    for days in (1, 6, 11, 16):
        row = outbox.put(told.email, "Hello", "Words", kind=Kind.CONVERSATION)
        OutgoingMail.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=days))
        take(report(returned.FULL, row))
    assert suppressed() == []
    take(report(returned.FULL, told))
    assert suppressed() == [("rita@example.org", "bounced", None)]


def test_what_is_refused_for_something_of_ours_is_never_held_against_anybody(told):
    for days in (1, 6, 11, 16, 21):
        row = outbox.put(told.email, "Hello", "Words", kind=Kind.CONVERSATION)
        OutgoingMail.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=days))
        take(report(returned.POLICY, row))
    take(report(returned.FULL, told))
    assert suppressed() == []


def test_a_server_that_knows_no_such_mailbox_is_believed(told):
    again = outbox.put(told.email, "Hello", "Words", kind=Kind.CONVERSATION)
    OutgoingMail.objects.filter(pk=again.pk).update(state=State.WAITING)
    outbox.drop(again, "550 5.1.1 No such mailbox", Rejected(550, "5.1.1 No such mailbox"))
    assert suppressed() == [("rita@example.org", "bounced", None)]


@pytest.mark.parametrize(("event", "reason"), [(HARD, "bounced"), (COMPLAINT, "complained")])
def test_a_mail_service_is_heard_by_the_name_that_it_gave(told, settings, event, reason):
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    OutgoingMail.objects.filter(pk=told.pk).update(answer="accepted by the mail service its-own-id")
    assert tell(event, email="rita@example.org").status_code == 200
    assert suppressed() == [("rita@example.org", reason, None)]


def test_who_leaves_at_the_mail_service_hears_of_no_conversation(told, settings, rita):
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    OutgoingMail.objects.filter(pk=told.pk).update(answer="accepted by the mail service its-own-id")
    tell(LEFT, email="rita@example.org", Recipient="rita@example.org")
    assert choices_of(rita).silence
    assert suppressed() == []
