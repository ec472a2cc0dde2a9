"""What the public sees has changed: every process hears of it before it answers with anything it has kept.

What pages show has names, its topics: `CONTENT` for all that editors write, finer ones where something changes often,
as a discussion does. A row for each topic that changed is stored in the transaction of the change itself. Once that is
committed the rows get the next number, one for all, so that numbers become visible in their order, and a process asks
for what lies beyond the last that it knows. What a killed process left without a number counts as changed, too.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save

#: What editors write; every page shows it.
CONTENT = "content"
#: The number of a row whose transaction may not be committed yet.
UNNUMBERED = 2**62
#: Topics that changed, a line each, by which the processes of one machine hear of them also without the database; and
#: beyond how many bytes it begins anew.
NOTES, LONGEST_NOTES = Path(settings.DATA_DIR, "changes"), 2**20

#: Each says when public content changes next without anybody writing, or None. Apps add theirs in `ready()`.
next_changes: list[Callable[[], datetime | None]] = []


def watch(models: Iterable[type[Model]]) -> None:
    """Let every change of these models through the ORM's objects renew the public pages. `QuerySet.update()` sends no
    signal: who uses it on what the public sees calls `content_changed` too."""
    for model in models:
        for signal in (post_save, post_delete, m2m_changed):
            signal.connect(everything_changed, sender=model)


def everything_changed(**kwargs: Any) -> None:
    content_changed()


def content_changed(*topics: str) -> None:
    """Let nothing that shows one of the topics, or of `CONTENT` where none is named, outlive the current transaction,
    however often it is said in it."""
    hooks = {hook for _savepoints, hook, *_ in connection.run_on_commit if isinstance(hook, Said)}
    fresh = {Said(topic, getattr(connection, "looks", 0)) for topic in topics or [CONTENT]} - hooks
    if fresh:
        connection.has_unnumbered = True  # type: ignore[attr-defined]
        row = apps.get_model("core.Change")
        row.objects.bulk_create(row(topic=said.topic) for said in fresh)
        for said in fresh:
            transaction.on_commit(said, robust=True)


@dataclass(frozen=True)
class Said:
    """That a topic has changed, in a transaction that is not committed yet. Django forgets it where that is undone."""

    topic: str
    #: How often this connection had looked for changes: what it has seen since must be said again.
    looks: int

    def __call__(self) -> None:
        note(self.topic)  # first, as the database may go away before the next line, and the change is made
        if connection.has_unnumbered:  # type: ignore[attr-defined]
            apps.get_model("core.Change").number_all()
            connection.has_unnumbered = False  # type: ignore[attr-defined]


def note(topic: str = "") -> None:
    """Without a topic, that there is a place for notes."""
    try:
        with NOTES.open("a" if noted() < LONGEST_NOTES else "w") as notes:
            notes.write(f"{topic}\n")
    except OSError:
        NOTES.unlink(missing_ok=True)


def noted() -> int:
    """How many bytes of notes there are; none where there is no place for them."""
    return NOTES.stat().st_size if NOTES.exists() else 0


class Changes:
    """What this process has heard of, and when, by its own count."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.count = 0
        self.forget()

    def forget(self) -> None:
        self.last, self.heard, self.unnumbered = 0, dict[str, int](), set[int]()

    def question(self) -> str:
        """The statement whose rows `hear` wants."""
        return f"SELECT id, number, topic FROM core_change WHERE number > {self.last}"  # noqa: S608 - a number

    def hear(self, rows: Collection[tuple[int, int, str]]) -> int:
        """Returns the count: what is read from now on is as new as that."""
        with self.lock:
            news = [topic for pk, number, topic in rows if number > self.last and pk not in self.unnumbered]
            if news:
                self.heard |= dict.fromkeys(news, self.count + 1)
                self.count += 1
            self.unnumbered = {pk for pk, number, _topic in rows if number == UNNUMBERED}
            self.last = max(self.last, *(number for _pk, number, _topic in rows if number != UNNUMBERED), 0)
            return self.count

    def overhear(self, since: int) -> int:
        """Hear what was noted beyond so many bytes; returns how many there are. Raises OSError where nobody knows."""
        if not 0 < since <= (size := noted()):
            raise FileNotFoundError(NOTES)
        if size > since:
            with self.lock, NOTES.open() as notes:
                notes.seek(since)
                self.count += 1
                self.heard |= dict.fromkeys(notes.read(size - since).split(), self.count)
        return size

    def look(self) -> int:
        """Ask the database. Returns the count: what is read from now on is as new as that."""
        connection.looks = getattr(connection, "looks", 0) + 1  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute(self.question())
            return self.hear(cursor.fetchall())

    def have_touched(self, topics: Iterable[str], since: int) -> bool:
        return any(self.heard.get(topic, 0) > since for topic in topics)


changes = Changes()
