"""What every request meets first: its host, its method, and the questions of probes."""

import logging
from contextlib import closing

import pytest
from django.test import Client


@pytest.mark.parametrize("path", ["/up/", "/ready/"])
@pytest.mark.parametrize("host", ["10.0.0.7:8000", "[2001:db8::7]", "pod-7.internal", "not a host", ""])
def test_probes_are_answered_whatever_they_call_the_site(db, client, settings, path, host):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, headers={"host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/low-tide/", "/admin/", "/static/site.css", "/nowhere/", "/up/more/"])
@pytest.mark.parametrize("host", ["elsewhere.example", "bad host", "a.example\\@b", "x" * 300])
def test_an_unknown_host_is_one_line_of_the_log(db, client, caplog, path, host):
    with caplog.at_level(logging.INFO):
        page = client.get(path, headers={"host": host})
    assert page.status_code == 400
    (line,) = caplog.records
    assert "ALLOWED_HOSTS" in line.getMessage()
    assert line.exc_info is None
    assert "\n" not in caplog.text.strip()


@pytest.mark.parametrize("path", ["/", "/low-tide/", "/low-tide/march/", "/account/sign-in/", "/admin/login/", "/up/"])
@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND"])
def test_methods_that_nothing_here_takes_are_refused(client, published, path, method):
    answer = client.generic(method, path)
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize("path", ["/", "/low-tide/", "/nowhere/", "/up/", "/static/site.css", "/feeds/rss.xml"])
def test_answers_are_for_our_own_pages_to_embed(client, published, path):
    with closing(client.get(path)) as answer:
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_nobody_is_served_without_a_known_host_by_another_header(client, published):
    assert Client(headers={"host": "elsewhere.example", "x-forwarded-host": "testserver"}).get("/").status_code == 400
