"""Who may write what, and what becomes of it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.utils import timezone

from comments import moderating, posting
from comments.models import Comment, Mode, ModerationEvent, Rule, Standing, State, stored_discussion_of
from core.markup.comments import COMMENT_LENGTH
from tests import cast
from tests.comments import talk

pytestmark = pytest.mark.django_db


def test_comment_in_an_open_discussion_is_there_at_once(discussion, rita):
    comment = talk.say(discussion, rita, "Such mud!")
    discussion.refresh_from_db()
    assert comment.state == State.APPROVED
    assert comment.body_html == "<p>Such mud!</p>"
    assert (discussion.comment_count, discussion.last_comment_at) == (1, comment.created_at)


def test_first_comment_waits_and_the_next_after_approval_does_not(mud, rita, milo):
    discussion = stored_discussion_of(mud)
    first = talk.say(discussion, rita, "One")
    assert (first.state, first.held_by) == (State.PENDING, "First comment")
    assert talk.say(discussion, rita, "Two").state == State.PENDING
    moderating.transition([first.pk], State.APPROVED, milo)
    assert talk.say(discussion, rita, "Three").state == State.APPROVED


def test_moderators_do_not_wait_for_themselves(mud, milo):
    discussion = talk.under(mud, mode=Mode.ALL_HELD)
    assert talk.say(discussion, milo).state == State.APPROVED


def test_policy_of_the_newsletter_holds_where_a_discussion_has_no_mode(mud, rita):
    talk.policy(mud.newsletter, mode=Mode.OPEN)
    assert talk.say(stored_discussion_of(mud), rita).state == State.APPROVED


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.CLOSED])
def test_closed_discussion_refuses_comment(mud, rita, mode):
    with pytest.raises(posting.Refused):
        talk.say(talk.under(mud, mode=mode), rita)


def test_discussion_closes_after_the_days_of_the_policy(mud, rita):
    talk.policy(mud.newsletter, mode=Mode.OPEN, days_open=30)
    discussion = stored_discussion_of(mud)
    with time_machine.travel(mud.published_at + timedelta(days=29)):
        talk.say(discussion, rita, "In time")
    with time_machine.travel(mud.published_at + timedelta(days=31)), pytest.raises(posting.Refused):
        talk.say(discussion, rita, "Too late")


def test_what_the_public_cannot_see_cannot_be_discussed(secrets, rita):
    for hidden in secrets.values():
        with pytest.raises(posting.Refused):
            talk.say(talk.under(hidden), rita)


def test_the_same_text_sent_twice_gives_one_comment(discussion, rita):
    assert talk.say(discussion, rita, "Twice") == talk.say(discussion, rita, "Twice")
    assert Comment.objects.count() == 1


def test_text_may_be_as_long_as_the_limit_and_no_longer(discussion, rita):
    assert talk.say(discussion, rita, "あ" * COMMENT_LENGTH).is_approved
    with pytest.raises(posting.Refused, match=str(COMMENT_LENGTH)):
        talk.say(discussion, rita, "あ" * (COMMENT_LENGTH + 1))
    with pytest.raises(posting.Refused):
        talk.say(discussion, rita, " \n\t ")


def test_replies_go_eight_deep_and_then_beside_their_parent(discussion, rita, otto):
    comment = None
    for number in range(12):
        comment = talk.say(discussion, [rita, otto][number % 2], f"Level {number}", comment)
    assert comment.depth == 8
    assert comment.parent.depth == 8
    assert comment.root == Comment.objects.get(parent=None)


def test_reply_needs_a_parent_that_readers_see_in_the_same_discussion(discussion, published, rita, milo):
    elsewhere = talk.say(talk.under(published), rita, "Elsewhere")
    removed = talk.say(discussion, rita, "Gone")
    moderating.transition([removed.pk], State.REMOVED, milo)
    for parent in (elsewhere, removed, Comment(pk=10**6)):
        with pytest.raises(posting.Refused):
            talk.say(discussion, rita, "Answer", parent)


def test_banned_reader_cannot_post_or_edit(discussion, rita):
    comment = talk.say(discussion, rita)
    until = timezone.now() + timedelta(days=3)
    Standing.objects.update_or_create(reader=rita, defaults={"banned_until": until, "ban_reason": "Be kind."})
    with pytest.raises(posting.Refused, match="Be kind"):
        talk.say(discussion, rita, "Again")
    with pytest.raises(posting.Refused):
        posting.revise(comment, rita, "Changed")
    with time_machine.travel(until + timedelta(seconds=1)):
        assert talk.say(discussion, rita, "Back").is_approved


def test_snapshot_of_name_headline_and_badge_is_kept_with_the_comment(discussion, otto, edda):
    comment = talk.say(discussion, otto)
    assert (comment.name, comment.headline, comment.badge) == ("Otto", "Keeper of the lighthouse", "")
    assert talk.say(discussion, edda).badge == "editor"


def test_contributor_of_the_piece_carries_a_badge_there_and_nowhere_else(discussion, published, otto):
    ada = published.articles.get(slug="mud").contributors.get()
    ada.user = otto
    ada.save()
    assert talk.say(discussion, otto).badge == "contributor"
    assert talk.say(talk.under(published), otto).badge == "contributor"
    assert talk.say(talk.under(published.articles.get(slug="crabs")), otto).badge == ""


def test_edit_in_the_first_minutes_leaves_no_trace_and_later_a_history(discussion, rita):
    comment = talk.say(talk.under(discussion.place), talk.trusted(rita), "One two three four five six.")
    quick = posting.revise(comment, rita, "One two three four five seven.")
    assert (quick.edited_at, quick.revisions.count()) == (None, 0)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        late = posting.revise(comment, rita, "One two three four five eight.")
    assert late.edited_at
    assert [each.body for each in late.revisions.all()] == ["One two three four five seven."]
    assert late.body_html == "<p>One two three four five eight.</p>"


def test_edit_by_somebody_else_is_refused(discussion, rita, otto, milo):
    comment = talk.say(discussion, rita)
    for stranger in (otto, milo):
        with pytest.raises(posting.Refused):
            posting.revise(comment, stranger, "Not mine")


@pytest.mark.parametrize(
    ("old", "changed"),
    [
        ("One two three four five six seven", "Buy at https://spam.example now, one two three four"),
        ("One two three four five six seven", "Something else altogether"),
        ("The mud is safe and was not harmful", "The mud was harmful and is not safe"),
        ("We do not say that he lied", "We say that he did not lie"),
        ("Anna owes Maria a boat", "Maria owes Anna a boat"),
        ("Take 5 mg with water", "Take 50 mg with water"),
        ("Take 5.0 mg with water", "Take 50 mg with water"),
        ("Go in 2019, not in 2024", "Go in 2024, not in 2019"),
        ("The mud is safe", "The mud is not safe"),
        ("The mud is safe now", "The mud is safe not"),
        ("The mud is safe", "The mud is unsafe"),
        ("That is legal", "That is illegal"),
        ("That is harmless", "That is harm"),
        ("He is guilty!", "He is guilty?"),
        ("No, stop it", "No stop it"),
        ("Read https://example.org/tide first", "Read https://example.org/tied first"),
        ("Read [this](https://example.org/tide)", "Read [this](https://example.org/tide2)"),
        ("这个药是安全的", "这个药不是安全的"),
        ("这个药有用", "这个药无用"),
        ("甲欠乙一条船", "乙欠甲一条船"),
    ],
)
def test_edit_of_an_untrusted_reader_that_can_turn_the_sense_waits_while_the_old_text_is_shown(
    discussion, rita, old, changed
):
    comment = talk.say(discussion, rita, old)
    edited = posting.revise(comment, rita, changed)
    assert edited.is_approved
    assert edited.body == old
    assert (edited.proposed_body, edited.held_by) == (changed, "Edited after approval")
    assert edited in Comment.objects.awaiting_review()


@pytest.mark.parametrize(
    ("old", "changed"),
    [
        ("I recieved the tides", "I received the tides"),
        ("Teh mud", "The mud"),
        ("It is a beautifull harbour", "It is a beautiful harbour"),
        ("We saw the harbor", "We saw the harbour"),
        ("see you in may", "See you in May"),
        ("One line.  Another", "One line.\n\nAnother"),
    ],
)
def test_mended_spelling_appears_at_once(discussion, rita, old, changed):
    edited = posting.revise(talk.say(discussion, rita, old), rita, changed)
    assert (edited.body, edited.proposed_body) == (changed, "")


@pytest.mark.parametrize(("mended", "shown"), [(2, True), (3, False)])
def test_a_fifth_of_the_words_can_be_mended(discussion, rita, mended, shown):
    right, wrong = ["harbour"] * 10, ["harbor"] * 10
    comment = talk.say(discussion, rita, " ".join(right))
    edited = posting.revise(comment, rita, " ".join([*wrong[:mended], *right[mended:]]))
    assert (not edited.proposed_body) is shown


@pytest.mark.parametrize(("old", "changed", "shown"), [("tide", "tides", True), ("sea", "seat", False)])
def test_only_words_of_four_letters_take_another(discussion, rita, old, changed, shown):
    edited = posting.revise(talk.say(discussion, rita, f"The {old}"), rita, f"The {changed}")
    assert (not edited.proposed_body) is shown


def test_trusted_reader_may_turn_their_words(discussion, rita):
    comment = talk.say(discussion, talk.trusted(rita), "The mud is safe and was not harmful")
    edited = posting.revise(comment, rita, "The mud was harmful and is not safe")
    assert (edited.body, edited.proposed_body) == ("The mud was harmful and is not safe", "")


NOTHING = {
    "zero width space": "\u200b",
    "word joiner": "\u2060\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad\n\u00ad",
    "Hangul filler": "\u3164",
    "Hangul lead filler": "\u115f\u1160",
    "half-width filler": "\uffa0",
    "Mongolian separator": "\u180e",
    "Braille blank": "\u2800 \u2800",
    "tag characters": "\U000e0041\U000e0042",
    "variation selector": "\ufe0f",
    "marks without a letter": "\u0301\u0302",
    "wide space": "\u3000\u2003\u2028",
    "left to right": "\u200e\u202e",
    "null note": "\U0001d159",
    "stars": "**",
    "stars around nothing": "**\u200b**",
    "quotation": "> \n> ",
    "code": "```\n\n```",
    "tick": "``",
    "rule": "---",
    "list": "- \n- ",
    "link to nowhere": "[](x)",
    "picture of nothing": "![](mud)",
    "entity": "&nbsp;",
    "entities": "&#8203;&zwnj;&#x2800;",
    "escapes": "\\",
}


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING.keys())
def test_what_shows_nothing_is_refused(discussion, rita, text):
    with pytest.raises(posting.Refused, match="Write something first"):
        posting.post(discussion, rita, text)
    comment = talk.say(discussion, rita, "Mud")
    with pytest.raises(posting.Refused, match="Write something first"):
        posting.revise(comment, rita, text)


@pytest.mark.parametrize(
    "text", ["?", "!", "+1", "-", "1", "👍", "❤️", ":)", "...", "(-_-)", "<3", "&", "न", "ㅋ", "https://example.org/"]
)
def test_what_is_short_is_a_comment(discussion, rita, text):
    assert posting.post(discussion, rita, text).body == text


def test_author_withdraws_an_edit_that_waits_by_restoring_the_text(discussion, rita):
    comment = talk.say(discussion, rita, "One two three four five six seven")
    posting.revise(comment, rita, "Something else altogether")
    restored = posting.revise(comment, rita, "One two three four five six seven")
    assert (restored.proposed_body, restored.held_by, restored.edited_at) == ("", "", None)
    assert restored not in Comment.objects.awaiting_review()


def test_an_edit_that_replaces_one_that_waits_leaves_nothing_of_it(discussion, rita):
    words = "The tide comes in twice a day, and twice a day it leaves something behind on the mud for us to find"
    comment = talk.say(discussion, rita, words)
    posting.revise(comment, rita, "Buy at https://spam.example")
    edited = posting.revise(comment, rita, words.replace("leaves", "leavs"))
    assert (edited.proposed_body, edited.held_by, edited.held_detail) == ("", "", "")


def test_edit_meets_the_rules_again(discussion, rita):
    Rule.objects.create(name="Casino", words="casino")
    comment = talk.say(discussion, rita, "One two three four five six seven")
    edited = posting.revise(comment, rita, "One two three four five six casino")
    assert (edited.body, edited.held_by, edited.held_detail) == (comment.body, "Casino", "casino")


def test_deleted_comment_keeps_its_place_and_none_of_its_words(discussion, rita, otto):
    comment = talk.say(discussion, rita, "My words")
    answer = talk.say(discussion, otto, "To you", comment)
    posting.take_back(comment, rita)
    comment.refresh_from_db()
    assert (comment.state, comment.body, comment.body_html, comment.shown) == (State.DELETED, "", "", True)
    posting.take_back(answer, otto)
    comment.refresh_from_db()
    assert not comment.shown


def test_a_comment_is_deleted_with_its_words_or_not_at_all(discussion, rita):
    comment = talk.say(discussion, rita, "My words")

    def break_down(execute, sql, params, many, context):
        if 'DELETE FROM "comments_revision"' in sql:
            raise DatabaseError("the disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(break_down), pytest.raises(DatabaseError):
        posting.take_back(comment, rita)
    comment.refresh_from_db()
    assert (comment.state, comment.body) == (State.APPROVED, "My words")


def test_nobody_deletes_the_comment_of_another(discussion, rita, otto):
    with pytest.raises(posting.Refused):
        posting.take_back(talk.say(discussion, rita), otto)


def test_one_appeal_returns_a_refused_comment_to_the_queue(discussion, rita, milo):
    comment = talk.say(discussion, rita)
    moderating.transition([comment.pk], State.REMOVED, milo, reason="Off topic")
    comment.refresh_from_db()
    posting.appeal(comment, rita, "But it is about mud!")
    comment.refresh_from_db()
    assert (comment.state, comment.held_by) == (State.PENDING, "Appeal")
    assert comment.decisions.filter(action=ModerationEvent.Action.APPEALED).count() == 1
    moderating.transition([comment.pk], State.REJECTED, milo)
    comment.refresh_from_db()
    with pytest.raises(posting.Refused):
        posting.appeal(comment, rita, "Please!")


def test_new_headline_of_a_reader_who_is_not_trusted_is_reviewed(mud, otto, milo):
    talk.policy(mud.newsletter, approvals_for_trust=3, mode=Mode.OPEN)
    discussion = stored_discussion_of(mud)
    first = talk.say(discussion, otto, "One")
    moderating.transition([first.pk], State.PENDING, milo)
    moderating.transition([first.pk], State.APPROVED, milo)
    otto.headline = "Buy my lamps"
    otto.save()
    held = talk.say(discussion, cast.User.objects.get(pk=otto.pk), "Two")
    assert (held.state, held.held_by) == (State.PENDING, "New headline")
