"""What is old makes no news, what was said below it comes along, and nothing costs more for a long issue."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from bench import bringing as bench
from comments.models import Comment, State
from core.models import OutgoingMail
from interchange.bringing import recognising, storing
from interchange.bringing.found import Format
from mailing.models import Dispatch
from newsletter import publishing
from newsletter.models import Article, Issue, Status
from newsletter.talks import OlderComment
from tests import cast
from tests.interchange.bringing import bring, folder, issue

pytestmark = pytest.mark.django_db


def feed(client):
    return client.get("/feeds/low-tide/rss.xml").text


def test_old_issues_are_no_news(tmp_path, client, low_tide):
    newest = cast.issue(low_tide, 9, published_at=timezone.now() - timedelta(days=90))
    cast.article(low_tide, newest, title="Today")
    bring(folder(tmp_path / "a", {f"{n}.md": issue(n) for n in (1, 2)}), low_tide, publishes=True)
    assert Article.objects.published().count() == 3
    assert "Today" in feed(client)
    assert "Item 1" not in feed(client)
    assert not Dispatch.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert client.get("/low-tide/").text.index("Issue 9") < client.get("/low-tide/").text.index("Tide 2")


def test_what_is_published_again_stays_what_it_was(tmp_path, client, low_tide, edda):
    bring(folder(tmp_path / "a", {"1.md": issue(1)}), low_tide, publishes=True)
    old, new = Issue.objects.get(), cast.issue(low_tide, 9, published_at=timezone.now() - timedelta(days=90))
    cast.article(low_tide, new, title="Today")
    for each in (old, new):
        publishing.withdraw(each, edda)
        publishing.publish(each, edda)
    assert "Today" in feed(client)
    assert "Item 1" not in feed(client)


def test_what_came_out_yesterday_or_has_no_date_is_news_when_it_is_published(tmp_path, client, low_tide, edda):
    yesterday = f"{timezone.localdate() - timedelta(days=1):%Y-%m-%d}"
    lines = bring(folder(tmp_path / "a", {"1.md": issue(1, date=yesterday), "b.md": issue(2, date="")}), low_tide)
    lines = bring(tmp_path / "a", low_tide, publishes=True)
    assert any("It has no date, and stays a draft." in line for line in lines)
    undated = Issue.objects.get(number=2)
    assert (undated.status, "Item 1" in feed(client)) == (Status.DRAFT, True)
    publishing.publish(undated, edda)
    assert "Item 2" in feed(client)


def test_comments_come_along_once_and_what_waits_waits(tmp_path, low_tide, monkeypatch):
    said = [
        OlderComment("First!", name="Ines", written="2019-03-02T10:15:00Z"),
        OlderComment("Second.", name="Otto", written="2019-03-02T10:20:00Z", answers=0),
        OlderComment("May I?", name="Rita", written="2019-03-03T00:00:00Z", is_pending=True),
    ]
    (first,) = recognising.formats[-2:-1]

    def read(files, wishes):
        yield from (replace(found, comments=said) for found in first.read(files, wishes))

    monkeypatch.setattr(recognising, "formats", [Format(first.name, first.recognises, read)])
    bring(folder(tmp_path / "a", {"1.md": issue(1)}), low_tide, publishes=True)
    ines, otto, rita = Comment.objects.order_by("created_at")
    assert f"{ines.created_at:%Y-%m-%d %H:%M}" == "2019-03-02 10:15"
    assert otto.parent == ines
    assert (ines.state, rita.state) == (State.APPROVED, State.PENDING)
    said.append(OlderComment("Late.", name="Ada", written="2019-04-01"))
    bring(tmp_path / "a", low_tide, publishes=True)
    bring(tmp_path / "a", low_tide, publishes=True)
    assert Comment.objects.count() == 4


def test_a_long_issue_costs_no_more_queries_than_a_short_one(
    tmp_path, low_tide, monkeypatch, django_assert_max_num_queries
):
    store = storing.store_or_refuse

    def counted(*given):
        with django_assert_max_num_queries(130):
            store(*given)

    monkeypatch.setattr(storing, "store_or_refuse", counted)
    for items in (36, 72):
        bring(bench.archive(tmp_path / str(items), 1, items), low_tide, publishes=True)


@pytest.mark.real
@pytest.mark.parametrize(("name", "count"), [("lwkd", 8), ("this-week-in-rust", 10)])
def test_real_archives_come_in_whole_and_again_change_nothing(name, count, low_tide, real):
    if not (real / "archives" / name).is_dir():
        pytest.skip("needs the real archives")
    assert f"New: {count}" in bring(real / "archives" / name, low_tide, publishes=True)
    assert Issue.objects.published().count() == count
    assert f"As it was: {count}" in bring(real / "archives" / name, low_tide, publishes=True)
