"""What there is already of a document, and which articles of it are the same; never by a title alone."""

from collections.abc import Callable, Iterable, Sequence

from django.db.models import QuerySet

from newsletter.composing.plan import Plan, PlannedArticle
from newsletter.models import Article, Issue, Newsletter
from newsletter.rendering import parts_of, texts_of


def whole(thing: Issue | Article) -> list[Issue | Article]:
    """A thing, and the articles of an issue."""
    return [thing, *(thing.articles.all() if isinstance(thing, Issue) else ())]


def find_composed(plan: Plan, newsletter: Newsletter) -> Issue | Article | None:
    """What there is of this document: made of the same text, or else with its number, or else with its address, or
    with its title and date, or with its title and half of its lines. A number decides alone, a title never does: many
    issues are called alike."""
    issues = Issue.objects.filter(newsletter=newsletter)
    articles = Article.objects.stand_alone().filter(newsletter=newsletter)
    things: QuerySet = issues if plan.is_issue else articles
    if same := things.filter(document_checksum=plan.checksum).first():
        return same
    if plan.is_issue and plan.about.number is not None:
        return issues.filter(number=plan.about.number).first()
    if plan.about.slug and (same := things.filter(slug=plan.about.slug).first()):
        return same
    called_so = things.filter(title__iexact=plan.title)
    lines = lines_in([*(text.source for text in plan.texts), *(article.title for article in plan.articles)])
    return next((each for each in called_so if is_same_day(plan, each) or is_much_alike(lines, each)), None)


def is_same_day(plan: Plan, thing: Issue | Article) -> bool:
    return plan.about.date is not None and plan.about.date == thing.published_at


def is_much_alike(lines: set[str], thing: Issue | Article) -> bool:
    parts = [part for each in whole(thing) for part in parts_of(each)]
    there = lines_in([*texts_of(parts), *(each.title for each in whole(thing)[1:])])
    return 2 * len(lines & there) >= min(len(lines), len(there)) > 0


def lines_in(texts: Iterable[str]) -> set[str]:
    return {line.strip() for text in texts for line in text.splitlines() if line.strip()}


def take_old(planned: Sequence[PlannedArticle], old: list[Article]) -> dict[int, Article]:
    """The old articles that those of a plan replace, by the `id` of these: with the same source and title, else with
    the same source, else with the same address, title or text. They are no longer among the old then."""
    taken: dict[int, Article] = {}
    for is_same in SAME:
        for each in planned:
            found = next((article for article in old if is_same(each, article)), None)
            if found and id(each) not in taken:
                taken[id(each)] = found
                old.remove(found)
    return taken


def has_source(planned: PlannedArticle, article: Article) -> bool:
    return bool(planned.source_url) and planned.source_url == article.source_url


def has_title(planned: PlannedArticle, article: Article) -> bool:
    return planned.title.casefold() == article.title.casefold()


#: What makes an article of a plan the same as one that there is, the surest first.
SAME: list[Callable[[PlannedArticle, Article], bool]] = [
    lambda planned, article: has_source(planned, article) and has_title(planned, article),
    has_source,
    lambda planned, article: planned.slug == article.slug,
    has_title,
    lambda planned, article: bool(planned.text.source) and planned.text.source == article.body,
]
