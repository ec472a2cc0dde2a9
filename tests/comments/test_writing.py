"""Readers write, change and take back what they wrote, and appeal."""

from copy import copy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import moderating, posting
from comments.models import Comment, Rule, State
from newsletter.models import Newsletter
from tests import cast
from tests.comments import talk
from tests.comments.browsing import MUD, TEXT, Browser, filled

pytestmark = pytest.mark.django_db

LONG = "One two three four five six seven."


def signed_in(reader):
    browser = Browser()
    browser.force_login(reader)
    return browser


@pytest.fixture
def reader(rita, discussion):
    return signed_in(rita)


@pytest.fixture
def own(discussion, rita):
    return talk.say(discussion, rita, LONG)


def test_signed_in_reader_posts_at_once(reader):
    reader.open(MUD)
    response = reader.send(body=TEXT)
    comment = Comment.objects.get()
    assert (response.status_code, response.url) == (303, f"/comments/{comment.pk}/#comment-{comment.pk}")
    assert (comment.body, comment.state) == (TEXT, State.APPROVED)
    assert "Your comment is posted." in reader.open(response.url).text


@pytest.mark.parametrize("address", ["/articles/rocks/comments/", "/low-tide/march/comments/"])
def test_every_kind_of_place_takes_comments(reader, low_tide, published, address):
    talk.under(cast.article(low_tide, title="Rocks"))
    talk.under(published)
    reader.open(address)
    reader.send(address, body="Rocks!")
    assert Comment.objects.get().discussion.get_absolute_url() == address


def test_first_comment_waits_and_says_so(reader, discussion):
    discussion.mode = "first"
    discussion.save()
    reader.open(MUD)
    page = reader.open(reader.send(body="Mud!").url)
    assert "waits for a moderator. Only you see it until then." in page.text


def test_writer_of_what_is_taken_for_spam_is_led_to_the_conversation(reader):
    Rule.objects.create(name="Casino", words="casino", outcome="spam")
    reader.open(MUD)
    assert reader.send(body="Casino!").url == MUD


def test_the_same_form_sent_twice_gives_one_comment(reader):
    page = reader.open(MUD)
    addresses = set()
    for _each in range(2):
        reader.page = page
        addresses.add(reader.send(body="Twice").url)
    assert (len(addresses), Comment.objects.count()) == (1, 1)


def test_reply_hangs_below_what_it_answers(reader, discussion, otto):
    parent = talk.say(discussion, otto, "What mud?")
    page = reader.open(f"{MUD}?reply_to={parent.pk}")
    assert "In reply to" in page.text
    reader.send(body="This mud.")
    assert Comment.objects.get(body="This mud.").parent == parent


def test_quote_link_fills_in_the_words_of_another(reader, discussion, otto):
    parent = talk.say(discussion, otto, "What\n\nmud?")
    reader.open(f"{MUD}?reply_to={parent.pk}&quote=1")
    assert filled(reader.page)["body"] == "> What\n>\n> mud?\n\n"


@pytest.mark.parametrize("query", ["?reply_to=x", "?reply_to=999999", "?reply_to=", "?reply_to=1%00"])
def test_answer_to_nothing_is_a_comment_of_its_own(reader, query):
    reader.open(f"{MUD}{query}")
    reader.send(body="Alone")
    assert Comment.objects.get().parent is None


def test_preview_is_what_will_be_shown(reader):
    reader.open(MUD)
    page = reader.send(body="*So*\nmuch", preview="1")
    assert not Comment.objects.exists()
    reader.send()
    assert Comment.objects.get().body_html in page.text


def test_page_speaks_the_language_of_the_newsletter(reader):
    Newsletter.objects.update(language="zh-hans")
    assert '<html lang="zh-hans"' in reader.post(MUD, {"body": "x"}).text


def test_a_post_costs_the_same_in_a_small_and_in_a_large_discussion(reader, discussion, otto):
    costs = []
    for number in (2, 100):
        others = [Comment(discussion=discussion, author=otto, body="Mud", state="approved", shown=True)] * number
        Comment.objects.bulk_create([copy(other) for other in others])
        reader.open(MUD)
        with CaptureQueriesContext(connection) as queries:
            reader.send(body=f"Number {number}!")
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_small_change_appears_at_once(reader, own):
    page = reader.open(f"/comments/{own.pk}/edit/")
    assert filled(page)["body"] == LONG
    assert "Mended spelling appears at once" in page.text
    response = reader.send(f"/comments/{own.pk}/edit/", body=LONG.replace("seven", "Sevenn"))
    own.refresh_from_db()
    assert (response.status_code, response.url) == (303, f"/comments/{own.pk}/#comment-{own.pk}")
    assert own.body == LONG.replace("seven", "Sevenn")


def test_large_change_waits_and_the_form_offers_it_again(reader, own):
    reader.open(f"/comments/{own.pk}/edit/")
    page = reader.open(reader.send(f"/comments/{own.pk}/edit/", body=TEXT).url)
    own.refresh_from_db()
    assert (own.body, own.proposed_body) == (LONG, TEXT)
    assert "The old text stays until then." in page.text
    assert filled(reader.open(f"/comments/{own.pk}/edit/"))["body"] == TEXT


