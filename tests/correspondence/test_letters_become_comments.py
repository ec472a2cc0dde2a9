"""A letter to the editors becomes a comment: only their words, only after a yes, and nothing is lost on the way."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from comments import banning
from comments.models import Comment, Discussion, Mode
from core.mail import outbox
from core.mail.replies import claim_in
from core.models import OutgoingMail
from correspondence.desk import offering
from correspondence.desk.writing import Refused
from correspondence.models import Letter
from mailing.lists.suppressing import suppress
from mailing.models import Suppression
from newsletter.models import Issue
from tests import cast
from tests.correspondence.letters import letter, now, page_of, thread_of
from tests.correspondence.post import link_in
from tests.mailing.post import delivered, subscribed
from tests.participation.tips import words_of

pytestmark = pytest.mark.django_db

TEXT = "My aunt was a keeper. She never said why she left. The horn was never loud, only long."
EXCERPT = "My aunt was a keeper. … The horn was never loud, only long."


def offer_page(letter):
    return f"/admin/correspondence/thread/letter/{letter.pk}/offer/"


def offer(desk, letter, words=TEXT):
    return desk.post(offer_page(letter), {"words": words}, follow=True)


@pytest.fixture
def asked(desk, march):
    """A letter of somebody who has no account, and the path at which they say yes or no."""
    made = letter(march.newsletter, TEXT, issue=march, email="nina@example.org", name="Nina")
    delivered()
    offer(desk, made)
    return now(made), link_in(delivered()[0])


def say(path, wish="mine", name="Nina", **more):
    return Client(enforce_csrf_checks=True).post(path, {"wish": wish, "name": name, **more})


def test_its_reader_is_asked_with_the_very_words_and_the_place(desk, march):
    sumi = subscribed(march.newsletter)
    first = letter(march.newsletter, TEXT, issue=march, email="sumi@example.org", subscriber=sumi)
    delivered()
    page = offer(desk, first)
    assert "is asked by mail. Nothing is shown before they say yes." in page.text
    [mail] = delivered()
    assert (mail.to, mail.subject) == (["sumi@example.org"], "May Low Tide show your letter?")
    assert f"> {TEXT}" in mail.body
    assert f"https://courant.example{march.get_absolute_url()}" in mail.body
    claim = claim_in(mail.reply_to[0])
    assert (claim.person_id, claim.place_id) == (sumi.pk, first.thread.pk)
    assert (now(first).state, now(first).offered, now(first).by.display_name) == ("offered", TEXT, "Edda")
    assert not Comment.objects.exists()


def test_a_yes_makes_a_comment_of_theirs(asked, march):
    made, path = asked
    page = Client().get(path)
    assert TEXT in page.text
    assert not Comment.objects.exists()
    say(path)
    comment = Comment.objects.get()
    assert (comment.body, comment.author.email, comment.author.display_name) == (TEXT, "nina@example.org", "Nina")
    assert (comment.discussion.issue, comment.by_mail) == (march, True)
    assert (now(made).state, now(made).comment, now(made).thread.user) == ("posted", comment, comment.author)


def test_a_second_yes_and_a_later_no_change_nothing(asked):
    made, path = asked
    for wish in ("mine", "mine", "not-mine"):
        say(path, wish)
    assert (Comment.objects.count(), now(made).state) == (1, "posted")


def test_a_yes_wants_a_name_of_who_has_none(asked):
    made, path = asked
    assert 'name="name"' in say(path, name="").text
    assert (now(made).state, Comment.objects.count()) == ("offered", 0)
    assert "kept for the people who run the site" in say(path, name="Editor").text


def test_who_has_a_name_is_not_asked_for_one_and_keeps_it(desk, march, rita):
    first = letter(march.newsletter, TEXT, issue=march, user=rita)
    delivered()
    offer(desk, first)
    path = link_in(delivered()[0])
    assert 'name="name"' not in Client().get(path).text
    say(path, name="Somebody Else")
    assert Comment.objects.get().author == rita
    rita.refresh_from_db()
    assert rita.display_name == "Rita"


def test_a_no_is_a_no_and_the_editors_hear_of_it(desk, asked):
    made, path = asked
    say(path, "not-mine")
    say(path)
    assert (now(made).state, now(made).text, Comment.objects.count()) == ("declined", TEXT, 0)
    assert thread_of(made).is_open
    assert "They said no on" in words_of(desk.get(page_of(made.thread)))


def test_the_way_there_is_the_readers_alone(asked):
    _made, path = asked
    forged = path[:-3] + ("aa/" if path[-3:-1] != "aa" else "bb/")
    assert Client().get(forged).status_code == 404
    assert say(forged).status_code == 404
    assert not Comment.objects.exists()


def test_an_excerpt_is_posted_as_it_was_shown(desk, march):
    first = letter(march.newsletter, TEXT, issue=march)
    delivered()
    offer(desk, first, "My aunt was a keeper. … The horn was never loud, only long.")
    mail = delivered()[0]
    assert f"> {EXCERPT}" in mail.body
    say(link_in(mail))
    assert Comment.objects.get().body == EXCERPT


@pytest.mark.parametrize(
    "words",
    [
        "My aunt was no keeper.",
        "The horn was never loud, only long. My aunt was a keeper.",
        "My aunt was a keeper and proud of it.",
        "",
    ],
)
def test_no_other_words_are_put_into_their_mouth(desk, march, words):
    first = letter(march.newsletter, TEXT, issue=march)
    delivered()
    page = offer(desk, first, words)
    assert 'class="errorlist"' in page.text
    assert f"{words}</textarea>" in page.text
    assert (now(first).state, delivered()) == ("desk", [])


def test_what_begins_in_the_middle_says_so(desk, march):
    first = letter(march.newsletter, TEXT, issue=march)
    offer(desk, first, "never said why")
    assert now(first).offered == "… never said why …"


def test_paragraphs_and_marks_of_the_whole_letter_stay(desk, march):
    text = "One *two*.\n\n> three\n\n- four"
    first = letter(march.newsletter, text, issue=march)
    offer(desk, first, text.replace("\n", "\r\n"))
    assert now(first).offered == text


def test_what_is_too_long_for_a_comment_is_not_asked_about(desk, march):
    first = letter(march.newsletter, "word " * 700, issue=march)
    assert "Choose an excerpt." in offer(desk, first, "word " * 700).text
    assert now(first).state == "desk"


def test_a_letter_about_nothing_takes_the_place_of_the_one_before_it(desk, march):
    letter(march.newsletter, issue=march)
    second = letter(march.newsletter, TEXT)
    delivered()
    offer(desk, second)
    say(link_in(delivered()[0]))
    assert Comment.objects.get().discussion.issue == march


def test_where_there_is_no_discussion_nobody_is_asked(desk, march):
    first = letter(march.newsletter, TEXT)
    assert "there is no discussion for it" in desk.get(offer_page(first)).text
    offer(desk, first)
    assert now(first).state == "desk"


def test_in_a_closed_discussion_nobody_is_asked(desk, march):
    Discussion.objects.create(issue=march, mode=Mode.CLOSED)
    first = letter(march.newsletter, TEXT, issue=march)
    assert "is closed." in desk.get(offer_page(first)).text
    offer(desk, first)
    assert now(first).state == "desk"


@pytest.mark.parametrize("reason", [Suppression.Reason.ERASED, Suppression.Reason.COMPLAINED])
def test_who_must_not_be_written_to_is_not_asked(desk, march, reason):
    first = letter(march.newsletter, TEXT, issue=march)
    suppress(first.email, reason)
    delivered()
    offer(desk, first)
    assert (now(first).state, delivered()) == ("desk", [])


@pytest.mark.parametrize("meanwhile", ["closed", "withdrawn", "banned"])
def test_what_comes_between_is_said_to_both_and_nothing_is_lost(desk, asked, march, meanwhile):
    made, path = asked
    if meanwhile == "closed":
        Discussion.objects.create(issue=march, mode=Mode.CLOSED)
    elif meanwhile == "withdrawn":
        Issue.objects.filter(pk=march.pk).update(status="withdrawn")
    else:
        nina = User.objects.create_user("nina@example.org", display_name="Nina")
        banning.ban([nina.pk], cast.milo(), timezone.now() + timedelta(days=3), "Shouting.")
    page = say(path)
    words = "You cannot write here until" if meanwhile == "banned" else "This discussion is closed."
    assert words in page.text
    assert TEXT in page.text
    assert (now(made).state, now(made).offered, Comment.objects.count()) == ("offered", TEXT, 0)
    assert words in desk.get(page_of(made.thread)).text
    assert thread_of(made).is_open
    if meanwhile == "closed":
        Discussion.objects.update(mode=Mode.OPEN)
        say(path)
        assert (now(made).state, now(made).reason) == ("posted", "")


def test_without_an_answer_it_is_as_if_nobody_had_asked(desk, asked):
    made, path = asked
    offering.lapse()
    assert now(made).state == "offered"
    Letter.objects.update(decided_at=timezone.now() - timedelta(days=31))
    offering.lapse()
    say(path)
    assert (now(made).state, Comment.objects.count()) == ("desk", 0)
    assert "did not answer in time" in words_of(desk.get(page_of(made.thread)))


def test_a_question_that_could_not_be_sent_was_not_asked(desk, asked):
    made, path = asked
    OutgoingMail.objects.update(state="waiting")
    outbox.drop(OutgoingMail.objects.get(about=f"letter-{made.pk}"), "too late")
    assert (now(made).state, thread_of(made).is_open) == ("desk", True)
    assert "did not go out:" in words_of(desk.get(page_of(made.thread)))
    say(path)
    assert not Comment.objects.exists()


def test_two_editors_ask_once(desk, edda, march):
    first = letter(march.newsletter, TEXT, issue=march)
    stale = now(first)
    delivered()
    offer(desk, first)
    with pytest.raises(Refused):
        offering.offer(stale, TEXT, edda)
    assert "It has been decided already" in offer(desk, first).text
    assert len(delivered()) == 1


def test_what_is_screened_on_the_page_is_screened_here(asked, march):
    Discussion.objects.create(issue=march, mode=Mode.ALL_HELD)
    made, path = asked
    page = say(path)
    assert "It waits for a moderator." in page.text
    assert (Comment.objects.get().state, now(made).state) == ("pending", "posted")


def test_an_article_is_a_place_as_well(desk, march):
    article = march.articles.first()
    first = letter(march.newsletter, TEXT, article=article)
    delivered()
    offer(desk, first)
    say(link_in(delivered()[0]))
    assert Comment.objects.get().discussion.article == article
