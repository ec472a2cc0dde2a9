import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from readership import counting
from readership.models import PageViews

pytestmark = pytest.mark.django_db

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def log(tmp_path):
    counting.waiting.clear()
    return tmp_path / "stored.log"


def line(request="GET {} HTTP/2.0", status=200, referer="-", agent=BROWSER, at="05/Mar/2026:09:12:44 +0100"):
    return f'192.0.2.7 - - [{at}] "{request}" {status} 5123 "{referer}" "{agent}"\n'


def views():
    return [(row.day, row.host, row.people, row.robots) for row in PageViews.objects.order_by("day", "host")]


def test_what_a_proxy_answered_is_counted_by_its_day(log, published):
    address = published.get_absolute_url()
    log.write_text(
        line(f"GET {address} HTTP/2.0", referer="https://www.example.org/a")
        + line(f"GET {address}?utm_source=x HTTP/2.0", status=304)
        + line(f"GET {address} HTTP/1.1", agent="curl/8.5.0", at="06/Mar/2026:00:00:01 +0000")
        + line(f"POST {address} HTTP/2.0")
        + line(f"GET {address} HTTP/2.0", status=404)
        + line("GET /theme/8a2b1d.css HTTP/2.0")
        + "what is this?\n"
    )
    call_command("count_views", str(log))
    day = date(2026, 3, 5)
    assert views() == [(day, "", 1, 0), (day, "example.org", 1, 0), (date(2026, 3, 6), "", 0, 1)]


def test_counting_again_adds_only_what_is_new(log, published):
    address = published.get_absolute_url()
    log.write_text(line(f"GET {address} HTTP/2.0") + line(f"GET {address} HTTP/2.0").rstrip("\n"))
    call_command("count_views", str(log))
    call_command("count_views", str(log))
    assert [people for *_, people, _ in views()] == [1]
    with log.open("a") as more:
        more.write("\n" + line(f"GET {address} HTTP/2.0"))
    call_command("count_views", str(log))
    assert [people for *_, people, _ in views()] == [3]


def test_a_log_that_was_begun_anew_is_read_from_its_beginning(log, published):
    address = published.get_absolute_url()
    log.write_text(line(f"GET {address} HTTP/2.0"))
    call_command("count_views", str(log))
    log.write_text(line(f"GET {address} HTTP/2.0", at="07/Mar/2026:09:12:44 +0000"))
    call_command("count_views", str(log))
    assert [day for day, *_ in views()] == [date(2026, 3, 5), date(2026, 3, 7)]


def test_caddys_lines_are_understood(log, published):
    request = {
        "method": "GET",
        "uri": published.get_absolute_url(),
        "headers": {"User-Agent": [BROWSER], "Referer": ["https://example.org/"]},
    }
    lines = [
        {"ts": 1772700000.5, "request": request, "status": 200},
        {"ts": 1, "request": {}, "status": 200},
        {"x": 1},
    ]
    log.write_text("".join(json.dumps(each) + "\n" for each in lines))
    call_command("count_views", str(log))
    assert views() == [(date(2026, 3, 5), "example.org", 1, 0)]


def test_a_log_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("count_views", str(tmp_path / "nowhere.log"))
