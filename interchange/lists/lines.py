"""Rows as they are understood, quickly: what a value means is found out once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from interchange.lists.dates import DateForm, Unclear, is_nothing, moment
from interchange.lists.reading import NAMED, RawRow
from interchange.lists.words import RANKS, Kind, Role, Standing, kind_of, meaning, refuses_anywhere, tokens, words_of

LONGEST_NAME = 80
LONGEST_EVIDENCE = 300
#: How many values of a column are kept with what they mean.
KEPT = 20_000


class Line(NamedTuple):
    """A row as it is understood. `blocked` says why it cannot be taken in yet: a word that nobody has explained; then
    nothing is known of its standing."""

    email: str
    name: str = ""
    language: str = ""
    standing: Standing = Standing.UNKNOWN
    agreed_at: datetime | None = None
    network: str = ""
    evidence: str = ""
    blocked: str = ""


class Column:
    """One whose values say who gets mail."""

    def __init__(self, place: int, header: str, kind: Kind, said: Mapping[str, Standing]) -> None:
        self.place, self.header, self.kind, self.said = place, header, kind, said
        self.known: dict[str, Standing] = {}

    def standing(self, value: str) -> Standing:
        found = self.known.get(value)
        if found is None:
            found = min((self.of_word(word) for word in tokens(self.kind, value)), key=RANKS.__getitem__)
            if len(self.known) < KEPT:
                self.known[value] = found
        return found

    def of_word(self, word: str) -> Standing:
        said = self.said.get(word)
        return meaning(self.kind, word) if said is None else said


class Agreement(Column):
    """One with dates of which none says that nobody agreed."""

    def standing(self, value: str) -> Standing:
        return self.said.get("", self.kind.standing) if not value or is_nothing(value) else Standing.SILENT


class LineReader:
    """Of one mapping; see `meaning.Mapping`."""

    def __init__(
        self,
        headers: Sequence[str],
        roles: Sequence[Role],
        said: Mapping[int, Mapping[str, Standing]],
        forms: Mapping[int, DateForm],
        rest: Standing,
    ) -> None:
        self.headers, self.roles, self.rest, self.width = headers, roles, rest, len(headers)
        beside = frozenset(map(words_of, headers))
        kinds = [kind_of(header, beside) for header in headers]
        best_first = sorted(range(len(roles)), key=lambda place: (kinds[place].rank, place))
        self.places = {role: [place for place in best_first if roles[place] == role] for role in Role}
        self.columns: list[Column] = [
            Column(place, headers[place], kinds[place], said.get(place, {})) for place in self.places[Role.STANDING]
        ]
        self.columns += [
            Agreement(place, headers[place], kinds[place], said.get(place, {}))
            for place in self.places[Role.AGREED]
            if kinds[place].role == Role.AGREED and kinds[place].standing
        ]
        self.dates = [(place, forms.get(place, DateForm.UNKNOWN)) for place in self.places[Role.AGREED]]
        self.zone = timezone.get_current_timezone()
        self.now = timezone.now()
        self.unasked = self.missing()

    def missing(self) -> str:
        """Why no row can be taken in at all, or nothing."""
        if len(self.places[Role.EMAIL]) != 1 or len(self.roles) != self.width:
            return _("Nobody has said which column holds the addresses.")
        if unknown := self.places[Role.UNKNOWN]:
            return _("Nobody has said what the column “%s” is for.") % self.headers[unknown[0]]
        return ""

    def line(self, row: RawRow) -> Line:
        values = row.values
        if len(values) != self.width:
            fitting = self.fitted(values)
            if fitting is None:
                said = {"found": len(values), "headers": self.width}
                reason = _("The row has %(found)d cells, where the headers are %(headers)d.") % said
                return Line(address(" ".join(values)[:LONGEST_EVIDENCE]), blocked=reason)
            values = fitting
        if self.unasked:
            places = self.places[Role.EMAIL]
            return Line(address(values[places[0]]) if places else "", blocked=self.unasked)
        standing, blocked = self.standing(values)
        agreed_at = None
        if not blocked:
            agreed_at, unclear = self.agreed(values)
            if unclear and standing == Standing.ACTIVE:  # a no counts whatever the date
                standing, blocked = Standing.UNKNOWN, unclear
        return Line(
            address(values[self.places[Role.EMAIL][0]]),
            self.name(values),
            known_language(self.first(Role.LANGUAGE, values)),
            standing,
            agreed_at,
            network(self.first(Role.NETWORK, values)),
            " · ".join(filter(None, (values[place].strip() for place in self.places[Role.EVIDENCE])))[
                :LONGEST_EVIDENCE
            ],
            blocked,
        )

    def fitted(self, values: Sequence[str]) -> Sequence[str] | None:
        """What is missing is taken for empty only where nothing can say a no."""
        missing = range(len(values), self.width)
        if any(map(str.strip, values[self.width :])) or any(column.place in missing for column in self.columns):
            return None
        return [*values[: self.width], *[""] * len(missing)]

    def standing(self, values: Sequence[str]) -> tuple[Standing, str]:
        """The worst of all, or why it is not known."""
        worst = Standing.SILENT
        for column in self.columns:
            found = column.standing(values[column.place])
            if RANKS[found] < RANKS[worst]:
                if found == Standing.UNKNOWN:
                    said = {"word": values[column.place].strip()[:LONGEST_NAME], "header": column.header}
                    return found, _("Nobody has said what “%(word)s” means in the column “%(header)s”.") % said
                worst = found
        if worst == Standing.SILENT:
            worst = self.rest
            if worst == Standing.UNKNOWN:
                return worst, _("Nothing in the file says whether they subscribe, and nobody has said so.")
        return worst, ""

    def agreed(self, values: Sequence[str]) -> tuple[datetime | None, str]:
        """When they agreed, or why that is not known."""
        for place, form in self.dates:
            value = values[place].strip()
            if not value or is_nothing(value):
                continue
            said = {"value": value[:LONGEST_NAME], "header": self.headers[place]}
            try:
                found = moment(value, form, self.zone)
            except Unclear:
                return None, _("“%(value)s” in the column “%(header)s” is no date that can be read.") % said
            if found > self.now:
                return None, _("“%(value)s” in the column “%(header)s” lies in the future.") % said
            return found, ""
        return None, ""

    def first(self, role: Role, values: Sequence[str]) -> str:
        for place in self.places[role]:
            if found := values[place].strip():
                return found
        return ""

    def evidence(self, values: Sequence[str]) -> str:
        found = [said for place in self.places[Role.EVIDENCE] if (said := values[place].strip())]
        return " · ".join(found)[:LONGEST_EVIDENCE] if found else ""

    def name(self, values: Sequence[str]) -> str:
        name = self.first(Role.NAME, values)
        if not name:
            name = f"{self.first(Role.FIRST_NAME, values)} {self.first(Role.LAST_NAME, values)}"
        return " ".join(name.split())[:LONGEST_NAME]


def address(text: str) -> str:
    """As it stands there, which may be no address; without a name beside it, unless that is none."""
    text = text.strip()
    found = NAMED.fullmatch(text) if text.endswith(">") else None
    return found["email"] if found and not refuses_anywhere(found["name"]) else text


@lru_cache(maxsize=1000)
def known_language(text: str) -> str:
    """One of the site's languages, or none: `fr-CA` is read as `fr`."""
    code = text.lower().replace("_", "-")
    languages = dict(settings.LANGUAGES)
    return next((each for each in (code, code.partition("-")[0]) if each in languages), "")


@lru_cache(maxsize=KEPT)
def network(text: str) -> str:
    """A network address, or none."""
    if not text:
        return ""
    try:
        return str(ip_address(text.partition(",")[0].strip()))
    except ValueError:
        return ""
