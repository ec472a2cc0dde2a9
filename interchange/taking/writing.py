"""Write an export, piece by piece, so that memory stays flat. The same site gives the same file, byte for byte."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import batched
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Model

from interchange.archives import line
from interchange.backing_up import SNAPSHOT, Say, silent
from interchange.tables import PIECE, connected
from interchange.taking import texts
from interchange.taking.declared import Declared, Part, tables
from newsletter.models import Article, Issue, Newsletter, Picture
from participation.models import Tip

FORMAT = 1
MANIFEST, README = "courant.json", "README.md"
#: So many discussions, say, are read at once.
OWNERS = 20
README_TEXT = Path(__file__).with_name("README.md")
WITHOUT = " Left out by whoever made this: {}."


class Writer:
    """A zip whose entries have no date of their own; what they hold is counted."""

    def __init__(self, archive: ZipFile) -> None:
        self.zip, self.rows = archive, dict[str, dict[str, int]]()

    def add(self, name: str, chunks: Iterable[bytes], compression: int = ZIP_DEFLATED) -> None:
        entry = ZipInfo(name)
        entry.compress_type, entry.external_attr = compression, 0o600 << 16
        with self.zip.open(entry, "w", force_zip64=True) as member:
            for chunk in chunks:
                member.write(chunk)

    def add_text(self, name: str, text: str) -> None:
        self.add(name, [text.encode()])


class Taking:
    """One export: what of the site goes into it."""

    def __init__(self, archive: ZipFile, parts: Collection[str], newsletter: str, say: Say) -> None:
        self.archive, self.parts, self.newsletter, self.say = Writer(archive), set(parts), newsletter, say

    @property
    def people(self) -> bool:
        return Part.PEOPLE in self.parts

    def write(self) -> None:
        self.archive.add_text(README, self.readme())
        if Part.TEXTS in self.parts:
            self.add_texts()
        for declared in tables().values():
            if declared.part in self.parts:
                self.add_rows(declared)
        if Part.PICTURES in self.parts:
            self.add_pictures()
        self.archive.add_text(MANIFEST, json.dumps(self.manifest(), indent=1, ensure_ascii=False))

    def readme(self) -> str:
        lines = [
            f"- `{each.file}`: {each.model._meta.verbose_name_plural}: {', '.join(each.taken + each.many)}"
            for each in tables().values()
            if each.part in self.parts
        ]
        missing = [part for part in Part.ALL if part not in self.parts]
        title = Newsletter.objects.order_by("pk").values_list("title", flat=True).first() or "Courant"
        return README_TEXT.read_text(encoding="utf-8").format(
            title=title,
            address=settings.SITE_URL,
            tables="\n".join(lines),
            without=WITHOUT.format(", ".join(missing)) if missing else "",
        )

    def manifest(self) -> dict[str, Any]:
        return {
            "program": "Courant",
            "format": FORMAT,
            "site": origin(self.newsletter),
            "address": settings.SITE_URL,
            "parts": [part for part in Part.ALL if part in self.parts],
            "rows": self.archive.rows,
        }

    def add_texts(self) -> None:
        issues = tables()["newsletter.Issue"].rows(self.newsletter)
        keys = list(issues.order_by("newsletter__slug", "number").values_list("pk", flat=True))
        for number, key in enumerate(keys, start=1):
            issue = Issue.objects.select_related("newsletter", "lead_picture").get(pk=key)
            for file in texts.issue_files(issue, people=self.people):
                self.archive.add_text(*file)
            if not number % 100 or number == len(keys):
                self.say(f"issues: {number:,} of {len(keys):,}")
        alone = Article.objects.stand_alone().filter(pk__in=tables()["newsletter.Article"].rows(self.newsletter))
        for article in texts.with_all(alone).order_by("newsletter__slug", "pk").iterator(chunk_size=100):
            self.archive.add_text(*texts.article_file(article, people=self.people))
        for label in ("newsletter.Issue", "newsletter.Section", "newsletter.Article"):
            self.count(tables()[label])
        for label in ("newsletter.Contribution", "newsletter.Correction"):
            self.count(tables()[label])

    def count(self, declared: Declared) -> None:
        """What stands in front matter."""
        keys = declared.rows(self.newsletter).values_list("pk", flat=True)
        self.archive.rows[declared.label] = {"number": keys.count(), "last": keys.last() or 0}

    def add_rows(self, declared: Declared) -> None:
        counted = self.archive.rows[declared.label] = {"number": 0, "last": 0}

        def lines() -> Iterator[bytes]:
            for row in self.rows(declared):
                if (facts := self.facts(declared, row)) is not None:
                    counted["number"], counted["last"] = counted["number"] + 1, max(counted["last"], row.pk)
                    yield line(facts)

        self.archive.add(declared.file, lines())
        self.say(f"{declared.label}: {counted['number']:,} rows")
        if declared.files and declared.label != "newsletter.Picture":
            self.add_files(declared)

    def rows(self, declared: Declared) -> Iterator[Model]:
        """In the order of their keys, those that belong together beside each other. No database sorts them all."""
        rows = declared.rows(self.newsletter).prefetch_related(*declared.many)
        if not declared.together:
            yield from rows.iterator(chunk_size=PIECE)
            return
        owners = rows.order_by(declared.together).values_list(declared.together, flat=True).distinct()
        for some in batched(owners.iterator(), OWNERS):
            yield from rows.filter(**{f"{declared.together}__in": some}).order_by(declared.together, "pk")

    def facts(self, declared: Declared, row: Model) -> dict[str, Any] | None:
        """What is taken of a row; None where it does not go along."""
        facts = {name: declared.taken_as(name, getattr(row, field.attname)) for name, field in named(declared)}
        facts |= {name: sorted(each.pk for each in getattr(row, name).all()) for name in declared.many}
        if not self.people:
            facts |= {field.name: None for field in declared.references if texts.is_person(field)}
        if "told_at" in facts:
            facts["told_at"] = told_at(row)
        return fit(declared, facts, people=self.people)

    def add_files(self, declared: Declared) -> None:
        """Of readers: what rows name as their files."""
        for field in declared.files:
            rows = declared.rows(self.newsletter).exclude(**{field.name: ""})
            for name in rows.values_list(field.name, flat=True).iterator(chunk_size=PIECE):
                self.add_file(f"files/{name}", name)

    def add_pictures(self) -> None:
        for picture in tables()["newsletter.Picture"].rows(self.newsletter).iterator(chunk_size=PIECE):
            if isinstance(picture, Picture):
                self.add_file(f"pictures/{texts.file_of(picture)}", picture.file.name)
        self.say("pictures")

    def add_file(self, name: str, stored: str) -> None:
        with suppress(FileNotFoundError), default_storage.open(stored) as file:
            self.archive.add(name, file.chunks(), ZIP_STORED)


def named(declared: Declared) -> list[tuple[str, Any]]:
    return [(field.name, field) for field in declared.fields]


def fit(declared: Declared, facts: dict[str, Any], *, people: bool) -> dict[str, Any] | None:
    """What is left of a row where it is not to say all."""
    if declared.label == "mailing.Suppression" and not facts["email"]:
        return None  # erased: known by a hash that another site cannot read
    if declared.label == "comments.Comment" and not people:
        if not facts["shown"]:
            return None
        facts |= {"proposed_body": "", "held_by": "", "held_detail": "", "report_count": 0}
        facts |= {} if facts["state"] == "approved" else {"body": "", "name": "", "headline": ""}
    return facts


def told_at(row: Any) -> Any:
    """When a reader was told what became of a tip or a question, or will be by the site that knows them: no other one
    mails them when it comes there."""
    is_due = row.article and row.article.is_public and (row.state == "used" if isinstance(row, Tip) else True)
    return row.told_at or (row.article.published_at if is_due else None)


def origin(newsletter: str = "") -> str:
    """By which a site is known to others, wherever it moves: when its oldest newsletter was made."""
    rows = tables()["newsletter.Newsletter"].rows(newsletter).values_list("pk", "created_at")
    pk, made = rows.first() or (0, settings.SITE_URL)
    return sha256(f"{pk} {made}".encode()).hexdigest()[:20]


def write(
    file: IO[bytes],
    parts: Collection[str] = Part.ALL,
    say: Callable[[str], object] = silent,
    *,
    newsletter: str = "",
) -> None:
    """Put the chosen parts of the site, or of one newsletter, into a file as they are at one moment, while the site is
    used."""
    options = connection.settings_dict["OPTIONS"] | SNAPSHOT[connection.vendor]
    with (
        ZipFile(file, "w") as archive,
        connected(OPTIONS=options, DISABLE_SERVER_SIDE_CURSORS=False),
        transaction.atomic(),
    ):
        Taking(archive, parts, newsletter, say).write()
