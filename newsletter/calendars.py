"""Events as calendars take them (RFC 5545): one, or all of a newsletter. Times are in UTC, as the format cannot say
which of two half past twos is meant in the night in which clocks go back; a calendar shows its owner's clock."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar
from icalendar import Event as Entry

from core.addresses import absolute
from core.markup.tree import UNPRINTABLE
from newsletter.models import Event, Newsletter

PRODUCT = "-//Courant//Events//EN"
#: How often those who have subscribed to a calendar are to look.
PACE = timedelta(hours=6)


def written(newsletter: Newsletter, events: Iterable[Event]) -> str:
    """A calendar with these. The same events are the same text, whenever it is asked for."""
    calendar = Calendar()
    facts = {"prodid": PRODUCT, "version": "2.0", "calscale": "GREGORIAN", "method": "PUBLISH"}
    facts |= {"x-wr-calname": newsletter.title, "x-wr-caldesc": newsletter.tagline}
    for name, value in facts.items():
        if value:
            calendar.add(name, value)
    calendar.add("refresh-interval", PACE, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for event in events:
        calendar.add_component(entry_of(event))
    return UNPRINTABLE.sub("", calendar.to_ical().decode())


def entry_of(event: Event) -> Entry:
    """It is stamped with its last change, which is what a published calendar says (3.8.7.2)."""
    entry, changed = Entry(), in_utc(event.updated_at)
    facts = {
        "uid": str(event.uid),
        "dtstamp": changed,
        "last-modified": changed,
        "created": in_utc(event.created_at),
        "sequence": event.sequence,
        "dtstart": in_utc(event.starts_at),
        "dtend": event.ends_at and in_utc(event.ends_at),
        "summary": event.title,
        "description": "\n".join(filter(None, [event.who, event.summary, event.url])),
        "location": event.where,
        "url": event.url or absolute(event.newsletter.get_absolute_url()),
        "status": "CANCELLED" if event.is_cancelled else "CONFIRMED",
    }
    for name, value in facts.items():
        if value not in (None, ""):
            entry.add(name, value)
    return entry


def in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
