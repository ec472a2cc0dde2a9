"""The queue: what waits, why, and one comment after another until it is empty."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from comments import moderating, posting, reacting
from comments.models import Comment, ModerationEvent, Standing, State
from tests import cast
from tests.comments import talk

pytestmark = pytest.mark.django_db


def rows(page) -> list[int]:
    return [row.pk for row in page.context["cl"].result_list]


def decide(browser: Client, comment: Comment, decision: str, **fields):
    """Press a button on the page of a comment as it is now."""
    address = f"/admin/comments/queue/{comment.pk}/change/"
    seen = browser.get(address).context["review"].seen
    return browser.post(address, {"decision": decision, "seen": seen, **fields}, follow=True)


def test_queue_lists_what_waits_oldest_first(moderation, discussion, rita, otto):
    held = talk.held(discussion, rita, "May I?")
    fine = talk.say(discussion, otto, "One two three four five")
    reported = talk.say(discussion, otto, "Rude")
    reacting.report(reported, rita, "abuse")
    posting.revise(fine, otto, "Something else altogether, at length")
    page = moderation.get("/admin/comments/queue/")
    assert rows(page) == [held.pk, fine.pk, reported.pk]
    assert "First comment" in page.text
    assert "Edit waits" in page.text
    assert "Reported: 1" in page.text


def test_approving_one_leads_to_the_next_and_from_the_last_to_an_empty_queue(moderation, discussion, rita, otto):
    first, second = talk.held(discussion, rita, "First"), talk.held(discussion, otto, "Second")
    page = decide(moderation, first, "approve")
    assert page.redirect_chain == [(f"/admin/comments/queue/{second.pk}/change/", 302)]
    assert "Approved: “First”" in page.text
    page = decide(moderation, second, "spam")
    assert page.redirect_chain == [("/admin/comments/queue/", 302)]
    assert "The queue is empty." in page.text
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.APPROVED, State.SPAM)


def test_what_was_passed_over_comes_after_the_newest(moderation, discussion, rita, otto):
    first, second = talk.held(discussion, rita, "First"), talk.held(discussion, otto, "Second")
    assert decide(moderation, second, "approve").redirect_chain[0][0] == f"/admin/comments/queue/{first.pk}/change/"


def test_reason_of_a_rejection_is_recorded_with_own_words(moderation, discussion, rita):
    comment = talk.held(discussion, rita)
    decide(moderation, comment, "reject", reason="1", words="See the rules.")
    assert moderating.last_decision(comment).reason == "It is not about what is discussed here. See the rules."


def test_edit_is_accepted_or_refused_from_the_page(moderation, discussion, rita, otto):
    accepted, refused = talk.say(discussion, rita, "One two three"), talk.say(discussion, otto, "One two three")
    for comment in (accepted, refused):
        posting.revise(comment, comment.author, "Quite another text")
    decide(moderation, accepted, "accept")
    decide(moderation, refused, "refuse")
    accepted.refresh_from_db()
    refused.refresh_from_db()
    assert (accepted.body, refused.body) == ("Quite another text", "One two three")
    assert not Comment.objects.awaiting_review().exists()


def test_kept_comment_leaves_the_queue_and_stays_where_it_was(moderation, discussion, rita, otto):
    comment = talk.say(discussion, rita)
    reacting.report(comment, otto, "other")
    decide(moderation, comment, "keep")
    comment.refresh_from_db()
    assert (comment.state, comment.report_count) == (State.APPROVED, 0)


def test_second_of_two_moderators_is_told_and_changes_nothing(moderation, discussion, rita):
    comment = talk.held(discussion, rita)
    seen = moderation.get(f"/admin/comments/queue/{comment.pk}/change/").context["review"].seen
    moderating.transition([comment.pk], State.APPROVED, cast.person("Mira", group="Moderators"))
    page = moderation.post(
        f"/admin/comments/queue/{comment.pk}/change/", {"decision": "spam", "seen": seen}, follow=True
    )
    comment.refresh_from_db()
    assert comment.state == State.APPROVED
    assert "Mira was faster: “Approved”" in page.text


def test_comment_that_was_edited_meanwhile_is_not_approved_unread(moderation, discussion, rita):
    comment = talk.held(discussion, rita)
    seen = moderation.get(f"/admin/comments/queue/{comment.pk}/change/").context["review"].seen
    posting.revise(comment, rita, "Buy this instead")
    page = moderation.post(
        f"/admin/comments/queue/{comment.pk}/change/", {"decision": "approve", "seen": seen}, follow=True
    )
    comment.refresh_from_db()
    assert comment.is_pending
    assert "Edited by its author" in page.text


def test_page_shows_all_that_bears_on_the_decision(moderation, discussion, rita, otto, milo):
    above = talk.say(discussion, otto, "What I claim")
    earlier = talk.say(discussion, rita, "Earlier words of Rita")
    moderating.reject([earlier.pk], milo, reason="Be kind.")
    comment = talk.held(discussion, rita, "What Rita answers", above)
    page = moderation.get(f"/admin/comments/queue/{comment.pk}/change/")
    for words in (
        "What I claim",
        "Earlier words of Rita",
        "Be kind.",
        "What Rita answers",
        "First comment",
        "0 ✓ 1 ✗",
    ):
        assert words in page.text


def test_page_costs_the_same_in_a_long_thread(moderation, discussion, rita, otto, django_assert_max_num_queries):
    chain = talk.crowd(discussion, rita, [None, *range(30)])
    talk.crowd(discussion, otto, [None] * 30)
    for _number in range(10):
        moderating.transition([chain[20].pk], State.PENDING, otto)
        moderating.transition([chain[20].pk], State.APPROVED, otto)
    with django_assert_max_num_queries(19):
        assert moderation.get(f"/admin/comments/comment/{chain[20].pk}/change/").status_code == 200


def test_nobody_without_the_permission_sees_the_queue_or_decides(desk, rita, discussion):
    comment = talk.held(discussion, rita)
    assert desk.get("/admin/comments/queue/").status_code == 403
    assert desk.get(f"/admin/comments/queue/{comment.pk}/change/").status_code == 403
    seen = ModerationEvent.objects.get(comment=comment).pk
    answer = desk.post(f"/admin/comments/comment/{comment.pk}/change/", {"decision": "approve", "seen": seen})
    assert answer.status_code == 403
    reader = Client()
    reader.force_login(rita)
    assert reader.get("/admin/comments/queue/").status_code == 302
    comment.refresh_from_db()
    assert comment.is_pending


def test_front_page_says_how_many_wait_since_when(moderation, desk, discussion, rita, otto):
    talk.held(discussion, rita)
    reacting.report(talk.say(discussion, otto), rita, "spam")
    assert "2 comments wait, the oldest for less than a minute; 1 reported" in moderation.get("/admin/").text
    assert "comments wait" not in desk.get("/admin/").text


def test_front_page_has_the_lists_in_the_order_of_a_day(moderation):
    (conversation,) = moderation.get("/admin/").context["app_list"]
    names = [model["object_name"] for model in conversation["models"]]
    assert names == ["Queue", "Comment", "Spam", "Reader", "Rule", "ModerationEvent", "Discussion", "Policy"]


def test_trusting_takes_an_approval_and_a_click(moderation, discussion, rita):
    comment = talk.held(discussion, rita)
    data = {"action": "approve_and_trust", "_selected_action": [comment.pk]}
    moderation.post("/admin/comments/queue/", data)
    assert Standing.objects.get(reader=rita).trust == "trusted"


def test_skipping_decides_nothing_and_leads_to_the_next(moderation, discussion, rita, otto):
    first, second = talk.held(discussion, rita, "First"), talk.held(discussion, otto, "Second")
    page = decide(moderation, first, "skip")
    assert page.redirect_chain == [(f"/admin/comments/queue/{second.pk}/change/", 302)]
    assert decide(moderation, second, "skip").redirect_chain == [(f"/admin/comments/queue/{first.pk}/change/", 302)]
    first.refresh_from_db()
    assert (first.state, moderating.last_decision(first).action) == (State.PENDING, "posted")


def undo(client, comment, decision):
    data = {"decision": "undo", "last": decision.pk}
    return client.post(f"/admin/comments/queue/{comment.pk}/change/", data, follow=True)


@pytest.mark.parametrize("verb", ["approve", "spam", "reject"])
def test_last_decision_is_undone_from_the_next_page(moderation, discussion, rita, otto, verb):
    first, second = talk.held(discussion, rita, "First"), talk.held(discussion, otto, "Second")
    page = decide(moderation, first, verb)
    assert "Your last decision:" in page.text
    page = undo(moderation, second, moderating.last_decision(first))
    assert page.redirect_chain == [(f"/admin/comments/queue/{first.pk}/change/", 302)]
    assert "Your last decision:" not in page.text
    first.refresh_from_db()
    assert first.state == State.PENDING


def test_from_the_last_comment_a_way_leads_back_to_undo(moderation, discussion, rita):
    comment = talk.held(discussion, rita, "Only")
    page = decide(moderation, comment, "spam")
    assert f'The queue is empty. <a href="/admin/comments/queue/{comment.pk}/change/">' in page.text
    assert "Your last decision:" in moderation.get(f"/admin/comments/queue/{comment.pk}/change/").text


def test_what_others_decided_since_or_one_decided_long_ago_is_not_undone(moderation, discussion, rita, otto, edda):
    first, second = talk.held(discussion, rita, "First"), talk.held(discussion, otto, "Second")
    decide(moderation, first, "approve")
    decision = moderating.last_decision(first)
    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        assert "Your last decision:" in moderation.get(f"/admin/comments/queue/{second.pk}/change/").text
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert "Your last decision:" not in moderation.get(f"/admin/comments/queue/{second.pk}/change/").text
    moderating.transition([first.pk], State.SPAM, edda)
    assert "This can no longer be undone." in undo(moderation, second, decision).text
    first.refresh_from_db()
    assert first.state == State.SPAM


def test_conflict_puts_the_keys_to_sleep(moderation, discussion, rita, edda):
    comment = talk.held(discussion, rita)
    address = f"/admin/comments/queue/{comment.pk}/change/"
    assert "I have seen what changed" not in moderation.get(address).text
    moderating.transition([comment.pk], State.SPAM, edda)
    page = moderation.post(address, {"decision": "approve", "seen": 1}, follow=True)
    assert page.redirect_chain == [(f"{address}?changed=1", 302)]
    assert "I have seen what changed" in page.text


def test_approval_that_makes_a_reader_trusted_offers_what_else_waits_of_them(moderation, discussion, rita, otto):
    talk.policy(discussion.place.newsletter, approvals_for_trust=1)
    first, *more = [talk.held(discussion, rita, f"Number {number}") for number in range(3)]
    other = talk.held(discussion, otto, "Of somebody else")
    page = decide(moderation, first, "approve")
    assert page.redirect_chain == [(f"/admin/comments/queue/{more[0].pk}/change/", 302)]
    assert "Rita is trusted now" in page.text
    assert "Approve this and the other one" in page.text
    seen = moderating.last_decision(more[0]).pk
    data = {"decision": "approve", "seen": seen, "with_others": "1", "also": [more[1].pk, other.pk, first.pk]}
    moderation.post(f"/admin/comments/queue/{more[0].pk}/change/", data)
    states = [Comment.objects.get(pk=each.pk).state for each in (*more, other)]
    assert states == [State.APPROVED, State.APPROVED, State.PENDING]


def test_nothing_is_offered_of_a_reader_who_is_not_trusted(moderation, discussion, rita):
    talk.policy(discussion.place.newsletter, approvals_for_trust=3)
    first, second = (talk.held(discussion, rita, f"Number {number}") for number in range(2))
    page = decide(moderation, first, "approve")
    assert page.redirect_chain == [(f"/admin/comments/queue/{second.pk}/change/", 302)]
    assert "More of this reader waits" not in page.text
