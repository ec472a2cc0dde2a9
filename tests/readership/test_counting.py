import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from core import page_cache
from newsletter import publishing
from readership import counting
from readership.models import PageViews

pytestmark = pytest.mark.django_db

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _nothing_waits():
    counting.waiting.clear()


@pytest.fixture
def addresses(published):
    return published.get_absolute_url(), published.articles.first().get_absolute_url()


def look(address, client=None, **headers):
    return (client or Client()).get(address, headers={"User-Agent": BROWSER, **headers})


def counted():
    counting.store()
    return {(str(row.issue or row.article), row.host): (row.people, row.robots) for row in PageViews.objects.all()}


def test_a_page_is_counted_whether_it_is_stored_or_made_anew(addresses, published):
    look(addresses[0])
    look(addresses[0])
    page_cache.forget()
    look(addresses[0])
    assert counted() == {(published.title, ""): (3, 0)}
    assert PageViews.objects.get().day == timezone.localdate()


def test_who_has_the_page_already_and_is_told_so_is_counted(addresses, published):
    known = look(addresses[0])["ETag"]
    assert look(addresses[0], **{"If-None-Match": known}).status_code == 304
    assert counted() == {(published.title, ""): (2, 0)}


def test_later_views_are_added(addresses, published):
    look(addresses[0])
    counted()
    look(addresses[0])
    assert counted() == {(published.title, ""): (2, 0)}


@pytest.mark.parametrize(
    "agent", ["", "curl/8.5.0", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"]
)
def test_robots_are_counted_apart(addresses, published, agent):
    look(addresses[0], **{"User-Agent": agent, "Referer": "https://spam.example/"})
    assert counted() == {(published.title, ""): (0, 1)}


def test_a_phone_that_is_called_a_bot_is_a_person(addresses, published):
    look(
        addresses[0],
        **{"User-Agent": "Mozilla/5.0 (Linux; Android 9; CUBOT_P30) Chrome/120 Mobile"},
    )
    assert counted() == {(published.title, ""): (1, 0)}


@pytest.mark.parametrize(
    ("referer", "host"),
    [
        ("https://www.Example.org/some/page?who=rita", "example.org"),
        ("https://courant.example/", ""),
        ("https://localhost/", ""),
        ("http://[::1", ""),
        ("javascript:alert(1)", ""),
        (f"https://{'a' * 120}.example/", ""),
    ],
)
def test_of_where_somebody_came_from_the_host_alone_is_kept(addresses, published, referer, host):
    look(addresses[0], Referer=referer)
    assert list(counted()) == [(published.title, host)]


def test_editors_and_what_is_fetched_in_advance_are_not_counted(addresses, desk):
    look(addresses[0], desk)
    look(addresses[0], **{"Sec-Purpose": "prefetch;prerender"})
    Client().head(addresses[0], headers={"User-Agent": BROWSER})
    assert counted() == {}


def test_readers_who_have_signed_in_are_counted(addresses, published, rita):
    client = Client()
    client.force_login(rita)
    look(addresses[0], client)
    assert counted() == {(published.title, ""): (1, 0)}


def test_no_other_page_is_counted(published, secrets):
    for address in ("/", "/low-tide/", "/tags/", "/search/?q=tide", "/low-tide/nowhere/", "/feeds/all.xml"):
        look(address)
    for issue in secrets.values():
        look(issue.get_absolute_url())
    assert counted() == {}


def test_counts_follow_a_new_address(addresses, published, edda):
    look(addresses[0])
    counted()
    published.slug = "spring"
    published.save()
    look("/low-tide/spring/")
    assert counted() == {(published.title, ""): (2, 0)}


def test_a_page_that_was_withdrawn_keeps_what_was_counted(addresses, published, edda):
    look(addresses[0])
    counted()
    publishing.withdraw(published, edda)
    page_cache.forget()
    look(addresses[0])
    assert counted() == {(published.title, ""): (1, 0)}


def test_made_up_hosts_do_not_fill_the_table(addresses, published, monkeypatch):
    monkeypatch.setattr(counting, "MOST_HOSTS", 3)
    for number in range(6):
        look(addresses[0], Referer=f"https://site{number}.example/")
        counting.store()
    rows = counted()
    assert len(rows) == 4
    assert sum(people for people, _ in rows.values()) == 6


def test_made_up_hosts_do_not_fill_the_memory(addresses, published, monkeypatch):
    monkeypatch.setattr(counting, "MOST_KINDS", 3)
    for number in range(9):
        look(addresses[0], Referer=f"https://site{number}.example/")
    assert len(counting.waiting) == 4
    assert sum(people for people, _ in counted().values()) == 9


def test_what_cannot_be_stored_now_is_stored_later(addresses, published, monkeypatch):
    look(addresses[0])
    with monkeypatch.context() as broken:
        broken.setattr(PageViews.objects, "add", full_disk)
        counting.store()
    assert counted() == {(published.title, ""): (1, 0)}


def full_disk(rows):
    raise DatabaseError("database or disk is full")


def test_one_view_costs_as_many_queries_as_fifty(addresses, published, django_assert_num_queries):
    look(addresses[0])
    counting.store()
    for number in (1, 50):
        for _ in range(number):
            look(addresses[0])
        with django_assert_num_queries(8):
            counting.store()
