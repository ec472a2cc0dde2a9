"""What is done with many comments at once: at the cost of one, with reasons, and never more than is possible."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import reacting
from comments.models import Comment, Discussion, Mode, ModerationEvent, Report, Standing, State
from core.changes import changes
from tests import cast
from tests.comments import talk

pytestmark = pytest.mark.django_db

#: The state in which an action finds its comments, and what it fills in on the page between.
ACTIONS = {
    "approve": (State.PENDING, {}),
    "approve_and_trust": (State.PENDING, {}),
    "reject": (State.PENDING, {"confirmed": "yes", "reason": "1", "words": ""}),
    "spam": (State.PENDING, {}),
    "spam_and_ban": (State.PENDING, {"confirmed": "yes", "days": "30", "reason": ""}),
    "keep": (State.APPROVED, {}),
    "accept_edits": (State.APPROVED, {}),
    "refuse_edits": (State.APPROVED, {"confirmed": "yes", "reason": "", "words": "No"}),
    "send_back": (State.APPROVED, {}),
    "feature": (State.APPROVED, {}),
    "close_discussions": (State.APPROVED, {}),
}


#: Those that write most; what the others do is a part of it.
HEAVIEST = ["approve_and_trust", "spam_and_ban", "accept_edits"]


def act(browser, action: str, comments, **fields):
    data = {"action": action, "_selected_action": [comment.pk for comment in comments], **fields}
    return browser.post("/admin/comments/comment/", data, follow=True)


def prepare(comments, state: State) -> None:
    """Bring comments into a state in which there is something to do with each."""
    Comment.objects.all().update(state=state, report_count=1, is_featured=False, proposed_body="Better")
    ModerationEvent.objects.all().delete()
    Standing.objects.all().delete()
    Discussion.objects.update(mode=Mode.OPEN)


@pytest.mark.slow
def test_each_action_costs_the_same_for_1_and_for_500_comments(moderation, discussion, rita):
    people = cast.User.objects.bulk_create(
        cast.User(email=f"r{number}@example.org", display_name=f"R{number}") for number in range(50)
    )
    comments = talk.crowd(discussion, rita, [None] * 500)
    for number, comment in enumerate(comments):
        comment.author = people[number % 50]
    Comment.objects.bulk_update(comments, ["author"])
    Report.objects.bulk_create(Report(comment=comment, reader=rita, reason="spam") for comment in comments)

    def queries(action: str, number: int) -> int:
        state, fields = ACTIONS[action]
        prepare(comments, state)
        data = {"action": action, "_selected_action": [comment.pk for comment in comments[:number]], **fields}
        changes.look()  # or what changed before in this transaction would not be said again
        with CaptureQueriesContext(connection) as captured:
            assert moderation.post("/admin/comments/comment/", data).status_code == 302
        assert ModerationEvent.objects.exists()
        return len(captured)

    many = {action: 500 if action in HEAVIEST else 10 for action in ACTIONS}
    assert {action: queries(action, many[action]) for action in ACTIONS} == {
        action: queries(action, 1) for action in ACTIONS
    }


def test_rejecting_asks_for_a_reason_before_anything_happens(moderation, discussion, rita):
    comment = talk.held(discussion, rita)
    page = act(moderation, "reject", [comment])
    assert "It attacks people instead of what they say." in page.text
    comment.refresh_from_db()
    assert comment.is_pending
    act(moderation, "reject", [comment], confirmed="yes", reason="2", words="")
    decision = ModerationEvent.objects.first()
    assert (decision.action, decision.reason) == ("rejected", "It attacks people instead of what they say.")


def test_own_words_that_are_too_long_are_given_back(moderation, discussion, rita):
    comment = talk.held(discussion, rita)
    page = act(moderation, "reject", [comment], confirmed="yes", reason="", words="no " * 100)
    assert "no no no" in page.text
    comment.refresh_from_db()
    assert comment.is_pending


def test_spam_and_ban_shows_the_number_first_and_takes_the_last_week_along(moderation, discussion, rita, otto):
    old, recent = talk.say(discussion, rita, "Old"), talk.say(discussion, rita, "Recent")
    Comment.objects.filter(pk=old.pk).update(created_at=timezone.now() - timezone.timedelta(days=8))
    chosen, other = talk.say(discussion, rita, "Buy!"), talk.say(discussion, otto, "Not me")
    page = act(moderation, "spam_and_ban", [chosen])
    assert page.context["counts"] == {"rest": 1, "authors": 1}
    assert not Standing.objects.filter(banned_until__isnull=False).exists()
    act(moderation, "spam_and_ban", [chosen], confirmed="yes", days="30", reason="Advertising")
    states = dict(Comment.objects.values_list("pk", "state"))
    assert (states[chosen.pk], states[recent.pk]) == (State.SPAM, State.SPAM)
    assert (states[old.pk], states[other.pk]) == (State.APPROVED, State.APPROVED)
    standing = Standing.objects.get(reader=rita)
    assert (standing.is_banned, standing.ban_reason) == (True, "Advertising")


def test_people_who_work_here_are_not_banned_with_their_comments(moderation, discussion, edda):
    comment = talk.say(discussion, edda)
    act(moderation, "spam_and_ban", [comment], confirmed="yes", days="30", reason="")
    assert not Standing.objects.filter(banned_until__isnull=False).exists()


def test_what_cannot_be_done_is_left_alone_and_said(moderation, discussion, rita, otto):
    root = talk.say(discussion, rita)
    reply = talk.say(discussion, otto, "To you", root)
    page = act(moderation, "feature", [root, reply])
    assert "Featured: 1. Left as they were: 1. Only approved comments that answer none are featured." in page.text
    assert list(Comment.objects.filter(is_featured=True)) == [root]
    assert "No longer featured: 1." in act(moderation, "unfeature", [root]).text


def test_editors_feature_and_close_but_do_not_moderate(desk, discussion, rita):
    comment = talk.say(discussion, rita)
    offered = [
        value for value, _label in desk.get("/admin/comments/comment/").context["action_form"].fields["action"].choices
    ]
    assert offered == ["", "feature", "unfeature", "close_discussions", "open_discussions", "quote", "answer"]
    act(desk, "spam", [comment])
    act(desk, "close_discussions", [comment])
    comment.refresh_from_db()
    discussion.refresh_from_db()
    assert (comment.state, discussion.mode) == (State.APPROVED, Mode.CLOSED)


def test_removed_comment_is_restored_in_its_place(moderation, discussion, rita, otto):
    comment = talk.say(discussion, rita)
    answer = talk.say(discussion, otto, "To you", comment)
    act(moderation, "reject", [comment], confirmed="yes", reason="", words="")
    act(moderation, "approve", [comment])
    comment.refresh_from_db()
    assert (comment.state, comment.shown) == (State.APPROVED, True)
    assert list(Comment.objects.below(comment)) == [answer]


def test_reports_that_were_settled_can_be_made_again(moderation, discussion, rita, otto):
    comment = talk.say(discussion, rita)
    reacting.report(comment, otto, "spam")
    act(moderation, "keep", [comment])
    assert not Comment.objects.awaiting_review().exists()
    reacting.report(comment, otto, "abuse")
    assert Comment.objects.awaiting_review().exists()
