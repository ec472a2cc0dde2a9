"""Bring a list in from the command line. What is not known is printed as questions, with the options that answer them,
and nothing is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from interchange import steering as stages
from interchange import working
from interchange.lists import steering, storing, taking_back
from interchange.lists.meaning import DateForm, Mapping, Question, Role, Standing
from interchange.lists.reading import Unreadable
from interchange.lists.storing import INVALID, OUTCOMES, UNKNOWN
from interchange.models import ListImport
from newsletter.models import Newsletter

State = ListImport.State


class Said(NamedTuple):
    """What somebody says of a file: `column=use`, `column:word=meaning`, `column=order of dates`; who the rest are."""

    columns: list[str]
    words: list[str]
    dates: list[str]
    rest: str


def bring_in(
    path: Path,
    newsletter: Newsletter,
    said: Said,
    *,
    evidence: str = "",
    encoding: str = "",
    dry_run: bool = False,
    leave_out_invalid: bool = False,
    leave_out_unknown: bool = False,
) -> Iterator[str]:
    """Look at a list and store it; yields what became of it, line by line. Raises ValueError, Unreadable too, where
    something is not known or may not be left out."""
    if not (evidence or dry_run):
        raise ValueError(_("Say with --evidence how these people agreed."))
    brought = stopped(path, newsletter) or steering.begin(newsletter, str(path.resolve())[-250:], None)
    with alone(brought):
        brought.refresh_from_db()
        try:
            if brought.state == State.READING:
                yield from look(brought, path, said, encoding)
                refuse(brought, dry_run, leave_out_invalid, leave_out_unknown)
                if dry_run:
                    yield _("Nothing was stored.")
                    return
                steering.bring_in(brought, evidence, leaves_out_invalid=True, leaves_out_unknown=True)
                brought.refresh_from_db()
            for _number in storing.go_on(brought, path):
                pass
        finally:
            steering.discard(brought)  # where nothing was stored
    stages.leave(brought, State.DONE)
    yield from outcomes(brought)
    if brought.stored.exists():
        yield _("It can be taken back: --take-back %(number)d.") % {"number": brought.pk}


def stopped(path: Path, newsletter: Newsletter) -> ListImport | None:
    """The same that was cut off in the middle."""
    name = str(path.resolve())[-250:]
    found = ListImport.objects.filter(newsletter=newsletter, name=name, upload="", state=State.UNDER_WAY)
    return found.first()


@contextmanager
def alone(brought: ListImport) -> Iterator[None]:
    try:
        with working.alone(brought):
            yield
    except working.AtWork as problem:
        raise ValueError(_("Somebody is at work on this import. Try again in a minute.")) from problem


def look(brought: ListImport, path: Path, said: Said, encoding: str) -> Iterator[str]:
    brought.findings = {"wished": {"encoding": encoding}}
    with storing.opened(brought, path) as file:
        storing.understand(brought, file)
    mapping = Mapping.from_json(brought.mapping)
    heed(mapping, said)
    brought.mapping = mapping.as_json()
    brought.save(update_fields=["mapping"])
    for question in mapping.open_questions():
        yield asked(question, mapping)
    for _number in storing.look(brought, path):
        pass
    stages.leave(brought, State.PLANNED)
    brought.state = State.PLANNED
    for number, email, why in [*brought.findings["invalid"], *brought.findings["unknown"]]:
        yield _("Row %(number)d, “%(email)s”: %(why)s") % {"number": number, "email": email, "why": why}
    yield from outcomes(brought)


def heed(mapping: Mapping, said: Said) -> None:
    """Raises ValueError for what the file has not."""
    for each in said.columns:
        column, use = halves(each, "=")
        mapping.roles[place_of(mapping, column)] = Role(use)
    for each in said.words:
        where, meaning = halves(each, "=")
        column, word = halves(where, ":")
        mapping.words.setdefault(place_of(mapping, column), {})[word.lower()] = Standing(meaning)
    for each in said.dates:
        column, form = halves(each, "=")
        mapping.dates[place_of(mapping, column)] = DateForm(form.replace("-", " "))
    if said.rest:
        mapping.rest = Standing(said.rest)


def halves(text: str, sign: str) -> tuple[str, str]:
    before, found, after = text.rpartition(sign) if sign == "=" else text.partition(sign)
    if not found:
        raise ValueError(_("“%(text)s” has no “%(sign)s” in it.") % {"text": text, "sign": sign})
    return before, after


def place_of(mapping: Mapping, column: str) -> int:
    if column not in mapping.layout.headers:
        facts = {"column": column, "headers": ", ".join(mapping.layout.headers)}
        raise ValueError(_("There is no column “%(column)s”. There are: %(headers)s") % facts)
    return mapping.layout.headers.index(column)


def asked(question: Question, mapping: Mapping) -> str:
    """A question, with the option that answers it."""
    column = mapping.layout.headers[question.column] if question.column >= 0 else ""
    facts = {"column": column, "word": question.word}
    match question.about:
        case "email":
            return _("? Which column holds the addresses: --map COLUMN=email")
        case "column":
            return _("? What is the column “%(column)s” for: --map “%(column)s=…”") % facts
        case "word":
            return _("? What does “%(word)s” mean in the column “%(column)s”: --word “%(column)s:%(word)s=…”") % facts
        case "dates":
            return _("? How does the column “%(column)s” write days: --dates “%(column)s=…”") % facts
    return _("? Who are those of whom the file says nothing: --rest active, or left, asked")


def refuse(brought: ListImport, dry_run: bool, leave_out_invalid: bool, leave_out_unknown: bool) -> None:
    """Raises Unreadable where rows would be left out that nobody has given up."""
    if dry_run:
        return
    if steering.is_open(brought) or (brought.counts.get(UNKNOWN) and not leave_out_unknown):
        raise Unreadable(_("Nothing was imported. Answer the questions, or leave those rows out: --leave-out-unknown"))
    if brought.counts.get(INVALID) and not leave_out_invalid:
        raise Unreadable(_("Nothing was imported. Correct the rows, or leave them out: --leave-out-invalid"))


def outcomes(brought: ListImport) -> Iterator[str]:
    for name, words in OUTCOMES.items():
        if number := brought.counts.get(name):
            yield f"{number:>8}  {words}"


def take_back(number: int) -> Iterator[str]:
    """Take a list back; yields how many are as before, and who stays and why. Raises ValueError."""
    brought = ListImport.objects.filter(pk=number).first()
    if brought is None or not (steering.take_back(brought) or brought.state == State.TAKING_BACK):
        raise ValueError(_("There is no list %(number)d that could be taken back.") % {"number": number})
    with alone(brought):
        brought.refresh_from_db()
        for _number in taking_back.go_on(brought):
            pass
        stages.leave(brought, State.TAKEN_BACK)
    for row in brought.stored.filter(is_taken_back=False).select_related("subscriber").iterator():
        who = row.subscriber or _("row %(number)d") % {"number": row.number}
        yield f"{who}: {taking_back.REASONS[row.made['why']]}"
    yield _("Taken back: %(number)d.") % {"number": brought.counts.get(taking_back.BACK, 0)}
