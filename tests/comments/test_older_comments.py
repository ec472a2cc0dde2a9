"""What was said elsewhere before stands under its piece, in its place and its time, and once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import counting, moderating, threads
from comments.bringing_in import bring_in
from comments.models import Comment, Discussion, Mode, ModerationEvent, State, discussion_of
from newsletter.composing import Unreadable
from newsletter.moments import Exactness
from newsletter.talks import OlderComment, archives
from tests import cast
from tests.comments import older, talk

pytestmark = pytest.mark.django_db

#: *Mud* was published on 13 April 2026.
PUBLISHED = datetime(2026, 4, 13, 9, 26, tzinfo=UTC)


def said(written: str, text: str = "So it was.", **facts) -> OlderComment:
    return OlderComment(text, written=written, **facts)


def test_older_comments_make_a_discussion_and_keep_their_nesting(mud, edda):
    assert bring_in(mud, older.CONVERSATION, edda) == ["3 comments were brought in."]
    anna, nameless = Comment.objects.filter(parent=None).order_by("pk")
    ben = anna.replies.get()
    assert (anna.name, anna.headline, anna.author, anna.badge) == ("Anna Tidewell", "Harbour pilot", None, "")
    assert (ben.root, ben.depth, nameless.shown_name) == (anna, 1, "A reader")
    assert '<a href="/search/?q=mudflat"' in anna.body_html
    assert Discussion.objects.get().comment_count == 3
    assert counting.drifted() == []


def test_each_is_approved_by_a_decision_of_the_editor(mud, edda):
    comments = older.brought(mud)
    assert {comment.state for comment in comments} == {State.APPROVED}
    bring_in(mud, [said("", "One more")], edda)
    decision = ModerationEvent.objects.first()
    assert (decision.get_action_display(), decision.actor, decision.to_state) == ("Brought in", edda, "approved")
    assert ModerationEvent.objects.count() == 4


@pytest.mark.parametrize("length", [20, 60])
def test_nesting_has_no_depth_that_is_too_deep(mud, length):
    chain = [said("", f"Wave {number}", answers=number - 1 if number else None) for number in range(length)]
    older.brought(mud, *chain)
    page = threads.replies_after(Comment.objects.get(body="Wave 0"), AnonymousUser(), "")
    assert [reply.body for reply in page.threads[0].replies] == [f"Wave {number}" for number in range(1, length)][:50]
    assert counting.drifted() == []


def test_bringing_in_costs_no_more_for_many(mud, published, edda):
    few, many = (
        [said("", f"Wave {number}", name=name) for number in range(count)] for name, count in [("A", 2), ("B", 200)]
    )
    crabs = published.articles.get(slug="crabs")
    with CaptureQueriesContext(connection) as first:
        bring_in(mud, few, edda)
    with CaptureQueriesContext(connection) as second:
        bring_in(crabs, many, edda)
    assert len(second) <= len(first) <= 25


# Once


def test_the_same_again_changes_nothing(mud, edda):
    older.brought(mud)
    again = [replace(older.ANNA, headline="Retired", written="7mo", text="The mud  was BLUE that year.\n#mudflat")]
    assert bring_in(mud, again, edda) == ["1 comment had been brought in before and stays as it is."]
    assert Comment.objects.get(name="Anna Tidewell").headline == "Harbour pilot"
    assert Comment.objects.count() == ModerationEvent.objects.count() == 3


def test_what_a_moderator_removed_does_not_come_back(mud, edda, milo):
    comments = older.brought(mud)
    moderating.transition([comments[0].pk], State.REMOVED, milo)
    bring_in(mud, older.CONVERSATION, edda)
    assert Comment.objects.count() == 3
    assert Comment.objects.get(pk=comments[0].pk).state == State.REMOVED


def test_more_of_a_conversation_joins_what_is_there(mud, edda):
    anna = older.brought(mud, older.ANNA)[0]
    assert bring_in(mud, older.CONVERSATION, edda)[0] == "2 comments were brought in."
    assert anna.replies.get().name == "Ben"


def test_two_who_say_the_same_are_two_and_so_is_one_who_says_it_twice(mud, edda):
    thanks = [said("", "Thanks!", name=name) for name in ("Anna", "Ben", "Anna")]
    bring_in(mud, thanks, edda)
    bring_in(mud, thanks, edda)
    assert Comment.objects.count() == 3


def test_the_same_under_another_piece_is_another(mud, published, edda):
    bring_in(mud, older.CONVERSATION, edda)
    bring_in(published, older.CONVERSATION, edda)
    assert Comment.objects.count() == 6


def test_new_secret_key_knows_what_came_in_under_the_old_one(mud, edda, settings):
    bring_in(mud, older.CONVERSATION, edda)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]
    bring_in(mud, older.CONVERSATION, edda)
    assert Comment.objects.count() == 3


# When


@pytest.mark.parametrize(
    ("written", "day", "words"),
    [
        ("1 May 2026", date(2026, 5, 1), "May 1, 2026"),
        ("13 April 2026", date(2026, 4, 13), "April 13, 2026"),
        ("May 2026", date(2026, 5, 1), "May 2026"),
        ("April 2026", date(2026, 4, 13), "April 2026"),
        ("2026", date(2026, 4, 13), "2026"),
        ("3 May", date(2026, 5, 3), "May 3, 2026"),
        ("7 个月", date(2026, 4, 13), "April 2026"),
        ("3d", date(2026, 4, 13), "April 13, 2026"),
        ("March 2024", date(2024, 3, 1), "March 2024"),
    ],
)
def test_date_is_shown_as_exactly_as_it_is_known(mud, written, day, words):
    comment = older.brought(mud, said(written))[0]
    assert timezone.localdate(comment.created_at) == day
    assert comment.date_in_words == words


def test_age_is_reckoned_from_the_day_on_which_it_was_copied(mud):
    comment = older.brought(mud, said("2 months ago"), copied_on=date(2026, 9, 20))[0]
    assert comment.date_in_words == "July 2026"


def test_age_never_leads_before_the_piece_itself(mud):
    comment = older.brought(mud, said("2 years"), copied_on=date(2026, 9, 20))[0]
    assert comment.created_at == PUBLISHED


def test_what_was_copied_before_the_piece_came_here_is_older_than_it(mud, edda):
    comment = older.brought(mud, said("7mo"), copied_on=date(2024, 10, 20))[0]
    assert comment.date_in_words == "March 2024"


def test_of_a_draft_without_a_date_an_age_tells_none(low_tide):
    comment = older.brought(cast.issue(low_tide, 3, status="draft"), said("1 yr"))[0]
    assert (comment.exactness, comment.date_in_words) == ("unknown", "")


def test_a_draft_that_is_called_after_its_month_has_that_date(low_tide):
    comment = older.brought(cast.issue(low_tide, 3, status="draft", title="March 2024"), said("7 months"))[0]
    assert comment.date_in_words == "March 2024"


def test_without_a_date_it_has_the_date_of_the_piece_and_shows_none(mud):
    comment = older.brought(mud, said(""))[0]
    assert (comment.created_at, comment.exactness) == (PUBLISHED, Exactness.UNKNOWN)
    assert (comment.date_in_words, comment.machine_date) == ("", "")


def test_date_before_the_piece_is_kept_and_the_editor_told(mud, edda):
    told = bring_in(mud, [said("12 March 2024")], edda)
    assert told[1] == "1 comment is dated before “Mud” itself was published here."
    assert Comment.objects.get().created_at.year == 2024


def test_year_alone_is_said_once(mud):
    comment = older.brought(mud, said("2024", said_at="LinkedIn"))[0]
    assert (comment.date_in_words, comment.origin) == ("", "from LinkedIn, 2024")


@pytest.mark.parametrize(
    ("said_at", "written", "words"),
    [
        ("LinkedIn", "May 2026", "from LinkedIn, 2026"),
        ("LinkedIn", "", "from LinkedIn"),
        ("", "May 2026", "brought in by the editors"),
        ("", "", "brought in by the editors"),
    ],
)
def test_it_tells_where_it_was_said(mud, said_at, written, words):
    assert older.brought(mud, said(written, said_at=said_at))[0].origin == words


# In order


def test_older_comments_stand_where_their_time_is(mud, rita, discussion):
    now = talk.say(discussion, rita, "Only now do I read this.")
    first, second = older.brought(mud, said("", "First"), said("", "Second"))
    may = older.brought(mud, said("1 May 2026", "In May"))[0]
    assert in_order(discussion, "oldest") == [first, second, may, now]
    assert in_order(discussion, "newest") == [now, may, second, first]
    assert in_order(discussion, "liked") == [now, may, second, first]
    assert discussion_of(mud).last_comment_at == now.created_at


def in_order(discussion, sort: str) -> list[Comment]:
    return [thread.comment for thread in threads.page_of(discussion, sort, AnonymousUser()).threads]


@pytest.mark.parametrize("sort", ["newest", "oldest", "liked"])
def test_pages_between_new_and_older_comments_lose_and_repeat_none(mud, rita, discussion, sort):
    new = talk.crowd(discussion, rita, [None] * 15)
    old = older.brought(mud, *(said("", f"Wave {number}") for number in range(30)))
    seen, after = [], ""
    while True:
        page = threads.page_of(discussion, sort, AnonymousUser(), after=after)
        seen += [thread.comment.pk for thread in page.threads]
        after = page.next
        if not after:
            break
    assert len(seen) == len(set(seen)) == 45
    if sort != "liked":
        of_time = [*old, *new] if sort == "oldest" else [*new[::-1], *old[::-1]]
        assert seen == [comment.pk for comment in of_time]


def test_discussion_of_older_comments_alone_was_last_written_in_back_then(mud):
    older.brought(mud, said("1 May 2026"))
    assert discussion_of(mud).last_comment_at.month == 5


# Refused


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        (said("soon", name="Ben"), "Comment 2 (Ben): “soon” is no date and no age."),
        (said("1 May 2999"), "Comment 2: “1 May 2999” lies in the future."),
        (said("", "  "), "Comment 2: there is no text."),
        (said("", "\u200b"), "Comment 2: there is no text."),
        (said("", "x" * 10_001), "Comment 2: the text has more than 10000 characters."),
        (said("", name="n" * 81), "“nnnnnnnnnnnnnnnnnnnn…” has more than 80 characters."),
        (said("", answers=1), "Comment 2: it answers a comment that does not stand above it."),
    ],
)
def test_what_cannot_be_stored_is_named_and_nothing_is_stored(mud, edda, comment, problem):
    with pytest.raises(Unreadable) as refused:
        bring_in(mud, [older.ANNA, comment], edda)
    assert problem in str(refused.value)
    assert not Discussion.objects.exists()


def test_longer_than_readers_may_write_is_kept_whole(mud):
    text = "Mud. " * 1900
    assert older.brought(mud, said("", text.strip()))[0].body == text.strip()


def test_where_discussions_are_switched_off_the_editor_is_told(mud, edda):
    talk.under(mud, mode=Mode.OFF)
    assert bring_in(mud, [older.ANNA], edda)[-1] == "The discussion is switched off: nothing of it is shown."


def test_nothing_makes_no_discussion(mud, edda):
    assert bring_in(mud, [], edda) == []
    assert not Discussion.objects.exists()


def test_composing_finds_the_archive():
    assert [archive.bring_in for archive in archives] == [bring_in]


def test_article_of_its_own_and_draft_take_in_too(low_tide, edda):
    alone = cast.article(low_tide, title="Foam")
    assert bring_in(alone, older.CONVERSATION, edda) == ["3 comments were brought in."]
