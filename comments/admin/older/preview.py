"""Older comments between the form and the discussion: held for a day, shown one by one, corrected, taken or left."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.models import User
from comments.admin.older import places
from comments.admin.older.forms import EntryForm
from comments.bringing_in.dating import Calendar, calendar_of
from comments.bringing_in.fingerprints import fingerprints
from comments.bringing_in.reading import read_pasted
from comments.bringing_in.storing import brought_in_before, comment_of, take_in
from comments.models import Comment, Discussion, discussion_of
from newsletter.composing import Unreadable
from newsletter.composing.stashing import fetch, stash
from newsletter.models import Publishable
from newsletter.talks import OlderComment

#: Deeper replies stand no further in.
DEEPEST_SHOWN = 3
CORRECTED = ("name", "headline", "written", "said_at")
#: What is held between the form and the preview.
HELD = {"place", "copied_on", "text", "said_at"}


@dataclass(frozen=True, slots=True)
class Row:
    """A comment as it would be stored, and the form in which it is corrected; no form where it is there already."""

    comment: Comment
    depth: int
    form: EntryForm | None
    answers: str


@dataclass
class Preview:
    """What was found, where it belongs, and what the editor made of it so far."""

    place: Publishable
    found: Sequence[OlderComment]
    copied_on: date | None
    said: Mapping[str, Any] | None = None

    @cached_property
    def calendar(self) -> Calendar:
        return calendar_of(self.place, self.copied_on)

    @cached_property
    def digests(self) -> list[list[str]]:
        return fingerprints(self.found)

    @cached_property
    def discussion(self) -> Discussion:
        return discussion_of(self.place)

    @cached_property
    def there(self) -> dict[int, Comment]:
        """Those that were brought in before, by their place in the list."""
        return brought_in_before(self.discussion, self.digests) if self.discussion.pk else {}

    @cached_property
    def forms(self) -> dict[int, EntryForm]:
        found = {}
        for number, comment in enumerate(self.found):
            if number not in self.there:
                initial = {name: getattr(comment, name) for name in CORRECTED}
                found[number] = EntryForm(self.said, prefix=str(number), calendar=self.calendar, initial=initial)
        return found

    @property
    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.forms.values())

    @property
    def rows(self) -> list[Row]:
        """In reading order: each comment, and then what answers it."""
        ways: list[tuple[int, ...]] = []
        rows: list[Row] = []
        for number, found in enumerate(self.found):
            above = () if found.answers is None else ways[found.answers]
            ways.append((*above, number))
            comment = self.there.get(number) or self.drawn(number)
            answers = "" if found.answers is None else rows[found.answers].comment.shown_name
            rows.append(Row(comment, min(len(above), DEEPEST_SHOWN), self.forms.get(number), answers))
        return [row for _way, row in sorted(zip(ways, rows, strict=True), key=lambda pair: pair[0])]

    def drawn(self, number: int) -> Comment:
        """A comment as it would be stored now; where its date cannot be read, without one."""
        corrected = self.corrected(number)
        try:
            moment = self.calendar.reckon(corrected.written)
        except Unreadable:
            moment = self.calendar.reckon("")
        comment = comment_of(corrected, self.digests[number][0], moment)
        comment.discussion = self.discussion
        return comment

    def corrected(self, number: int) -> OlderComment:
        form = self.forms[number]
        said = form.cleaned_data if form.is_bound and form.is_valid() else {}
        return replace(self.found[number], **{name: said[name] for name in CORRECTED if name in said})

    @property
    def kept(self) -> list[int]:
        """The places of those that come in, and of those that are there."""
        numbers = range(len(self.found))
        return [number for number in numbers if number in self.there or self.forms[number].cleaned_data["take"]]

    def store(self, by: User) -> list[str]:
        """Bring in what was not left out. What answers something left out answers what that answered."""
        new_places = {number: place for place, number in enumerate(self.kept)}
        comments = []
        for number in self.kept:
            comment = self.found[number] if number in self.there else self.corrected(number)
            answered = self.answered(number, new_places)
            comments.append(replace(comment, answers=None if answered is None else new_places[answered]))
        return take_in(self.place, comments, [self.digests[number] for number in self.kept], by, self.copied_on)

    def answered(self, number: int, kept: Mapping[int, int]) -> int | None:
        above = self.found[number].answers
        while above is not None and above not in kept:
            above = self.found[above].answers
        return above


def keep(chosen: Mapping[str, Any], user: User) -> str:
    """Hold what was chosen, the cleaned data of a `ConversationForm`, until it is looked at; returns a ticket."""
    place, day = chosen["place"], chosen["copied_on"]
    content = {"place": places.key_of(place), "copied_on": day and day.isoformat()}
    content |= {"text": chosen["text"], "said_at": chosen["said_at"]}
    return stash(json.dumps(content).encode(), place.newsletter, user)


def kept(ticket: str, user: User) -> dict[str, str]:
    """What was held, as the form shows it. Raises Unreadable where it is no longer there, or was held by another."""
    with suppress(ValueError):
        chosen = json.loads(fetch(ticket, user).content)
        if isinstance(chosen, dict) and chosen.keys() == HELD:
            return chosen
    raise Unreadable(_("This preview is no longer there: it is kept for a day. Choose the comments again."))


def preview_of(chosen: Mapping[str, str], said: Mapping[str, Any] | None) -> Preview:
    """Raises Unreadable where the issue or article is gone."""
    place = places.place_of(chosen["place"])
    if place is None:
        raise Unreadable(_("The issue or article is gone."))
    comments = [replace(each, said_at=each.said_at or chosen["said_at"]) for each in read_pasted(chosen["text"])]
    return Preview(place, comments, parse_date(chosen["copied_on"] or ""), said)
