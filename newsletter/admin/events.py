"""Events in the admin: their times by the clock of their place, the texts that name them, and what is put right."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.forms.utils import from_current_timezone
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import desk
from core.admin import by_choice, change_page
from core.desk import Planned
from core.zones import zones
from newsletter import announcing
from newsletter.admin.front import SHOWN, may_write
from newsletter.admin.keeping import KeepingAdmin
from newsletter.admin.written import ChoosingAdmin
from newsletter.models import Event, Newsletter
from newsletter.models.events import State
from newsletter.models.slugs import free_slug
from newsletter.rendering import things_naming

#: Beyond them no clock of another zone can show a time; whoever typed one meant something else.
YEARS = range(1000, 9999)


class WallClockField(forms.DateTimeField):
    """A time as a clock on a wall shows it, wherever that is."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):
            moment = super().to_python(value)
        if moment and moment.year not in YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment and moment.replace(tzinfo=None)


class EventForm(forms.ModelForm):
    """Times are those of the zone that is chosen beside them. Without a name an event gets one made of its title."""

    fields: dict[str, Any]
    starts_at = WallClockField(label=gettext_lazy("Begins"), help_text=gettext_lazy("By the clock of its place."))
    ends_at = WallClockField(
        label=gettext_lazy("Ends"),
        required=False,
        help_text=gettext_lazy("Empty: nobody knows. It counts as over three hours after it began."),
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lambda: zones()[1:],
        initial=settings.TIME_ZONE,
        help_text=Event._meta.get_field("zone").help_text,
    )
    correct = forms.BooleanField(
        label=gettext_lazy("Put a correction there"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "If it has another time or place now, or is cancelled, a note with today's date says so above each of "
            "these texts, and what it said before. What was mailed stays as it is: mail the correction if it matters."
        ),
    )

    class Meta:
        model = Event
        fields: ClassVar = ["title", "summary", "who", "place", "url", "state", "newsletter", "slug"]
        widgets: ClassVar = {"summary": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})}
        help_texts: ClassVar = {
            "slug": gettext_lazy(
                "How texts refer to it: event:name alone on a line. It stays for good. Empty: made of the title."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if self.instance.pk:
            times = {"starts_at": self.instance.begin, "ends_at": self.instance.end}
            self.initial.update({name: time and time.replace(tzinfo=None) for name, time in times.items()})

    def clean_slug(self) -> str:
        title = self.cleaned_data.get("title", "")
        return self.cleaned_data["slug"] or free_slug(title, Event.objects.all())

    def clean_state(self) -> str:
        """What was announced stands in calendars, which nothing but that it is cancelled takes it from."""
        state = self.cleaned_data["state"]
        if state == State.DRAFT and self.instance.pk and self.instance.is_public:
            raise forms.ValidationError(_("It is announced, and people may have it in their calendars: cancel it."))
        return state

    def clean(self) -> None:
        """An hour that the clocks there skip or show twice is refused, and the sentence says why."""
        super().clean()
        zone = ZoneInfo(self.cleaned_data.get("zone") or "UTC")
        for name in ("starts_at", "ends_at"):
            if moment := self.cleaned_data.get(name):
                try:
                    with timezone.override(zone):
                        self.cleaned_data[name] = from_current_timezone(moment)
                except forms.ValidationError as error:
                    self.add_error(name, error)


WhenFilter = by_choice(
    "when",
    gettext_lazy("when"),
    coming=(gettext_lazy("to come"), lambda rows: rows.coming()),
    over=(gettext_lazy("over"), lambda rows: rows.exclude(pk__in=rows.coming())),
)


@admin.register(Event)
class EventAdmin(ChoosingAdmin, KeepingAdmin):
    form = EventForm
    list_display = ("title", "time_there", "where", "state", "newsletter")
    list_filter = (WhenFilter, "state", "newsletter")
    list_select_related = ("newsletter",)
    date_hierarchy = "starts_at"
    ordering = ("-starts_at", "-pk")
    search_fields = ("title", "slug", "summary", "who", "place", "url")

    def get_fieldsets(self, request: HttpRequest, obj: Event | None = None) -> Any:
        """Texts and calendars know an event by its name, so that stays."""
        seen = announcing.read_in(obj) if obj else []
        where = escape(_("Readers have seen it in %(texts)s.") % {"texts": listed(seen)}) if seen else ""
        return [
            (None, {"fields": ["title", "summary", "who"]}),
            (gettext_lazy("When"), {"fields": [("starts_at", "ends_at"), "zone"]}),
            (gettext_lazy("Where"), {"fields": ["place", "url"]}),
            (gettext_lazy("State"), {"fields": ["state", *(["correct"] if seen else [])], "description": where}),
            (gettext_lazy("In texts"), {"fields": ["newsletter", "named_in" if obj else "slug"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Event | None = None) -> tuple[str, ...]:
        return ("named_in",) if obj else ()

    def save_model(self, request: Any, obj: Event, form: EventForm, change: bool) -> None:
        before = Event.objects.select_related("newsletter").get(pk=obj.pk) if change else None
        announcing.change(obj, before, request.user)
        if before and form.cleaned_data["correct"] and (texts := announcing.put_right(obj, before)):
            messages.success(request, _("A correction stands on %(texts)s now.") % {"texts": listed(texts)})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What a text names stays: that it is cancelled is what readers want to know."""
        return [str(event) for event in objs], {}, set(), [place for event in objs for place in places_of(event)]

    @admin.display(description=gettext_lazy("time"), ordering="starts_at")
    def time_there(self, event: Event) -> str:
        return date_format(event.begin, "DATETIME_FORMAT")

    @admin.display(description=gettext_lazy("where"), ordering="place")
    def where(self, event: Event) -> str:
        return event.where

    @admin.display(description=gettext_lazy("where texts name it"))
    def named_in(self, event: Event) -> SafeString:
        return render_to_string("admin/newsletter/_event_places.html", {"event": event, "places": places_of(event)})


def places_of(event: Event) -> list[tuple[Any, str]]:
    """What names it in a text, each with the page that changes it."""
    return [(thing, change_page(thing)) for thing in things_naming(announcing.WORD, event.slug)]


def listed(texts: list[Any]) -> str:
    return get_text_list([f"“{each}”" for each in texts], _("and"))


def coming(request: HttpRequest, newsletter: Newsletter | None) -> Iterator[Planned]:
    """For the calendar of the front page."""
    if newsletter and may_write(request):
        for event in newsletter.events.coming().filter(starts_at__gt=timezone.now())[:SHOWN]:
            yield Planned(event.starts_at, _("“%(title)s” takes place") % {"title": event}, change_page(event))


desk.plans.append(coming)
