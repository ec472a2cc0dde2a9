"""The conversation as readers meet it: under the piece and on a page of its own."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import moderating, reacting
from comments.models import Comment, State
from core import page_cache
from newsletter.models import Status
from tests.comments import talk
from tests.newsletter.crowd import queries_for
from tests.newsletter.pages import head_of, links, main_of, meta, text_of

pytestmark = pytest.mark.django_db

MUD = "/low-tide/march/mud/"
WHOLE = "/low-tide/march/mud/comments/"
SHAPES = {
    "wide": lambda size: [None if number % 5 == 0 else number - number % 5 for number in range(size)],
    "giant": lambda size: [None] + [0] * (size - 1),
    "chain": lambda size: [None, *range(size - 1)],
}


def shown(page):
    """The numbers of the comments on a page, in order."""
    return [int(number) for number in re.findall(r'id="comment-(\d+)"', page)]


def one(page, comment):
    """The HTML of one comment."""
    return re.findall(rf'id="comment-{comment.pk}".*?(?= id="comment-|</ol>)', page)[0]


def test_thread_is_shown_under_its_article_and_nowhere_else(client, discussion, rita, otto):
    first = talk.say(discussion, rita, "Such *mud*!")
    talk.say(discussion, otto, "And how deep.", first)
    page = main_of(client, MUD)
    assert "2 comments" in page
    assert "Such <em>mud</em>!" in page
    assert "Keeper of the lighthouse" in page
    assert "And how deep." in page
    assert "Such" not in main_of(client, "/low-tide/march/crabs/")
    assert "Such" not in main_of(client, "/low-tide/march/")


def test_issue_has_a_conversation_of_its_own(client, published, rita):
    talk.say(talk.under(published), rita, "What an issue!")
    assert "What an issue!" in main_of(client, "/low-tide/march/")
    assert "What an issue!" in main_of(client, "/low-tide/march/comments/")
    assert "What an issue!" not in main_of(client, MUD)


def test_empty_and_closed_conversations_say_so(client, mud):
    assert "Nobody has written yet. Be the first." in main_of(client, MUD)
    talk.under(mud, mode="closed")
    for address in (MUD, WHOLE):
        page_cache.forget()
        page = main_of(client, address)
        assert "This discussion is closed." in page
        assert "<textarea" not in page


def test_closed_conversation_can_be_read_and_not_answered(client, discussion, rita):
    talk.say(discussion, rita, "Before the end")
    discussion.mode = "closed"
    discussion.save()
    page = main_of(client, MUD)
    assert "Before the end" in page
    assert "reply_to" not in page


def test_conversation_that_is_switched_off_is_nowhere(client, discussion, rita):
    talk.say(discussion, rita, "SECRET")
    discussion.mode = "off"
    discussion.save()
    page = main_of(client, MUD)
    assert "SECRET" not in page
    assert 'id="discussion"' not in page
    assert client.get(WHOLE).status_code == 404
    assert client.get(f"/comments/{Comment.objects.get().pk}/").status_code == 404


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_conversation_about_what_is_not_public_is_nowhere(client, secrets, rita, state):
    [comment] = talk.crowd(talk.under(secrets[state]), rita, [None])
    status = 410 if state == "withdrawn" else 404
    for address in (f"/low-tide/secret-{state}/comments/", f"/comments/{comment.pk}/"):
        assert client.get(address).status_code == status


@pytest.mark.parametrize("state", [State.PENDING, State.REJECTED, State.SPAM, State.REMOVED, State.DELETED])
def test_what_is_not_approved_is_shown_to_nobody(client, discussion, rita, otto, state):
    leaf, parent = talk.say(discussion, rita, "SECRET leaf"), talk.say(discussion, rita, "SECRET parent")
    answer = talk.say(discussion, otto, "Answer", parent)
    Comment.objects.filter(pk__in=[leaf.pk, parent.pk]).update(state=state, name="SECRET name")
    Comment.objects.filter(pk=leaf.pk).update(shown=False)
    for address in (MUD, WHOLE, f"/comments/{answer.pk}/", f"/comments/{parent.pk}/"):
        assert b"SECRET" not in client.get(address).content
    assert client.get(f"/comments/{leaf.pk}/").status_code == 404
    for address in (f"/comments/{leaf.pk}/history/", f"/comments/{parent.pk}/history/"):
        assert client.get(address).status_code == 404


def test_removed_comment_that_was_answered_says_who_removed_it(client, discussion, rita, otto, milo):
    parents = [talk.say(discussion, rita, f"Parent {number}") for number in range(2)]
    for parent in parents:
        talk.say(discussion, otto, f"Answer to {parent.body}", parent)
    moderating.transition([parents[0].pk], State.REMOVED, milo)
    moderating.transition([parents[1].pk], State.DELETED, rita)
    page = main_of(client, MUD)
    assert "Removed by the editors." in one(page, parents[0])
    assert "Deleted by its author." in one(page, parents[1])
    assert page.count("<p>Answer to") == 2


def test_own_comment_that_waits_is_shown_to_its_author_alone_and_kept_nowhere(client, mud, rita):
    comment = talk.say(talk.under(mud, mode="held"), rita, "Mine")
    assert "Mine" not in main_of(client, MUD)
    client.force_login(rita)
    response = client.get(MUD)
    assert {"private", "no-store"} <= set(response.headers["Cache-Control"].split(", "))
    assert "Waiting for a moderator. Only you see it." in one(main_of(client, MUD), comment)


def test_featured_comment_comes_first(client, discussion, rita, milo):
    comments = talk.crowd(discussion, rita, [None] * 3)
    moderating.feature([comments[0].pk], milo)
    page_cache.forget()
    page = main_of(client, MUD)
    assert shown(page) == [comments[0].pk, comments[2].pk, comments[1].pk]
    assert "Featured" in one(page, comments[0])


def test_orders_are_links_and_pages_follow_one_another(client, discussion, rita):
    comments = [comment.pk for comment in talk.crowd(discussion, rita, [None] * 45)]
    seen, address = [], f"{WHOLE}?sort=oldest"
    while address:
        page = main_of(client, address)
        seen += shown(page)
        following = re.findall(r'href="([^"]+after=[^"]+)"[^>]*>\s*More comments', page)
        address = following[0].partition("#")[0].replace("&amp;", "&") if following else ""
    assert seen == comments
    assert shown(main_of(client, f"{WHOLE}?sort=nonsense&after=x"))[0] == comments[-1]
    for sort in ("newest", "oldest", "liked"):
        assert f"{WHOLE}?sort={sort}" in main_of(client, MUD)


def test_first_page_names_the_piece_as_its_original_and_others_stay_out_of_indexes(client, discussion, rita):
    talk.crowd(discussion, rita, [None] * 25)
    first = head_of(client, WHOLE)
    assert links(first, "canonical") == ["https://courant.example/low-tide/march/mud/"]
    assert "robots" not in meta(first)
    assert links(first, "alternate")[0] == f"{WHOLE}atom.xml"
    second = head_of(client, WHOLE + links(first, "next")[0])
    for head in (second, head_of(client, f"{WHOLE}?sort=oldest")):
        assert meta(head)["robots"] == "noindex"
        assert links(head, "canonical") == []


@pytest.mark.parametrize("size", [10, 1000])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_conversation_costs_four_queries_whatever_its_size(client, discussion, rita, otto, shape, size):
    discussion.mode = "off"
    discussion.save()
    without = queries_for(client, MUD)
    discussion.mode = "open"
    discussion.save()
    comments = talk.crowd(discussion, rita, SHAPES[shape](size))
    Comment.objects.filter(pk=comments[0].pk).update(is_featured=True)
    # Without a conversation the page has asked already whether there is one.
    assert queries_for(client, MUD) - (without - 1) <= 4
    client.force_login(otto)
    with CaptureQueriesContext(connection) as captured:
        client.get(MUD)
    own = [each["sql"] for each in captured if '"comments_' in each["sql"]]
    assert len([sql for sql in own if '"article_id" IN' not in sql]) <= 4  # that one is for the list of related pieces


def test_pages_are_the_same_for_everybody_and_carry_no_token(client, discussion, rita):
    comment = talk.say(discussion, rita)
    for address in (MUD, WHOLE, f"{WHOLE}?reply_to={comment.pk}", f"/comments/{comment.pk}/"):
        response = client.get(address)
        assert not response.cookies
        assert "public" in response.headers["Cache-Control"]
        assert b"csrfmiddlewaretoken" not in response.content


def test_reader_finds_what_they_can_do_with_each_comment(client, discussion, rita, otto):
    own, other = talk.say(discussion, rita, "Own"), talk.say(discussion, otto, "Other")
    reacting.like(other, rita)
    client.force_login(rita)
    page = main_of(client, MUD)
    assert f'href="{WHOLE}?reply_to={other.pk}#write"' in one(page, other)
    assert f'action="/comments/{other.pk}/like/"' in one(page, other)
    assert "Liked" in text_of(one(page, other))
    assert f"/comments/{other.pk}/report/" in one(page, other)
    assert f"/comments/{other.pk}/edit/" not in one(page, other)
    assert f"/comments/{own.pk}/edit/" in one(page, own)
    assert f"/comments/{own.pk}/deletion/" in one(page, own)
    assert f"/comments/{own.pk}/report/" not in one(page, own)
    assert "/admin/" not in page


def test_moderator_finds_the_way_to_the_admin(client, discussion, rita, milo):
    comment = talk.say(discussion, rita)
    client.force_login(milo)
    assert f"/admin/comments/comment/{comment.pk}/change/" in one(main_of(client, MUD), comment)


def test_links_of_different_comments_differ_for_those_who_hear_them(client, discussion, rita, otto):
    pk = talk.say(discussion, otto).pk
    page = main_of(client, MUD)
    assert f'id="by-{pk}"><bdi>Otto</bdi>' in page
    for action in ("Reply", "Quote", "Like", "Report"):
        assert f'aria-describedby="by-{pk}">{action}</a>' in page


def test_deep_replies_say_whom_they_answer(client, discussion, rita):
    chain = talk.crowd(discussion, rita, SHAPES["chain"](6))
    page = main_of(client, f"/comments/{chain[0].pk}/")
    answering = f'<a class="u-in-reply-to" href="/comments/{chain[4].pk}/#comment-{chain[4].pk}"'
    assert answering in one(page, chain[5])
    assert f'level-3 h-entry" id="comment-{chain[5].pk}"' in page
    assert '<a class="u-in-reply-to"' not in one(page, chain[2])


def test_names_headlines_and_texts_stay_words_wherever_they_stand(client, discussion, rita):
    comment = talk.say(discussion, rita)
    odd = "<script>x</script>\"'`>"
    Comment.objects.filter(pk=comment.pk).update(name=odd, headline=odd)
    for address in (MUD, WHOLE, f"/comments/{comment.pk}/", "/feeds/comments/atom.xml"):
        content = client.get(address).content.decode()
        assert "<script>x" not in content
        assert '"\'`&gt;"' not in content
        assert "x&lt;/script&gt;" in content


def test_microformats_name_author_text_and_date(client, discussion, otto):
    talk.say(discussion, otto)
    page = main_of(client, MUD)
    for name in ("h-entry", "p-author h-card", "p-name", "u-url", "dt-published", "e-content"):
        assert name in page
    assert 'dir="auto"' in page


def test_answer_is_written_below_what_it_answers(client, discussion, rita, otto):
    comment = talk.say(discussion, otto, "Line one\nLine two")
    page = main_of(client, f"{WHOLE}?reply_to={comment.pk}&quote=1")
    assert "Otto" in page
    assert "&gt; Line one &gt; Line two" in page
    assert meta(head_of(client, f"{WHOLE}?reply_to={comment.pk}"))["robots"] == "noindex"


@pytest.mark.parametrize("odd", ["0", "x", "-1", "9" * 40, "", "\0"])
def test_odd_number_to_answer_gives_the_form_alone(client, discussion, odd):
    assert client.get(WHOLE, {"reply_to": odd}).status_code == 200


def test_page_follows_each_change_at_once(client, mud, discussion, rita, milo, django_capture_on_commit_callbacks):
    comment = talk.say(discussion, rita, "Here")
    assert "Here" in main_of(client, MUD)
    with django_capture_on_commit_callbacks(execute=True):
        moderating.transition([comment.pk], State.REMOVED, milo)
    assert "Here" not in main_of(client, MUD)
    with django_capture_on_commit_callbacks(execute=True):
        mud.status = Status.WITHDRAWN
        mud.save()
    assert client.get(WHOLE).status_code == 410
