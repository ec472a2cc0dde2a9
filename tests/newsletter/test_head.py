"""What the head of a page tells search engines, feed readers and those who preview a shared link."""

import pytest
from django.template.loader import render_to_string

from core import page_cache
from newsletter.models import Article, Issue, Status
from tests import cast
from tests.newsletter.crowd import multiply
from tests.newsletter.pages import head_of, links, meta

pytestmark = pytest.mark.django_db

ARTICLE = "/low-tide/march/mud/"
#: Every kind of page that a search engine should know.
PAGES = [
    "/low-tide/",
    "/low-tide/about/",
    "/low-tide/2026/",
    "/low-tide/march/",
    ARTICLE,
    "/articles/",
    "/articles/alone/",
    "/tags/",
    "/tags/coast/",
    "/contributors/",
    "/contributors/ada-moor/",
]


def small_picture(name, kind="JPEG", **facts):
    return cast.picture(name, file=cast.image_file(f"{name}.{kind.lower()}", (40, 30), kind), **facts)


@pytest.fixture
def alone(low_tide):
    return cast.article(low_tide, title="Alone", summary="By <itself> & “quoted”", tags=["salt"])


@pytest.mark.parametrize("address", PAGES)
def test_page_names_itself_once_and_describes_itself(client, published, alone, address):
    head = head_of(client, f"{address}?utm_source=elsewhere")
    facts = meta(head)
    assert links(head, "canonical") == [f"https://courant.example{address}"]
    assert facts["og:url"] == f"https://courant.example{address}"
    assert facts["description"] == facts["og:description"] != ""
    assert facts["og:title"] != ""
    assert facts["og:site_name"] == "Courant"
    assert facts["og:locale"] == "en"
    assert "robots" not in facts


@pytest.mark.parametrize(
    ("address", "feeds"),
    [
        ("/articles/", "/feeds/"),
        ("/low-tide/", "/feeds/low-tide/"),
        (ARTICLE, "/feeds/low-tide/"),
        ("/tags/coast/", "/feeds/tags/coast/"),
        ("/contributors/ada-moor/", "/feeds/"),
    ],
)
def test_page_offers_the_feeds_of_what_it_shows(client, published, address, feeds):
    head = head_of(client, address)
    offered = {link.get("type"): link.get("href") for link in head.iter("link") if link.get("rel") == "alternate"}
    assert offered == {
        "application/rss+xml": f"{feeds}rss.xml",
        "application/atom+xml": f"{feeds}atom.xml",
        "application/feed+json": f"{feeds}feed.json",
    }
    for path in offered.values():
        assert client.get(path).status_code == 200


def test_shared_article_is_shown_with_its_lead_picture(client, alone):
    alone.lead_picture = small_picture("lead", alt="Two gulls")
    alone.save()
    facts = meta(head_of(client, "/articles/alone/"))
    assert facts["og:type"] == "article"
    assert facts["og:title"] == "Alone"
    assert facts["og:description"] == "By <itself> & “quoted”"
    assert facts["og:image"] == f"https://courant.example{alone.lead_picture.file.url}"
    assert (facts["og:image:width"], facts["og:image:height"], facts["og:image:alt"]) == ("40", "30", "Two gulls")
    assert facts["article:published_time"] == "2026-03-14T09:26:00+00:00"
    assert facts["twitter:card"] == "summary_large_image"


def test_newsletters_logo_stands_in_for_a_missing_picture(client, published, low_tide):
    low_tide.logo = small_picture("logo", "PNG")
    low_tide.save()
    facts = meta(head_of(client, ARTICLE))
    assert facts["og:image"] == f"https://courant.example{low_tide.logo.file.url}"
    assert facts["twitter:card"] == "summary"


def test_page_without_any_picture_promises_none(client, published):
    assert not [name for name in meta(head_of(client, ARTICLE)) if name.startswith("og:image")]


def test_notes_are_no_words_of_a_description(client, low_tide):
    cast.article(low_tide, title="Noted", body="The tide[^1] turns.\\\nLate.\n\n[^1]: Twice a day")
    assert meta(head_of(client, "/articles/noted/"))["description"] == "The tide turns. Late."


