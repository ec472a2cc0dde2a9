"""Home, the page of a newsletter, its archive by year, and what it is about."""

import re
from datetime import UTC, datetime

import pytest

from newsletter.models import Status
from tests import cast
from tests.newsletter.pages import main_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def high_tide(db):
    return cast.low_tide(title="High Tide", slug="high-tide", tagline="What the water brings")


def test_home_of_the_only_newsletter_is_its_page(client, published):
    assert main_of(client, "/") == main_of(client, "/low-tide/")


def test_home_of_several_newsletters_shows_the_newest_issue_of_each_the_newest_first(client, published, high_tide):
    cast.issue(high_tide, 1, title="Spring", published_at=datetime(2026, 5, 1, tzinfo=UTC))
    cast.issue(high_tide, 2, title="Summer", published_at=datetime(2026, 6, 1, tzinfo=UTC))
    html = main_of(client, "/")
    names = ["High Tide", "Summer", "Low Tide", "March"]
    places = [html.index(f">{name}<") for name in names]
    assert places == sorted(places)
    assert "Spring" not in html


def test_home_names_a_newsletter_that_has_no_issue_yet(client, published, high_tide):
    assert '<a href="/high-tide/">High Tide</a>' in main_of(client, "/")


def test_home_shows_articles_that_stand_alone(client, published, high_tide):
    cast.article(high_tide, title="Alone")
    assert '<a href="/articles/alone/">Alone</a>' in main_of(client, "/")


def test_home_of_a_site_without_newsletters_opens(client, db):
    assert main_of(client, "/")


def test_newsletter_shows_its_newest_issue_with_its_contents(client, published):
    cast.issue(published.newsletter, 2, title="April", status=Status.DRAFT)
    html = main_of(client, "/low-tide/")
    assert "No. 1 · April 2026" in text_of(html)
    assert '<h2 class="title"><a href="/low-tide/march/">March</a></h2>' in html
    assert '<span class="no">2</span> <a href="/low-tide/march/terns/">Terns</a>' in html


def test_newsletter_without_issues_says_that_one_is_coming(client, low_tide):
    assert "The first issue is on its way." in main_of(client, "/low-tide/")


def test_archive_has_years_as_headings_and_issues_newest_first(client, published):
    newsletter = published.newsletter
    cast.issue(newsletter, 2, title="Old", published_at=datetime(2024, 2, 1, tzinfo=UTC), summary="In the frost.")
    archive = main_of(client, "/low-tide/").partition("All issues")[2]
    assert re.findall(r'<h2><a href="([^"]+)">(\d+)</a></h2>', archive) == [
        ("/low-tide/2026/", "2026"),
        ("/low-tide/2024/", "2024"),
    ]
    assert archive.index("March") < archive.index("Old") < archive.index("In the frost.")


def test_archive_comes_in_pages_and_only_the_first_has_the_newest_issue(client, low_tide):
    for number in range(1, 33):
        cast.issue(low_tide, number, published_at=datetime(2020, 1, number % 28 + 1, tzinfo=UTC))
    assert "Page 1 of 2" in main_of(client, "/low-tide/")
    second = main_of(client, "/low-tide/?page=2")
    assert len(re.findall(r'href="/low-tide/no-\d+/"', second)) == 2
    assert "Read the issue" not in second


@pytest.mark.parametrize("odd", ["0", "2", "-1", "x", ""])
def test_page_that_is_not_there_is_not_found(client, published, odd):
    assert client.get(f"/low-tide/?page={odd}").status_code == 404


def test_year_lists_its_issues_with_their_articles(client, published):
    cast.issue(published.newsletter, 2, title="Old", published_at=datetime(2024, 2, 1, tzinfo=UTC))
    html = main_of(client, "/low-tide/2026/")
    assert '<a href="/low-tide/march/crabs/">Crabs</a>' in html
    assert "Old" not in html
    assert re.findall(r'<a href="/low-tide/(\d{4})/"', html) == ["2026", "2024"]


def test_year_without_issues_is_not_found(client, published):
    assert client.get("/low-tide/1999/").status_code == 404


def test_about_shows_the_text_of_the_newsletter(client, low_tide):
    low_tide.about = "We walk at **low** water."
    low_tide.save()
    cast.render_texts(low_tide)
    assert "We walk at <strong>low</strong> water." in main_of(client, "/low-tide/about/")


def test_masthead_shows_the_logo(client, published):
    published.newsletter.logo = cast.picture("logo", alt="A wave")
    published.newsletter.save()
    assert 'alt="A wave"' in main_of(client, "/low-tide/")


def test_unknown_newsletter_is_not_found(client, db):
    assert client.get("/nothing/").status_code == 404
    assert client.get("/nothing/about/").status_code == 404
    assert client.get("/nothing/2026/").status_code == 404


def test_an_empty_site_says_what_to_do_next(client, db):
    html = main_of(client, "/")
    assert "Nothing is published here yet" in html
    assert 'href="/admin/newsletter/newsletter/add/"' in html
    assert [command for command in ("editor", "demo") if f"<code>manage.py {command}</code>" not in html] == []
    assert "/subscribe/" not in html


def test_a_site_that_holds_something_does_not(client, published, high_tide):
    assert "Nothing is published here yet" not in main_of(client, "/")


def test_an_empty_site_speaks_the_language_of_the_site(client, db, settings):
    settings.LANGUAGE_CODE = "zh-hans"
    assert "创建一份通讯" in main_of(client, "/")
