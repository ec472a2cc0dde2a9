from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from readership.admin import MOST_VALUES, chart
from readership.models import PageViews
from tests import cast

pytestmark = pytest.mark.django_db

OVERVIEW = "/admin/readership/pageviews/"


def add(thing, days_ago=0, host="", people=1, robots=0):
    page = {"issue": thing} if thing._meta.model_name == "issue" else {"article": thing}
    PageViews.objects.create(day=localdate() - timedelta(days_ago), host=host, people=people, robots=robots, **page)


def test_an_editor_sees_how_often_all_was_read(desk, published):
    article = published.articles.first()
    add(published, people=30, robots=4)
    add(article, days_ago=2, host="example.org", people=12)
    add(article, days_ago=400, people=5000)
    page = desk.get(OVERVIEW).content.decode()
    assert ">42<" in page
    assert "4 by robots" in page
    assert "example.org" in page
    assert article.title in page
    assert "5000" not in page


def test_an_issue_is_shown_since_it_is_public_with_its_articles_and_what_was_said(desk, published):
    article = published.articles.first()
    add(published, people=3)
    add(article, people=4)
    page = desk.get(f"/admin/readership/pageviews/issue/{published.pk}/").content.decode()
    assert ">7<" in page
    assert "Comments" in page
    assert "Subscribers who left" in page
    assert ">4<" in desk.get(f"/admin/readership/pageviews/article/{article.pk}/").content.decode()


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999999999", "７"])
def test_odd_spans_are_the_usual_one(desk, published, days):
    assert desk.get(OVERVIEW, {"days": days, "newsletter": "nowhere"}).status_code == 200


def test_all_is_had_as_a_table(desk, published):
    published.title = "=HYPERLINK(1)"
    published.save()
    add(published, host="example.org", people=3)
    answer = desk.get(f"/admin/readership/pageviews/issue/{published.pk}/csv/")
    lines = b"".join(answer).decode().splitlines()
    assert lines == [
        "day,issue,article,came from,views,views by robots",
        f"{localdate()},'=HYPERLINK(1),,example.org,3,0",
    ]


def test_a_site_without_newsletters_says_so(desk):
    assert "Nothing is published yet" in desk.get(OVERVIEW).content.decode()


@pytest.mark.parametrize("address", [OVERVIEW, "{}issue/{}/", "{}issue/{}/csv/"])
def test_nobody_but_editors_sees_it(published, rita, milo, address):
    address = address.format(OVERVIEW, published.pk)
    for somebody in (rita, milo):
        client = Client()
        client.force_login(somebody)
        assert client.get(address).status_code in {302, 403}


def test_pages_cost_the_same_with_2_and_with_40_articles(desk, low_tide, published, django_assert_max_num_queries):
    add(published)
    add(published.articles.first())
    with django_assert_max_num_queries(30) as few:
        desk.get(OVERVIEW)
    for number in range(40):
        add(cast.article(low_tide, published, title=f"Item {number}"), people=number + 1)
    with django_assert_max_num_queries(len(few)):
        desk.get(OVERVIEW)


@pytest.mark.parametrize("days", [1, 2, 59, 60, 61, 365, 4000])
def test_a_chart_has_few_points_and_loses_no_day(days):
    last = localdate()
    first = last - timedelta(days - 1)
    drawn = chart("Views", {first + timedelta(day): 1 for day in range(days)}, first, last)
    assert sum(drawn.values) == days
    assert len(drawn.values) <= MOST_VALUES


def test_the_front_page_of_the_desk_says_how_often_the_newsletter_was_read(desk, published):
    add(published, people=1234)
    assert "<strong>1,234</strong>" in desk.get("/admin/").text
