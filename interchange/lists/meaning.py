"""What the columns and words of a list mean. What is not known never means that somebody subscribes: it is asked."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Self

from interchange.lists import dates, words
from interchange.lists.dates import DateForm
from interchange.lists.lines import Line, LineReader
from interchange.lists.reading import ADDRESS, Layout, RawRow
from interchange.lists.words import Form, Kind, Role, Standing, kind_of, meaning, refuses_anywhere, tokens, words_of

__all__ = ["DateForm", "Line", "Mapping", "Question", "Role", "Standing", "Survey", "guess", "survey"]

SAMPLES = 5
LONGEST_SAMPLE = 100
LONGEST_VALUE = 500
#: A column with more words than these is none whose words can be asked about.
MOST_WORDS = 200
MOST_REFUSALS = 50
#: Such a share of cells must be addresses for a column that is not called so.
MOSTLY = 0.8


class Question(NamedTuple):
    """What an editor must still say: `email` (which column), `column` (what it is for), `word` (what it means there),
    `dates` (which number is the day), `rest` (what those are of whom the file says nothing either way)."""

    about: str
    column: int = -1
    word: str = ""


@dataclass
class Survey:
    """What stands in a file: of each column some samples, and of those that may tell a standing each value with its
    count. Made in one reading, in bounded memory."""

    rows: int = 0
    samples: dict[int, list[str]] = field(default_factory=dict)
    #: By column: word → how many rows; of a column with too many words, none.
    values: dict[int, dict[str, int]] = field(default_factory=dict)
    #: By column: what its values show of the order of day and month → how many; see `dates.kind_of`.
    dates: dict[int, dict[str, int]] = field(default_factory=dict)
    #: By column: words in it that mean no more mail, whatever the column is for.
    refusals: dict[int, list[str]] = field(default_factory=dict)
    #: By column: how many cells hold an address.
    addresses: dict[int, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        by_column = {name: numbered(found) for name, found in stored.items() if name != "rows"}
        return cls(rows=stored["rows"], **by_column)


@dataclass
class Mapping:
    """How to read a file and what its columns and words mean. Kept as JSON, and for the next file of that shape. What
    is changed after the first line was read counts no more."""

    layout: Layout
    roles: list[Role]
    #: By column: word as `words.key` has it → what it means. Kept also of words in columns that are used otherwise.
    words: dict[int, dict[str, Standing]] = field(default_factory=dict)
    dates: dict[int, DateForm] = field(default_factory=dict)
    #: Who those are of whom the file says nothing either way; never remembered.
    rest: Standing = Standing.UNKNOWN
    #: Columns that nobody knows and in which nothing stood: ignored, and not remembered as such.
    empty: list[int] = field(default_factory=list)

    def open_questions(self) -> list[Question]:
        """What an editor must still say: columns, words, orders of dates. Rows are blocked that need an answer."""
        found = [] if self.roles.count(Role.EMAIL) == 1 else [Question("email")]
        for place, role in enumerate(self.roles):
            if role == Role.UNKNOWN:
                found.append(Question("column", place))
            elif role == Role.STANDING:
                said = self.words.get(place, {}).items()
                found += [Question("word", place, word) for word, standing in said if standing == Standing.UNKNOWN]
            elif role == Role.AGREED and not self.dates.get(place):
                found.append(Question("dates", place))
        if self.rest == Standing.UNKNOWN and self.may_be_silent():
            found.append(Question("rest"))
        return found

    def may_be_silent(self) -> bool:
        """Whether there can be a row of which no column says anything either way."""
        standing = (self.words.get(place) for place, role in enumerate(self.roles) if role == Role.STANDING)
        return not any(said and Standing.SILENT not in said.values() for said in standing)

    @cached_property
    def reader(self) -> LineReader:
        return LineReader(self.layout.headers, self.roles, self.words, self.dates, self.rest)

    def line(self, row: RawRow) -> Line:
        """Raises nothing: what is wrong with a row stands in it."""
        return self.reader.line(row)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        layout = Layout(**{**stored["layout"], "headers": tuple(stored["layout"]["headers"])})
        said = {
            place: {word: Standing(standing) for word, standing in words.items()}
            for place, words in numbered(stored["words"]).items()
        }
        forms = {place: DateForm(form) for place, form in numbered(stored["dates"]).items()}
        return cls(layout, list(map(Role, stored["roles"])), said, forms, Standing(stored["rest"]), stored["empty"])


def numbered(by_column: dict[Any, Any]) -> dict[int, Any]:
    """As it was before JSON made texts of the numbers."""
    return {int(place): found for place, found in by_column.items()}


def survey(rows: Iterable[RawRow], layout: Layout) -> Survey:
    """Of all rows, one by one."""
    found = Survey()
    columns = [ColumnSurvey(place, kind) for place, kind in enumerate(kinds_of(layout))]
    for row in rows:
        found.rows += 1
        for column, value in zip(columns, row.values, strict=False):
            column.add(value)
    for column in columns:
        column.put_into(found)
    return found


def kinds_of(layout: Layout) -> list[Kind]:
    beside = frozenset(map(words_of, layout.headers))
    return [kind_of(header, beside) for header in layout.headers]


class ColumnSurvey:
    """Of one column, value by value."""

    def __init__(self, place: int, kind: Kind) -> None:
        self.place, self.kind = place, kind
        self.samples: list[str] = []
        self.raw: dict[str, int] = {}
        self.has_too_many = False
        self.dates: dict[str, int] = {}
        self.has_dates: bool | None = None if kind.role != Role.AGREED else True
        self.refusals: list[str] = []
        self.addresses = 0

    def add(self, value: str) -> None:
        value = value[:LONGEST_VALUE]
        if value in self.raw:
            self.raw[value] += 1
            return
        if not self.has_too_many:
            self.raw[value] = 1
            self.has_too_many = len(self.raw) > MOST_WORDS * 5
            if self.has_too_many:
                self.settle()
                self.raw = {"": self.raw.get("", 0)}
            return
        self.note(value, 1)

    def settle(self) -> None:
        for value, count in self.raw.items():
            self.note(value, count)

    def note(self, value: str, count: int) -> None:
        """What does not depend on there being few values."""
        text = value.strip()
        if not text or text == "{}":
            return
        if len(self.samples) < SAMPLES:
            self.samples.append(text[:LONGEST_SAMPLE])
        if "@" in text:
            self.addresses += count if ADDRESS.search(text) else 0
        elif self.has_dates is not False and not dates.is_nothing(text):
            kind = dates.kind_of(text)
            self.has_dates = self.has_dates or bool(kind)
            self.dates[kind] = self.dates.get(kind, 0) + count
        if len(text) < words.LONGEST_WORD and len(self.refusals) < MOST_REFUSALS and self.is_refusal(text):
            word = words.key(text)
            self.refusals += [word] if word not in self.refusals else []

    def is_refusal(self, text: str) -> bool:
        if self.kind.form == Form.MANY:
            return any(meaning(self.kind, word) != Standing.UNKNOWN for word in tokens(self.kind, text))
        return refuses_anywhere(ADDRESS.sub("", text) if "@" in text else text)

    def put_into(self, found: Survey) -> None:
        if not self.has_too_many:
            self.settle()
            counts: dict[str, int] = {}
            for value, count in self.raw.items():
                for word in tokens(self.kind, value):
                    counts[word] = counts.get(word, 0) + count
            if len(counts) <= MOST_WORDS:
                found.values[self.place] = counts
        found.samples[self.place] = self.samples
        found.addresses[self.place] = self.addresses
        if self.has_dates:
            found.dates[self.place] = self.dates
        if self.refusals:
            found.refusals[self.place] = self.refusals


def guess(layout: Layout, found: Survey, remembered: Mapping | None = None) -> Mapping:
    """What is known of programs' exports, over what an editor has said of a file of this shape before."""
    kinds = kinds_of(layout)
    mapping = Mapping(layout, [role_of(kind, place, found) for place, kind in enumerate(kinds)])
    name_addresses(mapping, kinds, found)
    for place, role in enumerate(mapping.roles):
        if role == Role.UNKNOWN and not found.samples.get(place):
            mapping.roles[place] = Role.IGNORED
            mapping.empty.append(place)
    if remembered and remembered.layout.shape == layout.shape:
        recall_roles(mapping, remembered, found)
    for place, kind in enumerate(kinds):
        if mapping.roles[place] == Role.STANDING:
            mapping.words[place] = {word: meaning(kind, word) for word in found.values.get(place, {})}
        elif mapping.roles[place] == Role.AGREED == kind.role and kind.standing:
            mapping.words[place] = {"": kind.standing}
        elif place in found.refusals:
            mapping.words[place] = dict.fromkeys(found.refusals[place], Standing.UNKNOWN)
        if place in found.dates:
            mapping.dates[place] = dates.form_of(found.dates[place])
    if remembered and remembered.layout.shape == layout.shape:
        recall_answers(mapping, remembered)
    return mapping


