"""What follows from a report: who gets nothing any more, and who cannot be harmed by a forged one."""

from datetime import datetime, timedelta
from secrets import token_hex

import pytest
from django.core import mail
from django.utils import timezone

from deliverability import reports
from deliverability.bouncing import hear
from mailing.lists import suppressing
from mailing.models import Bounce, Consent, Delivery, Dispatch, Subscription, Suppression
from mailing.own_data import erase, export
from tests.deliverability import returned
from tests.mailing.post import subscribed

pytestmark = pytest.mark.django_db


@pytest.fixture
def sumi(published):
    return subscribed(published.newsletter)


@pytest.fixture
def copy(published, sumi):
    """Her copy of the issue, of an hour ago."""
    return send(published, sumi, timedelta(hours=1))


def send(issue, person, ago, state="handed"):
    dispatch = Dispatch.objects.create(issue=issue, subject="March")
    return Delivery.objects.create(
        dispatch=dispatch,
        subscriber=person,
        state=state,
        message_id=f"<{token_hex(8)}@courant.example>",
        handed_over_at=timezone.now() - ago,
    )


def take(sample, copy, **more):
    return hear(reports.read_report(returned.report(sample, copy, **more)))


def suppressed():
    return list(Suppression.objects.values_list("email", "reason", "detail"))


def test_an_address_that_does_not_exist_gets_nothing_any_more(copy):
    take(returned.POSTFIX, copy)
    said = "5.1.1 smtp; 550 5.1.1 <sumi@example.org>: Recipient address rejected: User unknown"
    assert suppressed() == [("sumi@example.org", "bounced", said)]
    assert not Subscription.objects.active().exists()
    assert copy.bounces.get().kind == "hard"


def test_who_complains_gets_nothing_any_more(copy):
    take(returned.COMPLAINT, copy)
    assert suppressed() == [("sumi@example.org", "complained", "Provider/1.0")]


def test_to_read_a_report_again_changes_nothing_and_nobody_is_answered(copy):
    take(returned.POSTFIX, copy)
    before = list(Bounce.objects.values()), list(Suppression.objects.values())
    take(returned.POSTFIX, copy, eol="\r\n")
    assert (list(Bounce.objects.values()), list(Suppression.objects.values())) == before
    assert mail.outbox == []


def test_a_copy_that_came_back_twice_has_both_reports(copy):
    take(returned.FULL, copy)
    assert suppressed() == []
    take(returned.POSTFIX, copy)
    assert list(copy.bounces.values_list("kind", flat=True)) == ["soft", "hard"]
    assert len(suppressed()) == 1


@pytest.mark.parametrize("sample", ["POSTFIX", "QMAIL", "COMPLAINT"])
def test_who_knows_an_address_alone_can_harm_nobody(copy, sample):
    for _ in range(9):
        take(getattr(returned, sample), copy, message_id="<guess@courant.example>")
    assert [bounce.kind for bounce in copy.bounces.all()] == ["unproven"]
    assert suppressed() == []


def test_a_report_without_the_mail_is_written_down_beside_the_last_copy(published, sumi, copy):
    older = send(published, sumi, timedelta(days=8))
    take(returned.WITHOUT_MAIL, copy)
    assert copy.bounces.get().kind == "unproven"
    assert not older.bounces.exists()


@pytest.mark.parametrize(("ago", "state"), [(timedelta(days=31), "handed"), (timedelta(hours=1), "skipped")])
def test_a_stranger_to_whom_nothing_was_sent_lately_is_not_even_noted(published, sumi, ago, state):
    copy = send(published, sumi, ago, state)
    assert take(returned.WITHOUT_MAIL, copy) is None
    assert take(returned.WITHOUT_MAIL, copy, to="stranger@example.org") is None
    assert not Bounce.objects.exists()


def test_the_id_decides_whose_copy_it_was_wherever_it_was_forwarded_to(copy):
    take(returned.POSTFIX, copy, to="sumi.forwarded@example.net")
    assert suppressed()[0][0] == "sumi@example.org"


def test_an_old_address_says_nothing_of_the_new_one(sumi, copy):
    Consent.objects.create(subscription=sumi.subscriptions.get(), event="moved")
    assert take(returned.POSTFIX, copy) is None
    assert suppressed() == []


def bounce_softly(issue, person, *days_ago):
    for days in days_ago:
        take(returned.FULL, send(issue, person, timedelta(days=days)))


def test_five_soft_bounces_in_a_row_over_two_weeks_suspend(published, sumi):
    bounce_softly(published, sumi, 29, 22, 15, 8)
    assert suppressed() == []
    bounce_softly(published, sumi, 1)
    assert suppressed() == [("sumi@example.org", "bounced", "5 × 5.2.2 smtp; 552 5.2.2 mailbox full")]


def test_refusals_for_something_of_ours_never_suspend_and_end_no_row(published, sumi):
    for days in (60, 50, 40, 30, 20, 10):
        take(returned.POLICY, send(published, sumi, timedelta(days=days)))
    assert suppressed() == []
    bounce_softly(published, sumi, 57, 47, 37, 27)
    assert suppressed() == []
    bounce_softly(published, sumi, 2)
    assert len(suppressed()) == 1


def test_many_soft_bounces_in_few_days_do_not(published, sumi):
    bounce_softly(published, sumi, 13, 9, 7, 5, 3, 1)
    assert suppressed() == []


def test_a_copy_of_which_nothing_was_heard_for_a_week_ends_the_row(published, sumi):
    bounce_softly(published, sumi, 40, 33, 26)
    send(published, sumi, timedelta(days=20))
    bounce_softly(published, sumi, 15, 8, 1)
    assert suppressed() == []


def test_a_copy_of_yesterday_does_not_end_it_yet(published, sumi):
    bounce_softly(published, sumi, 36, 29, 22, 15)
    send(published, sumi, timedelta(days=2))
    bounce_softly(published, sumi, 1)
    assert len(suppressed()) == 1


def test_who_was_erased_is_left_alone_and_leaves_no_report(sumi, copy):
    take(returned.FULL, copy)
    [told] = export(sumi)["came back"]
    assert (told["kind"], told["status"], type(told["at"])) == ("soft", "5.2.2", datetime)
    erase(sumi)
    assert not Bounce.objects.exists()
    copy.subscriber.email = "sumi@example.org"
    assert take(returned.POSTFIX, copy) is None
    assert suppressing.suppression_of("sumi@example.org").reason == "erased"


def test_the_ledger_shows_and_finds_what_came_back(desk, published, copy, django_assert_max_num_queries):
    otto = subscribed(published.newsletter, "otto@example.org")
    send(published, otto, timedelta(hours=1))
    take(returned.POSTFIX.replace("User unknown", "<b>unknown</b>"), copy)
    with django_assert_max_num_queries(9):
        page = desk.get("/admin/mailing/delivery/").text
    assert "Came back for good 5.1.1" in page
    assert "&lt;b&gt;unknown" in page
    assert "otto@example.org" in page
    narrowed = desk.get("/admin/mailing/delivery/?bounce=hard").text
    assert "sumi@example.org" in narrowed
    assert "otto@example.org" not in narrowed
