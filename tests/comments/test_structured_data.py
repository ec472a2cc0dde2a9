"""What a conversation tells machines about itself."""

import json
import re

import pytest

from comments.models import Comment, State
from tests.comments import talk

pytestmark = pytest.mark.django_db

MUD = "/low-tide/march/mud/"


def posting_on(client, address):
    """The conversation as the page tells it, None where it tells of none."""
    content = client.get(address).content.decode()
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', content, re.DOTALL)
    nodes = [node for script in scripts for node in json.loads(script)["@graph"]]
    return next((node for node in nodes if node["@type"] == "DiscussionForumPosting"), None)


@pytest.mark.parametrize("address", [MUD, f"{MUD}comments/"])
def test_comments_are_told_with_author_date_likes_and_what_they_answer(client, discussion, rita, otto, address):
    first = talk.say(discussion, rita, "Such *mud*!")
    talk.say(discussion, otto, "How deep?", first)
    Comment.objects.filter(pk=first.pk).update(score=3)
    told = posting_on(client, address)
    assert told["headline"] == "Mud"
    assert told["url"] == "https://courant.example/low-tide/march/mud/comments/"
    assert told["commentCount"] == 2
    [outer] = told["comment"]
    assert outer["text"] == "Such mud!"
    assert outer["author"] == {"@type": "Person", "name": "Rita"}
    assert outer["url"] == f"https://courant.example/comments/{first.pk}/#comment-{first.pk}"
    assert outer["datePublished"] == first.created_at.isoformat(timespec="seconds")
    assert outer["interactionStatistic"]["userInteractionCount"] == 3
    [inner] = outer["comment"]
    assert inner["author"]["jobTitle"] == "Keeper of the lighthouse"


def test_nothing_is_told_where_nobody_wrote(client, mud):
    assert posting_on(client, MUD) is None


def test_no_text_ends_the_script(client, discussion, rita):
    comment = talk.say(discussion, rita)
    odd = "</script><!--<script>\"'`\u2028"
    Comment.objects.filter(pk=comment.pk).update(name=odd, headline=odd, body_html="<p>&lt;/script&gt;</p>")
    [told] = posting_on(client, MUD)["comment"]
    assert told["author"]["name"] == odd
    assert told["text"] == "</script>"


@pytest.mark.parametrize("state", [State.PENDING, State.REJECTED, State.SPAM, State.REMOVED, State.DELETED])
def test_only_what_is_approved_is_told_and_answers_to_the_rest_stand_alone(client, discussion, rita, otto, state):
    parent = talk.say(discussion, rita, "SECRET")
    answer = talk.say(discussion, otto, "Answer", parent)
    Comment.objects.filter(pk=parent.pk).update(state=state)
    assert [node["text"] for node in posting_on(client, MUD)["comment"]] == [answer.body]


def test_own_comment_that_waits_is_not_told_even_to_its_author(client, mud, rita):
    talk.say(talk.under(mud, mode="held"), rita, "Mine")
    client.force_login(rita)
    assert posting_on(client, MUD) is None
