"""What editors say at the head of a conversation."""

import pytest

from comments.models import Discussion
from newsletter.rendering import render_everything
from tests import cast
from tests.newsletter.filling import send
from tests.participation.voting import numbers, vote

pytestmark = pytest.mark.django_db
MUD = "/low-tide/march/mud/"


@pytest.fixture
def talk(published):
    return Discussion.objects.create(article=published.articles.get(slug="mud"))


def introduce(desk, talk, text):
    assert send(desk, f"/admin/comments/discussion/{talk.pk}/change/", introduction=text).status_code == 302


def test_it_stands_at_the_head_of_the_conversation(client, desk, talk):
    client.get(MUD)
    introduce(desk, talk, "What did **you** find?\n\n<script>x</script>")
    for address in (MUD, f"{MUD}comments/"):
        page = client.get(address).text.partition('class="text introduction"')[2]
        assert page.lstrip(">\n").startswith("<p>What did <strong>you</strong> find?</p>")
        assert "<script>x" not in page
    introduce(desk, talk, "")
    assert "introduction" not in client.get(MUD).text


def test_a_poll_in_it_is_open_to_everybody_as_long_as_the_conversation_is(client, desk, talk):
    poll = cast.poll(talk.article.newsletter)
    assert client.get("/polls/horn/").status_code == 404
    introduce(desk, talk, "Before you write:\n\npoll:horn")
    assert 'action="/polls/horn/"' in client.get(MUD).text
    assert f'href="{MUD}comments/#poll-horn"' in vote(client, poll, "Hoot").text
    assert numbers(poll) == {"Hoot": 1}
    send(desk, f"/admin/comments/discussion/{talk.pk}/change/", mode="off")
    assert client.get("/polls/horn/").status_code == 404


def test_it_is_rendered_anew_with_all_texts(client, talk):
    Discussion.objects.update(introduction="*Now*")
    list(render_everything(stale_only=True))
    assert "<em>Now</em>" in client.get(MUD).text
    assert list(render_everything(stale_only=True)) == []


def test_moderators_may_write_it(client, talk, milo):
    client.force_login(milo)
    introduce(client, talk, "Be kind.")
    talk.refresh_from_db()
    assert talk.introduction_html == "<p>Be kind.</p>"
