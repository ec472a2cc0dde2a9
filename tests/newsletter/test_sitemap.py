"""The map of the site, and the rules for robots."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from newsletter.models import Article, Status
from tests import cast
from tests.newsletter.crowd import multiply, queries_for

pytestmark = pytest.mark.django_db

SITE = "https://courant.example"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"


def read(client, address):
    """The pages of a map with their dates, or the files of an index."""
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(response.content)  # noqa: S314
    return {entry.findtext(f"{MAP}loc", "").removeprefix(SITE): entry.findtext(f"{MAP}lastmod", "") for entry in root}


def pictures_of(client, page):
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314
    entry = next(entry for entry in root if entry.findtext(f"{MAP}loc") == SITE + page)
    return [image.findtext(f"{IMAGE}loc") for image in entry.iter(f"{IMAGE}image")]


def test_map_lists_every_public_page(client, published, low_tide):
    cast.article(low_tide, title="Alone")
    cast.low_tide(title="High Tide", slug="high-tide")
    assert set(read(client, "/sitemap.xml")) == {
        "/",
        "/low-tide/",
        "/low-tide/about/",
        "/high-tide/",
        "/high-tide/about/",
        "/low-tide/march/",
        "/low-tide/march/mud/",
        "/low-tide/march/crabs/",
        "/low-tide/march/terns/",
        "/articles/alone/",
        "/tags/mud/",
        "/tags/coast/",
        "/contributors/ada-moor/",
    }


def test_home_of_the_only_newsletter_is_listed_once(client, published):
    assert "/" not in read(client, "/sitemap.xml")


def test_page_is_dated_by_its_last_change_but_not_before_its_publication(client, published):
    written, shown = datetime(2026, 2, 1, tzinfo=UTC), published.published_at
    mud, crabs = (Article.objects.filter(title=title) for title in ("Mud", "Crabs"))
    mud.update(updated_at=written)
    crabs.update(updated_at=shown + timedelta(days=2))
    dates = read(client, "/sitemap.xml")
    assert datetime.fromisoformat(dates["/low-tide/march/mud/"]) == shown
    assert datetime.fromisoformat(dates["/low-tide/march/crabs/"]) == shown + timedelta(days=2)


def test_tag_contributor_and_newsletter_are_dated_by_their_newest_public_thing(client, published, low_tide):
    ada = cast.contributor("Bo Reed")
    later = published.published_at + timedelta(days=3)
    cast.article(low_tide, title="Late", published_at=later, tags=["coast"], by=[ada])
    cast.article(low_tide, title="Hidden", status=Status.DRAFT, published_at=later, tags=["mud"], by=[ada])
    cast.issue(low_tide, 9, status=Status.WITHDRAWN, published_at=later)
    dates = read(client, "/sitemap.xml")
    assert datetime.fromisoformat(dates["/tags/coast/"]) == later
    assert datetime.fromisoformat(dates["/tags/mud/"]) == published.published_at
    assert datetime.fromisoformat(dates["/contributors/bo-reed/"]) == later
    assert datetime.fromisoformat(dates["/low-tide/"]) == published.published_at


def test_page_is_listed_with_all_pictures_that_it_shows(client, low_tide):
    lead, shown = (cast.picture(name, file=cast.image_file(size=(40, 30))) for name in ("lead", "shown"))
    cast.article(low_tide, title="Seen", body="![](picture:shown)\n\n![](picture:lead)", lead_picture=lead)
    assert set(pictures_of(client, "/articles/seen/")) == {SITE + lead.file.url, SITE + shown.file.url}
    assert len(pictures_of(client, "/articles/seen/")) == 2


def test_map_hides_what_is_not_public(client, published, secrets):
    bo = cast.contributor("Bo SECRET")
    for hidden in secrets.values():
        hidden.articles.get().contributors.add(bo)
    picture = cast.picture("secret", file=cast.image_file(size=(40, 30)))
    Article.objects.filter(title__startswith="SECRET").update(lead_picture=picture)
    body = client.get("/sitemap.xml").content.decode()
    assert "secret" not in body.lower()
    assert picture.file.url not in body
    for section in ("pages", "issues", "articles", "tags", "contributors"):
        assert "secret" not in client.get(f"/sitemap-{section}-1.xml").content.decode().lower()


def test_map_shows_an_editor_what_it_shows_everybody(desk, published, secrets):
    assert "secret" not in desk.get("/sitemap.xml").content.decode()


def test_map_names_its_own_host_whatever_host_was_asked(client, published):
    assert b"localhost" not in client.get("/sitemap.xml", headers={"host": "localhost"}).content


@pytest.mark.slow
def test_large_map_becomes_an_index_of_files_that_hold_every_page_once(client, low_tide):
    multiply(cast.article(low_tide, title="Wave", tags=["coast"], by=[cast.contributor()]), 2_499)
    files = read(client, "/sitemap.xml")
    assert len(files) == 7
    pages = [page for file in files for page in read(client, file)]
    assert len([page for page in pages if page.startswith("/articles/")]) == 2_500
    assert len(set(pages)) == len(pages) == 2_500 + len(["/low-tide/", "about/", "/tags/coast/", "/contributors/…/"])


def test_map_costs_the_same_at_ten_and_ten_thousand_articles(client, low_tide):
    wave = cast.article(low_tide, title="Wave", tags=["coast"], by=[cast.contributor()])
    multiply(wave, 9)
    sections = ("pages", "issues", "articles", "tags", "contributors")
    few = [queries_for(client, f"/sitemap-{section}-1.xml") for section in sections]
    whole = queries_for(client, "/sitemap.xml")
    multiply(cast.article(low_tide, title="Spray", tags=["coast"], by=wave.contributors.all()), 9_989)
    assert [queries_for(client, f"/sitemap-{section}-1.xml") for section in sections] == few
    assert max(few) <= 8
    assert queries_for(client, "/sitemap.xml") <= 9 < whole <= 13


@pytest.mark.parametrize("address", ["/sitemap-articles-2.xml", "/sitemap-articles-0.xml", "/sitemap-drafts-1.xml"])
def test_file_that_the_map_does_not_have_is_not_found(client, published, address):
    assert client.get(address).status_code == 404


def test_robots_are_told_what_to_leave_alone_and_where_the_map_is(client):
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /admin/" in lines
    assert "Disallow: /search/" in lines
    assert "Sitemap: https://courant.example/sitemap.xml" in lines
