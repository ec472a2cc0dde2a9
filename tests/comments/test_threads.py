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
def test_a_page_costs_three_queries_whatever_the_shape(discussion, rita, shape, size):
    talk.crowd(discussion, rita, SHAPES[shape](size))
    with CaptureQueriesContext(connection) as captured:
        page = threads.page_of(discussion, "newest", rita)
        assert all(reply.author.display_name == "Rita" for thread in page.threads for reply in thread.replies)
    assert len(captured) == 3
    assert all(len(thread.replies) <= threads.FIRST_REPLIES for thread in page.threads)


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
    seen, after = list(thread.replies), thread.more
    while after:
        page = threads.replies_after(thread.comment, ANYBODY, after)
        seen += page.threads[0].replies
        after = page.next
    assert [reply.pk for reply in seen] == list(
        Comment.objects.filter(root=thread.comment).order_by("path").values_list("pk", flat=True)
    )


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
def test_permalink_finds_any_comment_with_its_ancestors_in_three_queries(discussion, rita, shape):
    comments = talk.crowd(discussion, rita, SHAPES[shape](300))
    wanted = Comment.objects.get(pk=comments[200].pk)
    with CaptureQueriesContext(connection) as captured:
        [thread] = threads.around(wanted, ANYBODY).threads
    assert len(captured) <= 3
    shown = [thread.comment.pk, *(reply.pk for reply in thread.replies)]
    assert wanted.pk in shown
    assert {comments[0].pk} <= set(shown)
    assert set(map(int, [wanted.root_id, *threads.paths.ancestors(wanted.path)])) <= set(shown)
