"""When it was said, as far as that is known: from a date, or from an age and the day on which somebody saw it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models.comments import MACHINE_FORMATS
from newsletter.composing import Unreadable
from newsletter.models import Publishable
from newsletter.moments import Exactness, Moment, looks_like_moment, moment

#: A clock elsewhere may be ahead of ours, and the day begins earlier in the east.
AHEAD = timedelta(days=1)
#: As long as a date without a year stands for one day only.
YEAR = timedelta(days=364)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What dates and ages are reckoned by under one issue or article."""

    language: str
    #: When it was published; None where it is not public yet.
    published: datetime | None
    seen_on: datetime
    #: Whether that is a day that somebody gave, or the piece has; else ages say nothing.
    knows_ages: bool = True

    def reckon(self, written: str) -> Moment:
        """The moment that these words stand for; without words, or for an age that nothing is known of, that of the
        piece itself, not known. What is reckoned from an age is never before the piece that it stands under. A date
        that is, is kept: it is better known than when the piece came here. Raises Unreadable."""
        if not written.strip():
            return Moment(self.published or self.seen_on, Exactness.UNKNOWN)
        found, words = self.moment_in(written), {"words": written.strip()[:80]}
        if found is None:
            raise Unreadable(_("“%(words)s” is no date and no age.") % words)
        if found.is_age and not self.knows_ages:
            return Moment(self.seen_on, Exactness.UNKNOWN)
        if found.at > timezone.now() + AHEAD:
            raise Unreadable(_("“%(words)s” lies in the future.") % words)
        return replace(found, at=min(self.raised(found), timezone.now()))

    def moment_in(self, written: str) -> Moment | None:
        """A date without a year is the first one after the piece was published, unless that is not known."""
        found = moment(written, self.language, self.seen_on)
        if found and not found.has_year and self.published and self.seen_on == self.published:
            later = moment(written, self.language, self.published + YEAR)
            return later if later and later.at <= timezone.now() else found
        return found

    def raised(self, found: Moment) -> datetime:
        if self.published and found.at < self.published and (found.is_age or same(found, self.published)):
            return self.published
        return found.at


def same(found: Moment, other: datetime) -> bool:
    """Whether another moment may be the same, as far as this one is known."""
    known = MACHINE_FORMATS[found.exactness]
    return f"{timezone.localtime(found.at):{known}}" == f"{timezone.localtime(other):{known}}"


def calendar_of(place: Publishable, copied_on: date | None) -> Calendar:
    """`copied_on` is the day from which ages are reckoned, if that is known; else they are from the date of the piece,
    which its title may tell as long as it has no other."""
    now, issue = timezone.localtime(), getattr(place, "issue", None)
    published = place.published_at or (issue and issue.published_at) or titled(issue or place, now)
    if published and published > now:
        published = None
    seen_on = timezone.make_aware(datetime.combine(copied_on, time(12))) if copied_on else published or now
    if published and timezone.localdate(seen_on) < timezone.localdate(published):
        published = None  # it was somewhere else before it came here: when it was published is not known
    knows_ages = bool(copied_on or published)
    language: str = place.newsletter.language  # type: ignore[attr-defined]
    return Calendar(language, published, timezone.localtime(seen_on), knows_ages)


def titled(place: Publishable, now: datetime) -> datetime | None:
    """The month or day after which an issue is called, as many are: `March 2024`."""
    found = moment(place.title, place.newsletter.language, now) if looks_like_moment(place.title) else None  # type: ignore[attr-defined]
    return found.at if found and not found.is_age else None
