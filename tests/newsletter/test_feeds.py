"""Feeds: RSS, Atom and JSON Feed say the same, in full and by the rules, for the site, a newsletter and a tag."""

import json
from datetime import timedelta
from pathlib import Path

import feedparser
import jsonschema
import pytest
from django.utils import timezone
from taggit.models import Tag

from newsletter import publishing
from newsletter.models import Article, Contribution, Newsletter, Status
from newsletter.moving import leave_redirect
from tests import cast
from tests.newsletter.crowd import multiply, queries_for
from tests.newsletter.feed_rules import findings

pytestmark = pytest.mark.django_db

SITE = "https://courant.example"
SCHEMA = json.loads((Path(__file__).parent / "schemas/jsonfeed-1.1.json").read_text())
XML_FEEDS = [
    "/feeds/rss.xml",
    "/feeds/atom.xml",
    "/feeds/low-tide/rss.xml",
    "/feeds/low-tide/atom.xml",
    "/feeds/tags/coast/rss.xml",
    "/feeds/tags/coast/atom.xml",
]
JSON_FEEDS = ["/feeds/feed.json", "/feeds/low-tide/feed.json", "/feeds/tags/coast/feed.json"]
FORMATS = ["/feeds/rss.xml", "/feeds/atom.xml", "/feeds/feed.json"]

every_feed = pytest.mark.parametrize("address", [*XML_FEEDS, *JSON_FEEDS])
every_xml_feed = pytest.mark.parametrize("address", XML_FEEDS)
every_json_feed = pytest.mark.parametrize("address", JSON_FEEDS)
every_format = pytest.mark.parametrize("address", FORMATS)


