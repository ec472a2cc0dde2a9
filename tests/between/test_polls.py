"""What becomes of letters, pages and votes on their way when a poll closes."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from mailing.delivery import dispatching
from newsletter import sharing
from newsletter.checking import findings
from newsletter.rendering import render_texts
from participation.models import Ballot, Poll
from participation.polls.voting import close
from tests import cast
from tests.between.plans import dispatch_in, work
from tests.participation.voting import vote

pytestmark = pytest.mark.django_db
MARCH = "/low-tide/march/"


@pytest.fixture
def horn(published):
    """In ten minutes it closes; who has voted sees its numbers."""
    published.body = "poll:horn"
    published.save()
    render_texts(published)
    closes_at = timezone.now() + timedelta(minutes=10)
    return cast.poll(published.newsletter, results="voted", closes_at=closes_at)


@pytest.fixture(params=["by hand", "by the clock"])
def closing(request, horn):
    """Let it close; what comes after that is at a later time."""

    def act():
        if request.param == "by hand":
            close(Poll.objects.all())
        clock.move_to(timezone.now() + timedelta(minutes=20))

    with time_machine.travel(timezone.now()) as clock:
        yield act


def offers(page):
    return 'action="/polls/horn/"' in page


@pytest.mark.parametrize(("state", "asks"), [("planned", False), ("letter stored", True)])
def test_a_letter_has_a_poll_as_it_is_when_it_is_made(horn, published, state, asks):
    dispatch_in(state, published)
    close(Poll.objects.all())
    (message,) = work()
    answer = f"https://courant.example/polls/horn/?answer={horn.answers.first().pk}"
    assert (answer in message.alternatives[0].content) is asks
    assert ("Hoot: 0% (0)" in message.body) is not asks
    assert "Closed on" in Client().get("/polls/horn/").text


def test_pages_and_feeds_show_what_came_of_it(horn, published, closing):
    vote(Client(), horn, "Hoot")
    article = published.articles.get(slug="mud")
    article.body = "poll:horn"
    article.save()
    render_texts(article)
    browser = Client()
    assert offers(browser.get(MARCH).text)
    assert "Hoot: 100% (1)" not in browser.get("/feeds/atom.xml").text
    closing()
    page = browser.get(MARCH).text
    assert "<b>100%</b> (1)" in page
    assert not offers(page)
    assert "Hoot: 100% (1)" in browser.get("/feeds/atom.xml").text


def test_a_vote_that_comes_too_late_is_told_so(horn, closing):
    browser = Client()
    vote(browser, horn, "Hoot")
    closing()
    page = vote(browser, horn, "No hoot")
    assert "This poll is closed: nobody can vote any more." in page.text
    assert [str(answer) for answer in Ballot.objects.get().answers.all()] == ["Hoot"]


def test_a_preview_that_was_given_away_shows_it_as_it_is(horn, low_tide, edda, closing):
    draft = cast.issue(low_tide, 9, status="draft", body="poll:horn")
    share = sharing.share(draft, edda)
    assert offers(Client().get(sharing.address(share)).text)
    closing()
    assert not offers(Client().get(sharing.address(share)).text)


def test_a_poll_that_closes_before_the_planned_mail_is_found(horn, published):
    def found():
        return [finding.key for finding in findings(published, thorough=True) if finding.key == "closed-poll"]

    assert found() == []
    dispatch = dispatch_in("planned", published, start_at=horn.closes_at + timedelta(minutes=5))
    assert found() == ["closed-poll"]
    dispatching.cancel(dispatch)
    assert found() == []
