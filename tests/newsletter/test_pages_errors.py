"""Pages for what is not there, what was taken back, and what broke."""

from django.test import RequestFactory

from newsletter.views import pages


def test_missing_page_offers_the_search_and_the_front_page(client, db):
    response = client.get("/nothing/at/all/")
    assert response.status_code == 404
    html = response.content.decode()
    assert "<h1>There is no such page</h1>" in html
    assert 'action="/search/"' in html
    assert 'href="/"' in html


def test_withdrawn_page_says_so(client, secrets):
    response = client.get("/low-tide/secret-withdrawn/")
    assert response.status_code == 410
    assert "<h1>This has been withdrawn</h1>" in response.content.decode()


def test_errors_are_not_kept_in_the_page_cache(client, low_tide, secrets, edda):
    assert client.get("/low-tide/no-1/").status_code == 404
    assert client.get("/low-tide/secret-withdrawn/").status_code == 410
    secrets["withdrawn"].status = "published"
    secrets["withdrawn"].save()
    assert client.get("/low-tide/secret-withdrawn/").status_code == 200


def test_page_for_what_broke_needs_neither_database_nor_session():
    response = pages.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Something broke" in response.content.decode()
