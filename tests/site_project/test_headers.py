"""What every answer tells browsers, whoever gives it."""

import re
from contextlib import closing

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts.models import User
from newsletter.models import Newsletter
from tests import cast

pytestmark = pytest.mark.django_db

SAFE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
VALUES = {"newsletter": "low-tide", "issue": "march", "article": "mud", "app_label": "newsletter", "token": "x"}


def routes(patterns, before=""):
    """Every address there is, with something in the place of each part that varies."""
    for each in patterns:
        here = before + str(each.pattern).removeprefix("^").removesuffix("$").replace("\\Z", "")
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, here)
        else:
            plain = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: VALUES.get(match[1], "1"), here)
            yield "/" + re.sub(r"\(\?P1.*\)|\(.*\)", "newsletter", plain)


ROUTES = sorted(set(routes(get_resolver().url_patterns)))


def told(client, path, method="get", **more):
    """The headers of an answer, which all answers have alike."""
    with closing(getattr(client, method)(path, **more)) as answer:
        headers = dict(answer.headers)
    assert "camera=()" in headers["Permissions-Policy"], path
    assert "default-src 'none'" in headers["Content-Security-Policy"], path
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, path
    assert headers["X-Frame-Options"] in {"DENY", "SAMEORIGIN"}, path
    assert "Access-Control-Allow-Origin" not in headers, path
    assert re.match(r"(?!text/)|.*charset=\"?utf-8", headers.get("Content-Type", "")), path
    return answer.status_code, headers


@pytest.mark.slow  # some hundred pages, twice
@pytest.mark.django_db(transaction=True)  # some of them close the connection
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_answers_with_them_whatever_it_answers(published, method):
    client = Client(raise_request_exception=False)
    owner = User.objects.create_superuser("owner@example.org", "correct horse", display_name="Owen")
    assert len(ROUTES) > 200
    for path in ROUTES:
        client.force_login(owner)
        headers = told(client, path, method)[1]
        assert {name: headers[name] for name in SAFE} == SAFE, path


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *(
            ("/", 200),
            ("/low-tide/march/mud/", 200),
            ("/feeds/rss.xml", 200),
            ("/sitemap.xml", 200),
            ("/robots.txt", 200),
        ),
        *(("/static/site.css", 200), ("/nowhere/", 404), ("/low-tide", 301), ("/account/", 302), ("/admin/", 302)),
        *(("/up/", 200), ("/up/worker/", 503), ("/ready/", 200)),
    ],
)
def test_so_does_each_kind(client, published, path, status):
    found, headers = told(client, path)
    assert found == status
    assert {name: headers[name] for name in SAFE} == SAFE


@pytest.mark.parametrize("path", ["/", "/feeds/rss.xml", "/robots.txt", "/up/", "/static/site.css"])
def test_texts_say_their_encoding(client, published, path):
    assert "charset=" in told(client, path)[1]["Content-Type"]


def test_pictures_alone_may_be_shown_elsewhere(client, published):
    picture = cast.picture()
    Newsletter.objects.update(logo=picture)
    status, headers = told(client, picture.file.url)
    assert status == 200
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_so_do_refusals_before_any_page(client, published):
    assert told(client, "/", headers={"host": "elsewhere.example"})[0] == 400
    assert told(client, "/", "put")[0] == 405
    assert told(client, "/account/sign-in/", "post", data=b"x", content_type="text/plain; charset=utf-7")[0] == 415


def test_so_do_errors(published, monkeypatch):
    def fail(*args, **options):
        raise RuntimeError("on purpose")

    monkeypatch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_request", fail)
    assert told(Client(raise_request_exception=False), "/account/")[0] == 500


def test_so_do_redirects_to_encrypted_pages(published, settings):
    settings.SECURE_SSL_REDIRECT = True
    status, headers = told(Client(), "/low-tide/")
    assert (status, headers["Location"]) == (301, "https://testserver/low-tide/")


def test_every_answer_over_tls_says_that_all_others_will_be(published, settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    for path in ("/", "/up/", "/static/site.css", "/nowhere/"):
        assert told(Client(), path, secure=True)[1]["Strict-Transport-Security"] == "max-age=31536000"
    assert told(Client(), "/", "put", secure=True)[1]["Strict-Transport-Security"] == "max-age=31536000"