def test_text_describes_an_article_without_summary(client, low_tide):
    cast.article(low_tide, title="Long", body="The **sea** &amp; its _smell_.\n\n" + "Salt. " * 100)
    description = meta(head_of(client, "/articles/long/"))["description"]
    assert description.startswith("The sea & its smell. Salt.")
    assert len(description) == 160


def test_home_of_the_only_newsletter_has_one_address(client, published):
    head = head_of(client, "/")
    assert links(head, "canonical") == ["https://courant.example/low-tide/"]
    cast.low_tide(title="High Tide", slug="high-tide")
    page_cache.forget()
    assert links(head_of(client, "/"), "canonical") == ["https://courant.example/"]


def test_later_page_of_a_list_keeps_its_number(client, low_tide):
    multiply(cast.article(low_tide, title="Alone"), 41)
    first, second = head_of(client, "/articles/?page=1"), head_of(client, "/articles/?page=2&utm_source=x")
    assert links(first, "canonical") == ["https://courant.example/articles/"]
    assert links(second, "canonical") == ["https://courant.example/articles/?page=2"]
    assert (links(first, "prev"), links(first, "next")) == ([], ["?page=2"])
    assert (links(second, "prev"), links(second, "next")) == (["?page=1"], [])


def test_issue_and_article_name_their_neighbours(client, published, low_tide):
    cast.issue(low_tide, 2, title="April", slug="april")
    assert links(head_of(client, "/low-tide/march/"), "next") == ["/low-tide/april/"]
    assert links(head_of(client, "/low-tide/april/"), "prev") == ["/low-tide/march/"]
    crabs = head_of(client, "/low-tide/march/crabs/")
    assert (links(crabs, "prev"), links(crabs, "next")) == ([ARTICLE], ["/low-tide/march/terns/"])


def test_hidden_issues_and_articles_are_nobodys_neighbours(client, published, secrets, low_tide):
    cast.article(low_tide, published, title="SECRET", slug="secret", status=Status.DRAFT, position=9)
    assert links(head_of(client, "/low-tide/march/"), "next") == []
    assert links(head_of(client, "/low-tide/march/terns/"), "next") == []


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_what_only_editors_see_asks_not_to_be_indexed(desk, secrets, state):
    for address in (f"/low-tide/secret-{state}/", f"/low-tide/secret-{state}/secret-{state}-article/"):
        head = head_of(desk, address)
        assert meta(head)["robots"] == "noindex"
        assert links(head, "canonical") == []


def test_search_asks_not_to_be_indexed(client, published):
    assert meta(head_of(client, "/search/?q=mud"))["robots"] == "noindex"


def test_language_of_the_newsletter_is_told(client):
    cast.article(cast.low_tide(title="浪", slug="浪", language="zh-hans"), title="潮", slug="潮")
    head = head_of(client, "/articles/潮/")
    assert meta(head)["og:locale"] == "zh_Hans"
    assert links(head, "canonical") == ["https://courant.example/articles/%E6%BD%AE/"]


def test_hostile_texts_stay_in_their_attributes(client, published):
    hostile = '"><script>alert(1)</script>'
    Article.objects.filter(title="Mud").update(title=hostile, summary=hostile)
    head = head_of(client, ARTICLE)
    assert meta(head)["og:title"] == meta(head)["description"] == hostile
    assert [script for script in head.iter("script") if script.get("type") is None and not script.get("src")] == []


def test_head_asks_nothing_of_the_database(published, low_tide, django_assert_num_queries):
    low_tide.logo = small_picture("logo")
    low_tide.save()
    issue = Issue.objects.select_related("newsletter__logo", "lead_picture").prefetch_related("corrections").get()
    articles = list(issue.articles.select_related("newsletter"))
    read = Article.objects.select_related("newsletter__logo", "issue", "lead_picture").with_credits()
    mud = read.prefetch_related("corrections").get(title="Mud")
    with django_assert_num_queries(0):
        render_to_string("newsletter/_head.html", {"newsletter": mud.newsletter, "article": mud})
        render_to_string("newsletter/_head.html", {"newsletter": low_tide, "issue": issue, "articles": articles})