def test_preview_of_a_change_stores_nothing(reader, own):
    reader.open(f"/comments/{own.pk}/edit/")
    page = reader.send(f"/comments/{own.pk}/edit/", body="*New*", preview="1")
    own.refresh_from_db()
    assert ("<p><em>New</em></p>" in page.text, own.body) == (True, LONG)


def test_two_changes_at_the_same_time_lose_neither(reader, rita, own):
    talk.trusted(rita)
    reader.open(f"/comments/{own.pk}/edit/")
    posting.revise(own, rita, LONG + " Eight.")
    page = reader.send(f"/comments/{own.pk}/edit/", body=LONG + " Nine.")
    own.refresh_from_db()
    assert own.body == LONG + " Eight."
    assert "The comment has changed since" in page.text
    assert LONG + " Eight." in page.text
    assert filled(page)["body"] == LONG + " Nine."
    reader.send(f"/comments/{own.pk}/edit/")
    own.refresh_from_db()
    assert own.body == LONG + " Nine."


@pytest.mark.parametrize(("text", "problem"), [(" \n", "Write something first"), ("x" * 3001, "1 character too long")])
def test_change_that_cannot_be_taken_comes_back(reader, own, text, problem):
    reader.open(f"/comments/{own.pk}/edit/")
    page = reader.send(f"/comments/{own.pk}/edit/", body=text)
    assert (page.status_code, problem in page.text, filled(page)["body"]) == (200, True, text)


def test_a_change_sent_twice_is_stored_once(reader, rita, own):
    talk.trusted(rita)
    page = reader.open(f"/comments/{own.pk}/edit/")
    for _each in range(2):
        reader.page = page
        assert reader.send(f"/comments/{own.pk}/edit/", body=LONG + " Eight.").status_code == 303
    assert own.decisions.filter(action="edited").count() == 1


@pytest.mark.parametrize("state", [State.REMOVED, State.DELETED])
def test_words_of_a_change_come_back_when_the_comment_is_gone(reader, rita, milo, own, state):
    reader.open(f"/comments/{own.pk}/edit/")
    moderating.transition([own.pk], state, milo)
    page = reader.send(f"/comments/{own.pk}/edit/", body=TEXT)
    if "Save once more" in page.text:
        page = reader.send(f"/comments/{own.pk}/edit/")
    assert (page.status_code, filled(page)["body"]) == (403, TEXT)
    assert reader.get(f"/comments/{own.pk}/edit/").status_code == 404


@pytest.mark.parametrize("token", ["", "x" * 64])
def test_words_of_a_change_come_back_with_a_new_token(reader, own, token):
    reader.open(f"/comments/{own.pk}/edit/")
    page = reader.send(f"/comments/{own.pk}/edit/", body=TEXT, csrfmiddlewaretoken=token)
    assert (page.status_code, filled(page)["body"]) == (403, TEXT)
    assert reader.send(f"/comments/{own.pk}/edit/").status_code == 303


@pytest.mark.parametrize(("verb", "field"), [("edit", "body"), ("appeal", "words"), ("report", "note")])
def test_words_come_back_to_who_is_no_longer_signed_in(own, verb, field):
    page = Browser().send(f"/comments/{own.pk}/{verb}/", **{field: TEXT})
    assert (page.status_code, filled(page)[field]) == (403, TEXT)


def test_author_takes_a_comment_back(reader, own):
    page = reader.open(f"/comments/{own.pk}/deletion/")
    assert "the answers stay" in page.text
    for _each in range(2):
        reader.page = page
        assert reader.send(f"/comments/{own.pk}/deletion/").url == MUD
    own.refresh_from_db()
    assert (own.state, own.body) == (State.DELETED, "")
    assert own.decisions.filter(action="deleted").count() == 1


def test_author_appeals_once_against_a_decision(reader, own, milo):
    moderating.transition([own.pk], State.REMOVED, milo, reason="Off <topic>")
    page = reader.open(f"/comments/{own.pk}/appeal/")
    assert "Off &lt;topic&gt;" in page.text
    for _each in range(2):
        reader.page = page
        assert reader.send(f"/comments/{own.pk}/appeal/", words="But it is about mud!").status_code == 303
    own.refresh_from_db()
    assert (own.state, own.held_by) == (State.PENDING, "Appeal")
    moderating.transition([own.pk], State.REJECTED, milo)
    page = reader.open(f"/comments/{own.pk}/appeal/")
    page = reader.send(f"/comments/{own.pk}/appeal/", words="Please!")
    assert (page.status_code, filled(page)["words"]) == (403, "Please!")


def test_appeal_within_its_length(reader, own, milo):
    moderating.transition([own.pk], State.REMOVED, milo)
    reader.open(f"/comments/{own.pk}/appeal/")
    page = reader.send(f"/comments/{own.pk}/appeal/", words="x" * 501)
    assert "1 character too long" in page.text
    assert filled(page)["words"] == "x" * 501
    assert reader.send(f"/comments/{own.pk}/appeal/", words="\u200b").status_code == 200
    own.refresh_from_db()
    assert own.state == State.REMOVED
