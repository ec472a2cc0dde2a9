"""A comment is drawn once for all who are shown the same; nobody is shown what was drawn for another."""

import re

import pytest
from django.test import Client

from comments import drawing, reacting
from comments.models import Comment
from core import page_cache
from tests.comments import talk

pytestmark = pytest.mark.django_db

MUD = "/low-tide/march/mud/"
PAGES = [MUD, f"{MUD}comments/", f"{MUD}comments/?sort=oldest"]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def browser(person):
    client = Client()
    if person:
        client.force_login(person)
    return client


def page(client, address=MUD):
    """A page made anew."""
    page_cache.forget()
    return client.get(address).text


def cold(client, address):
    """The same, with nothing drawn before."""
    drawing.html_of.cache_clear()
    drawing.node_of.cache_clear()
    return page(client, address)


def without_tokens(html):
    return TOKEN.sub("", html)


@pytest.fixture
def conversation(discussion, rita, otto):
    """Of Rita and Otto, with all that they see differently."""
    first = talk.say(discussion, rita, "Such *mud*!")
    answer = talk.say(discussion, otto, "And how deep.", first)
    talk.held(discussion, rita, "Only Rita sees this")
    talk.held(discussion, otto, "Only Otto sees this", first)
    Comment.objects.filter(pk=answer.pk).update(proposed_body="And how very deep.")
    reacting.like(answer, rita)
    return first, answer


@pytest.mark.parametrize("address", PAGES)
def test_each_sees_the_same_whoever_looked_before(conversation, rita, otto, milo, address):
    clients = [browser(person) for person in (None, rita, otto, milo)]
    alone = [without_tokens(cold(client, address)) for client in clients]
    assert len(set(alone)) == len(clients)
    for _round in range(2):
        assert [without_tokens(page(client, address)) for client in clients] == alone


def test_what_waits_is_drawn_for_its_author_alone(conversation, rita, otto):
    assert "Only Rita sees this" in page(browser(rita))
    seen = page(browser(otto))
    assert "Only Otto sees this" in seen
    assert "Only Rita sees this" not in seen
    assert "sees this" not in page(browser(None))
    assert "Your edit waits" not in page(browser(rita))


def test_each_gets_tokens_of_their_own_and_what_stands_for_them_is_never_shown(conversation, rita, otto, client):
    seen = [page(browser(person)) for person in (rita, otto)]
    tokens = [set(TOKEN.findall(html)) for html in seen]
    assert all(tokens)
    assert not tokens[0] & tokens[1]
    assert not TOKEN.findall(page(client))
    assert not any(drawing.TOKEN in html for html in [*seen, page(client)])


def test_liking_from_a_page_that_was_drawn_before_works(conversation, otto, milo):
    first, _answer = conversation
    page(browser(otto))
    checking = Client(enforce_csrf_checks=True)
    checking.force_login(milo)
    token = TOKEN.search(page(checking))[1]
    answer = checking.post(f"/comments/{first.pk}/like/", {"liked": "1", "csrfmiddlewaretoken": token})
    assert answer.status_code == 303
    assert 'aria-pressed="true"' in page(checking)
    assert 'aria-pressed="true"' not in page(browser(otto))


CHANGES = {
    "name": "Rita the Second",
    "headline": "Walks on mud",
    "badge": "editor",
    "body_html": "<p>Such sand!</p>",
    "score": 12,
    "is_featured": True,
    "state": "removed",
    "said_at": "Elsewhere",
    "created_at": "1999-01-02T03:04:05Z",
    "edited_at": "1999-01-02T03:04:05Z",
    "fingerprint": "brought in",
}


@pytest.mark.parametrize("field", CHANGES)
def test_whatever_is_shown_of_a_comment_changes_with_it(conversation, client, field):
    first, _answer = conversation
    before = page(client)
    Comment.objects.filter(pk=first.pk).update(**{field: CHANGES[field]})
    assert page(client) != before


def test_people_are_shown_as_they_are_now(conversation, client, otto):
    assert ">O<" in page(client)
    otto.display_name = "Bo Lind"
    otto.save()
    assert ">BL<" in page(client)
