"""What is kept of a page is the same for everybody: whoever looked before, each sees what is theirs, as it is now."""

import re
from itertools import permutations

import pytest
from django.test import Client

from core import page_cache
from newsletter.models import Status

pytestmark = pytest.mark.django_db

PAGES = ["/low-tide/march/", "/low-tide/march/mud/"]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def browser(person):
    client = Client()
    if person:
        client.force_login(person)
    return client


def page(client, address):
    return TOKEN.sub("", client.get(address).text)


@pytest.mark.parametrize("address", PAGES)
def test_each_sees_the_same_whoever_looked_before(published, edda, rita, address):
    alone = {}
    for person in (None, edda, rita):
        page_cache.forget()
        alone[person] = page(browser(person), address)
    assert "Rita" in alone[rita]
    assert "/admin/" in alone[edda]
    assert len(set(alone.values())) == 3
    for people in permutations(alone):
        page_cache.forget()
        assert [page(browser(person), address) for person in people] == [alone[person] for person in people]


@pytest.mark.parametrize("address", PAGES)
def test_what_is_kept_is_renewed_for_readers_who_have_signed_in(published, rita, address):
    client = browser(rita)
    assert "Mud" in page(client, address)
    mud = published.articles.get(slug="mud")
    mud.title = "Silt"
    mud.save()
    assert "Silt" in page(client, address)
    published.status = Status.WITHDRAWN
    published.save()
    assert client.get(address).status_code == 410
    assert Client().get(address).status_code == 410


def test_what_only_editors_see_is_not_kept(published, edda, rita):
    published.status = Status.DRAFT
    published.save()
    assert browser(edda).get("/low-tide/march/mud/").status_code == 200
    assert browser(rita).get("/low-tide/march/mud/").status_code == 404
    assert Client().get("/low-tide/march/mud/").status_code == 404
