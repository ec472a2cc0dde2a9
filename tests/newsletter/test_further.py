"""The small lists at the foot of a page: what came out about this day years ago, and how lists stand together."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from core.page_cache import end_of_truth
from newsletter import further
from tests import cast
from tests.newsletter.pages import main_of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)


def archive(newsletter, today=TODAY):
    return [thing.title for thing in further.of_this_day(newsletter, today)]


def issues(newsletter, *days):
    for number, day in enumerate(days, start=1):
        at = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)
        cast.issue(newsletter, number, title=day, slug=f"no-{number}", published_at=at)


def test_what_came_out_about_this_day_of_earlier_years_is_shown_newest_first(low_tide):
    issues(low_tide, "2022-03-02", "2023-02-27", "2024-02-28", "2025-03-05", "2025-03-06", "2026-03-01")
    assert archive(low_tide) == ["2025-03-05", "2024-02-28", "2023-02-27", "2022-03-02"]


def test_else_what_came_out_in_this_month(low_tide):
    issues(low_tide, "2022-03-20", "2023-02-25", "2025-03-31", "2025-04-01", "2026-03-01")
    assert archive(low_tide) == ["2025-03-31", "2022-03-20"]


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2024, 2, 29), "2023-02-28"),
        (date(2026, 1, 1), "2024-12-30"),
        (date(2025, 12, 31), "2025-01-02"),
        (date(2025, 2, 28), "2024-02-29"),
    ],
)
def test_the_ends_of_months_and_years_are_near_each_other(low_tide, today, day):
    issues(low_tide, day)
    assert archive(low_tide, today) == [day]


def test_a_newsletter_younger_than_a_year_shows_nothing(low_tide):
    issues(low_tide, "2025-12-01", "2026-01-02", "2026-03-01")
    assert archive(low_tide) == []


def test_one_without_issues_shows_its_articles_and_nothing_hidden(low_tide):
    at = datetime(2025, 3, 2, 12, tzinfo=UTC)
    cast.article(low_tide, title="Open", published_at=at)
    for status in ("draft", "withdrawn"):
        cast.article(low_tide, title="SECRET", slug=status, status=status, published_at=at)
    assert archive(low_tide) == ["Open"]


@pytest.fixture
def last_year(published):
    at = timezone.now() - timedelta(days=365)
    return cast.issue(published.newsletter, 9, title="A year ago", slug="ago", published_at=at)


@pytest.mark.parametrize("address", ["/low-tide/", "/low-tide/march/", "/low-tide/march/mud/"])
def test_pages_show_it_until_midnight_and_it_can_be_switched_off(client, last_year, address):
    html = main_of(client, address)
    shown = html.partition("From the archive</h3>")[2].partition("</ul>")[0]
    assert '<a href="/low-tide/ago/">A year ago</a>' in shown
    assert end_of_truth() <= further.next_day()
    last_year.newsletter.shows_archive = False
    last_year.newsletter.save()
    assert "From the archive" not in main_of(client, address)


def test_no_page_leads_to_itself_or_twice_to_another(client, last_year):
    cast.article(last_year.newsletter, last_year, title="Old mud", tags=["mud"])
    assert "From the archive" not in main_of(client, "/low-tide/ago/")
    assert "From the archive" not in main_of(client, "/low-tide/ago/old-mud/")
    html = main_of(client, "/low-tide/march/mud/")
    assert html.count('<a href="/low-tide/ago/">A year ago</a>') == 1


def test_a_page_with_nothing_around_it_says_nothing_of_it(client, low_tide):
    cast.article(low_tide, title="Alone")
    assert "further" not in main_of(client, "/articles/alone/")
