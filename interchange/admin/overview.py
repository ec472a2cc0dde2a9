"""What the pages of an import show: how far it is, its documents in a table, its remarks by kind."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.worker import pulse
from interchange.models import Import, Imported, WantedPicture

PER_PAGE = 100
#: How many places of a kind of remark are listed; the table finds the others.
PLACES = 50
SHOWN = 50

State = Imported.State
#: What a list can be narrowed to: planned documents by what would become of them.
FATES: dict[str, Promise] = {
    "made": _("new"),
    "changed": _("changed"),
    "same": _("as it was"),
    "refused": _("refused"),
    "taken back": _("taken back"),
}
#: What the plan says of a document, and what that will be once it is stored.
AHEAD = {"new": "made", "changed": "changed", "same": "same"}
KINDS: dict[str, Promise] = {"issue": _("issue"), "article": _("article")}

COUNTED: dict[str, Promise] = {"articles": _("articles"), "pictures": _("pictures"), "comments": _("comments")}
FIELDS: dict[str, Promise] = {"title": _("title"), "number": _("number"), "date": _("date"), "slug": _("address")}


class Place(NamedTuple):
    """Where something is remarked."""

    document: "Row"
    words: str
    line: int | None


class Row:
    """A document in the table."""

    def __init__(self, document: Imported) -> None:
        self.document, self.name, self.facts = document, document.name, document.facts
        self.title = self.facts.get("title") or ""
        self.kind = self.facts.get("kind", "")
        planned = document.state == State.PLANNED
        self.fate = AHEAD[self.facts["outlook"]] if planned else document.state

    @property
    def fate_word(self) -> str:
        return str(FATES.get(self.fate, self.fate))

    @property
    def kind_word(self) -> str:
        return str(KINDS.get(self.kind, ""))

    @property
    def date(self) -> datetime | None:
        return datetime.fromisoformat(self.facts["date"]) if self.facts.get("date") else None

    @property
    def origins(self) -> list[tuple[str, str]]:
        """What comes from the same place is named together: "number, date", "the name of the file"."""
        named: defaultdict[str, list[str]] = defaultdict(list)
        for field, origin in (self.facts.get("from") or {}).items():
            named[origin].append(str(FIELDS.get(field, field)))
        return [(", ".join(fields), origin) for origin, fields in named.items()]

    @property
    def numbers(self) -> list[tuple[Promise, int]]:
        return [(word, self.number_of(name)) for name, word in COUNTED.items()]

    def number_of(self, name: str) -> int:
        """Of pictures also those that are elsewhere."""
        elsewhere = len(self.facts.get("remote", ())) if name == "pictures" else 0
        return (self.facts.get(name) or 0) + elsewhere

    @property
    def thing(self) -> tuple[str, int] | None:
        """The page of the admin that leads to what it became."""
        if self.document.issue_id:
            return "admin:newsletter_issue_change", self.document.issue_id
        return ("admin:newsletter_article_change", self.document.article_id) if self.document.article_id else None

    @property
    def why(self) -> str:
        """Of what was refused: the last remark says it."""
        return self.document.remarks[-1][1] if self.fate == State.REFUSED and self.document.remarks else ""


class Overview:
    """All documents of an import, read in one go, and what of them is asked for: by `becomes`, `kind`, `remark`
    (the number of its kind) and `q`, words of the title or name."""

    def __init__(self, brought: Import, asked: QueryDict) -> None:
        self.brought, self.asked = brought, asked
        self.becomes, self.kind, self.q = (asked.get(name, "") for name in ("becomes", "kind", "q"))

    @cached_property
    def rows(self) -> list[Row]:
        return [Row(document) for document in self.brought.documents.defer("made")]

    @cached_property
    def fates(self) -> list[tuple[str, str, int]]:
        counts = Counter(row.fate for row in self.rows)
        return [(fate, str(word), counts[fate]) for fate, word in FATES.items() if counts[fate]]

    @cached_property
    def kinds(self) -> list[tuple[str, str, int]]:
        counts = Counter(row.kind for row in self.rows)
        return [(kind, str(word), counts[kind]) for kind, word in KINDS.items() if counts[kind]]

    @property
    def totals(self) -> list[tuple[Promise, int]]:
        taken = [row for row in self.rows if row.fate != State.REFUSED]
        return [(word, sum(row.number_of(name) for row in taken)) for name, word in COUNTED.items()]

    @cached_property
    def remarks(self) -> list[tuple[str, list[Place]]]:
        """By kind, the most frequent first."""
        found: defaultdict[str, list[Place]] = defaultdict(list)
        for row in self.rows:
            for kind, words, line in row.document.remarks:
                found[kind or words].append(Place(row, words, line))
        return sorted(found.items(), key=lambda each: (-len(each[1]), each[0]))

    @property
    def remark_kinds(self) -> list[dict[str, Any]]:
        return [
            {"words": kind, "number": len(places), "places": places[:PLACES], "is_cut": len(places) > PLACES}
            for kind, places in self.remarks
        ]

    @property
    def remark_count(self) -> int:
        return sum(len(places) for _kind, places in self.remarks)

    def found(self) -> Iterator[Row]:
        number = self.asked.get("remark", "")
        chosen = self.remarks[int(number)][1] if number.isdecimal() and int(number) < len(self.remarks) else None
        remarked = {id(place.document) for place in chosen} if chosen is not None else None
        words = self.q.casefold()
        for row in self.rows:
            is_chosen = remarked is None or id(row) in remarked
            is_like_that = self.becomes in {"", row.fate} and self.kind in {"", row.kind}
            if is_chosen and is_like_that and words in f"{row.title}\n{row.name}".casefold():
                yield row

    @cached_property
    def page(self) -> Page:
        return Paginator(list(self.found()), PER_PAGE).get_page(self.asked.get("page"))


class Progress:
    """How far it is, in a number of queries that does not grow."""

    def __init__(self, brought: Import) -> None:
        self.brought = brought

    @cached_property
    def counts(self) -> dict[str, int]:
        counted = self.brought.documents.order_by().values_list("state").annotate(Count("pk"))
        return dict(counted)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """Documents that are through with what is being done."""
        if self.brought.state == Import.State.TAKING_BACK:
            return self.total - self.counts.get(State.MADE, 0) - self.counts.get(State.CHANGED, 0)
        return self.total - self.counts.get(State.PLANNED, 0)

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0

    @cached_property
    def refused(self) -> list[Row]:
        return [Row(each) for each in self.brought.documents.filter(state=State.REFUSED)[:SHOWN]]

    @cached_property
    def wanted(self) -> dict[str, int]:
        """Addresses of pictures elsewhere: how many, how many of them were not fetched, or are still to be."""
        missing = Q(picture=None)
        sets = {"all": Q(), "failed": missing & ~Q(problem=""), "due": missing & Q(problem="")}
        counts = {name: Count("address", distinct=True, filter=chosen) for name, chosen in sets.items()}
        return WantedPicture.objects.filter(document__of=self.brought).aggregate(**counts)

    @property
    def fetched(self) -> int:
        return self.wanted["all"] - self.wanted["failed"] - self.wanted["due"]

    @property
    def failed_pictures(self) -> list[WantedPicture]:
        failed = WantedPicture.objects.failed().filter(document__of=self.brought)
        return list(failed.select_related("document")[:SHOWN])

    @property
    def is_fetching(self) -> bool:
        is_done = self.brought.state == Import.State.DONE
        return is_done and (self.brought.looks_for_pictures or bool(self.wanted["due"]))

    @property
    def is_live(self) -> bool:
        return self.brought.state in Import.AT_WORK or self.is_fetching

    @property
    def is_the_commands(self) -> bool:
        """What the command reads, nobody else goes on with."""
        return not self.brought.upload and self.brought.state in {Import.State.READING, Import.State.UNDER_WAY}

    @cached_property
    def missing_worker(self) -> str:
        return pulse.missing() if self.is_live and not self.is_the_commands else ""
