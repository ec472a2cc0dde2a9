"""What is read together: counted in pairs by day, shown below articles, and nothing kept of anybody."""

import re
from datetime import date, timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils.timezone import localdate

from core import page_cache
from core.worker.ticks import tick
from readership import together
from readership.models import MOST_A_DAY, PagePair
from tests import cast
from tests.newsletter.pages import main_of

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _nothing_waits():
    together.waiting.clear()
    together.readers.begin(date.min)


@pytest.fixture
def pages(published):
    """The articles *Mud* (of an issue), *Sand*, *Salt* and *Silt*, by title."""
    alone = [cast.article(published.newsletter, title=title) for title in ("Sand", "Salt", "Silt")]
    return {page.title: page for page in [published.articles.get(slug="mud"), *alone]}


def read(*pages, address="192.0.2.1", agent=FIREFOX, client=None, **headers):
    for page in pages:
        found = (client or Client(REMOTE_ADDR=address)).get(
            page.get_absolute_url(), headers={"User-Agent": agent, **headers}
        )
        assert found.status_code == 200


def pairs():
    together.store()
    rows = PagePair.objects.select_related("article", "other")
    return {(row.article.title, row.other.title): row.number for row in rows}


def both(one, other, number=1):
    return {(one, other): number, (other, one): number}


def test_who_reads_two_articles_makes_a_pair_whether_pages_are_kept_or_made(pages):
    read(pages["Mud"], pages["Sand"])
    read(pages["Sand"], pages["Mud"], address="192.0.2.2")
    assert pairs() == both("Mud", "Sand", 2)
    read(pages["Salt"], pages["Sand"], address="192.0.2.3")
    assert pairs() == both("Mud", "Sand", 2) | both("Salt", "Sand")


def test_each_pair_of_a_reader_counts_once(pages):
    read(pages["Mud"], pages["Sand"], pages["Mud"], pages["Salt"], pages["Sand"])
    assert pairs() == both("Mud", "Sand") | both("Mud", "Salt") | both("Sand", "Salt")


def test_two_readers_make_none(pages):
    read(pages["Mud"])
    read(pages["Sand"], address="192.0.2.2")
    read(pages["Salt"], agent=f"{FIREFOX} Other")
    assert pairs() == {}


def test_what_was_read_more_than_an_hour_ago_is_forgotten(pages, monkeypatch):
    read(pages["Mud"])
    monkeypatch.setattr(together, "SECONDS_TOGETHER", -1)
    read(pages["Sand"])
    assert pairs() == {}


def test_readers_are_forgotten_while_nobody_reads(pages, monkeypatch):
    read(pages["Mud"])
    together.store()
    assert together.readers.read
    monkeypatch.setattr(together, "SECONDS_TOGETHER", -1)
    together.store()
    assert not together.readers.read


def test_another_day_knows_nobody_of_the_day_before(pages):
    read(pages["Mud"])
    key = together.readers.key
    together.readers.begin(date(2026, 1, 1))
    assert together.readers.key != key
    read(pages["Sand"])
    assert pairs() == {}


def test_a_page_of_this_site_that_led_here_is_known_where_another_process_served_it(pages, settings):
    settings.SITE_URL = "https://courant.example"
    read(pages["Sand"], Referer="https://courant.example/low-tide/march/mud/?from=mail#x")
    assert pairs() == both("Mud", "Sand")


@pytest.mark.parametrize(
    "referer",
    [
        "https://courant.example.org/low-tide/march/mud/",
        "https://courant.example/",
        "https://courant.example/low-tide/march/",
        "https://courant.example/nowhere/%00/%ff",
        "https://courant.example/articles/sand/",
        "https://courant.example/[",
    ],
)
def test_what_led_here_and_is_no_other_article_makes_none(pages, settings, referer):
    settings.SITE_URL = "https://courant.example"
    read(pages["Sand"], Referer=referer)
    assert pairs() == {}


def test_articles_of_one_issue_make_none(pages, published):
    read(pages["Mud"], published.articles.get(slug="crabs"))
    assert pairs() == {}


