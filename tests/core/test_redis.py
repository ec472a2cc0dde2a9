"""With Redis, pages stored by one process are found by another."""

import os

import pytest
from django.core.cache import caches
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from core import page_cache

REDIS_URL = os.environ.get("REDIS_URL", "")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.skipif(not REDIS_URL, reason="set REDIS_URL to run it (see `make services`)"),
]


def test_a_page_is_stored_in_redis_with_its_headers():
    backend = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "tests"}
    pages = iter(["first", "second"])
    with override_settings(CACHES={"default": backend}):
        caches["default"].clear()
        view = page_cache.public_page(lambda request: HttpResponse(next(pages)))
        fresh = view(RequestFactory().get("/redis/"))
        caches["default"].close()
        stored = view(RequestFactory().get("/redis/"))
        caches["default"].close()
    assert stored.content == fresh.content == b"first"
    assert stored["ETag"] == fresh["ETag"]
