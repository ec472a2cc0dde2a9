"""What was backed up is what is there after a restore, whichever database it came from and goes to."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core import page_cache
from interchange import backing_up, restoring
from mailing.models import Subscriber, Subscription
from tests import cast
from tests.interchange import places

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]


@pytest.fixture
def site(settings, tmp_path, published):
    """Low Tide with a picture, a subscriber, and somebody who must not be written to."""
    settings.DATA_DIR = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media"},
        }
    }
    cast.picture()
    sumi = Subscriber.objects.create(email="sumi@example.org", created_at=timezone.now())
    Subscription.objects.create(subscriber=sumi, newsletter=published.newsletter, state="active")
    with places.on_disk(tmp_path):
        yield published


def pages():
    """Every public page that the sitemap names, and others, as anybody gets them."""
    page_cache.forget()
    browser = Client()
    sitemap = browser.get("/sitemap.xml").text
    paths = [
        "/",
        "/low-tide/",
        "/search/?q=mud",
        "/low-tide/about/",
        *re.findall(r"https://[^/]+(/[^<]*)</loc>", sitemap),
    ]
    return {path: (answer.status_code, answer.content) for path in paths for answer in [browser.get(path)]}


@pytest.mark.parametrize("engine", places.ENGINES)
def test_a_restored_site_is_what_it_was(site, tmp_path, engine):
    before, people = pages(), list(User.objects.values_list())
    assert len(before) > 8
    backing_up.write(tmp_path / "backup")
    with places.empty(engine, tmp_path):
        restoring.restore(tmp_path / "backup")
        assert pages() == before
        assert list(User.objects.values_list()) == people
        assert Subscription.objects.get().subscriber.email == "sumi@example.org"
        assert Subscriber.objects.create(email="otto@example.org").pk > 1_000_000
