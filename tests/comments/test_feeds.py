"""Comments in feed readers: valid, threaded, and nothing that is not public."""

from xml.etree import ElementTree

import pytest
from django.utils import timezone

from comments.models import Comment, State
from newsletter.models import Status
from tests import cast
from tests.comments import talk
from tests.newsletter.crowd import queries_for

pytestmark = pytest.mark.django_db

ATOM, THREAD = "{http://www.w3.org/2005/Atom}", "{http://purl.org/syndication/thread/1.0}"
SITE, OF_MUD = "/feeds/comments/atom.xml", "/low-tide/march/mud/comments/atom.xml"


def feed(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)  # noqa: S314


def entries(client, address):
    return feed(client, address).findall(f"{ATOM}entry")


def words(entry, name):
    return entry.findtext(ATOM + name)


def answered(entry):
    return entry.find(f"{THREAD}in-reply-to").attrib


@pytest.mark.parametrize("address", [SITE, OF_MUD])
def test_each_entry_says_who_wrote_what_and_what_it_answers(client, discussion, rita, otto, address):
    first = talk.say(discussion, rita, "Such *mud*! #mud")
    reply = talk.say(discussion, otto, "How deep?", first)
    newest, oldest = entries(client, address)
    assert words(newest, "title") == "Otto on Mud"
    assert newest.findtext(f"{ATOM}author/{ATOM}name") == "Otto"
    assert newest.find(f"{ATOM}link").get("href") == f"https://courant.example/comments/{reply.pk}/#comment-{reply.pk}"
    assert answered(newest)["ref"] == words(oldest, "id")
    assert answered(newest)["href"] == f"https://courant.example/comments/{first.pk}/#comment-{first.pk}"
    assert answered(oldest)["href"] == "https://courant.example/low-tide/march/mud/"
    assert "<em>mud</em>" in words(oldest, "content")
    assert 'href="https://courant.example/search/?q=mud"' in words(oldest, "content")


def test_feed_of_a_discussion_holds_that_discussion_alone(client, discussion, published, rita):
    talk.say(discussion, rita, "About mud")
    talk.say(talk.under(published), rita, "About March")
    assert len(entries(client, SITE)) == 2
    assert [words(entry, "title") for entry in entries(client, "/low-tide/march/comments/atom.xml")] == [
        "Rita on March"
    ]
    assert feed(client, OF_MUD).findtext(f"{ATOM}title") == "Comments on Mud"
    assert entries(client, "/low-tide/march/crabs/comments/atom.xml") == []


def test_feed_stays_readable_whatever_names_and_texts_hold(client, discussion, rita):
    comment = talk.say(discussion, rita, "x")
    odd = "\x00\x0b\x1f\ufffe]]></content>&<script>\"'`"
    Comment.objects.filter(pk=comment.pk).update(name=odd.replace("\x00", ""), body_html="<p>\x0b ]]&gt; \ufffe</p>")
    [entry] = entries(client, SITE)
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "]]></content>&<script>\"'`"
    assert words(entry, "content") == "<p> ]]&gt; </p>"


@pytest.mark.parametrize("state", [State.PENDING, State.REJECTED, State.SPAM, State.REMOVED, State.DELETED])
def test_what_is_not_approved_is_in_no_feed(client, discussion, rita, otto, state):
    parent = talk.say(discussion, rita, "SECRET")
    talk.say(discussion, otto, "Answer", parent)
    Comment.objects.filter(pk=parent.pk).update(state=state)
    for address in (SITE, OF_MUD):
        assert len(entries(client, address)) == 1
        assert b"SECRET" not in client.get(address).content


def test_what_the_public_cannot_read_is_in_no_feed(client, secrets, published, rita):
    for hidden in secrets.values():
        talk.crowd(talk.under(hidden), rita, [None])
        talk.crowd(talk.under(hidden.articles.get()), rita, [None])
    talk.crowd(talk.under(published, mode="off"), rita, [None])
    assert entries(client, SITE) == []
    assert client.get("/low-tide/secret-draft/comments/atom.xml").status_code == 404
    assert client.get("/low-tide/secret-withdrawn/comments/atom.xml").status_code == 410
    assert client.get("/low-tide/march/comments/atom.xml").status_code == 404


def test_feed_follows_a_withdrawal_at_once(client, discussion, mud, rita, django_capture_on_commit_callbacks):
    talk.say(discussion, rita, "Here")
    assert len(entries(client, SITE)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        mud.status, mud.status_changed_at = Status.WITHDRAWN, timezone.now()
        mud.save()
    assert entries(client, SITE) == []


@pytest.mark.parametrize("address", [SITE, OF_MUD])
def test_feed_costs_the_same_with_a_thousand_comments(client, discussion, rita, address):
    talk.crowd(discussion, rita, [None, 0])
    few = queries_for(client, address)
    talk.crowd(discussion, rita, [None] * 500 + [0] * 500)
    assert queries_for(client, address) == few <= 7
    assert len(entries(client, address)) == 50


def test_comment_of_somebody_who_left_is_signed_by_nobody(client, discussion, rita):
    comment = talk.say(discussion, rita)
    Comment.objects.filter(pk=comment.pk).update(author=None, name="", headline="")
    [entry] = entries(client, SITE)
    assert words(entry, "title") == "A former reader on Mud"


def test_feed_speaks_the_language_of_the_newsletter(client, rita):
    paper = cast.low_tide(title="潮汐", slug="chaoxi", language="zh-hans")
    talk.crowd(talk.under(cast.issue(paper, slug="one")), rita, [None])
    assert feed(client, "/chaoxi/one/comments/atom.xml").get("{http://www.w3.org/XML/1998/namespace}lang") == "zh-hans"
