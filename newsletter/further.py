"""What a page leads on to: small lists of other issues and articles at its foot. They stand in what is kept of a page,
so they are made with it, at most an hour before it is read."""

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial, reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext_lazy as _

from core.changes import CONTENT
from core.page_cache import kept
from core.prepared import prepared
from newsletter.mentioning import mentioned_in
from newsletter.models import Article, Issue, Newsletter
from newsletter.models.articles import ArticleQuerySet

type Piece = Issue | Article
type Place = Piece | Newsletter

#: Entries of a list.
MOST = 4
#: So many days before and after count as the same day.
NEARBY = 3
YEARS_BACK = 30
#: Of a month in all years, so many are looked at.
MOST_OF_A_MONTH = 300


class Further(NamedTuple):
    """A list: how it is called, which field of a newsletter switches it off, and what of it a page shows."""

    words: Promise
    switch: str
    find: Callable[[Place], Sequence[Piece]]


def lists_around(place: Place) -> list[tuple[Promise, list[Piece]]]:
    """The lists that have something to show, with at most four entries each; what stands in one is in no other."""
    newsletter, shown = newsletter_of(place), {place, getattr(place, "issue", None)}
    found: list[tuple[Promise, list[Piece]]] = []
    for each in lists:
        if not each.switch or getattr(newsletter, each.switch):
            entries = [thing for thing in each.find(place) if thing not in shown][:MOST]
            shown.update(entries)
            found += [(each.words, entries)] * bool(entries)
    return found


def newsletter_of(place: Place) -> Newsletter:
    return place if isinstance(place, Newsletter) else place.newsletter


def mentions(place: Place) -> list[Piece]:
    return [] if isinstance(place, Newsletter) else mentioned_in(place)


def related(place: Place) -> list[Article]:
    """Those with the same tags. Reads its tags."""
    if not isinstance(place, Article) or not place.tags.all():
        return []
    return related_to(article=place.pk, now=timezone.now())


@prepared
def related_to(*, article: Any, now: Any) -> ArticleQuerySet:
    return Article.objects.published(now).for_lists().related_to(article)[: 2 * MOST]


def for_newsletter(name: str, place: Place, make: Callable[[Newsletter], list[Piece]]) -> list[Piece]:
    """A list that is the same on all pages of a newsletter, made once for them all."""
    newsletter = newsletter_of(place)
    key = ("further", name, str(newsletter.pk))
    found: list[Piece] = kept(key, partial(make, newsletter), {CONTENT}, lambda found: 2000 * (1 + len(found))).value
    return found


def from_the_archive(place: Place) -> list[Piece]:
    """What came out about this day in earlier years, else in this month; newest first. One that has issues shows
    issues, another one its articles."""
    return for_newsletter("archive", place, partial(of_this_day, today=localdate()))


def of_this_day(newsletter: Newsletter, today: date) -> list[Piece]:
    days = [*anniversaries(today)]
    in_the_month = reduce(
        or_, (Q(published_at__gte=first, published_at__lt=last) for first, last in map(month_of, days))
    )
    issues = newsletter.issues.published().filter(in_the_month).for_lists().newest_first()
    articles = newsletter.articles.published().stand_alone().filter(in_the_month).for_lists().newest_first()
    found: list[Any] = list(issues[:MOST_OF_A_MONTH]) or list(articles[:MOST_OF_A_MONTH])
    dated = [(thing, localdate(thing.published_at)) for thing in found]
    near = [thing for thing, came in dated if any(abs(came - day) <= timedelta(NEARBY) for day in days)]
    return (near or [thing for thing, came in dated if came.month == today.month])[: 2 * MOST]


def anniversaries(today: date) -> Iterator[date]:
    """The same day of earlier years; the last of February where there is no 29th."""
    for year in range(today.year - 1, today.year - YEARS_BACK, -1):
        yield today.replace(year=year, day=min(today.day, monthrange(year, today.month)[1]))


def month_of(day: date) -> tuple[datetime, datetime]:
    """From when until when the month of a day lasts, with the days near its ends."""
    first, length = day.replace(day=1), monthrange(day.year, day.month)[1]
    ends = (first - timedelta(NEARBY), first + timedelta(length + NEARBY))
    return tuple(make_aware(datetime.combine(end, time.min)) for end in ends)  # type: ignore[return-value]


def next_day() -> datetime:
    """When the archive has other days to show."""
    return make_aware(datetime.combine(localdate() + timedelta(1), time.min))


#: In the order in which they stand; apps above add theirs in `ready()`.
lists: list[Further] = []
lists += [
    Further(_("Mentioned in"), "shows_mentions", mentions),
    Further(_("Related"), "", related),
    Further(_("From the archive"), "shows_archive", from_the_archive),
]
