"""Bring an archive in from the command line, without a person to ask, and tell what is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _g

from interchange import working
from interchange.bringing import opening, planning, recognising, stages, steering, telling
from interchange.models import Import, Imported
from newsletter.composing import Unreadable
from newsletter.composing.unattended import newsletter_named

State = Import.State


def bring(path: Path, newsletter: str, *, dry_run: bool = False, **wishes: Any) -> Iterator[str]:
    """Plan and store what lies at a path; yields the report line by line. `wishes` are fields of Import. What was
    stopped in the middle goes on. Raises Unreadable."""
    place = newsletter_named(newsletter)
    if dry_run:
        yield from foretell(path, Import(newsletter=place, name=path.name[:250], **wishes))
        return
    name = str(path.resolve())[-250:]
    stopped = Import.objects.filter(newsletter=place, name=name, upload="", state__in=[State.READING, State.UNDER_WAY])
    brought = stopped.first() or steering.begin(place, name, None, **wishes)
    with alone(brought):
        Import.objects.filter(pk=brought.pk).update(**wishes)
        brought.refresh_from_db()
        try:
            go_through(brought, path)
        except Unreadable:
            steering.discard(brought)
            raise
    yield from stages.report(brought)
    if brought.documents.filter(state__in=[Imported.State.MADE, Imported.State.CHANGED]).exists():
        yield _("It can be taken back: --take-back %(number)d.") % {"number": brought.pk}


@contextmanager
def alone(brought: Import) -> Iterator[None]:
    try:
        with working.alone(brought):
            yield
    except working.AtWork as problem:
        raise Unreadable(_("Somebody is at work on this import. Try again in a minute.")) from problem


def go_through(brought: Import, path: Path) -> None:
    for _count in stages.plan(brought, path):
        pass
    steering.leave(brought, State.UNDER_WAY)
    brought.state = State.UNDER_WAY
    for _count in stages.go_on(brought, path):
        pass
    steering.leave(brought, State.DONE, looks_for_pictures=brought.fetches_pictures)


def foretell(path: Path, brought: Import) -> Iterator[str]:
    """The plan alone. Nothing is stored."""
    with opening.opened(path) as files:
        found = recognising.recognise(files)
        brought.format = found.name
        rows = list(planning.rows(brought, files, found))
    planning.settle(brought, rows)
    yield from telling.report(brought, rows)
    yield _("Nothing was stored.")


def take_back(number: int) -> Iterator[str]:
    """Take an import back; yields what becomes of each thing. Raises Unreadable."""
    brought = Import.objects.filter(pk=number).first()
    if brought is None or not (steering.take_back(brought) or brought.state == State.TAKING_BACK):
        raise Unreadable(_("There is no import %(number)d that could be taken back.") % {"number": number})
    with alone(brought):
        brought.refresh_from_db()
        yield from (told(fate) for fate in stages.fates(brought))
        while stages.take_back(brought):
            pass
        steering.leave(brought, State.TAKEN_BACK, looks_for_pictures=False)
    yield _("Taken back.")


FATES = {"goes": _g("%s goes"), "put back": _g("%s is put back"), "stays": _g("%s stays")}


def told(fate: stages.Fate) -> str:
    words = FATES[fate.what] % fate.name
    return f"{words}: {fate.why}" if fate.why else words
