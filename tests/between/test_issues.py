"""An issue changes its state: what is planned for it, or under way, follows."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.worker.ticks import tick
from mailing.delivery import dispatching, sending
from mailing.delivery.dispatching import NotAllowed
from mailing.letter.messages import plate_of
from mailing.models import Dispatch, StoredLetter
from newsletter import publishing
from newsletter.models import Issue, Newsletter
from tests import cast
from tests.between.plans import UNFINISHED, correction_of, dispatch_in, scheduled, seen, work
from tests.comments import talk
from tests.mailing import post
from tests.newsletter.filling import send

pytestmark = pytest.mark.django_db


def test_a_draft_is_never_mailed(low_tide, edda):
    issue = scheduled(low_tide)
    dispatch = dispatch_in("planned", issue, start_at=issue.published_at)
    publishing.back_to_draft(issue, edda)
    assert work(hours=2) == []
    state, reason = seen(dispatch)
    assert state == "paused"
    assert "“Seven” became a draft again." in reason
    assert Client().get("/low-tide/seven/").status_code == 404


@pytest.mark.parametrize("state", UNFINISHED)
def test_a_withdrawn_issue_is_mailed_to_nobody_else(published, edda, state):
    dispatch = dispatch_in(state, published)
    publishing.withdraw(published, edda)
    assert work(minutes=5) == []
    assert seen(dispatch)[0] == "paused"
    assert "“March” was withdrawn." in seen(dispatch)[1]
    assert Client().get("/low-tide/march/").status_code == 410


@pytest.mark.parametrize("state", ["paused", "done", "cancelled"])
def test_a_mailing_that_rests_already_is_left_alone(published, edda, state):
    dispatch = dispatch_in("done" if state == "done" else "paused", published)
    if state == "cancelled":
        dispatching.cancel(dispatch)
    publishing.withdraw(published, edda)
    assert seen(dispatch) == (state, "")
    assert work(minutes=5) == []


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
@pytest.mark.parametrize("plan", UNFINISHED)
def test_sending_asks_again_whatever_changed_the_issue(published, plan, state):
    """As a restored database, or a statement by hand."""
    dispatch = dispatch_in(plan, published)
    Issue.objects.update(status=state)
    assert work(minutes=5) == []
    assert seen(dispatch) == ("paused", "Readers cannot see “March”. Publish it first, then send it.")


def test_what_a_worker_has_claimed_goes_back(published, edda):
    dispatch = dispatch_in("letter stored", published)
    dispatch.deliveries.update(state="claimed", worker="busy", lease_until=timezone.now() + timedelta(minutes=1))
    publishing.withdraw(published, edda)
    assert dispatch.deliveries.get().state == "queued"


def test_no_letter_is_stored_from_what_was_withdrawn_meanwhile(published, edda):
    dispatch = dispatch_in("sending", published)
    publishing.withdraw(published, edda)
    with pytest.raises(Dispatch.DoesNotExist):
        plate_of(dispatch)
    assert not StoredLetter.objects.exists()


def test_nothing_is_claimed_for_a_worker_that_has_not_noticed_yet(published, edda):
    dispatch = dispatch_in("sending", published)
    sender_has = Dispatch.objects.get()
    publishing.withdraw(published, edda)
    assert sending.claiming.claim(sender_has, "busy").deliveries == []
    assert dispatch.deliveries.get().state == "queued"


@pytest.mark.parametrize("state", UNFINISHED)
def test_what_is_public_again_goes_on_when_an_editor_says_so(published, edda, state):
    dispatch = dispatch_in(state, published)
    publishing.withdraw(published, edda)
    with pytest.raises(NotAllowed, match="Readers cannot see “March”"):
        dispatching.resume(Dispatch.objects.get())
    publishing.publish(published, edda)
    assert work(minutes=5) == []
    dispatching.resume(Dispatch.objects.get())
    assert [message.to for message in work()] == [["sumi@example.org"]]
    assert seen(dispatch) == ("done", "")


def test_what_went_on_before_its_issue_is_public_waits_for_it(low_tide, edda):
    issue = scheduled(low_tide)
    dispatch = dispatch_in("planned", issue, start_at=issue.published_at)
    publishing.back_to_draft(issue, edda)
    publishing.publish(issue, edda, at=timezone.now() + timedelta(days=1))
    dispatching.resume(Dispatch.objects.get())
    assert seen(dispatch) == ("planned", "")
    assert dispatch.start_at == issue.published_at
    assert work(hours=2) == []
    assert len(work(days=1, minutes=1)) == 1


def test_a_mail_waits_for_an_issue_that_is_put_off(low_tide, edda):
    issue = scheduled(low_tide)
    dispatch = dispatch_in("planned", issue, start_at=issue.published_at + timedelta(minutes=1))
    publishing.publish(issue, edda, at=issue.published_at + timedelta(days=1))
    assert work(hours=2) == []
    assert seen(dispatch) == ("planned", "")
    assert dispatch.start_at == issue.published_at
    assert len(work(days=1, hours=2)) == 1


def test_a_mail_keeps_its_time_where_the_issue_comes_earlier(low_tide, edda):
    issue = scheduled(low_tide)
    start = issue.published_at + timedelta(minutes=1)
    dispatch = dispatch_in("planned", issue, start_at=start)
    publishing.publish(issue, edda, at=timezone.now())
    assert work() == []
    assert (seen(dispatch), dispatch.start_at) == (("planned", ""), start)


@pytest.mark.parametrize("verb", ["start", "resume"])
def test_no_button_mails_what_readers_see_later(low_tide, verb):
    issue = scheduled(low_tide)
    dispatch = dispatch_in("planned", issue, start_at=issue.published_at)
    if verb == "resume":
        Dispatch.objects.update(state="paused")
        dispatching.resume(dispatch)
    else:
        with pytest.raises(NotAllowed, match="Readers see “Seven” from"):
            dispatching.start(dispatch)
    assert work() == []
    assert seen(dispatch)[0] == "planned"


@pytest.mark.parametrize("answer", ["resend_failed", "decide_uncertain"])
def test_copies_are_not_sent_again_while_the_issue_is_withdrawn(published, edda, answer):
    dispatch = dispatch_in("done", published)
    dispatch.deliveries.update(state="failed" if answer == "resend_failed" else "uncertain")
    publishing.withdraw(published, edda)
    with pytest.raises(NotAllowed, match="Readers cannot see"):
        dispatching.resend_failed(dispatch) if answer == "resend_failed" else dispatching.decide_uncertain(
            dispatch, sent=False
        )
    assert work() == []


def test_nothing_is_planned_for_what_readers_will_not_see(low_tide, edda):
    issue = scheduled(low_tide)
    assert dispatching.prepare(issue, edda).start_at == issue.published_at
    publishing.back_to_draft(issue, edda)
    with pytest.raises(NotAllowed, match="Publish it first"):
        dispatching.prepare(issue, edda)


def test_a_correction_is_not_mailed_when_its_issue_is_withdrawn(published, edda):
    dispatch_in("done", published)
    correcting = dispatching.prepare(published, edda, correction=correction_of(published))
    publishing.withdraw(published, edda)
    assert work() == []
    assert seen(correcting)[0] == "paused"


def test_an_editor_sends_a_draft_as_a_test(low_tide, desk, edda):
    issue = scheduled(low_tide)
    publishing.back_to_draft(issue, edda)
    page = f"/admin/mailing/dispatch/test/{issue.pk}/"
    assert "edda@example.org" in desk.post(page, {"addresses": "edda@example.org"}, follow=True).text
    assert [message.subject for message in mail.outbox] == ["[Test] Seven"]


def test_the_pages_that_ask_say_what_becomes_of_the_mail(low_tide, published, desk, edda):
    issue = scheduled(low_tide)
    dispatch_in("planned", issue, start_at=issue.published_at)
    page = f"/admin/newsletter/issue/{issue.pk}"
    assert "The mail “Seven”, planned for " in desk.get(f"{page}/draft/").text
    assert ", is paused, and does not go on by itself." in desk.get(f"{page}/draft/").text
    assert "the mail “Seven” waits for them." in desk.get(f"{page}/publish/").text
    desk.post(f"{page}/draft/")
    assert "The mail “Seven” is paused. It goes on when you say so on its page." in desk.get(f"{page}/publish/").text
    assert "became a draft again." in desk.get(f"/admin/mailing/dispatch/{Dispatch.objects.get().pk}/change/").text


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("sending", "The mail “March” is being sent. It stops, and does not go on by itself."),
        ("done", "1 person has it by mail, and keeps it."),
    ],
)
def test_the_page_that_asks_before_withdrawing_names_the_mail(published, desk, state, sentence):
    dispatch_in(state, published)
    assert sentence in desk.get(f"/admin/newsletter/issue/{published.pk}/withdraw/").text


@pytest.mark.parametrize(("change", "status"), [("withdraw", 410), ("publish", 200), ("draft", 404)])
def test_stored_pages_and_feeds_follow_each_change(low_tide, desk, change, status, django_capture_on_commit_callbacks):
    before = {"withdraw": "public", "publish": "draft", "draft": "scheduled"}[change]
    issue = cast.march(low_tide) if before == "public" else cast.secret_issue(low_tide, 50, before)
    pages = ["/low-tide/", "/feeds/atom.xml", "/sitemap.xml"]
    for page in [*pages, issue.get_absolute_url()]:
        Client().get(page)
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(
            f"/admin/newsletter/issue/{issue.pk}/{change}/", {"articles": issue.articles.values_list("pk", flat=True)}
        )
    assert Client().get(issue.get_absolute_url()).status_code == status
    for page in pages:
        assert (f"/{issue.slug}/" in Client().get(page).text) is (status == 200)


def rename(desk, issue, slug):
    assert send(desk, f"/admin/newsletter/issue/{issue.pk}/change/", slug=slug, _update="1").status_code == 302


@pytest.mark.parametrize(("change", "status"), [("withdrawn", 410), ("draft", 404), ("deleted", 404), ("again", 200)])
def test_old_addresses_follow_what_becomes_of_the_issue(published, desk, edda, change, status):
    rename(desk, published, "silt")
    issue = Issue.objects.get()
    publishing.withdraw(issue, edda)
    if change in {"draft", "deleted"}:
        publishing.back_to_draft(issue, edda)
    if change == "deleted":
        issue.delete()
    if change == "again":
        publishing.publish(issue, edda)
    answer = Client().get("/low-tide/march/", follow=True)
    assert answer.redirect_chain == [("/low-tide/silt/", 301)]
    assert answer.status_code == status


@pytest.mark.parametrize(("state", "slug"), [("planned", "silt"), ("letter stored", "march")])
def test_a_mail_has_the_address_that_the_issue_has_when_it_is_made(published, desk, state, slug):
    dispatch_in(state, published)
    rename(desk, published, "silt")
    (message,) = work()
    assert f"https://courant.example/low-tide/{slug}/" in message.body
    assert Client().get(f"/low-tide/{slug}/mud/", follow=True).status_code == 200


def test_comments_come_back_with_their_issue(discussion, published, rita, edda):
    comment = talk.say(discussion, rita)
    publishing.withdraw(published, edda)
    assert Client().get(f"/comments/{comment.pk}/").status_code == 410
    publishing.publish(published, edda)
    assert Client().get(f"/comments/{comment.pk}/").status_code == 200


@pytest.mark.parametrize("change", ["withdrawn", "draft"])
def test_what_waits_below_it_still_waits_for_moderators(discussion, published, rita, milo, edda, change):
    talk.held(discussion, rita)
    publishing.withdraw(published, edda)
    if change == "draft":
        publishing.back_to_draft(published, edda)
    tick()
    assert [message.subject for message in mail.outbox] == ["1 comment waits for a moderator"]


@pytest.mark.parametrize("change", ["withdrawn", "draft", "moved"])
def test_a_link_to_leave_works_whatever_became_of_the_issue(published, low_tide, edda, change):
    dispatch_in("letter stored", published)
    (message,) = work()
    if change == "moved":
        Issue.objects.update(newsletter=Newsletter.objects.create(title="Ebb", slug="ebb"))
    else:
        publishing.withdraw(published, edda)
    if change == "draft":
        publishing.back_to_draft(published, edda)
    assert post.visitor().post(post.path(post.link_in(message, "unsubscribe"))).status_code == 200
    assert low_tide.subscriptions.get().state == "left"


@pytest.mark.parametrize("state", ["planned", "paused", "done"])
def test_an_issue_with_a_mailing_is_not_deleted(published, desk, edda, state):
    dispatch_in(state, published)
    publishing.withdraw(published, edda)
    page = desk.post(f"/admin/newsletter/issue/{published.pk}/delete/", {"post": "yes"})
    assert "It cannot be deleted: the mail “March” is made of it, and stays to be looked up." in page.text
    assert Issue.objects.exists()


def test_a_scheduled_issue_that_is_deleted_does_not_appear(low_tide, desk):
    issue = scheduled(low_tide)
    assert desk.post(f"/admin/newsletter/issue/{issue.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Issue.objects.exists()
