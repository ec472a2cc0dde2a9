"""Ten thousand comments cost as many queries as ten, whatever their shape; plans use the indexes."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import moderating, threads
from comments.models import Comment, State
from core.changes import changes
from tests.comments import talk
from tests.comments.test_threads import SHAPES

pytestmark = pytest.mark.django_db

ANYBODY = AnonymousUser()


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_ten_thousand_comments_cost_as_much_as_ten(discussion, published, rita, shape):
    small = talk.under(published)
    talk.crowd(small, rita, SHAPES[shape](10))
    comments = talk.crowd(discussion, rita, SHAPES[shape](10_000))
    for sort in threads.Sort:
        for viewer in (ANYBODY, rita):
            few, many = (queries(threads.page_of, each, sort, viewer) for each in (small, discussion))
            assert many == few == 2
    deepest = Comment.objects.select_related("root").get(pk=comments[9_000].pk)
    assert queries(threads.around, deepest, ANYBODY) <= 4
    assert queries(threads.replies_after, comments[0], ANYBODY) == 2
    assert queries(threads.replies_before, comments[0], ANYBODY, "") == 2
    talk.say(small, rita, "Now her permissions are known")
    answer = queries(talk.say, discussion, rita, "One more", deepest)
    assert answer == queries(talk.say, small, rita, "One more here", small.comments.get(depth=1, body="Number 1."))


@pytest.mark.slow
def test_a_page_is_read_in_its_order_and_never_sorted(discussion, rita):
    talk.crowd(discussion, rita, [None] * 10_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE comments_comment")
    for sort in threads.Sort:
        plan = threads.in_turn.__wrapped__(sort, discussion=discussion, reader=None).values("pk").explain()
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan


@pytest.mark.slow
def test_the_newest_reply_is_found_in_an_index(discussion, rita):
    root = talk.crowd(discussion, rita, SHAPES["giant"](10_000))[0]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE comments_comment")
    newest = Comment.objects.shown().filter(root=root).order_by("-created_at", "-pk").values("pk")[:1]
    assert "replies_shown" in newest.explain()


def test_moderating_five_hundred_costs_as_many_queries_as_one(discussion, otto, milo):
    comments = talk.crowd(discussion, otto, SHAPES["wide"](501))
    one = queries(moderating.transition, [comments[0].pk], State.REMOVED, milo)
    assert queries(moderating.transition, [each.pk for each in comments[1:]], State.REMOVED, milo) <= one
    assert not Comment.objects.shown().exists()


def queries(function, *args):
    changes.look()  # or what changed before in this transaction would not be said again
    with CaptureQueriesContext(connection) as captured:
        function(*args)
    return len([query for query in captured if "SAVEPOINT" not in query["sql"]])
