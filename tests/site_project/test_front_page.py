"""The front page of the desk: what comes next and what it lacks, what waits, what is planned, who reads along."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.groups import EDITORS
from mailing.models import Consent, Delivery, Dispatch
from newsletter.models import Status
from tests import cast
from tests.mailing import post

pytestmark = pytest.mark.django_db

IN_2033 = datetime(2033, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def april(low_tide):
    """The issue that is worked at: two drafts, one of which lacks its source."""
    issue = cast.issue(low_tide, 2, title="April", status=Status.DRAFT)
    cast.article(low_tide, issue, title="Eels", status=Status.DRAFT, body="Four words of text", summary="Eels.")
    cast.article(low_tide, issue, title="Rain", status=Status.DRAFT, kind="item", position=2)
    return issue


def front(desk, query=""):
    return desk.get(f"/admin/{query}").text


def test_a_new_site_is_shown_its_first_steps(desk):
    page = front(desk)
    assert "Begin your newsletter" in page
    assert 'href="/admin/newsletter/newsletter/add/"' in page
    assert "Start an issue</a>" not in page


def test_the_next_issue_stands_there_with_its_articles_and_what_it_lacks(desk, april):
    page = front(desk)
    assert f'<a href="/admin/newsletter/issue/{april.pk}/change/">' in page
    assert "No. 2: April" in page
    assert page.index("Eels</a>") < page.index("Rain</a>")
    assert "4 words" in page
    assert "It names no source, so its title leads nowhere." in page


def test_other_drafts_follow_those_touched_last_first(desk, april, low_tide):
    cast.issue(low_tide, 3, title="May", status=Status.DRAFT)
    cast.article(low_tide, title="Loose ends", status=Status.DRAFT)
    page = front(desk)
    assert page.index(">Drafts</h2>") < page.index("Loose ends</a>") < page.index("May</a>")


def test_what_is_planned_stands_in_the_order_of_its_days(desk, april, low_tide, edda):
    june = cast.issue(low_tide, 6, title="June", published_at=IN_2033)
    cast.article(low_tide, june, title="Along with June", published_at=IN_2033)
    cast.article(low_tide, title="On its own", published_at=IN_2033 - timedelta(days=1))
    Dispatch.objects.create(issue=june, subject="June by mail", start_at=IN_2033 + timedelta(days=1))
    plans = front(desk).partition(">Planned</h2>")[2].partition("</dl>")[0]
    named = [
        plans.index(each) for each in ("“On its own” is published", "“June” is published", "“June by mail” is mailed")
    ]
    assert named == sorted(named)
    assert "Along with June" not in plans


def test_the_last_mailing_is_drawn_with_its_figures_and_uncertain_copies_wait(desk, published):
    dispatch = Dispatch.objects.create(issue=published, subject="March by mail", state="done", size=2)
    for number, state in enumerate(["handed", "uncertain"]):
        subscriber = post.subscribed(published.newsletter, f"{state}@example.org")
        Delivery.objects.create(dispatch=dispatch, subscriber=subscriber, state=state, message_id=str(number))
    page = front(desk)
    assert 'aria-label="100 % done"' in page
    assert "Handed over: 1" in page
    assert "1 copy of “March by mail” is uncertain" in page


def test_subscribers_are_a_line_with_its_numbers_in_words(desk, low_tide):
    for number in range(3):
        post.subscribed(low_tide, f"reader{number}@example.org")
    Consent.objects.order_by("pk").filter(subscription__subscriber__email="reader0@example.org").update(
        at=timezone.now() - timedelta(weeks=5)
    )
    page = front(desk)
    assert "3 came and 0 left in 26 weeks" in page
    assert "now 3, most 3" in page
    assert '<svg viewBox="0 0 240 48" role="img" aria-labelledby="subscribers-title subscribers-words">' in page
    assert page.count("<td>1</td>") == 5  # so many Mondays there was one


def test_of_several_newsletters_one_is_chosen(desk, april):
    cast.low_tide(title="High Ground", slug="high-ground")
    assert "No. 2: April" in front(desk, "?newsletter=low-tide")
    assert "None is begun yet." in front(desk, "?newsletter=high-ground")
    assert "<h1>High Ground</h1>" in front(desk, "?newsletter=elsewhere")


def test_moderators_see_what_waits_and_nothing_of_drafts(april, milo):
    client = Client()
    client.force_login(milo)
    page = client.get("/admin/").text
    assert "What waits for you" in page
    assert "April" not in page
    assert "Subscribers" not in page


def test_only_an_owner_sees_what_belongs_to_the_house(desk, low_tide):
    owner = Client()
    owner.force_login(cast.User.objects.create_superuser("owner@example.org", "correct horse"))
    assert "Task Results" in owner.get("/admin/").text
    assert "Task Results" not in front(desk)


def test_more_articles_and_drafts_cost_no_more_queries(low_tide, april):
    client = Client()
    client.force_login(cast.person("Ed", group=EDITORS))
    costs = []
    for amount in (10, 50):
        for number in range(april.articles.count(), amount):
            cast.article(low_tide, april, title=f"Item {amount} {number}", status=Status.DRAFT, kind="item")
            cast.article(low_tide, title=f"Draft {amount} {number}", status=Status.DRAFT)
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/admin/")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 48
