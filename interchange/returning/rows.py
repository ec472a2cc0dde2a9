"""Rows of one table come back: recognised where they are here already, or made as they were."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.db.models import Field, FileField, ForeignKey, Model
from django.utils.translation import gettext as _

from interchange.returning import coming
from interchange.returning.coming import Odd
from interchange.returning.counterparts import Counterparts
from interchange.returning.naming import Names
from interchange.taking.declared import Declared
from interchange.taking.texts import is_person
from newsletter.models import Article

#: How a database says that it does not take a row.
REFUSED = (IntegrityError, DataError)
#: What files are called in storage.
STORED = re.compile(r"(?:pictures|people|tips)/[\w-]{8,64}\.(?:jpe?g|png|avif|webp|gif)", re.ASCII)

#: By column: the numbers here of what rows name there.
type References = dict[str, dict[int, int]]


class Line(NamedTuple):
    """A row as it stands in a file."""

    file: str
    number: int
    facts: dict[str, Any]

    def remark(self, kind: str, words: str) -> "Remark":
        return Remark(kind, f"{self.file}: {words}", self.number)


class Remark(NamedTuple):
    """What was left out and why: its kind, by which it is counted, a sentence and the line."""

    kind: str
    words: str
    line: int


@dataclass
class Outcome:
    """What became of some rows."""

    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)
    #: Those that were made, by their numbers there.
    made: dict[int, Any] = field(default_factory=dict)

    def add(self, other: "Outcome") -> None:
        self.counts += other.counts
        self.remarks += other.remarks


@dataclass
class Rows:
    """The rows of one table, of one export."""

    declared: Declared
    counterparts: Counterparts
    #: Takes care of files: see `interchange.returning.archive`.
    bring_file: Callable[[Declared, Any], None] = lambda _declared, _row: None
    #: What is called otherwise here: see `interchange.returning.naming`.
    names: Names = field(default_factory=dict)

    @property
    def model(self) -> type[Model]:
        return self.declared.model

    @property
    def key(self) -> str:
        return "id" if "id" in self.declared.taken else self.declared.taken[0]

    def bring(self, lines: Sequence[Line]) -> Outcome:
        """Store what is not here, all or nothing. What does not fit is left out with a remark."""
        try:
            with transaction.atomic():
                return self.store(lines)
        except REFUSED:  # two of them are one, say: which, is found one by one
            outcome = Outcome()
            for each in lines:
                outcome.add(self.bring_one(each))
            return outcome

    def bring_one(self, line: Line) -> Outcome:
        try:
            with transaction.atomic():
                return self.store([line])
        except REFUSED as error:
            return Outcome(Counter(odd=1), [line.remark("odd", _("the database does not take it: %s") % error)])

    def store(self, lines: Sequence[Line]) -> Outcome:
        outcome = Outcome()
        numbered = self.numbered(lines, outcome)
        here = self.counterparts.known(self.model, numbered)
        fresh = {number: line for number, line in numbered.items() if number not in here}
        outcome.counts["same"] += len(here)
        references = self.references(fresh.values())
        rows = dict[int, Any]()
        for number, line in fresh.items():
            with leaving_out(line, outcome):
                rows[number] = self.row(line, references, outcome)
        for number in coming.gone(rows):
            del rows[number]
            outcome.counts["erased"] += 1
        beside, without = self.recognised(rows), self.without_owner(fresh)
        for number, row in rows.items():
            if number in beside:
                self.counterparts.note(self.model, number, beside[number].pk, was_there=True)
                coming.settle(row, beside[number])
                outcome.counts["there"] += 1
            elif number in without:
                outcome.counts["left"] += 1
            else:
                with leaving_out(fresh[number], outcome):
                    self.make(row, fresh[number], references, outcome)
                    outcome.made[number] = row
        outcome.counts["new"] += len(outcome.made)
        if outcome.made:
            coming.follow(outcome.made)
        return outcome

    def numbered(self, lines: Iterable[Line], outcome: Outcome) -> dict[int, Line]:
        found = dict[int, Line]()
        for line in lines:
            number: Any = line.facts.get(self.key)
            if is_number(number):
                found[number] = line
            else:
                outcome.remarks.append(line.remark("odd", _("it has no number of its own")))
                outcome.counts["odd"] += 1
        return found

    def references(self, lines: Iterable[Line]) -> References:
        """For each column that names rows: their numbers here."""
        lines = list(lines)
        wanted = {each.name: [line.facts.get(each.name) for line in lines] for each in self.declared.references}
        for name in self.declared.many:
            wanted[name] = [key for line in lines for key in as_list(line.facts.get(name))]
        related = {name: self.model._meta.get_field(name).related_model for name in wanted}
        return {
            name: self.counterparts.known(related[name], set(filter(is_number, keys)))  # type: ignore[arg-type]
            for name, keys in wanted.items()
        }

    def row(self, line: Line, references: References, outcome: Outcome) -> Model:
        """A row that is not stored. What it names in its own table may come with it: see `make`."""
        values = dict[str, Any]()
        for each in self.declared.fields:
            if isinstance(each, ForeignKey):
                if each.related_model is not self.model:
                    values[each.attname] = self.reference(each, line, references, outcome)
            elif each.name != self.key:
                values[each.name] = fitting(each, self.declared.taken_as(each.name, line.facts.get(each.name)))
        try:
            row = self.model(**values)
        except OSError as error:  # a picture without its measures
            raise Odd("odd", str(error)) from error
        if self.key == "id":
            row.pk = line.facts["id"]
        try:
            coming.complete(row, self.counterparts, self.names)
        except ValidationError as error:
            raise Odd("odd", " ".join(error.messages)) from error
        return row

    def reference(self, column: ForeignKey, line: Line, references: References, outcome: Outcome) -> int | None:
        there, here = line.facts.get(column.name), references[column.name]
        if there is None and column.null:
            return None
        if isinstance(there, int) and there in here:
            return here[there]
        if isinstance(there, int) and not column.db_constraint:  # type: ignore[attr-defined]  # may outlive its row
            return there if self.counterparts.keeps(column.related_model, there) else None
        words = _("it names %(column)s %(number)s, which is not there") % {"column": column.name, "number": there}
        if column.null and is_person(column):
            return None  # exports without people, or of one newsletter, name some who are not in them
        if column.null:
            outcome.remarks.append(line.remark("names what is not there", words))
            return None
        raise Odd("names what is not there", words)

    def recognised(self, rows: dict[int, Any]) -> dict[int, Any]:
        """Those that are here already, by what is known of them."""
        found = dict[int, Any]()
        for names in self.declared.known_by:
            columns = [self.model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
            known = {number: values_of(row, columns) for number, row in rows.items() if is_known(row, names, columns)}
            alike: dict[str, Any] = {
                f"{name}__in": {each[place] for each in known.values()} - {None} for place, name in enumerate(columns)
            }
            if "issue" not in names and self.model is Article:
                alike["issue__isnull"] = True
            there = self.model._base_manager.filter(**alike) if known else ()
            by_values = {values_of(each, columns): each for each in there}
            found |= {number: by_values[values] for number, values in known.items() if values in by_values}
        return found

    def without_owner(self, lines: dict[int, Line]) -> set[int]:
        """Those whose owner had been here before, and keeps what it has."""
        found = set[int]()
        for name in self.declared.with_.split():
            named = {number: line.facts.get(name) for number, line in lines.items()}
            owners: dict[int, Any] = {number: owner for number, owner in named.items() if is_number(owner)}
            related: Any = self.model._meta.get_field(name).related_model
            there = self.counterparts.were_there(related, set(owners.values()))
            found |= {number for number, owner in owners.items() if owner in there}
        return found

    def make(self, row: Any, line: Line, references: References, outcome: Outcome) -> None:
        own = [each for each in self.declared.references if each.related_model is self.model]
        for each in own:
            setattr(row, each.attname, self.reference(each, line, references, outcome))
        self.bring_file(self.declared, row)
        number = line.facts[self.key]
        if self.key == "id" and not self.counterparts.keeps(self.model, number):
            row.pk = None
        coming.place(row)
        models.Model.save_base(row, raw=True, force_insert=True)  # as it was: no time is set anew
        if row.pk != number:
            self.counterparts.note(self.model, number, row.pk)
            coming.place_anew(row)
        for each in own:
            references[each.name][number] = row.pk
        for name in self.declared.many:
            keys = [
                references[name][key]
                for key in as_list(line.facts.get(name))
                if is_number(key) and key in references[name]
            ]
            getattr(row, name).set(keys)


@contextmanager
def leaving_out(line: Line, outcome: Outcome) -> Iterator[None]:
    """A row that does not fit is named, and the others come."""
    try:
        yield
    except Odd as error:
        outcome.remarks.append(line.remark(*error.args))
        outcome.counts["odd"] += 1


def is_number(value: Any) -> bool:
    """Whether it can be the number of a row."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def values_of(row: Any, columns: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in columns)


def is_known(row: Any, names: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether it says anything there; outside of issues, the address of an article is enough."""
    is_apart: bool = isinstance(row, Article) and "issue" not in names and row.issue_id is not None
    return not is_apart and not {None, ""} & {*values_of(row, columns)}


def fitting(column: Field, value: Any) -> Any:
    """What a column takes of a value. Raises Odd."""
    if value is None and not column.null:
        value = column.get_default()
    try:
        value = column.to_python(value)
        if value not in column.empty_values:
            column.run_validators(value)
    except (ValidationError, TypeError, ValueError, OverflowError) as error:
        words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        raise Odd("odd", f"{column.name}: {words}") from error
    if column.choices and value not in column.empty_values and value not in dict(column.flatchoices):
        raise Odd("odd", _("%(name)s: there is no “%(value)s”") % {"name": column.name, "value": str(value)[:40]})
    if isinstance(column, FileField) and value and not STORED.fullmatch(value):
        raise Odd("odd", _("%s: no file of this program is called so") % column.name)
    if isinstance(value, str) and "\0" in value:
        raise Odd("odd", _("%s: it holds a character that no text has") % column.name)
    return value
