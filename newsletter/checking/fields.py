"""What is missing or odd in the fields of an issue, its articles and their pictures."""

import re
from collections import defaultdict
from collections.abc import Iterator
from unicodedata import combining, east_asian_width, normalize

from django.utils import timezone
from taggit.models import Tag

from newsletter.checking.finding import DATA, Finding
from newsletter.checking.whole import Whole
from newsletter.colours import PAPER_LIGHT, READABLE, contrast, readable
from newsletter.models import Article, Picture, Status

#: In columns, of which a Chinese character takes two.
LONGEST_SUBJECT = 65
SHORTEST_SUMMARY, LONGEST_SUMMARY = 40, 300
SHORTEST_ALT = 3
POOR_ALT = {*DATA["poor_alt"].split()}
FILE_NAME = re.compile(DATA["file_name"], re.IGNORECASE)
#: Shorter tags differ by one letter from many that mean something else.
SHORTEST_TAG = 6


def gaps(whole: Whole) -> Iterator[Finding]:
    if issue := whole.issue:
        if not whole.articles and not any(section.intro.strip() for section in whole.sections):
            yield Finding(issue, "articles", "no-articles")
        used = {article.section_id for article in whole.articles}
        for section in whole.sections:
            if not section.intro and section.pk not in used:
                yield Finding(issue, "sections", "empty-section", section)
        for field, key in (("preheader", "no-preheader"), ("closing", "no-closing")):
            if not getattr(issue, field).strip():
                yield Finding(issue, field, key)
    for thing in whole.members:
        is_item = isinstance(thing, Article) and thing.kind == Article.Kind.ITEM
        for field, key in (("summary", "no-summary"), ("lead_picture", "no-lead")):
            if not is_item and not getattr(thing, field):
                yield Finding(thing, field, key)
    for article in whole.articles:
        is_item = article.kind == Article.Kind.ITEM
        if not article.body.strip():
            yield Finding(article, "body", "bare-link" if is_item and article.source_url else "no-text")
        if is_item and not article.source_url:
            yield Finding(article, "source_url", "no-source")


def lengths(whole: Whole) -> Iterator[Finding]:
    if (issue := whole.issue) and width(issue.subject or issue.title) > LONGEST_SUBJECT:
        yield Finding(issue, "subject", "long-subject")
    for thing in whole.members:
        if 0 < (size := width(thing.summary)) < SHORTEST_SUMMARY or size > LONGEST_SUMMARY:
            yield Finding(thing, "summary", "long-summary" if size > LONGEST_SUMMARY else "short-summary")


def width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def plan(whole: Whole) -> Iterator[Finding]:
    thing = whole.thing
    if thing.status == Status.DRAFT and thing.published_at and thing.published_at < timezone.now():
        yield Finding(thing, "title", "past-plan", thing.published_at)


def titles(whole: Whole) -> Iterator[Finding]:
    """The same title twice in an issue, or in an earlier one of the newsletter."""
    seen: dict[str, Article] = {}
    for article in whole.articles:
        if whole.issue and seen.setdefault(article.title.casefold(), article) is not article:
            yield Finding(article, "title", "same-title")
    others = Article.objects.filter(newsletter=whole.newsletter, title__in=[each.title for each in whole.articles])
    others = others.exclude(pk__in=[each.pk for each in whole.articles]).exclude(issue=None)
    used = dict(others.values_list("title", "issue__title"))
    for article in whole.articles:
        if article.title in used:
            yield Finding(article, "title", "used-title", used[article.title])


def tags(whole: Whole) -> Iterator[Finding]:
    """Tags that differ by case, accents, a plural, or one letter from another one."""
    like = defaultdict(set)
    for name in Tag.objects.values_list("name", flat=True):
        for spelling in spellings(name):
            like[spelling].add(name)
    for article in whole.articles:
        for tag in article.tags.all():
            for other in sorted({name for spelling in spellings(tag.name) for name in like[spelling]} - {tag.name}):
                yield Finding(article, "tags", "like-tags", tag.name, other)


def spellings(name: str) -> set[str]:
    """Two tags are nearly equal if they share one of these: what is left without case, accents and plural, and
    without any one letter."""
    plain = "".join(sign for sign in normalize("NFKD", name.casefold()) if sign.isalnum() and not combining(sign))
    plain = re.sub("(?<=[^s]{2})e?s$", "", plain)
    if len(plain) < SHORTEST_TAG or not plain.isalpha():
        return {plain}
    return {plain, *(plain[:place] + plain[place + 1 :] for place in range(len(plain)))}


def accent(whole: Whole) -> Iterator[Finding]:
    colour = whole.newsletter.accent
    if whole.issue and contrast(colour, PAPER_LIGHT) < READABLE:
        yield Finding(whole.newsletter, "accent", "weak-accent", colour, readable(colour, PAPER_LIGHT))


def pictures(whole: Whole) -> Iterator[Finding]:
    shown = [picture for thing in whole.members for picture in (thing.lead_picture, *thing.pictures.all()) if picture]
    for picture in dict.fromkeys(shown):
        for field in ("caption", "credit"):
            if not getattr(picture, field):
                yield Finding(picture, field, f"no-{field}")
        yield from alt_flaws(picture)
    for text in whole.texts:
        for _source, alt in text.anatomy.pictures:
            if alt and is_poor(alt):
                yield Finding(text.thing, text.field, "poor-alt", alt)


def alt_flaws(picture: Picture) -> Iterator[Finding]:
    if is_poor(picture.alt):
        yield Finding(picture, "alt", "poor-alt", picture.alt)
    elif picture.alt.strip().casefold() == picture.caption.strip().casefold():
        yield Finding(picture, "alt", "caption-as-alt")


def is_poor(alt: str) -> bool:
    words = alt.strip(" .:!。").casefold()
    return words in POOR_ALT or width(words) < SHORTEST_ALT or FILE_NAME.fullmatch(words) is not None
