"""Events: on pages and in feeds where texts name them, in calendars, and put right where readers have seen them."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from icalendar import Calendar

from core.markup import to_mail, to_text
from newsletter import announcing
from newsletter.models import Correction, Event, Newsletter
from newsletter.rendering import render_texts, things_naming
from tests import cast
from tests.newsletter.filling import send

pytestmark = pytest.mark.django_db

NAME = "**Mud**, <walk> &amp; “more”"


@pytest.fixture
def walk(low_tide):
    return cast.event(low_tide)


@pytest.fixture
def mud(published, walk):
    """An essay that names it."""
    return naming(published.articles.get(slug="mud"))


def naming(thing, name="mud-walk", field="body"):
    setattr(thing, field, f"Come along.\n\nevent:{name}\n\nBring boots.")
    thing.save()
    render_texts(thing)
    return thing


def entries(client, path):
    """What a calendar reads at an address."""
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    lines = response.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line for line in lines)
    return Calendar.from_ical(response.content).walk("VEVENT")


@pytest.mark.parametrize("path", ["/low-tide/march/mud/", "/low-tide/march/"])
def test_a_page_shows_a_card_and_tells_search_engines(client, mud, path):
    page = client.get(path).text
    card = page.partition('<div class="event"')[2].partition("</script>")[0] + "</script>"
    assert "<b>5</b> <span>June</span> <small>Saturday</small>" in card
    assert "10:30 a.m. to 1 p.m., London time (UTC+1)" in card
    assert 'href="/events/mud-walk.ics"' in card
    node = json.loads(re.findall(r'<script type="application/ld\+json">(.+?)</script>', card)[0])["@graph"][0]
    assert node == {
        "@type": "Event",
        "name": "Mud Walk",
        "startDate": "2094-06-05T10:30:00+01:00",
        "endDate": "2094-06-05T13:00:00+01:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": "Pier 4, Tholemouth", "address": "Pier 4, Tholemouth"},
        "organizer": {"@type": "Organization", "name": "Low Tide", "url": "https://courant.example/low-tide/"},
    }


def test_what_is_on_the_web_says_so_to_search_engines(client, mud, walk):
    Event.objects.update(place="", url="https://video.example/room")
    page = client.get("/low-tide/march/mud/").text
    assert '<a href="https://video.example/room">video.example</a>' in page
    assert "OnlineEventAttendanceMode" in page
    assert '{"@type":"VirtualLocation","url":"https://video.example/room"}' in page


def test_mail_feeds_and_plain_text_have_it_too(client, mud):
    mail = to_mail("event:mud-walk", base_url="https://courant.example")
    assert 'href="https://courant.example/events/mud-walk.ics"' in mail
    assert "<b>5</b><br>June<br>Saturday" in mail
    feed = client.get("/feeds/low-tide/feed.json").json()["items"]
    content = next(item["content_html"] for item in feed if item["title"] == "Mud")
    assert "Saturday, June 5, 2094, 10:30 a.m. to 1 p.m., London time (UTC+1) · Pier 4, Tholemouth" in content
    assert to_text("event:mud-walk") == (
        "Mud Walk\nSaturday, June 5, 2094, 10:30 a.m. to 1 p.m., London time (UTC+1)\nPier 4, Tholemouth\n"
        "Add to calendar: https://courant.example/events/mud-walk.ics"
    )


def test_chinese_readers_get_their_forms(low_tide):
    cast.event(low_tide, "茶会", title="茶会", zone="Asia/Shanghai", place="平溪镇")
    with translation.override("zh-hans"):
        text = to_text("event:茶会")
    assert "2094年6月5日" in text
    assert "17:30" in text
    assert "UTC+8" in text


def test_no_words_of_it_are_taken_for_markup(client, mud, walk):
    walk.title = walk.place = walk.who = walk.summary = "<script>x</script> & </script>"
    walk.save()
    for path in ("/low-tide/march/mud/", "/low-tide/", "/feeds/low-tide/rss.xml"):
        assert "<script>x" not in client.get(path).text


def test_no_title_of_a_text_is_taken_for_markup_at_the_desk(desk, mud, walk):
    mud.title = "<script>x</script>"
    mud.save()
    assert "<script>x" not in desk.get(f"/admin/newsletter/event/{walk.pk}/change/").text
    assert "<script>x" not in desk.get(f"/admin/newsletter/event/{walk.pk}/delete/").text


def test_a_draft_is_shown_nowhere(client, mud, walk):
    walk.state = "draft"
    walk.save()
    assert "Mud Walk" not in client.get("/low-tide/march/mud/").text
    assert "Mud Walk" not in client.get("/low-tide/").text
    assert entries(client, "/low-tide/events.ics") == []
    assert client.get("/events/mud-walk.ics").status_code == 404


def test_what_is_cancelled_says_so_everywhere(client, mud, walk):
    walk.state = "cancelled"
    walk.save()
    for path in ("/low-tide/march/mud/", "/low-tide/"):
        page = client.get(path).text
        assert "<s>Mud Walk</s>" in page
        assert "Cancelled" in page
        assert "/events/mud-walk.ics" not in page
    assert "EventCancelled" in client.get("/low-tide/march/mud/").text
    assert to_text("event:mud-walk").startswith("Cancelled: Mud Walk")
    [entry] = entries(client, "/events/mud-walk.ics")
    assert entry["STATUS"] == "CANCELLED"


def test_what_is_over_fades_by_the_clock_alone(client, mud):
    Event.objects.update(starts_at=timezone.now() - timedelta(hours=1), ends_at=timezone.now() + timedelta(minutes=9))
    assert "Coming up" in client.get("/low-tide/").text
    assert 'class="event"' in client.get("/low-tide/march/mud/").text
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        assert "Coming up" not in client.get("/low-tide/").text
        assert 'class="event past"' in client.get("/low-tide/march/mud/").text


def test_without_an_end_it_is_over_after_three_hours(walk):
    walk.ends_at = None
    walk.save()
    for hours, is_coming in ((2, True), (3, False)):
        with time_machine.travel(walk.starts_at + timedelta(hours=hours), tick=False):
            assert [event.is_over for event in Event.objects.all()] == [not is_coming]
            assert Event.objects.coming().exists() is is_coming


def test_a_newsletter_without_events_says_nothing_of_them(client, published):
    page = client.get("/low-tide/").text
    assert "Coming up" not in page
    assert "webcal" not in page
    assert entries(client, "/low-tide/events.ics") == []


def test_a_calendar_reads_what_was_written(client, walk):
    walk.title, walk.summary = "潮间带观察，和一场讲座；" * 9, "Boots, please; no dogs\\cats\nAll weathers"
    walk.who, walk.url = "Ada Moor", "https://example.org/walk?a=1,2"
    walk.save()
    [entry] = entries(client, "/events/mud-walk.ics")
    assert str(entry["SUMMARY"]) == walk.title
    assert str(entry["DESCRIPTION"]) == f"Ada Moor\n{walk.summary}\n{walk.url}"
    assert str(entry["URL"]) == walk.url
    assert str(entry["LOCATION"]) == "Pier 4, Tholemouth"
    assert entry["DTSTART"].dt == datetime(2094, 6, 5, 9, 30, tzinfo=UTC)
    assert entry["DTEND"].dt == datetime(2094, 6, 5, 12, tzinfo=UTC)
    assert entry["UID"] == str(walk.uid)
    assert (entry["STATUS"], entry["SEQUENCE"]) == ("CONFIRMED", 0)
    assert entry["DTSTAMP"].dt == entry["LAST-MODIFIED"].dt == walk.updated_at.replace(microsecond=0)


def test_what_was_pasted_with_odd_ends_of_lines_spoils_nothing_for_machines(client, mud, walk):
    walk.title = "Mud\u2028Walk\x85\x0band\x1ctalk"
    walk.save()
    page = client.get("/low-tide/march/mud/").text
    [node] = json.loads(
        re.findall(r'"event".+?<script type="application/ld\+json">(.+?)</script>', page, re.DOTALL)[0]
    )["@graph"]
    assert node["name"] == walk.title
    [entry] = entries(client, "/events/mud-walk.ics")
    assert str(entry["SUMMARY"]) == "Mud\u2028Walk\x85andtalk"


def test_the_calendar_of_a_newsletter_has_its_own_and_keeps_what_is_over(client, walk, low_tide):
    cast.event(low_tide, "long-ago", title="Long ago", starts_at=datetime(2024, 1, 1, tzinfo=UTC))
    cast.event(Newsletter.objects.create(title="The River", slug="the-river"), "theirs", title="Theirs")
    assert {str(entry["SUMMARY"]) for entry in entries(client, "/low-tide/events.ics")} == {"Mud Walk", "Long ago"}
    text = client.get("/low-tide/events.ics").text
    assert "X-WR-CALNAME:Low Tide\r\n" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in text
    assert "webcal://courant.example/low-tide/events.ics" in client.get("/low-tide/").text


def test_a_calendar_asks_again_for_nothing(client, walk):
    first = client.get("/low-tide/events.ics")
    assert client.get("/low-tide/events.ics", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get("/low-tide/events.ics").content == first.content
    assert first["Last-Modified"]


@pytest.mark.parametrize("name", ["nothing", "..", "%00", "x" * 300, "mud-walk/../x", "MUD-WALK.ics"])
def test_odd_addresses_of_calendars_are_not_found(client, walk, name):
    assert client.get(f"/events/{name}.ics").status_code == 404
    assert client.get(f"/{name}/events.ics").status_code == 404


def test_events_of_a_page_cost_one_query_however_many(client, published, low_tide):
    def queries(number):
        for each in range(number):
            cast.event(low_tide, f"walk-{number}-{each}")
        names = "\n".join(f"event:{slug}" for slug in Event.objects.values_list("slug", flat=True))
        naming(published.articles.get(slug="mud"), names.removeprefix("event:"))
        with CaptureQueriesContext(connection) as captured:
            client.get("/low-tide/march/mud/")
            client.get("/low-tide/events.ics")
        return len(captured)

    assert queries(1) == queries(10) == queries(40)


def test_it_ends_after_it_begins(low_tide):
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.event(low_tide, ends_at=datetime(2094, 6, 5, 9, tzinfo=UTC))


# At the desk


def change(desk, event, **fields):
    return send(desk, f"/admin/newsletter/event/{event.pk}/change/", **fields)


def test_an_editor_announces_one_by_the_clock_of_its_place(desk, low_tide, client):
    facts = {"title": "Mud Walk", "place": "Pier 4", "zone": "America/New_York", "state": "announced"}
    send(desk, "/admin/newsletter/event/add/", **facts, starts_at="2094-06-05T10:30", newsletter=low_tide.pk)
    walk = Event.objects.get()
    assert (walk.slug, walk.sequence) == ("mud-walk", 0)
    assert walk.starts_at == datetime(2094, 6, 5, 14, 30, tzinfo=UTC)
    assert walk.state_changed_by.display_name == "Edda"
    assert "New York time (UTC−4)" in client.get("/low-tide/").text
    page = desk.get(f"/admin/newsletter/event/{walk.pk}/change/").text
    assert 'value="2094-06-05T10:30"' in page
    assert "event:mud-walk" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"starts_at": "2026-03-29T01:30"}, "may not exist"),  # the clocks go forward
        ({"starts_at": "2026-10-25T01:30"}, "may be ambiguous"),  # they go back
        ({"ends_at": "2094-06-05T10:30"}, "It ends before it begins."),
        ({"place": ""}, "Say where it is"),
        ({"zone": "Mars/Olympus"}, "not one of the available choices"),
        ({"starts_at": "soon"}, "valid date/time"),
        ({"starts_at": "9999-12-31T23:30"}, "valid date/time"),
        ({"ends_at": "9999-12-31T23:30", "zone": "America/New_York"}, "valid date/time"),
        ({"starts_at": "0001-01-01T00:30", "zone": "Asia/Tokyo"}, "valid date/time"),
        ({"state": "draft"}, "cancel it."),
    ],
)
def test_odd_times_and_places_are_refused_in_words(desk, walk, fields, words):
    assert words in change(desk, walk, **fields).text.replace("&#x27;", "'")
    assert Event.objects.get().sequence == 0


def test_another_time_is_a_correction_where_readers_have_seen_it(desk, mud, walk, client):
    naming(walk.newsletter, field="about")
    page = desk.get(f"/admin/newsletter/event/{walk.pk}/change/").text
    assert "Readers have seen it in “Mud”." in page
    assert "Put a correction there" in page
    assert f"/admin/newsletter/article/{mud.pk}/change/" in page
    change(desk, walk, starts_at="2094-06-05T09:00")
    assert "A correction stands on “Mud” now." in desk.get("/admin/").text
    correction = Correction.objects.get()
    assert correction.article == mud
    assert correction.text_html == (
        "<p>“Mud Walk” takes place on Saturday, June 5, 2094, 9 a.m. to 1 p.m., London time (UTC+1), "
        "not on Saturday, June 5, 2094, 10:30 a.m. to 1 p.m., London time (UTC+1).</p>"
    )
    assert "<strong>Correction</strong>" in client.get("/low-tide/march/mud/").text
    [entry] = entries(client, "/events/mud-walk.ics")
    assert entry["SEQUENCE"] == 1
    assert entry["DTSTART"].dt == datetime(2094, 6, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "cancelled"}, "is cancelled."),
        ({"place": "Pier 5"}, "takes place at Pier 5, not at Pier 4, Tholemouth."),
        ({"place": "", "url": "https://a.example/b-c_d/"}, "takes place at <https://a.example/b-c_d/>, not at Pier 4"),
    ],
)
def test_so_is_another_place_and_that_it_is_cancelled(desk, mud, walk, fields, words):
    change(desk, walk, **fields)
    assert words in Correction.objects.get().text.replace("\\", "")


@pytest.mark.parametrize("fields", [{"summary": "Bring boots."}, {"correct": [], "place": "Pier 5"}])
def test_no_correction_where_nothing_was_wrong_or_the_editor_says_no(desk, mud, walk, fields):
    change(desk, walk, **fields)
    assert Event.objects.get().sequence == 1
    assert not Correction.objects.exists()


def test_what_is_cancelled_is_corrected_no_more_and_can_take_place_after_all(desk, mud, walk):
    change(desk, walk, state="cancelled")
    change(desk, walk, place="Pier 5")
    assert Correction.objects.count() == 1
    change(desk, walk, state="announced")
    assert "is not cancelled: it takes place on Saturday" in Correction.objects.last().text


def test_no_correction_on_what_nobody_has_seen(desk, walk, secrets):
    for issue in secrets.values():
        naming(issue)
    assert "Put a correction" not in desk.get(f"/admin/newsletter/event/{walk.pk}/change/").text
    change(desk, walk, place="Pier 5")
    assert not Correction.objects.exists()


def test_an_issue_is_corrected_where_a_section_names_it(walk, published):
    section = published.sections.get()
    section.intro = "event:mud-walk"
    section.save()
    assert announcing.read_in(walk) == [published]


def test_another_with_a_longer_name_is_none_of_its_business(walk, published):
    naming(published, "mud-walk-2")
    assert [*things_naming("event", walk.slug)] == []


def test_signs_of_markdown_in_a_title_stay_signs(mud, walk):
    old = Event.objects.get()
    walk.title, walk.place = NAME, "1. Pier_5_ #2"
    announcing.put_right(walk, old)
    html = Correction.objects.get().text_html
    assert "“**Mud**, &lt;walk&gt; &amp;amp; “more”” takes place at 1. Pier_5_ #2, not at" in html


def test_what_a_text_names_is_not_deleted(desk, mud, walk):
    path = f"/admin/newsletter/event/{walk.pk}/delete/"
    assert f"/admin/newsletter/article/{mud.pk}/change/" in desk.get(path).text
    desk.post(path, {"post": "yes"})
    assert Event.objects.exists()
    mud.body = "Nothing."
    mud.save()
    desk.post(path, {"post": "yes"})
    assert not Event.objects.exists()


def test_the_front_page_of_the_desk_has_it_in_its_calendar(desk, walk):
    assert "“Mud Walk” takes place" in desk.get("/admin/").text


def test_readers_and_moderators_do_not_see_the_list(rita, milo, walk):
    for person in (rita, milo):
        client = Client()
        client.force_login(person)
        assert client.get("/admin/newsletter/event/").status_code != 200
