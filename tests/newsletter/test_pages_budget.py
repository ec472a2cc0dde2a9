"""What a public page costs: queries, bytes, and nothing that tells readers apart."""

import gzip
from pathlib import Path
from random import Random

import pytest
from django.conf import settings

from core import page_cache
from core.staticfiles import BundledStaticFilesStorage
from newsletter.models import Article, Issue, Newsletter, Status
from tests import cast
from tests.newsletter.crowd import multiply, queries_for
from tests.newsletter.pages import main_of

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/low-tide/",
    "/low-tide/about/",
    "/low-tide/2026/",
    "/low-tide/march/",
    "/low-tide/march/mud/",
    "/articles/",
    "/articles/alone/",
    "/tags/",
    "/tags/coast/",
    "/contributors/",
    "/contributors/ada-moor/",
]
#: Some of them ask once for all pages what the clock changes next.
MOST_QUERIES = 11
#: Of what is discussed; the rest is for the page itself.
QUERIES_OF_A_DISCUSSION = 4
#: Of the lists at the foot of a page.
QUERIES_OF_LISTS = 3
WITH_LISTS = {"/", "/low-tide/", "/low-tide/march/", "/low-tide/march/mud/", "/articles/alone/"}
DISCUSSED = {"/low-tide/march/", "/low-tide/march/mud/", "/articles/alone/"}
LONGEST = 100_000
FIRST_ROUND_TRIP = 14_000
BODY_THAT_COUNTS = 5_000


@pytest.fixture
def alone(published):
    ada = published.articles.get(slug="mud").contributors.get()
    return cast.article(published.newsletter, title="Alone", tags=["coast"], by=[ada])


@pytest.mark.slow
def test_no_page_costs_more_queries_with_10000_articles_than_with_four(client, published, alone):
    cast.issue(published.newsletter, 2)
    few = {path: queries_for(client, path) for path in PAGES}
    multiply(alone, 9_000)
    issues = Issue.objects.bulk_create(archived(published.newsletter, number) for number in range(100, 1100))
    Article.objects.bulk_create(
        Article(newsletter=published.newsletter, issue=issue, **public("old")) for issue in issues
    )
    assert {path: queries_for(client, path) for path in PAGES} == few
    assert all(count <= most_queries(path) for path, count in few.items())
    assert max(len(client.get(path).content) for path in PAGES) < LONGEST


def test_issue_costs_as_many_queries_with_forty_items_as_with_two(client, published):
    item = published.articles.get(slug="crabs")
    item.lead_picture = cast.picture()
    item.save()
    cast.Contribution.objects.create(article=item, contributor=cast.contributor("Bo Lind"))
    few = queries_for(client, "/low-tide/march/")
    multiply(item, 40)
    assert queries_for(client, "/low-tide/march/") == few <= most_queries("/low-tide/march/")
    assert main_of(client, "/low-tide/march/").count("Permalink: Crabs") == 41


def test_home_of_several_newsletters_costs_as_many_queries_with_ten_as_with_two(client, published, alone):
    cast.issue(cast.low_tide(title="A", slug="a"))
    few = queries_for(client, "/")
    for number in range(8):
        newsletter = Newsletter.objects.create(title=f"N{number}", slug=f"n{number}")
        cast.article(newsletter, cast.issue(newsletter), title="One")
    assert queries_for(client, "/") == few <= MOST_QUERIES


@pytest.mark.parametrize("path", PAGES)
def test_page_is_the_same_for_everybody(client, published, alone, path):
    response = client.get(path)
    assert not response.cookies
    assert response.headers["ETag"]
    assert response.headers["Last-Modified"]
    assert "public" in response.headers["Cache-Control"]
    page_cache.forget()
    assert client.get(path, headers={"accept-language": "zh", "user-agent": "x"}).content == response.content
    again = client.get(path, headers={"if-none-match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/low-tide/march/", "/low-tide/march/mud/"])
def test_page_with_its_style_sheet_arrives_in_the_first_round_trip(client, published, path):
    article = published.articles.get(slug="mud")
    article.body = text_of_length(BODY_THAT_COUNTS)
    article.save()
    cast.render_texts(article)
    page = gzip.compress(client.get(path).content)
    assert len(page) + len(gzip.compress(bundled_style_sheet())) <= FIRST_ROUND_TRIP


def most_queries(path: str) -> int:
    of_lists, of_a_discussion = QUERIES_OF_LISTS * (path in WITH_LISTS), QUERIES_OF_A_DISCUSSION * (path in DISCUSSED)
    return MOST_QUERIES + of_lists + of_a_discussion


def bundled_style_sheet() -> bytes:
    """The one file that pages load in production."""
    folder = Path(settings.BASE_DIR, "static")
    sheet = BundledStaticFilesStorage(folder).bundle((folder / "site.css").read_text())
    assert "@import" not in sheet
    return sheet.encode()


def text_of_length(length: int) -> str:
    """Words that compress no better than prose does."""
    dice = Random(1)
    words = ("".join(dice.choices("etaoinshrdlu", k=dice.randint(2, 9))) for _ in range(length))
    return " ".join(words)[:length]


def archived(newsletter: Newsletter, number: int) -> Issue:
    return Issue(newsletter=newsletter, number=number, **public(f"no-{number}"))


def public(slug: str) -> dict[str, object]:
    return {"title": slug, "slug": slug, "status": Status.PUBLISHED, "published_at": cast.PUBLISHED_AT}