def entries(client, address):
    """The entries of a feed as a reader's program understands them, in the words of JSON Feed."""
    response = client.get(address)
    assert response.status_code == 200
    if address.endswith(".json"):
        return json.loads(response.content)["items"]
    parsed = feedparser.parse(
        response.content,
        response_headers={"content-type": response.headers["Content-Type"]},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    assert not parsed.bozo, parsed.get("bozo_exception")
    return [in_words_of_json(entry) for entry in parsed.entries]


def in_words_of_json(entry):
    sources = [link.href for link in entry.links if link.rel == "via"]
    return {
        "id": entry.id,
        "url": entry.link,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.content[0].value,
        "date_published": entry.published,
        "authors": [{"name": author.name} for author in entry.get("authors", [])],
        "tags": [tag.term for tag in entry.get("tags", [])],
        "image": entry.media_content[0]["url"] if "media_content" in entry else None,
        "external_url": sources[0] if sources else None,
    }


def entry(client, address, title):
    return next(entry for entry in entries(client, address) if entry["title"] == title)


@pytest.fixture
def everything(low_tide, published):
    """An article with all that an entry can carry, among others."""
    small = {name: cast.picture(name, file=cast.image_file(size=(40, 30))) for name in ("logo", "lead", "ripples")}
    low_tide.logo = small["logo"]
    low_tide.save()
    full = cast.article(
        low_tide,
        title="Salt & Wind",
        slug="salt-and-wind",
        summary="What <wind> does & salt undoes",
        body=(
            "A [link](https://example.org/a?b=1&c=2), a note[^1], a [jump](#more).\n\n"
            "![Ripples](picture:ripples)\n\n## More\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
            "Q: Why?\n\nA: Because.\n\nhttps://www.youtube.com/watch?v=abcdefghijk\n\n[^1]: Indeed."
        ),
        lead_picture=small["lead"],
        tags=["coast", "海岸"],
        by=[cast.contributor("Bo Reed"), cast.contributor("Cy Sand")],
        source_url="https://example.org/wind?x=1&y=2",
        source_name="The Gale",
        source_language="nl",
        kind="item",
    )
    painter = cast.contributor("Di Umber")
    Contribution.objects.create(article=full, contributor=painter, role=Contribution.Role.ILLUSTRATOR)
    return full


@every_xml_feed
def test_xml_feed_gives_the_validator_nothing_to_complain_of(client, everything, address):
    response = client.get(address)
    assert findings(response.content, SITE + address) == []
    assert len(entries(client, address)) == 4


@every_json_feed
def test_json_feed_follows_the_specification(client, everything, address):
    feed = json.loads(client.get(address).content)
    jsonschema.validate(feed, SCHEMA)
    assert feed["feed_url"] == SITE + address
    assert len(feed["items"]) == 4


def test_the_rules_find_what_is_wrong_in_a_feed():
    bad = b"""<rss version="2.0"><channel><title>T</title><link>/</link>
        <item><title>T</title><guid>1</guid><pubDate>2026-03-01</pubDate>
        <description>&lt;a href="/x"&gt;x&lt;/a&gt;&lt;script&gt;&lt;/script&gt;</description>
        </item></channel></rss>"""
    found = " ".join(findings(bad, SITE))
    for flaw in ("self link", "0 × language", "guid 1", "date '2026", "relative address /x", "element script"):
        assert flaw in found


@pytest.mark.parametrize(
    ("address", "content_type"),
    [
        ("/feeds/rss.xml", "application/rss+xml; charset=utf-8"),
        ("/feeds/atom.xml", "application/atom+xml; charset=utf-8"),
        ("/feeds/feed.json", "application/feed+json; charset=utf-8"),
    ],
)
def test_each_format_has_its_own_content_type(client, published, address, content_type):
    assert client.get(address).headers["Content-Type"] == content_type


@every_format
def test_entry_carries_all_facts_of_its_article(client, everything, address):
    found = entry(client, address, "Salt & Wind")
    assert found["url"] == "https://courant.example/articles/salt-and-wind/"
    assert found["external_url"] == "https://example.org/wind?x=1&y=2"
    assert [author["name"] for author in found["authors"]] == ["Bo Reed", "Cy Sand"]
    assert sorted(found["tags"]) == ["coast", "海岸"]
    assert found["image"].startswith("https://courant.example/media/pictures/")
    assert found["summary"] in {"What <wind> does & salt undoes", "What &lt;wind&gt; does &amp; salt undoes"}


@every_format
def test_entry_holds_the_full_text_with_complete_addresses(client, everything, address):
    html = entry(client, address, "Salt & Wind")["content_html"]
    page = "https://courant.example/articles/salt-and-wind/"
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html
    assert f'href="{page}#' in html
    assert html.count('src="https://courant.example/media/pictures/') == 2
    assert 'href="https://www.youtube.com/watch?v=abcdefghijk"' in html
    assert 'href="https://example.org/wind?x=1&amp;y=2"' in html
    assert "The Gale" in html
    for end in ("Indeed.", "Because.", "<td>2</td>", "Ripples at low water"):
        assert end in html


@every_format
def test_lead_picture_that_the_text_shows_is_not_repeated(client, everything, address):
    everything.lead_picture = everything.pictures.get()
    everything.save()
    html = entry(client, address, "Salt & Wind")["content_html"]
    assert html.count("<img") == 1


@every_format
def test_newest_entry_comes_first_and_an_issue_keeps_its_order(client, published, low_tide, address):
    cast.article(low_tide, title="Late", published_at=published.published_at + timedelta(days=1))
    cast.article(low_tide, title="Early", published_at=published.published_at - timedelta(days=1))
    assert [entry["title"] for entry in entries(client, address)] == ["Late", "Mud", "Crabs", "Terns", "Early"]


@every_format
def test_feed_ends_after_thirty_entries(client, low_tide, address):
    multiply(cast.article(low_tide, title="Wave"), 40)
    cast.article(low_tide, title="Newest", published_at=cast.PUBLISHED_AT + timedelta(days=1))
    titles = [entry["title"] for entry in entries(client, address)]
    assert titles == ["Newest", *["Wave"] * 29]


@every_format
def test_entry_keeps_its_identity_when_its_address_changes(
    client, published, low_tide, address, django_capture_on_commit_callbacks
):
    before = {entry["title"]: entry["id"] for entry in entries(client, address)}
    with django_capture_on_commit_callbacks(execute=True):
        low_tide.slug = "high-tide"
        low_tide.save()
        mud = Article.objects.get(title="Mud")
        mud.slug = "silt"
        mud.save()
    assert entry(client, address, "Mud")["url"] == "https://courant.example/high-tide/march/silt/"
    assert {entry["title"]: entry["id"] for entry in entries(client, address)} == before
    assert len(set(before.values())) == 3


@every_format
def test_characters_that_xml_cannot_carry_do_not_break_a_feed(client, low_tide, published, address):
    bad = "\x0b\x1f\x85\ufffe"
    Article.objects.filter(title="Mud").update(title=f"Mud{bad}pie", summary=bad, body_html=f"<p>Silt{bad}y</p>")
    Tag.objects.filter(name="mud").update(name=f"mud{bad}")
    low_tide.title = f"Low{bad} Tide"
    low_tide.save()
    assert {"Crabs", "Terns"} < {entry["title"] for entry in entries(client, address)}


@every_xml_feed
def test_hostile_texts_stay_texts(client, published, address):
    hostile = "]]></title><script>alert(1)</script>&lt;b"
    Article.objects.filter(title="Mud").update(title=hostile, summary=hostile)
    assert hostile in {entry["title"] for entry in entries(client, address)}
    assert b"<script" not in client.get(address).content


@every_format
def test_feed_names_its_own_host_whatever_host_was_asked(client, published, address):
    body = client.get(address, headers={"host": "localhost"}).content
    assert b"localhost" not in body
    assert b"https://courant.example/low-tide/march/mud/" in body


@every_format
def test_feed_is_sent_once_and_then_confirmed(client, published, address):
    first = client.get(address)
    assert client.get(address, headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    assert client.get(address, headers={"if-modified-since": first.headers["Last-Modified"]}).status_code == 304


@every_feed
def test_feed_hides_what_is_not_public(client, published, secrets, address):
    cast.article(published.newsletter, published, title="SECRET draft", slug="d", status=Status.DRAFT, tags=["coast"])
    for hidden in secrets.values():
        hidden.articles.get().tags.add("coast")
    body = client.get(address).content.decode()
    assert "SECRET" not in body
    assert "secret" not in body
    assert len(entries(client, address)) == 3


@every_format
def test_feed_shows_an_editor_what_it_shows_everybody(desk, published, secrets, address):
    assert len(entries(desk, address)) == 3


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_tag_of_hidden_articles_has_no_feed(client, secrets, state):
    assert client.get(f"/feeds/tags/secret-{state}/rss.xml").status_code == 404


def test_tag_feed_holds_only_articles_with_the_tag(client, published):
    assert [entry["title"] for entry in entries(client, "/feeds/tags/mud/feed.json")] == ["Mud"]


def test_newsletter_feed_holds_only_its_articles_and_speaks_its_language(client, published):
    other = cast.low_tide(title="浪", slug="浪", language="zh-hans", tagline="")
    cast.article(other, title="潮", slug="潮", source_url="https://example.org/", kind="item")
    feed = json.loads(client.get("/feeds/浪/feed.json").content)
    assert [entry["title"] for entry in feed["items"]] == ["潮"]
    assert feed["language"] == "zh-hans"
    assert findings(client.get("/feeds/浪/atom.xml").content, f"{SITE}/feeds/%E6%B5%AA/atom.xml") == []
    assert entry(client, "/feeds/feed.json", "潮")["language"] == "zh-hans"
    assert entry(client, "/feeds/feed.json", "Mud")["language"] == "en"


def test_scheduled_article_enters_the_feed_when_its_time_comes(client, published, edda, time_machine):
    soon = timezone.now() + timedelta(hours=2)
    tide = cast.article(published.newsletter, title="Spring Tide", status=Status.DRAFT, published_at=None)
    publishing.publish(tide, edda, at=soon)
    assert len(entries(client, "/feeds/rss.xml")) == 3
    time_machine.move_to(soon + timedelta(seconds=1))
    assert entries(client, "/feeds/rss.xml")[0]["title"] == "Spring Tide"


@every_format
def test_feed_without_articles_is_valid_or_absent(client, low_tide, address):
    response = client.get(address)
    if "/tags/" in address:
        assert response.status_code == 404
    else:
        assert entries(client, address) == []


def test_unknown_newsletter_has_no_feed(client, published):
    assert client.get("/feeds/high-tide/rss.xml").status_code == 404


def test_feed_of_a_renamed_newsletter_leads_to_the_new_one(client, published, low_tide):
    old = Newsletter.objects.get(slug="low-tide")
    low_tide.slug = "high-tide"
    low_tide.save()
    leave_redirect(old, low_tide)
    response = client.get("/feeds/low-tide/rss.xml")
    assert response.status_code == 301
    assert response.headers["Location"] == "/feeds/high-tide/rss.xml"


@pytest.mark.slow
def test_feed_costs_the_same_at_ten_and_ten_thousand_articles(client, low_tide):
    wave = cast.article(low_tide, title="Wave", tags=["coast"], by=[cast.contributor()])
    multiply(wave, 9)
    few = {address: queries_for(client, address) for address in XML_FEEDS + JSON_FEEDS}
    multiply(cast.article(low_tide, title="Spray", tags=["coast"], by=wave.contributors.all()), 9_989)
    assert Article.objects.count() == 10_000
    many = {address: queries_for(client, address) for address in XML_FEEDS + JSON_FEEDS}
    assert many == few
    assert max(many.values()) <= 9
