"""Transitions: what can follow what, what is recorded, and what happens to a thread."""

import pytest

from comments import moderating, posting, reacting
from comments.models import Comment, Revision, State
from tests.comments import talk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", State)
def test_only_what_is_allowed_changes(discussion, rita, milo, state):
    comment = talk.say(discussion, rita)
    for to in State:
        Comment.objects.filter(pk=comment.pk).update(state=state)
        changed = moderating.transition([comment.pk], to, milo)
        comment.refresh_from_db()
        allowed = state in moderating.ALLOWED[to]
        assert (bool(changed), comment.state) == (allowed, to if allowed else state)


def test_decision_records_who_what_why_and_a_print_of_the_text(discussion, rita, milo):
    comment = talk.held(discussion, rita, "May I?")
    moderating.reject([comment.pk], milo, reason="Be kind.", note="Third time")
    decision = moderating.last_decision(comment)
    assert (decision.action, decision.from_state, decision.to_state) == ("rejected", "pending", "rejected")
    assert (decision.actor, decision.reader_id, decision.rule) == (milo, rita.pk, "First comment")
    assert (decision.reason, decision.note, len(decision.text_hash)) == ("Be kind.", "Third time", 64)


def test_removed_parent_leaves_its_place_and_its_answers(discussion, rita, otto, milo):
    comment = talk.say(discussion, rita)
    answer = talk.say(discussion, otto, "To you", comment)
    moderating.reject([comment.pk], milo)
    comment.refresh_from_db()
    discussion.refresh_from_db()
    assert (comment.state, comment.shown, discussion.comment_count) == (State.REMOVED, True, 1)
    moderating.reject([answer.pk], milo)
    comment.refresh_from_db()
    assert not comment.shown


def test_removing_settles_the_reports_and_ends_the_featuring(discussion, rita, otto, milo):
    comment = talk.say(discussion, rita)
    reacting.report(comment, otto, "abuse")
    moderating.feature([comment.pk], milo)
    moderating.reject([comment.pk], milo)
    comment.refresh_from_db()
    assert (comment.report_count, comment.is_featured) == (0, False)


def test_accepted_edit_makes_the_old_text_history(discussion, rita, milo):
    comment = talk.say(discussion, rita, "One two three four five")
    posting.revise(comment, rita, "Something else altogether")
    moderating.decide_edits([comment.pk], milo, accept=True)
    comment.refresh_from_db()
    assert (comment.body, comment.body_html) == ("Something else altogether", "<p>Something else altogether</p>")
    assert (comment.proposed_body, comment.held_by) == ("", "")
    assert Revision.objects.get(comment=comment).body == "One two three four five"


def test_undoing_brings_back_each_to_its_own_state(discussion, rita, otto, milo):
    held, said = talk.held(discussion, rita), talk.say(discussion, otto)
    moderating.transition([held.pk, said.pk], State.SPAM, milo)
    decisions = [moderating.last_decision(comment).pk for comment in (held, said)]
    moderating.undo(decisions, milo)
    held.refresh_from_db()
    said.refresh_from_db()
    assert (held.state, said.state) == (State.PENDING, State.APPROVED)
    assert moderating.undo(decisions, milo) == []


def test_edit_and_settled_reports_are_not_undone(discussion, rita, otto, milo):
    comment = talk.say(discussion, rita)
    reacting.report(comment, otto, "abuse")
    moderating.keep([comment.pk], milo)
    assert moderating.undo([moderating.last_decision(comment).pk], milo) == []
