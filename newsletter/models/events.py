"""Events: what takes place somewhere at a time, named in texts as `event:name`."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.addresses import site_of
from core.slugs import SlugField
from newsletter.models.newsletters import Newsletter

#: How long something without an end counts as going on.
USUAL_LENGTH = timedelta(hours=3)
#: Zones that are not called after their city.
ZONES = {"Asia/Shanghai": gettext_lazy("Beijing time"), "UTC": "UTC"}


class State(models.TextChoices):
    """Draft → announced ⇄ cancelled. Readers see what is announced or cancelled, and nothing of a draft."""

    DRAFT = "draft", gettext_lazy("Draft")
    ANNOUNCED = "announced", gettext_lazy("Announced")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")


class EventQuerySet(models.QuerySet["Event"]):
    def public(self) -> Self:
        """What everybody may see."""
        return self.exclude(state=State.DRAFT)

    def coming(self) -> Self:
        """What is not over, the next first."""
        now = timezone.now()
        return self.filter(Q(ends_at__gt=now) | Q(ends_at=None, starts_at__gt=now - USUAL_LENGTH))

    def ends(self) -> models.QuerySet:
        """When each is over."""
        return self.annotate(over=Coalesce("ends_at", models.F("starts_at") + USUAL_LENGTH)).values_list("over")


class Event(models.Model):
    newsletter = models.ForeignKey(
        Newsletter,
        verbose_name=gettext_lazy("newsletter"),
        on_delete=models.CASCADE,
        related_name="events",
        help_text=gettext_lazy("In whose calendar, and on whose page, it stands."),
    )
    title = models.CharField(
        gettext_lazy("title"), max_length=200, help_text=gettext_lazy("What it is called, as a poster would have it.")
    )
    slug = SlugField(
        gettext_lazy("name"),
        max_length=100,
        unique=True,
        help_text=gettext_lazy("How texts refer to it: event:name alone on a line. It stays for good."),
    )
    summary = models.TextField(
        gettext_lazy("summary"),
        blank=True,
        max_length=500,
        help_text=gettext_lazy("What it is, in a sentence or two."),
    )
    who = models.CharField(
        gettext_lazy("who"), max_length=200, blank=True, help_text=gettext_lazy("Who speaks, plays or leads the way.")
    )
    starts_at = models.DateTimeField(gettext_lazy("begins"), db_index=True)
    ends_at = models.DateTimeField(gettext_lazy("ends"), null=True, blank=True)
    zone = models.CharField(
        gettext_lazy("time zone"),
        max_length=64,
        help_text=gettext_lazy(
            "That of the place. The times above are the clock's there, and readers are told them so."
        ),
    )
    place = models.CharField(
        gettext_lazy("place"),
        max_length=200,
        blank=True,
        help_text=gettext_lazy(
            "As one would look for it: “Ice House, Vessel Street, Tholemouth”. Empty: it is on the web."
        ),
    )
    url = models.URLField(
        gettext_lazy("address on the web"),
        blank=True,
        help_text=gettext_lazy("Where it takes place if it has no place; otherwise where more is said of it."),
    )
    state = models.CharField(
        gettext_lazy("state"),
        max_length=10,
        choices=State,
        default=State.DRAFT,
        db_index=True,
        help_text=gettext_lazy(
            "Announced: shown at once in texts that name it, on the newsletter's page and in its calendar. "
            "Cancelled: it stays there and says so. Of a draft readers see nothing."
        ),
    )
    state_changed_at = models.DateTimeField(gettext_lazy("state changed"), null=True, editable=False)
    state_changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    #: What calendars know it by, and which edition of it they have (RFC 5545, 3.8.4.7 and 3.8.7.4).
    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(gettext_lazy("created"), auto_now_add=True)
    updated_at = models.DateTimeField(gettext_lazy("changed"), auto_now=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("event")
        verbose_name_plural = gettext_lazy("events")
        ordering: ClassVar = ["starts_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="event_ends_after_it_begins",
                violation_error_message=gettext_lazy("It ends before it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if not self.place and not self.url:
            raise ValidationError({"place": _("Say where it is: a place, or an address on the web.")})

    def calendar_url(self) -> str:
        return reverse("newsletter:event-calendar", args=[self.slug])

    @property
    def is_public(self) -> bool:
        """The same rule as `public()`."""
        return self.state != State.DRAFT

    @property
    def is_cancelled(self) -> bool:
        return self.state == State.CANCELLED

    @property
    def over_at(self) -> datetime:
        return self.ends_at or self.starts_at + USUAL_LENGTH

    @property
    def is_over(self) -> bool:
        """The other way round the same rule as `coming()`."""
        return self.over_at <= timezone.now()

    @property
    def begin(self) -> datetime:
        """By the clock of its place."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def end(self) -> datetime | None:
        return self.ends_at and self.ends_at.astimezone(ZoneInfo(self.zone))

    @property
    def day(self) -> dict[str, str]:
        """The parts of its date in the language that is active, each to be set by itself."""
        return {name: date_format(self.begin, form) for name, form in (("number", "j"), ("month", "F"), ("week", "l"))}

    @property
    def hours(self) -> str:
        """From when to when, and by which clock, in words."""
        facts: dict[str, Any] = {"begin": date_format(self.begin, "TIME_FORMAT"), "zone": self.zone_in_words}
        if self.end is None:
            return _("%(begin)s, %(zone)s") % facts
        is_long = self.end - self.begin >= timedelta(days=1)
        facts["end"] = date_format(self.end, "DATETIME_FORMAT" if is_long else "TIME_FORMAT")
        return _("%(begin)s to %(end)s, %(zone)s") % facts

    @property
    def zone_in_words(self) -> str:
        """With how far it is ahead of UTC on that day."""
        minutes = int((self.begin.utcoffset() or timedelta()).total_seconds()) // 60
        hours, rest = divmod(abs(minutes), 60)
        ahead = f"{'+' if minutes >= 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")
        city = {"city": self.zone.rpartition("/")[2].replace("_", " ")}
        name = ZONES.get(self.zone) or _("%(city)s time") % city
        return f"{name} (UTC{ahead})" if minutes else f"{name}" if self.zone == "UTC" else f"{name} (UTC)"

    @property
    def time(self) -> str:
        """Day and hours in words."""
        facts = {"weekday": self.day["week"], "date": date_format(self.begin, "DATE_FORMAT"), "hours": self.hours}
        return _("%(weekday)s, %(date)s, %(hours)s") % facts

    @property
    def where(self) -> str:
        return self.place or self.url

    @property
    def site(self) -> str:
        return site_of(self.url)
