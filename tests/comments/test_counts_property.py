"""Whatever is done in whatever order, what is stored of comments is what is counted."""

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from accounts.own_data import erase_account
from comments import counting, moderating, posting, reacting
from comments.models import Comment, Discussion, State
from tests import cast
from tests.comments import talk

pytestmark = pytest.mark.django_db


def reply(comment, reader, milo):
    posting.post(comment.discussion, reader, f"Answer {Comment.objects.count()}", parent=comment)


def edit(comment, reader, milo):
    posting.revise(comment, comment.author, f"Quite another text {Comment.objects.count()}")


def erase_author(comment, reader, milo):
    erase_account(comment.author, keep_words=comment.pk % 2 == 0)


ACTIONS = {
    "post": lambda comment, reader, milo: talk.say(comment.discussion, reader, f"New {Comment.objects.count()}"),
    "reply": reply,
    "edit": edit,
    "like": lambda comment, reader, milo: reacting.like(comment, reader),
    "unlike": lambda comment, reader, milo: reacting.like(comment, reader, liked=False),
    "report": lambda comment, reader, milo: reacting.report(comment, reader, "other"),
    "keep": lambda comment, reader, milo: moderating.keep([comment.pk], milo),
    "take back": lambda comment, reader, milo: posting.take_back(comment, comment.author),
    "approve": lambda comment, reader, milo: moderating.transition([comment.pk], State.APPROVED, milo),
    "hold": lambda comment, reader, milo: moderating.transition([comment.pk], State.PENDING, milo),
    "spam": lambda comment, reader, milo: moderating.transition([comment.pk], State.SPAM, milo),
    "reject": lambda comment, reader, milo: moderating.reject([comment.pk], milo),
    "feature": lambda comment, reader, milo: moderating.feature([comment.pk], milo),
    "accept": lambda comment, reader, milo: moderating.decide_edits([comment.pk], milo, accept=True),
    "refuse": lambda comment, reader, milo: moderating.decide_edits([comment.pk], milo, accept=False),
    "undo": lambda comment, reader, milo: moderating.undo(comment.decisions.values_list("pk", flat=True)[:1], milo),
    "erase": erase_author,
}
#: What needs somebody who wrote it.
OF_AUTHORS = {"edit", "take back", "erase"}
STEPS = st.lists(st.tuples(st.sampled_from(sorted(ACTIONS)), st.integers(0, 30), st.booleans()), max_size=25)


@pytest.mark.slow
@given(steps=STEPS)
def test_stored_counts_are_counted_ones_after_any_series_of_actions(discussion, milo, steps):
    people = [
        cast.User.objects.get_or_create(email=f"{name}@example.org", defaults={"display_name": name})[0]
        for name in ("Ann", "Ben")
    ]
    talk.say(discussion, people[0], f"First {Comment.objects.count()}")
    for name, which, is_first in steps:
        comments = list(Comment.objects.with_people().select_related("discussion"))
        comment = comments[which % len(comments)]
        if comment.author is None and name in OF_AUTHORS:
            continue
        reader = cast.User.objects.filter(pk=people[is_first].pk).first() or milo
        try:
            ACTIONS[name](comment, reader, milo)
        except posting.Refused:
            continue
    assert counting.drifted() == []


def test_command_tells_what_drifted_and_mends_it(discussion, rita, capsys):
    comment = talk.say(discussion, rita)
    call_command("check_comments")
    Discussion.objects.update(comment_count=7)
    Comment.objects.update(score=3)
    with pytest.raises(CommandError, match="2 places"):
        call_command("check_comments")
    assert capsys.readouterr().out.splitlines() == [
        f"discussion {discussion.pk}: comments",
        f"comment {comment.pk}: likes",
    ]
    call_command("check_comments", fix=True)
    assert counting.drifted() == []
