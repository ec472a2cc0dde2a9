"""Events in texts: how each that is named is shown, and what becomes of those texts when it is moved or cancelled."""

import re
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from core.languages import spoken
from core.markup.named import Medium, Names
from newsletter.models import Article, Correction, Event, Issue
from newsletter.publishing import correct
from newsletter.rendering import things_naming

WORD = "event"
TEMPLATES = {medium: f"newsletter/events/{medium.name.lower()}.html" for medium in Medium} | {
    Medium.TEXT: "newsletter/events/text.txt"
}
#: What means something in Markdown, also in the middle of a line.
SIGNS = re.compile(r"[\\`*_{}\[\]()#+!.>~^|-]")


def show(medium: Medium, names: Names) -> Mapping[str, str]:
    """What readers may see of these."""
    events = Event.objects.public().filter(slug__in=names).select_related("newsletter")
    return {event.slug: without_gaps(render_to_string(TEMPLATES[medium], {"event": event})) for event in events}


def without_gaps(text: str) -> str:
    """Without the empty lines of a template. What else ends a line is part of somebody's words."""
    return "\n".join(filter(None, map(str.strip, text.split("\n"))))


def read_in(event: Event) -> list[Issue | Article]:
    """The issues and articles in which readers have seen it."""
    naming = things_naming(WORD, event.slug)
    return [each for each in naming if isinstance(each, Issue | Article) and each.is_public]


@transaction.atomic
def change(event: Event, before: Event | None, by: User | None) -> None:
    """Store an event; what was there already becomes its next edition."""
    if before is None or before.state != event.state:
        event.state_changed_at, event.state_changed_by = timezone.now(), by
    if before:
        event.sequence = before.sequence + 1
    event.save()


def put_right(event: Event, before: Event) -> list[Issue | Article]:
    """Put on each text in which readers have seen it what is different now; returns those texts."""
    texts = read_in(event) if is_other(event, before) else []
    for thing in texts:
        with translation.override(spoken(thing.newsletter.language)):
            words = " ".join(differences(event, before))
        correct(Correction(**{str(thing._meta.model_name): thing}, text=words))
    return texts


def is_other(event: Event, before: Event) -> bool:
    """Whether who came by what was said before would stand there alone."""
    return before.is_public and bool([*differences(event, before)])


def differences(event: Event, before: Event) -> Iterable[str]:
    """In sentences of Markdown, in the language that is active."""
    facts = {"title": plain(event.title), "time": plain(event.time), "place": place_of(event)}
    facts |= {"old_time": plain(before.time), "old_place": place_of(before)}
    if event.is_cancelled:
        if not before.is_cancelled:
            yield _("“%(title)s”, announced for %(old_time)s, is cancelled.") % facts
        return
    if before.is_cancelled:
        yield _("“%(title)s” is not cancelled: it takes place on %(time)s.") % facts
    elif event.time != before.time:
        yield _("“%(title)s” takes place on %(time)s, not on %(old_time)s.") % facts
    if event.where != before.where:
        yield _("“%(title)s” takes place at %(place)s, not at %(old_place)s.") % facts


def place_of(event: Event) -> str:
    return plain(event.place) if event.place else f"<{event.url}>"


def plain(words: str) -> str:
    """Words as Markdown that shows them as they are."""
    return SIGNS.sub(r"\\\g<0>", words.replace("&", "&amp;").replace("<", "&lt;"))
