"""How many have commented, beside each thing in a list."""

import pytest

from comments.models import Comment
from core import page_cache
from tests import cast
from tests.comments import talk
from tests.newsletter.crowd import multiply, queries_for
from tests.newsletter.pages import main_of

pytestmark = pytest.mark.django_db

MARCH = "/low-tide/march/"


def count_link(page, address):
    """The words of the link to a thing's conversation; empty without one."""
    return page.partition(f'<a class="talk" href="{address}#discussion"')[2].partition(">")[2].partition("<")[0]


def test_issue_shows_the_count_of_each_item_and_invites_where_there_is_none(client, published, rita):
    talk.crowd(talk.under(published.articles.get(slug="crabs")), rita, [None, 0, 1])
    talk.crowd(talk.under(published.articles.get(slug="mud")), rita, [None])
    talk.crowd(talk.under(published), rita, [None] * 4)
    page = main_of(client, MARCH)
    assert count_link(page, "/low-tide/march/crabs/") == "3 comments"
    assert count_link(page, "/low-tide/march/mud/") == "1 comment"
    assert count_link(page, "/low-tide/march/terns/") == "Discuss"
    assert count_link(page, MARCH) == "4 comments"


@pytest.mark.parametrize("mode", ["off", "closed"])
def test_nobody_is_invited_where_nobody_can_write(client, published, mode):
    talk.policy(published.newsletter, mode=mode)
    assert 'class="talk"' not in main_of(client, MARCH)


def test_conversation_that_is_switched_off_is_not_counted(client, published, rita):
    crabs = published.articles.get(slug="crabs")
    talk.crowd(talk.under(crabs, mode="off"), rita, [None])
    for address in (MARCH, "/tags/coast/", "/low-tide/march/mud/"):
        assert count_link(main_of(client, address), "/low-tide/march/crabs/") == ""


def test_issue_asks_for_all_counts_at_once(client, published, rita):
    crabs = published.articles.get(slug="crabs")
    talk.crowd(talk.under(crabs), rita, [None])
    few = queries_for(client, MARCH)
    multiply(crabs, 40)
    for article in published.articles.exclude(slug__in=["crabs", "mud", "terns"])[:20]:
        talk.crowd(talk.under(article), rita, [None])
    assert queries_for(client, MARCH) == few


def test_issue_with_its_conversation_costs_four_queries_more(client, published, rita):
    talk.policy(published.newsletter, mode="off")
    without = queries_for(client, MARCH)
    comments = talk.crowd(talk.under(published), rita, [None, 0] * 10)
    Comment.objects.filter(pk=comments[0].pk).update(is_featured=True)
    # Without a conversation the page has asked already for those of its articles, and what the policy says.
    assert queries_for(client, MARCH) - (without - 2) <= 4


@pytest.mark.parametrize("address", ["/tags/coast/", "/contributors/ada-moor/", "/articles/"])
def test_lists_show_counts_for_one_query(client, published, rita, address):
    ada = published.articles.get(slug="mud").contributors.get()
    alone = cast.article(published.newsletter, title="Alone", tags=["coast"], by=[ada])
    assert count_link(main_of(client, address), "/articles/alone/") == ""
    talk.crowd(talk.under(alone), rita, [None, 0])
    page_cache.forget()
    assert count_link(main_of(client, address), "/articles/alone/") == "2 comments"


def test_list_of_issues_shows_their_counts(client, published, rita):
    cast.issue(published.newsletter, 2)
    talk.crowd(talk.under(published), rita, [None])
    assert count_link(main_of(client, "/low-tide/"), MARCH) == "1 comment"


def test_count_of_what_is_not_public_leaks_nowhere(client, secrets, published, rita):
    for hidden in secrets.values():
        talk.crowd(talk.under(hidden), rita, [None])
        talk.crowd(talk.under(hidden.articles.get()), rita, [None])
    for address in (MARCH, "/low-tide/", "/tags/mud/", "/"):
        assert "comment: SECRET" not in main_of(client, address)
        assert "1 comment<" not in main_of(client, address)
