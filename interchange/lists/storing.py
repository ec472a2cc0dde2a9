"""A list is looked at, and stored in pieces: each a short transaction that says how far it came. So who is killed
leaves nothing by halves, and nothing is done twice.

Whoever calls these has the list to itself (`interchange.working`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from core import locking
from interchange.lists import reading
from interchange.lists.meaning import Mapping, guess, survey
from interchange.lists.spooling import Entry, Spool
from interchange.models import ListImport, ListRow, ListShape
from mailing.lists import enrolling
from mailing.lists.enrolling import Outcome, Source, Trace
from mailing.models.subscribers import BY_LIST

#: Rows in one transaction, which takes some hundredths of a second; and in one question what would become of them.
PIECE, JUDGED = 100, 500
#: How many rows a preview shows.
SHOWN = 50
TWICE, UNKNOWN, INVALID = "twice", "unknown", "invalid"
#: What becomes of rows, in words.
OUTCOMES: dict[str, Any] = {each.value: each.label for each in Outcome} | {
    TWICE: _("Stands in the file twice: the worst counts, once"),
    UNKNOWN: _("Has a word or date that nobody has explained"),
    INVALID: _("Is no address that mail can be sent to"),
}
#: After which something is different than before.
CHANGES = (Outcome.NEW, Outcome.GOES, Outcome.BOUNCES)


@contextmanager
def opened(brought: ListImport, path: Path | None = None) -> Iterator[Any]:
    """What was uploaded, or what lies at a path of this machine."""
    with path.open("rb") if path else default_storage.open(brought.upload) as file:
        yield file


def look(brought: ListImport, path: Path | None = None) -> Iterator[int]:
    """Find out what stands in a file and what would become of it; yields how many rows are done. Where an editor has
    said what its columns mean, that holds. Changes `mapping`, `findings`, `counts` and `rows` alone. Raises
    Unreadable."""
    with opened(brought, path) as file:
        if not brought.mapping:
            understand(brought, file)
        mapping = Mapping.from_json(brought.mapping)
        with closing(Spool()) as spool:
            for brought.rows in spool.fill(reading.rows(file, mapping.layout), mapping):
                brought.save(update_fields=["rows"])
                yield 0
            yield from judge(brought, spool)


def understand(brought: ListImport, file: BinaryIO) -> None:
    """As a file says itself, as an editor has said before of files with these columns, and as was wished just now."""
    wished = brought.findings.get("wished", {})
    layout = reading.look(file, **{name: wished.get(name, "") for name in ("encoding", "delimiter")})
    found = survey(reading.rows(file, layout), layout)
    shape = ListShape.objects.filter(digest=layout.shape).first()
    said = wished.get("before") or (shape.mapping if shape else None)
    brought.mapping = guess(layout, found, Mapping.from_json(said) if said else None).as_json()
    brought.findings = {"survey": found.as_json(), "encodings": reading.encodings(file), "wished": wished}
    brought.rows = found.rows
    brought.save(update_fields=["mapping", "findings", "rows"])


def judge(brought: ListImport, spool: Spool) -> Iterator[int]:
    counts, shown = Counter({INVALID: spool.invalid_count}), list[Any]()
    for piece in spool.pieces(JUDGED):
        people = [each.person for each in piece if each.person and each.is_counted]
        outcomes = iter(enrolling.judge(people, brought.newsletter))
        for each in piece:
            fate = fate_of(each) or next(outcomes).value
            counts[fate] += 1
            if each.person and len(shown) < SHOWN:
                shown.append([each.number, each.person.email, each.person.name, fate, date_of(each)])
        yield piece[-1].number
    brought.counts = {fate: counts[fate] for fate in OUTCOMES if counts[fate]}
    brought.findings |= {"shown": shown, "invalid": spool.invalid, "unknown": spool.unknown}
    brought.save(update_fields=["counts", "findings"])


def fate_of(entry: Entry) -> str:
    """What becomes of a row whatever is here; nothing where that has to be looked at."""
    if not entry.is_counted:
        return TWICE
    return "" if entry.person else UNKNOWN


def date_of(entry: Entry) -> str:
    return written(entry.person.agreed_at) if entry.person else ""


def go_on(brought: ListImport, path: Path | None = None) -> Iterator[int]:
    """Store what is not stored yet, piece by piece; yields the row up to which it is. What an editor wants left out is
    left out."""
    mapping = Mapping.from_json(brought.mapping)
    with opened(brought, path) as file, closing(Spool()) as spool:
        for _count in spool.fill(reading.rows(file, mapping.layout), mapping):
            yield brought.done
        if not brought.done:
            brought.counts = {INVALID: spool.invalid_count} if spool.invalid_count else {}
        for piece in spool.pieces(PIECE, after=brought.done):
            with locking.turn():
                store(brought, piece)
            yield brought.done
    brought.done = brought.rows
    brought.save(update_fields=["done"])


def store(brought: ListImport, piece: Sequence[Entry]) -> None:
    counted = [each for each in piece if each.person and each.is_counted]
    people = [each.person for each in counted if each.person]
    traces = enrolling.store(people, brought.newsletter, source_of(brought))
    found = Counter(brought.counts) + Counter(trace.outcome.value for trace in traces)
    brought.counts = dict(found + Counter(filter(None, map(fate_of, piece))))
    by_list = subscribed_by_lists(brought, traces)
    ListRow.objects.bulk_create(
        ListRow(
            of=brought, number=entry.number, subscriber_id=trace.subscriber, outcome=trace.outcome, made=made(trace)
        )
        for entry, trace in zip(counted, traces, strict=True)
        if trace.outcome in CHANGES or says_no_again(entry, trace) or trace.subscriber in by_list
    )
    brought.done = piece[-1].number
    brought.save(update_fields=["counts", "done"])


def subscribed_by_lists(brought: ListImport, traces: Sequence[Trace]) -> set[int | None]:
    """Of those who are subscribed already, whom another list has subscribed: they stay so when that is taken back."""
    there = [trace.subscriber for trace in traces if trace.outcome == Outcome.THERE]
    rows = ListRow.objects.filter(subscriber__in=there, outcome__in=[Outcome.NEW, Outcome.THERE], is_taken_back=False)
    return set(rows.filter(of__newsletter=brought.newsletter).values_list("subscriber", flat=True))


def says_no_again(entry: Entry, trace: Trace) -> bool:
    """About somebody who was gone before: so that taking back the list that said so first does not bring them back."""
    is_no = entry.person is not None and entry.person.said in enrolling.UNWILLING
    return is_no and trace.subscriber is not None


def made(trace: Trace) -> dict[str, Any]:
    before = trace.before and [trace.before.state, written(trace.before.since), written(trace.before.asked_at)]
    facts = {"new": trace.is_new, "before": before, "look": trace.look}
    return {name: value for name, value in (facts | keys(trace)).items() if value}


def written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def keys(trace: Trace) -> dict[str, int | None]:
    return {"consent": trace.consent, "suppression": trace.suppression}


def source_of(brought: ListImport) -> Source:
    """It begins as `BY_LIST` says, and tells one list from another."""
    name = f"{BY_LIST}{brought.pk}, {brought.name[:50]} · {brought.by or 'manage.py'}"
    return Source(name[:100], brought.evidence)
