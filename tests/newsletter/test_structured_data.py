"""JSON-LD: what pages say of themselves in the words of schema.org."""

import pytest

from newsletter.models import Article, Contribution, Status
from tests import cast
from tests.newsletter.pages import nodes

pytestmark = pytest.mark.django_db

SITE = "https://courant.example"


def steps(found):
    return [(step["position"], step["name"], step["item"]) for step in found["BreadcrumbList"]["itemListElement"]]


def test_item_is_a_news_article_based_on_its_source(client, published):
    Article.objects.filter(title="Crabs").update(source_language="nl", words=321)
    found = nodes(client, "/low-tide/march/crabs/")
    article = found["NewsArticle"]
    assert article["headline"] == "Crabs"
    assert article["url"] == f"{SITE}/low-tide/march/crabs/"
    assert article["wordCount"] == 321
    assert article["keywords"] == ["coast"]
    assert article["inLanguage"] == "en"
    assert article["datePublished"] == "2026-04-13T09:26:00+00:00"
    assert article["dateModified"] >= article["datePublished"]
    assert article["isBasedOn"] == {
        "@type": "CreativeWork",
        "url": "https://example.org/crabs",
        "publisher": {"@type": "Organization", "name": "The Shore"},
        "inLanguage": "nl",
    }
    assert article["author"] == article["publisher"] == {"@type": "Organization", "name": "Courant", "url": f"{SITE}/"}


def test_essay_is_an_article_by_its_authors_in_its_issue(client, published):
    mud = Article.objects.get(title="Mud")
    bo = cast.contributor("Bo Reed")
    Contribution.objects.create(article=mud, contributor=bo, role=Contribution.Role.PHOTOGRAPHER)
    article = nodes(client, "/low-tide/march/mud/")["Article"]
    assert article["author"] == [
        {"@type": "Person", "name": "Ada Moor", "url": f"{SITE}/contributors/ada-moor/"},
    ]
    issue = article["isPartOf"]
    assert (issue["@type"], issue["issueNumber"], issue["url"]) == ("PublicationIssue", 1, f"{SITE}/low-tide/march/")
    assert issue["isPartOf"] == {"@type": "Periodical", "name": "Low Tide", "url": f"{SITE}/low-tide/"}
    assert "isBasedOn" not in article


def test_stand_alone_article_is_part_of_its_newsletter(client, low_tide):
    cast.article(low_tide, title="Alone")
    found = nodes(client, "/articles/alone/")
    assert found["Article"]["isPartOf"]["@type"] == "Periodical"
    assert steps(found) == [(1, "Low Tide", f"{SITE}/low-tide/"), (2, "Alone", f"{SITE}/articles/alone/")]


def test_article_shows_its_picture_and_its_publishers_logo(client, low_tide):
    lead = cast.picture("lead", file=cast.image_file(size=(40, 30)), caption="", alt="Two gulls", credit="Photo: Ada")
    low_tide.logo = cast.picture("logo", file=cast.image_file("logo.png", (30, 30), "PNG"))
    low_tide.save()
    cast.article(low_tide, title="Alone", lead_picture=lead)
    article = nodes(client, "/articles/alone/")["Article"]
    assert article["image"] == {
        "@type": "ImageObject",
        "url": SITE + lead.file.url,
        "caption": "Two gulls",
        "creditText": "Photo: Ada",
    }
    assert article["publisher"]["logo"]["url"] == SITE + low_tide.logo.file.url


def test_issue_lists_its_articles_in_order(client, published):
    found = nodes(client, "/low-tide/march/")
    assert found["PublicationIssue"]["issueNumber"] == 1
    assert found["PublicationIssue"]["datePublished"] == "2026-04-13T09:26:00+00:00"
    listed = [(item["position"], item["url"]) for item in found["ItemList"]["itemListElement"]]
    assert listed == [
        (1, f"{SITE}/low-tide/march/mud/"),
        (2, f"{SITE}/low-tide/march/crabs/"),
        (3, f"{SITE}/low-tide/march/terns/"),
    ]


def test_article_with_questions_is_also_a_page_of_questions(client, low_tide):
    cast.article(low_tide, title="Asked", body="Q: Is it *wet*?\n\nA: Yes & **no**.\n\nQ: Why?\n\nA: Water.")
    questions = nodes(client, "/articles/asked/")["FAQPage"]["mainEntity"]
    assert [(question["name"], question["acceptedAnswer"]["text"]) for question in questions] == [
        ("Is it wet?", "Yes & no."),
        ("Why?", "Water."),
    ]


def test_article_without_questions_is_none(client, published):
    assert set(nodes(client, "/low-tide/march/mud/")) == {"Article", "BreadcrumbList"}


def test_breadcrumbs_lead_from_the_newsletter_to_the_article(client, published):
    assert steps(nodes(client, "/low-tide/march/mud/")) == [
        (1, "Low Tide", f"{SITE}/low-tide/"),
        (2, "March", f"{SITE}/low-tide/march/"),
        (3, "Mud", f"{SITE}/low-tide/march/mud/"),
    ]


def test_other_pages_say_what_they_are(client, published):
    ada = nodes(client, "/contributors/ada-moor/")["ProfilePage"]["mainEntity"]
    assert ada == {"@type": "Person", "name": "Ada Moor", "url": f"{SITE}/contributors/ada-moor/"}
    assert nodes(client, "/low-tide/")["Periodical"]["description"] == "What the water leaves behind"
    assert nodes(client, "/articles/")["WebSite"] == {"@type": "WebSite", "name": "Courant", "url": f"{SITE}/"}
    assert steps(nodes(client, "/tags/coast/"))[-1] == (2, "coast", f"{SITE}/tags/coast/")


def test_hidden_articles_are_not_listed_in_their_issue(client, published, secrets, low_tide):
    cast.article(low_tide, published, title="SECRET", slug="secret", status=Status.DRAFT)
    cast.article(low_tide, published, title="SECRET 2", slug="secret-2", status=Status.WITHDRAWN)
    for address in (
        "/low-tide/march/",
        "/low-tide/march/mud/",
        "/low-tide/",
        "/tags/coast/",
        "/contributors/ada-moor/",
    ):
        assert "secret" not in str(nodes(client, address)).lower()


@pytest.mark.parametrize("hostile", ["</script><script>alert(1)</script>", "<!--<script>", "]]>", "\u2028&amp;"])
def test_hostile_texts_cannot_leave_the_script(client, published, hostile):
    Article.objects.filter(title="Mud").update(title=hostile, summary=hostile)
    found = nodes(client, "/low-tide/march/mud/")
    assert found["Article"]["headline"] == found["Article"]["description"] == hostile
    assert nodes(client, "/low-tide/march/")["ItemList"]
