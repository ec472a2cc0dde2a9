"""Issues and articles as Markdown with front matter: what people and other programs read, and what comes back.

At the top of the front matter stands what the text says of itself, in the words of other programs where they have
some; below `courant`, what only this program knows, with the numbers of rows. A text comes back byte for byte.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import yaml
from django.db.models import ForeignKey, Model, Prefetch, QuerySet

from core.markup import PICTURE
from core.slugs import SLUG
from interchange.taking.declared import Declared, tables
from newsletter.models import Article, Contribution, Correction, Issue, Picture, Section, Status, TaggedArticle

#: Where pictures lie, seen from every text.
PICTURES = "../../pictures/"
PICTURE_FILE = re.compile(rf"{re.escape(PICTURES)}({SLUG.pattern})\.\w+")
#: Fields that are texts of their own, in which files.
ISSUE, CLOSING = "issue.md", "closing.md"
#: What fields are called in front matter.
CALLED = {"published_at": "date", "kind": "type"}
#: What stands below `courant`.
OWN = frozenset({"id", "is_from_archive", "document_checksum", "status_changed_at", "created_at", "updated_at"})
BEGINNING, END = "---\n", "---\n\n"
LONGEST_NAME = 60


class Dumper(yaml.CSafeDumper):
    """Times as other programs write them, and texts of several lines as they are; nothing by reference."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


Dumper.add_representer(
    datetime, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat())
)
Dumper.add_representer(
    str,
    lambda dumper, value: dumper.represent_scalar(
        "tag:yaml.org,2002:str", value, style="|" if "\n" in value else None
    ),
)


class File(NamedTuple):
    name: str
    text: str


def folder_of(issue: Issue) -> str:
    return f"{issue.newsletter.slug}/{issue.number:04}-{issue.slug[:LONGEST_NAME]}"


def with_all(articles: QuerySet[Article]) -> QuerySet[Article]:
    bylines = Contribution.objects.select_related("contributor").order_by("position", "pk")
    tagged = TaggedArticle.objects.select_related("tag").order_by("pk")
    return articles.select_related("newsletter", "section", "lead_picture").prefetch_related(
        Prefetch("contributions", bylines), Prefetch("tagged", tagged), "corrections"
    )


def issue_files(issue: Issue, *, people: bool) -> Iterator[File]:
    """An issue with all that is in it."""
    articles = list(with_all(issue.articles.in_reading_order()))
    sections, corrections = list(issue.sections.order_by("pk")), list(issue.corrections.order_by("pk"))
    shown = files_of([issue, *articles])
    folder = folder_of(issue)
    facts: dict[str, Any] = {"kind": "issue", **facts_of(issue, people=people)}
    facts["courant"] |= {"sections": rows(sections, Section, {"issue"})} if sections else {}
    facts["courant"] |= {"corrections": rows(corrections, Correction, {"issue", "article"})} if corrections else {}
    yield File(f"{folder}/{ISSUE}", document(facts, issue.body, shown))
    if issue.closing:
        yield File(f"{folder}/{CLOSING}", document({"part": "closing", "title": issue.title}, issue.closing, shown))
    for place, article in enumerate(articles, start=1):
        name = f"{folder}/{place:02}-{article.slug[:LONGEST_NAME]}.md"
        yield File(name, document(article_facts(article, people=people), article.body, shown))


def article_file(article: Article, *, people: bool) -> File:
    """An article outside of issues, loaded `with_all`."""
    name = f"{article.newsletter.slug}/articles/{article.pk}-{article.slug[:LONGEST_NAME]}.md"
    return File(name, document(article_facts(article, people=people), article.body, files_of([article])))


def article_facts(article: Article, *, people: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {"kind": "article", **facts_of(article, people=people)}
    bylines, corrections = list(article.contributions.all()), list(article.corrections.all())
    if article.section:
        facts["section"] = article.section.title
    if tags := [each.tag.name for each in article.tagged.all()]:
        facts["tags"] = tags
    if authors := [each.contributor.name for each in bylines if each.role == Contribution.Role.AUTHOR]:
        facts["authors"] = authors
    own = facts.pop("courant")
    own |= {"contributions": rows(bylines, Contribution, {"article"})} if bylines else {}
    own |= {"corrections": rows(corrections, Correction, {"issue", "article"})} if corrections else {}
    return {**facts, "courant": own}


def facts_of(thing: Issue | Article, *, people: bool) -> dict[str, Any]:
    """All that is taken of it but its texts, without what is empty."""
    declared = tables()[thing._meta.label]
    top: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for field in declared.fields:
        value = getattr(thing, field.attname)
        if field.name in {"body", "closing"} or value in (None, "") or (is_person(field) and not people):
            continue
        place = own if field.name in OWN or isinstance(field, ForeignKey) else top
        place[CALLED.get(field.name, field.name)] = value
    if thing.status != Status.PUBLISHED:
        top["draft"] = True
    if thing.lead_picture:
        top["image"] = f"{PICTURES}{file_of(thing.lead_picture)}"
    return {**top, "courant": own}


def is_person(field: Any) -> bool:
    return isinstance(field, ForeignKey) and field.related_model._meta.label == "accounts.User"


def rows(things: Iterable[Model], model: type[Model], but: set[str]) -> list[dict[str, Any]]:
    """What hangs on a text, without the key by which it does."""
    fields = [field for field in tables()[model._meta.label].fields if field.name not in but]
    return [{field.name: getattr(thing, field.attname) for field in fields} for thing in things]


def file_of(picture: Picture) -> str:
    return picture.name + PurePosixPath(picture.file.name).suffix


def files_of(things: Iterable[Issue | Article]) -> dict[str, str]:
    """The files of all pictures that texts name, by the names of the pictures."""
    texts = "\n".join(getattr(thing, name) for thing in things for name in thing.markup_fields)
    named = Picture.objects.filter(name__in=set(PICTURE.findall(texts)))
    return {picture.name: file_of(picture) for picture in named.only("name", "file")}


def document(facts: dict[str, Any], text: str, shown: Mapping[str, str]) -> str:
    if PICTURES in text:  # it must come back as it is
        facts.setdefault("courant", {})["is_verbatim"] = True
    else:
        text = PICTURE.sub(lambda found: f"{PICTURES}{shown[found[1]]}" if found[1] in shown else found[0], text)
    head = yaml.dump(facts, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=10**6)
    return f"{BEGINNING}{head}{END}{text}\n"


def read(content: str) -> tuple[dict[str, Any], str]:
    """The front matter of a document, and its text. Raises ValueError."""
    head, boundary, text = content.removeprefix(BEGINNING).partition(f"\n{END}")
    if not content.startswith(BEGINNING) or not boundary:
        raise ValueError("no front matter between two lines of ---")
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(head, Loader=yaml.CSafeLoader)):
            raise ValueError("the front matter names parts of itself")
        facts = yaml.load(head, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"the front matter is not YAML: {error}") from error
    if not isinstance(facts, dict) or not isinstance(facts.get("courant", {}), dict):
        raise ValueError("the front matter is no list of names and values")
    text = text.removesuffix("\n")
    is_verbatim = facts.get("courant", {}).get("is_verbatim")
    return facts, text if is_verbatim else PICTURE_FILE.sub(r"picture:\1", text)


def as_row(declared: Declared, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What front matter says of a row, by the names of its fields."""
    own = facts.get("courant", {})
    names = {name: CALLED.get(name, name) for name in declared.taken}
    references = {field.name for field in declared.references}
    return {name: (own if name in OWN | references else facts).get(called) for name, called in names.items()}