def test_robots_editors_and_who_asks_not_to_be_followed_make_none(pages, desk):
    read(pages["Mud"], pages["Sand"], agent="curl/8.5.0")
    read(pages["Mud"], pages["Sand"], client=desk)
    read(pages["Mud"], pages["Sand"], **{"Sec-GPC": "1"})
    read(pages["Mud"], pages["Sand"], **{"Sec-Purpose": "prefetch"})
    assert pairs() == {}


def test_behind_a_proxy_readers_are_told_apart(pages, settings):
    settings.TRUSTED_PROXIES = 1
    read(pages["Mud"], **{"X-Forwarded-For": "203.0.113.1"})
    read(pages["Sand"], **{"X-Forwarded-For": "203.0.113.2"})
    read(pages["Salt"], **{"X-Forwarded-For": "made.up, 203.0.113.2"})
    assert pairs() == both("Sand", "Salt")


def test_nothing_of_a_reader_is_stored_or_remembered_as_it_is(pages):
    read(pages["Mud"], pages["Sand"])
    assert not re.search(r"192\.0|Firefox", f"{dict(together.readers.read)} {together.waiting}")
    assert {field.name for field in PagePair._meta.get_fields()} == {"id", "day", "article", "other", "number"}


def test_somebody_who_makes_things_up_fills_neither_memory_nor_lists(pages, monkeypatch):
    monkeypatch.setattr(together, "MOST_READERS", 3)
    for number in range(2 * MOST_A_DAY):
        read(pages["Mud"], pages["Sand"], agent=f"{FIREFOX} {number}")
    assert len(together.readers.read) <= 4
    assert pairs() == both("Mud", "Sand", MOST_A_DAY)
    monkeypatch.setattr(together, "MOST_PAIRS", 1)
    read(pages["Mud"], pages["Sand"], pages["Salt"], pages["Silt"], agent=f"{FIREFOX} again")
    assert len(together.waiting) == 1


def test_what_cannot_be_stored_now_is_stored_later(pages, monkeypatch):
    read(pages["Mud"], pages["Sand"])
    with monkeypatch.context() as broken:
        broken.setattr(PagePair.objects, "add", full_disk)
        together.store()
    assert pairs() == both("Mud", "Sand")


def full_disk(rows):
    raise DatabaseError("database or disk is full")


def pair(one, other, number, days_ago=1):
    day = localdate() - timedelta(days_ago)
    PagePair.objects.add({(day, one.pk, other.pk): number, (day, other.pk, one.pk): number})


def also_read(client, address):
    lists = main_of(client, address).partition("Others also read</h3>")[2].partition("</ul>")[0]
    return re.findall(r'<li><a href="[^"]+">([^<]+)</a>', lists)


def test_an_article_names_what_was_read_with_it_the_most_first_but_nobodys_own_ways(client, pages):
    pair(pages["Mud"], pages["Sand"], 3)
    pair(pages["Mud"], pages["Sand"], 2, days_ago=80)
    pair(pages["Mud"], pages["Salt"], 9)
    pair(pages["Mud"], pages["Silt"], 4)
    assert also_read(client, "/low-tide/march/mud/") == ["Salt", "Sand"]
    assert also_read(client, "/articles/sand/") == ["Mud"]
    assert also_read(client, "/articles/silt/") == []


def test_an_editor_sees_how_often(desk, pages):
    pair(pages["Mud"], pages["Sand"], 17)
    page = desk.get(f"/admin/readership/pageviews/article/{pages['Mud'].pk}/").text
    assert re.search(r"Others also read.*>Sand</a></td>\s*<td class=\"number\">17</td>", page, re.DOTALL)


def test_what_was_read_long_ago_and_what_nobody_sees_is_not_named(client, pages):
    pair(pages["Mud"], pages["Sand"], 9, days_ago=91)
    pair(pages["Mud"], pages["Salt"], 9)
    pages["Salt"].status = "withdrawn"
    pages["Salt"].save()
    assert also_read(client, "/low-tide/march/mud/") == []
    tick()
    assert not PagePair.objects.filter(other=pages["Sand"]).exists()


def test_it_can_be_switched_off(client, pages):
    pair(pages["Mud"], pages["Sand"], 9)
    newsletter = pages["Mud"].newsletter
    newsletter.shows_also_read = False
    newsletter.save()
    page_cache.forget()
    assert also_read(client, "/low-tide/march/mud/") == []
