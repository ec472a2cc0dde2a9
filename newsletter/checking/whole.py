"""All that is looked at together: an issue with its sections and articles, or one article; and what their texts are
made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from django.db.models import prefetch_related_objects
from django.utils import timezone
from lxml.html import HtmlElement, fragment_fromstring

from core.markup.dialect import convert
from core.markup.named import named_in
from newsletter.models import Article, Issue, Newsletter, Status

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = (*HEADINGS, "p", "li", "td", "dd", "dt", "blockquote", "div")


#: When the last mail of an issue is to go out, None where none is planned. Apps add theirs in their registrations.
mail_hours: list[Callable[[Issue], datetime | None]] = []


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What a text is made of, as it was written and before anything is taken from it."""

    links: tuple[tuple[str, str], ...]
    pictures: tuple[tuple[str, str], ...]
    headings: tuple[tuple[int, str], ...]
    tags: frozenset[str]
    #: The words of each block, without code and what is marked as another language.
    blocks: tuple[str, ...]


@lru_cache(maxsize=256)
def anatomy(text: str) -> Anatomy:
    root = fragment_fromstring(convert(text), create_parent="div")
    elements = [element for element in root.iterdescendants() if isinstance(element.tag, str)]
    return Anatomy(
        tuple((e.get("href"), label(e)) for e in elements if e.tag == "a" and e.get("href") is not None),
        tuple((e.get("src", ""), e.get("alt", "")) for e in elements if e.tag == "img"),
        tuple((int(e.tag[1]), " ".join(e.text_content().split())) for e in elements if e.tag in HEADINGS),
        frozenset(e.tag for e in elements),
        tuple(filter(None, (" ".join("".join(words(e)).split()) for e in [root, *elements] if e.tag in BLOCKS))),
    )


def label(link: HtmlElement) -> str:
    return link.text_content().strip() or ("…" if link.find(".//img") is not None else "")


def words(element: HtmlElement) -> Iterator[str]:
    """Those of this block alone."""
    if element.get("lang") or element.tag in ("code", "pre"):
        return
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in BLOCKS:
            yield from words(child)
        yield child.tail or ""


@dataclass(frozen=True, slots=True)
class Text:
    thing: Issue | Article | Newsletter
    field: str
    source: str
    html: str

    @property
    def anatomy(self) -> Anatomy:
        return anatomy(self.source)


class Whole:
    def __init__(self, thing: Issue | Article) -> None:
        self.thing = thing
        self.issue = thing if isinstance(thing, Issue) else None
        self.newsletter = thing.newsletter
        if isinstance(thing, Article):
            self.articles = [thing]
        else:
            self.articles = list(thing.articles.exclude(status=Status.WITHDRAWN).in_reading_order())
        self.sections = list(self.issue.sections.all()) if self.issue else []
        prefetch_related_objects(self.articles, "lead_picture", "pictures", "tags")
        if self.issue:
            prefetch_related_objects([self.issue], "lead_picture", "pictures")

    def naming(self, word: str) -> list[tuple[Text, str]]:
        """Each text that names things of a kind, see `core.markup.named`, with the name of each."""
        return [(text, name) for text in self.texts for kind, name in named_in(text.source) if kind == word]

    @property
    def members(self) -> list[Issue | Article]:
        return [*([self.issue] if self.issue else []), *self.articles]

    @cached_property
    def day(self) -> datetime:
        """When the last readers get it, as far as that is known."""
        mails = (mailed(issue) for mailed in mail_hours) if (issue := self.issue or self.articles[0].issue) else ()
        return max([self.thing.published_at or timezone.now(), *filter(None, mails)])

    @cached_property
    def texts(self) -> list[Text]:
        """Of an issue also what its newsletter says about itself."""
        issue, newsletter = self.issue, self.newsletter
        of_issue = (
            [
                Text(newsletter, "about", newsletter.about, newsletter.about_html),
                Text(issue, "body", issue.body, issue.body_html),
                Text(issue, "closing", issue.closing, issue.closing_html),
                *(Text(issue, "sections", section.intro, section.intro_html) for section in self.sections),
            ]
            if issue
            else []
        )
        return of_issue + [Text(article, "body", article.body, article.body_html) for article in self.articles]
