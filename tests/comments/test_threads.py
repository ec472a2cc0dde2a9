"""Pages of a discussion: whole, in order, and at the same cost whatever its size."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import moderating, threads
from comments.models import Comment, State
from tests.comments import talk

pytestmark = pytest.mark.django_db

ANYBODY = AnonymousUser()
SHAPES = {
    "wide": lambda size: [None if number % 5 == 0 else number - number % 5 for number in range(size)],
    "giant": lambda size: [None] + [0] * (size - 1),
    "chain": lambda size: [None, *range(size - 1)],
}


def every_page(discussion, sort, viewer=ANYBODY):
    page = threads.page_of(discussion, sort, viewer)
    yield page
    while page.next:
        page = threads.page_of(discussion, sort, viewer, after=page.next)
        yield page


def roots(pages):
    return [thread.comment.pk for page in pages for thread in page.threads]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [10, 1000])
def test_a_page_costs_two_queries_whatever_the_shape(discussion, rita, shape, size):
    talk.crowd(discussion, rita, SHAPES[shape](size))
    with CaptureQueriesContext(connection) as captured:
        page = threads.page_of(discussion, "newest", rita)
        assert all(reply.author.display_name == "Rita" for thread in page.threads for reply in thread.replies)
    assert len(captured) == 2
    assert all(len(thread.replies) <= threads.SHORT for thread in page.threads)


@pytest.mark.parametrize("sort", ["newest", "oldest", "liked"])
def test_all_pages_together_are_the_discussion(discussion, rita, sort):
    comments = talk.crowd(discussion, rita, [None] * 70)
    keys = {
        "newest": lambda each: -each.pk,
        "oldest": lambda each: each.pk,
        "liked": lambda each: (-each.score, -each.pk),
    }
    expected = [comment.pk for comment in sorted(comments, key=keys[sort])]
    assert roots(every_page(discussion, sort)) == expected


@pytest.mark.parametrize("sort", ["newest", "oldest", "liked"])
def test_pages_lose_and_repeat_nothing_while_others_write(discussion, rita, otto, sort):
    before = {comment.pk for comment in talk.crowd(discussion, rita, [None] * 65)}
    seen = []
    for page in every_page(discussion, sort):
        seen += [thread.comment.pk for thread in page.threads]
        talk.say(discussion, otto, f"Meanwhile {len(seen)}")
    assert [pk for pk in seen if pk in before] == list(dict.fromkeys(pk for pk in seen if pk in before))
    assert before <= set(seen)


def test_all_replies_are_reached_page_by_page(discussion, rita):
    talk.crowd(discussion, rita, SHAPES["giant"](130))
    [thread] = threads.page_of(discussion, "newest", ANYBODY).threads
    seen, after = thread.replies[: thread.gap], thread.more
    while after:
        page = threads.replies_after(thread.comment, ANYBODY, after)
        seen += page.threads[0].replies
        after = page.next
    assert [reply.pk for reply in seen] == in_reading_order(thread.comment)


def in_reading_order(root):
    return list(Comment.objects.filter(root=root).order_by("path").values_list("pk", flat=True))


@pytest.mark.parametrize("shape", ["giant", "chain"])
def test_all_replies_are_reached_backwards_from_the_last(discussion, rita, shape):
    talk.crowd(discussion, rita, SHAPES[shape](130))
    [thread] = threads.page_of(discussion, "newest", ANYBODY).threads
    seen, before, numbers = [], thread.end, []
    while before:
        page = threads.replies_before(thread.comment, ANYBODY, before)
        seen = page.threads[0].replies + seen
        numbers.append((page.first, page.up_to_last, page.total, page.later))
        before = page.previous
    assert [reply.pk for reply in seen] == in_reading_order(thread.comment)
    assert numbers == [(80, 129, 129, 0), (30, 79, 129, 50), (1, 29, 129, 100)]


@pytest.mark.parametrize(("replies", "left_out"), [(1, 0), (5, 0), (6, 2), (7, 3), (129, 125)])
def test_long_thread_shows_its_first_and_its_newest_replies_and_says_how_many_are_left_out(
    discussion, rita, replies, left_out
):
    comments = talk.crowd(discussion, rita, SHAPES["giant"](replies + 1))
    [thread] = threads.page_of(discussion, "newest", ANYBODY).threads
    everything = [comment.pk for comment in comments[1:]]
    expected = [*everything[:2], *everything[-2:]] if left_out else everything
    assert [reply.pk for reply in thread.replies] == expected
    assert (thread.left_out, bool(thread.more)) == (left_out, left_out > 0)
    assert [row.comment.pk for row in thread.rows if row.is_behind_gap] == (everything[-2:-1] if left_out else [])


def test_newest_reply_is_shown_wherever_it_stands_and_says_whom_it_answers(discussion, rita, otto):
    comments = talk.crowd(discussion, rita, SHAPES["giant"](50))
    answer = talk.say(discussion, otto, "To the twentieth", comments[20])
    [thread] = threads.page_of(discussion, "newest", ANYBODY).threads
    assert (thread.rows[-1].comment.pk, thread.rows[-1].is_apart) == (answer.pk, True)
    assert (thread.left_out, len(thread.replies)) == (46, 4)


def test_newest_replies_below_the_first_leave_a_gap_behind_them(discussion, rita, otto):
    comments = talk.crowd(discussion, rita, SHAPES["giant"](50))
    newest = [talk.say(discussion, otto, f"Answer {number}", comments[1]) for number in range(2)]
    [thread] = threads.page_of(discussion, "newest", ANYBODY).threads
    shown = [reply.pk for reply in thread.replies]
    assert shown == [comments[1].pk, newest[0].pk, newest[1].pk]
    assert (thread.left_out, thread.gap) == (48, 2)


def test_replies_that_nobody_sees_are_not_counted(discussion, rita, milo):
    comments = talk.crowd(discussion, rita, SHAPES["giant"](60))
    moderating.transition([each.pk for each in comments[-10:]], State.REMOVED, milo)
    [thread] = threads.page_of(discussion, "newest", ANYBODY).threads
    assert [reply.pk for reply in thread.replies][-1] == comments[-11].pk
    assert thread.left_out == 49 - 4
    assert threads.around(comments[0], ANYBODY).total == 49


@pytest.mark.parametrize("odd", ["x", "\0", ""])
def test_odd_cursor_of_a_thread_opens_its_first_or_its_last_page(discussion, rita, odd):
    root = talk.crowd(discussion, rita, SHAPES["giant"](120))[0]
    assert threads.replies_after(root, ANYBODY, odd).earlier == 0
    assert threads.replies_before(root, ANYBODY, odd).later == 0


def test_whole_conversation_opens_at_the_thread(discussion, rita):
    comments = talk.crowd(discussion, rita, [None] * 40)
    page = threads.page_of(discussion, "newest", ANYBODY, after=threads.page_from(comments[20]))
    assert roots([page])[:2] == [comments[20].pk, comments[19].pk]


def test_featured_comment_opens_the_first_page_and_comes_once(discussion, rita, milo):
    comments = talk.crowd(discussion, rita, [None] * 30)
    moderating.feature([comments[3].pk], milo)
    seen = roots(every_page(discussion, "newest"))
    assert seen[0] == comments[3].pk
    assert sorted(seen) == [comment.pk for comment in comments]


def test_cursor_of_another_order_or_discussion_opens_the_first_page(discussion, published, rita):
    talk.crowd(discussion, rita, [None] * 30)
    cursor = threads.page_of(discussion, "newest", ANYBODY).next
    for other in ("oldest", "liked"):
        first = threads.page_of(discussion, other, ANYBODY)
        assert roots([threads.page_of(discussion, other, ANYBODY, after=cursor)]) == roots([first])
    for odd in ("x", cursor[:-1], cursor + "x", "\0", "é"):
        assert len(threads.page_of(discussion, "newest", ANYBODY, after=odd).threads) == threads.THREADS_ON_A_PAGE


def test_comment_that_waits_is_shown_to_its_author_alone(mud, rita, otto, milo):
    discussion = talk.under(mud, mode="held")
    own = talk.say(discussion, rita)
    assert roots([threads.page_of(discussion, "newest", rita)]) == [own.pk]
    for other in (ANYBODY, otto, milo):
        assert roots([threads.page_of(discussion, "newest", other)]) == []


def test_removed_parent_leaves_its_place_and_removed_leaf_nothing(discussion, rita, otto, milo):
    parent = talk.say(discussion, rita, "Parent")
    reply = talk.say(discussion, otto, "Reply", parent)
    leaf = talk.say(discussion, otto, "Leaf")
    moderating.transition([parent.pk, leaf.pk], State.REMOVED, milo)
    [thread] = threads.page_of(discussion, "newest", ANYBODY).threads
    assert (thread.comment.pk, thread.comment.state) == (parent.pk, State.REMOVED)
    assert thread.replies == [reply]


@pytest.mark.parametrize("shape", ["giant", "chain"])
def test_permalink_finds_any_comment_with_its_ancestors_in_four_queries(discussion, rita, shape):
    comments = talk.crowd(discussion, rita, SHAPES[shape](300))
    wanted = Comment.objects.get(pk=comments[200].pk)
    with CaptureQueriesContext(connection) as captured:
        page = threads.around(wanted, ANYBODY)
    assert len(captured) <= 4
    [thread] = page.threads
    assert (page.earlier, page.up_to_last, page.total) == (194, 219, 299)
    shown = [thread.comment.pk, *(reply.pk for reply in thread.replies)]
    assert wanted.pk in shown
    assert {comments[0].pk} <= set(shown)
    assert set(map(int, [wanted.root_id, *threads.paths.ancestors(wanted.path)])) <= set(shown)
