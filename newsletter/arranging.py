"""The order of an issue: its sections, and the articles within each and before the first, stand 1, 2, 3 … without
gaps, whoever puts them there. A new one is stored as `LAST` and finds its number here."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from core import locking
from core.changes import content_changed
from core.slugs import first_free
from newsletter import publishing
from newsletter.models import Article, Issue, Section, Status
from newsletter.moving import leave_redirect
from newsletter.publishing import Change, announce

#: What the column of a position holds at most.
LAST = 32_767


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article is wanted: in which section (None: before the first), and as which there; 1 is first."""

    section: int | None
    number: int = LAST


@transaction.atomic
def arrange(
    issue: Issue, wishes: Mapping[int, Place] | None = None, sections: Mapping[int, int] | None = None
) -> None:
    """Put articles and sections, by their keys, where they are wanted, and number all anew. What is not in the issue,
    or wanted in a section that is not, changes nothing."""
    locking.lock(Issue.objects.filter(pk=issue.pk))
    in_order = with_wishes(list(issue.sections.defer("intro", "intro_html")), sections or {})
    articles = list(issue.articles.in_reading_order().only("section", "position"))
    rows: dict[int | None, list[Article]] = {None: [], **{section.pk: [] for section in in_order}}
    wanted = {pk: place for pk, place in (wishes or {}).items() if place.section in rows}
    for article in articles:
        rows[wanted.get(article.pk, Place(article.section_id)).section].append(article)
    numbers = {pk: place.number for pk, place in wanted.items()}
    moved = [
        article
        for section, row in rows.items()
        for number, article in enumerate(with_wishes(row, numbers), start=1)
        if put(article, number, section_id=section)
    ]
    Section.objects.bulk_update([each for n, each in enumerate(in_order, start=1) if put(each, n)], ["position"])
    Article.objects.bulk_update(moved, ["section", "position"])
    content_changed()


def with_wishes[Thing: (Article, Section)](row: Sequence[Thing], numbers: Mapping[int, int]) -> list[Thing]:
    """A row in which the things with a number stand there, and the others, in their order, around them."""
    ordered = [thing for thing in row if thing.pk not in numbers]
    wished = {thing.pk: thing for thing in row}
    for pk, number in sorted(numbers.items(), key=lambda wish: wish[1]):
        if pk in wished:
            ordered.insert(max(number - 1, 0), wished[pk])
    return ordered


def put(thing: Article | Section, number: int, **values: int | None) -> bool:
    """Give it its number, and say whether it had another place."""
    values["position"] = number
    changed = any(getattr(thing, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(thing, name, value)
    return changed


def step(issue: Issue, pk: int, by: int) -> dict[int, Place]:
    """The wish to go one place down (`by` 1) or up (-1): over the edge of a section into the next. None at the end."""
    arrange(issue)
    article = issue.articles.filter(pk=pk).only("section", "position").first()
    if article is None:
        return {}
    sections = [None, *issue.sections.values_list("pk", flat=True)]
    number, at = article.position + by, sections.index(article.section_id)
    if 1 <= number <= issue.articles.filter(section=article.section_id).count():
        return {pk: Place(article.section_id, number)}
    if 0 <= at + by < len(sections):
        return {pk: Place(sections[at + by], 1 if by > 0 else LAST)}
    return {}


@transaction.atomic
def move(articles: Iterable[Article], to: Issue | None, section_name: str = "") -> None:
    """Put articles, in their order, at the end of a section of an issue, made where there is none of this name, or
    take them out of theirs. Addresses that are taken there get a number; those that readers know lead on."""
    keys = [article.pk for article in articles]
    found = Article.objects.filter(pk__in=keys)
    concerned = Issue.objects.filter(Q(articles__in=keys) | Q(pk=to and to.pk)).distinct()
    locking.lock(Issue.objects.filter(pk__in=[issue.pk for issue in concerned]))
    section = section_called(to, section_name) if to else None
    taken = set(Article.objects.filter(issue=to).exclude(pk__in=keys).values_list("slug", flat=True))
    for article in found.with_addresses().in_reading_order():
        old = copy(article)
        article.issue, article.newsletter = to, to.newsletter if to else article.newsletter
        article.section, article.position = section, LAST
        article.slug = first_free(article.slug, taken)
        article.save(update_fields=["issue", "newsletter", "section", "position", "slug"])
        if old.issue_id != article.issue_id:
            leave_redirect(old, article)
            announce(old, Change.MOVED)
    for issue in concerned:
        arrange(issue)


@transaction.atomic
def take_out(articles: Iterable[Article], by: User | None) -> None:
    """Let articles stand alone, as drafts; what readers see is withdrawn, so that its address says that it is gone."""
    shown = [article for article in articles if article.is_public]
    for article in articles:
        if article.status == Status.PUBLISHED and article not in shown:
            publishing.back_to_draft(article, by)
    move(articles, None)
    for article in Article.objects.with_addresses().filter(pk__in=[each.pk for each in shown]):
        publishing.withdraw(article, by)


def section_called(issue: Issue, name: str) -> Section | None:
    """The section of this name in any capitals, or a new one behind the others; None without a name."""
    sections = {section.title.casefold(): section for section in issue.sections.order_by("-position", "-pk")}
    name = name.strip()
    if not name or name.casefold() in sections:
        return sections.get(name.casefold())
    return Section.objects.create(issue=issue, title=name, position=LAST)
