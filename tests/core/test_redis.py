"""With Redis, what one process counted is found by another; without it, everybody still gets their page."""

import logging
import os
import shutil
import socket
import subprocess
import time

import pytest
from django.core.cache import caches
from django.test import Client

from core.redis_cache import RedisCache
from tests.mail_sink import wait_for

REDIS_URL = os.environ.get("REDIS_URL", "")
SERVER = shutil.which("redis-server")

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]
needs_server = pytest.mark.skipif(not SERVER, reason="needs redis-server (see `make services`)")


@pytest.fixture
def cached_at(settings, monkeypatch):
    """Puts the cache of the site somewhere."""
    monkeypatch.setattr(RedisCache, "given_up_until", {})

    def use(url):
        backend = {"BACKEND": "core.redis_cache.RedisCache", "LOCATION": url, "KEY_PREFIX": "tests"}
        settings.CACHES = {"default": backend}

    yield use
    caches["default"].close()


@pytest.fixture
def silence():
    """The address of a server that takes every connection and never speaks."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


class Redis:
    """A server of our own, to be stopped and started at will."""

    def __init__(self, folder):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.address = f"redis://127.0.0.1:{self.port}/0"
        self.command = [SERVER, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)  # noqa: S603
        wait_for(self.port)

    def stop(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.mark.skipif(not REDIS_URL, reason="set REDIS_URL to run it (see `make services`)")
def test_what_one_connection_stores_another_finds(cached_at):
    cached_at(REDIS_URL)
    caches["default"].clear()
    caches["default"].set("tide", {"high": 3})
    caches["default"].close()
    assert caches["default"].get("tide") == {"high": 3}


@needs_server
def test_redis_stopped_in_the_middle_costs_nobody_a_page(cached_at, redis, published, desk):
    cached_at(redis.address)
    reader, paths = Client(), ["/low-tide/", "/low-tide/march/", "/search/?q=tide", "/feeds/rss.xml"]
    before = [reader.get(path) for path in paths]
    redis.stop()
    after = [reader.get(path) for path in paths] + [desk.get("/admin/"), reader.get("/ready/")]
    assert [page.status_code for page in before] == [200] * 4
    assert [page.status_code for page in after] == [200] * 6
    assert "degraded: the cache does not answer" in after[-1].text


@needs_server
def test_redis_that_comes_back_is_used_again(cached_at, redis, monkeypatch):
    monkeypatch.setattr("core.redis_cache.SECONDS_WITHOUT", 0)
    cached_at(redis.address)
    cache = caches["default"]
    cache.set("tide", "high")
    redis.stop()
    assert cache.get("tide", "missed") == "missed"
    redis.start()
    cache.set("tide", "low")
    assert cache.get("tide") == "low"


def test_each_verb_of_the_cache_does_as_one_that_holds_nothing(cached_at):
    cached_at("redis://127.0.0.1:1/0")
    cache = caches["default"]
    assert cache.get_or_set("a", 1) == 1
    assert cache.get("a", "missed") == "missed"
    assert cache.get_many(["a", "b"]) == {}
    assert cache.set_many({"a": 1}) == []
    assert (cache.add("a", 1), cache.touch("a"), cache.delete("a"), "a" in cache) == (True, False, False, False)
    assert (cache.set("a", 1), cache.delete_many(["a"]), cache.clear()) == (None, None, None)
    for change in (cache.incr, cache.decr):
        with pytest.raises(ValueError, match="not found"):
            change("a")


def test_what_nobody_can_read_any_more_is_a_miss(cached_at, monkeypatch):
    cached_at("redis://127.0.0.1:1/0")

    def forgotten(*args):
        raise AttributeError("a class of an older version")

    monkeypatch.setattr(caches["default"]._cache, "get", forgotten)
    assert caches["default"].get("a", "missed") == "missed"
    assert RedisCache.given_up_until == {}


@pytest.mark.slow
def test_redis_that_takes_connections_and_never_speaks_holds_up_one_question_not_each(
    cached_at, silence, published, desk, caplog
):
    cached_at(silence)
    with caplog.at_level(logging.WARNING, "core.redis_cache"):
        began = time.monotonic()
        assert [desk.get("/admin/").status_code for _time in range(20)] == [200] * 20
    assert time.monotonic() - began < 50, "each page waited"
    assert len([record for record in caplog.records if record.name == "core.redis_cache"]) == 1
