"""Polls in mail and feeds; votes that come at once; what is kept of who has voted."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.own_data import erase_account, export_account
from core.markup import to_mail, to_text
from newsletter.rendering import render_texts
from participation.models import Ballot, Poll
from participation.polls import voting
from participation.polls.voting import Voter
from tests import cast
from tests.comments.test_lessons_races import ON_SQLITE, two  # noqa: F401
from tests.mailing.reading import Reader, letter
from tests.participation.voting import numbers, vote

pytestmark = pytest.mark.django_db(transaction=not ON_SQLITE)
PAGE = "https://courant.example/polls/horn/"


def end(poll):
    Poll.objects.filter(pk=poll.pk).update(closes_at=timezone.now() - timedelta(days=1))


def test_mail_has_a_link_for_each_answer(horn, published):
    made = letter(published)
    links = [link for link in Reader(made.html).links if "/polls/" in link]
    assert links == [f"{PAGE}?answer={pk}" for pk in horn.answers.values_list("pk", flat=True)] * 2
    assert f"- Hoot\n- No hoot\n- On Sundays\n\nVote on the web: {PAGE}" in made.text
    assert "%" not in Reader(made.html).words


def test_closed_poll_is_bars_in_mail(client, horn, published):
    for answer in ("Hoot", "Hoot", "No hoot"):
        vote(Client(), horn, answer)
    end(horn)
    made = letter(published)
    assert "Hoot 67% (2)" in " ".join(Reader(made.html).words.split())
    assert "- Hoot: 67% (2)\n  █████████████\n- No hoot: 33% (1)\n  ███████\n- On Sundays: 0% (0)" in made.text
    assert "?answer=" not in made.html


def test_feeds_have_it_as_text(client, horn, published):
    for file in ("rss.xml", "atom.xml", "feed.json"):
        feed = client.get(f"/feeds/low-tide/{file}").text
        assert "What becomes of the horn?" in feed
        assert PAGE in feed
        assert "radio" not in feed


def test_words_of_editors_are_words_and_no_html(client, published):
    hostile = "<script>alert(1)</script> & \"'"
    cast.poll(published.newsletter, answers=[hostile, "{{ 7 }}"], question=hostile)
    published.body = "poll:horn"
    published.save()
    render_texts(published)
    for html in (client.get("/low-tide/march/").text, client.get(PAGE).text, to_mail("poll:horn", base_url="")):
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;&#x27;" in html
    assert hostile in to_text("poll:horn")


def test_votes_of_one_browser_at_once_are_one(two, horn):  # noqa: F811
    answers = list(horn.answers.all())
    pair = two()
    pair.at_once(
        lambda: voting.vote(horn, Voter(None, "key"), answers[:1]),
        lambda: voting.vote(horn, Voter(None, "key"), answers[1:2]),
    )
    assert pair.see(lambda: numbers(horn)) == {"No hoot": 1}


def test_nobody_votes_in_a_poll_that_is_being_closed(two, horn):  # noqa: F811
    pair = two()

    def late():
        with pytest.raises(voting.Refused):
            voting.vote(horn, Voter(None, "key"), list(horn.answers.all()[:1]))

    pair.at_once(lambda: voting.close(Poll.objects.all()), late)
    assert pair.see(lambda: numbers(horn)) == {}


@pytest.mark.parametrize("keep_words", [True, False])
def test_readers_take_their_votes_along_and_leave_none(client, horn, rita, keep_words):
    vote(Client(), horn, "Hoot")
    client.force_login(rita)
    vote(client, horn, "No hoot")
    (told,) = export_account(rita)["votes"]
    assert (told["question"], told["answers"]) == ("What becomes of the horn?", ["No hoot"])
    json.dumps(told, default=str)
    browser = Client()
    assert "<b>50%</b> (1)" in browser.get("/low-tide/march/").text
    erase_account(rita, keep_words=keep_words)
    assert numbers(horn) == {"Hoot": 1}
    assert "<b>100%</b> (1)" in browser.get("/low-tide/march/").text


def test_ballots_do_not_tell_which_polls_a_browser_has_voted_in(client, horn, published):
    other = cast.poll(published.newsletter, "fog")
    published.closing = "poll:fog"
    published.save()
    render_texts(published)
    vote(client, horn, "Hoot")
    vote(client, other, "Hoot")
    first, second = Ballot.objects.values_list("browser", flat=True)
    assert first != second
    assert client.cookies["vote"].value.partition(":")[0] not in first + second
