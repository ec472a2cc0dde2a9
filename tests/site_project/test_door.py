"""What every request meets first: its host, its method, and the questions of probes."""

import logging
from contextlib import closing

import pytest
from django.test import Client

from core.often import OnceAMinute
from site_project.door import logger


@pytest.mark.parametrize("path", ["/up/", "/ready/"])
@pytest.mark.parametrize("host", ["10.0.0.7:8000", "[2001:db8::7]", "pod-7.internal", "not a host", ""])
def test_probes_are_answered_whatever_they_call_the_site(db, client, settings, path, host):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, headers={"host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/low-tide/", "/admin/", "/static/site.css", "/nowhere/", "/up/more/"])
@pytest.mark.parametrize("host", ["elsewhere.example", "bad host", "a.example\\@b", "x" * 300])
def test_an_unknown_host_is_one_line_of_the_log(db, client, caplog, path, host):
    logger.filters[0].said.clear()
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


def test_what_is_said_often_is_written_once_a_minute(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("core.often.time.monotonic", lambda: now[0])
    once = OnceAMinute()

    def passes(words):
        return once.filter(logging.makeLogRecord({"msg": words}))

    assert [passes("a"), passes("b"), passes("a")] == [True, True, False]
    now[0] += 61
    assert [passes("a"), passes("a")] == [True, False]
    for number in range(500):
        passes(str(number))
    assert len(once.said) <= 100


def test_nobody_is_served_without_a_known_host_by_another_header(client, published):
    assert Client(headers={"host": "elsewhere.example", "x-forwarded-host": "testserver"}).get("/").status_code == 400