def role_of(kind: Kind, place: int, found: Survey) -> Role:
    """What a column is for. It is ignored only where neither its header nor a value can say a no."""
    if kind.role == Role.STANDING:
        said = [meaning(kind, word) for word in found.values.get(place, {}) if word]
        is_known = any(said) or not found.samples.get(place) or kind.form != Form.WORDS
        return Role.STANDING if is_known else Role.UNKNOWN
    if place in found.refusals and kind.role != Role.EMAIL:
        has_few = kind.role == Role.UNKNOWN and place in found.values
        return Role.STANDING if has_few else Role.UNKNOWN
    return kind.role


def name_addresses(mapping: Mapping, kinds: list[Kind], found: Survey) -> None:
    """Of several columns called so the best known holds the addresses; if none is, that in which they stand."""
    called = [place for place, role in enumerate(mapping.roles) if role == Role.EMAIL]
    full = [place for place in called if found.addresses.get(place)]
    others = [
        place
        for place, kind in enumerate(kinds)
        if kind.role == Role.UNKNOWN and found.addresses.get(place, 0) > MOSTLY * found.rows
    ]
    best = sorted(full or others or called, key=lambda place: kinds[place].rank)[:1]
    for place in called:
        mapping.roles[place] = Role.UNKNOWN
    for place in best:
        mapping.roles[place] = Role.EMAIL


def recall_roles(mapping: Mapping, remembered: Mapping, found: Survey) -> None:
    """A column that was said to hold no word for no more mail, and now does, is asked again."""
    for place, role in enumerate(remembered.roles):
        known = remembered.words.get(place, {})
        is_new = role != Role.STANDING and any(word not in known for word in found.refusals.get(place, []))
        if role != Role.UNKNOWN and (role != Role.IGNORED or place not in remembered.empty):
            mapping.roles[place] = Role.UNKNOWN if is_new else role


def recall_answers(mapping: Mapping, remembered: Mapping) -> None:
    """What was said of words that stand here again, and of dates where this file does not tell."""
    for place, said in mapping.words.items():
        before = remembered.words.get(place, {})
        said.update({word: before[word] for word in said if before.get(word)})
    mapping.dates |= {place: form for place, form in remembered.dates.items() if not mapping.dates.get(place)}
