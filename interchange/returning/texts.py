"""Issues and articles come back from their Markdown, each issue with its articles in one piece."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from taggit.models import Tag

from comments.models import Comment
from interchange.returning import naming
from interchange.returning.counterparts import Counterparts
from interchange.returning.naming import Names
from interchange.returning.rows import Line, Outcome, Remark, Rows, fitting
from interchange.taking import texts
from interchange.taking.declared import tables
from newsletter import revising
from newsletter.models import Article, Issue, TaggedArticle
from newsletter.rendering import render_articles, render_texts

LONGEST_TAG = 100
#: What may be changed in a file.
EDITED: dict[Any, tuple[str, ...]] = {
    Issue: ("title", "summary", "subject", "preheader", "body", "closing"),
    Article: ("title", "kicker", "summary", "source_url", "source_name", "body"),
}

#: A document as a row, and its front matter.
type Read = tuple[Line, Mapping[str, Any]]

#: The line at which the front matter begins.
FIRST = 1


class Texts:
    """The texts of one export. `document` gives the content of a file."""

    def __init__(self, counterparts: Counterparts, document: Callable[[str], str], names: Names) -> None:
        self.counterparts, self.document, self.names = counterparts, document, names

    @transaction.atomic
    def bring(self, names: Iterable[str]) -> Outcome:
        """The files of one issue, or one article that stands alone. Raises ValueError, naming a file that cannot be
        read."""
        outcome, articles = Outcome(), list[Read]()
        closing, issue = "", None
        for name in names:
            try:
                facts, text = texts.read(self.document(name))
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
            if name.endswith(f"/{texts.CLOSING}"):
                closing = text
            elif name.endswith(f"/{texts.ISSUE}"):
                issue = Line(name, FIRST, texts.as_row(tables()["newsletter.Issue"], facts) | {"body": text}), facts
            else:
                row = texts.as_row(tables()["newsletter.Article"], facts) | {"body": text}
                articles.append((Line(name, FIRST, row), facts))
        made = dict[int, Any]()
        if issue:
            issue[0].facts["closing"] = closing
            made = self.store("newsletter.Issue", [issue[0]], outcome)
            self.store_below("newsletter.Section", "sections", "issue", [issue], outcome)
            self.store_below("newsletter.Correction", "corrections", "issue", [issue], outcome)
        new = self.store("newsletter.Article", [line for line, _facts in articles], outcome)
        self.store_below("newsletter.Contribution", "contributions", "article", articles, outcome)
        self.store_below("newsletter.Correction", "corrections", "article", articles, outcome)
        for line, _facts in [*([issue] if issue else ()), *articles]:
            outcome.counts["changed"] += self.renew(Issue if issue and line is issue[0] else Article, line)
            outcome.remarks += self.lost_ways(line)
        self.tag(list(new.values()), articles)
        render_articles(list(new.values()))
        for issue_made in made.values():
            render_texts(issue_made)
        naming.lead_to_articles(new, [*made.values(), *new.values()])
        return outcome

    def store(self, label: str, lines: list[Line], outcome: Outcome) -> dict[int, Any]:
        """Returns what was made."""
        rows = Rows(tables()[label], self.counterparts, names=self.names)
        stored = rows.store(lines) if lines else Outcome()
        outcome.add(stored)
        return stored.made

    def store_below(self, label: str, name: str, owner: str, documents: Sequence[Read], outcome: Outcome) -> None:
        """What hangs on a text stands in its front matter."""
        lines = [
            Line(line.file, line.number, {**row, owner: line.facts["id"]})
            for line, facts in documents
            for row in as_rows(facts.get("courant", {}).get(name))
        ]
        self.store(label, lines, outcome)

    def lost_ways(self, line: Line) -> Iterator[Remark]:
        """Links to comments by numbers that they do not have here."""
        found = naming.PERMALINK.findall(" ".join(str(line.facts.get(name)) for name in ("body", "closing")))
        if any(not self.counterparts.keeps(Comment, int(number)) for number in found):
            yield line.remark("links to comments", _("it links to comments by the numbers that they had there"))

    def renew(self, model: type[Issue] | type[Article], line: Line) -> bool:
        """Take in what somebody has changed in a file since it was taken out, unless the text was changed here since;
        whether that was done."""
        there = line.facts["id"]
        here = self.counterparts.known(model, {there}).get(there)
        thing = model.objects.filter(pk=here, updated_at=line.facts.get("updated_at")).first()
        if thing is None or self.counterparts.were_there(model, {there}):
            return False
        columns = [field for field in model._meta.concrete_fields if field.name in EDITED[model]]
        texts = {field.name: fitting(field, line.facts.get(field.name)) for field in columns}
        texts = {name: naming.renamed(text, self.names) for name, text in texts.items()}
        is_numbered = not self.counterparts.keeps_all and any(map(naming.names_rows, texts.values()))
        if is_numbered or all(getattr(thing, name) == text for name, text in texts.items()):
            return False
        with revising.writing(thing, None, _("Brought in"), at_once=True) as now:
            for name, text in texts.items():
                setattr(now, name, text)
            now.save()
        return True

    def tag(self, made: Sequence[Any], documents: Sequence[Read]) -> None:
        names = {str(line.facts["slug"]): as_names(facts.get("tags")) for line, facts in documents}
        known = {
            tag.name: tag for tag in Tag.objects.filter(name__in={each for found in names.values() for each in found})
        }
        for article in made:
            for name in names[article.slug]:
                tag = known.get(name) or Tag.objects.create(name=name)
                known[name] = tag
                TaggedArticle.objects.create(content_object=article, tag=tag)


def as_names(value: Any) -> list[str]:
    names = [str(name).strip()[:LONGEST_TAG] for name in value] if isinstance(value, list) else []
    return list(dict.fromkeys(filter(None, names)))


def as_rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
