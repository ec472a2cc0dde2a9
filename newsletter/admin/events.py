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
from newsletter.models.slugs import free_slug
from newsletter.rendering import things_naming


class WallClockField(forms.DateTimeField):
    """A time as a clock on a wall shows it, wherever that is."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):
            moment = super().to_python(value)
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
        label=gettext_lazy("Put a correction on these texts"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "Readers have seen it there. Another time or place, or that it is cancelled, is said above the text with "
            "today's date; the text itself shows the event as it is now."
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
        corrected = ["correct"] if obj and announcing.read_in(obj) else []
        return [
            (None, {"fields": ["title", "summary", "who"]}),
            (gettext_lazy("When"), {"fields": [("starts_at", "ends_at"), "zone"]}),
            (gettext_lazy("Where"), {"fields": ["place", "url"]}),
            (gettext_lazy("State"), {"fields": ["state", *corrected]}),
            (gettext_lazy("In texts"), {"fields": ["newsletter", "slug", *(["named_in"] if obj else [])]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Event | None = None) -> tuple[str, ...]:
        """Texts and calendars know an event by its name, so that stays."""
        return ("slug", "named_in") if obj else ()

    def save_model(self, request: Any, obj: Event, form: EventForm, change: bool) -> None:
        before = Event.objects.select_related("newsletter").get(pk=obj.pk) if change else None
        announcing.change(obj, before, request.user)
        if before and form.cleaned_data["correct"] and (texts := announcing.put_right(obj, before)):
            named = get_text_list([f"“{each}”" for each in texts], _("and"))
            messages.success(request, _("A correction stands on %(texts)s now.") % {"texts": named})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What a text names stays: that it is cancelled is what readers want to know."""
        naming = [thing for event in objs for thing in things_naming(announcing.WORD, event.slug)]
        return [str(event) for event in objs], {}, set(), [f"{each._meta.verbose_name}: {each}" for each in naming]

    @admin.display(description=gettext_lazy("time"), ordering="starts_at")
    def time_there(self, event: Event) -> str:
        return event.time

    @admin.display(description=gettext_lazy("where"), ordering="place")
    def where(self, event: Event) -> str:
        return event.where

    @admin.display(description=gettext_lazy("where texts name it"))
    def named_in(self, event: Event) -> SafeString:
        places = [(thing, change_page(thing)) for thing in things_naming(announcing.WORD, event.slug)]
        return render_to_string("admin/newsletter/_event_places.html", {"event": event, "places": places})


def coming(request: HttpRequest, newsletter: Newsletter | None) -> Iterator[Planned]:
    """For the calendar of the front page."""
    if newsletter and may_write(request):
        for event in newsletter.events.coming().filter(starts_at__gt=timezone.now())[:SHOWN]:
            yield Planned(event.starts_at, _("“%(title)s” takes place") % {"title": event}, change_page(event))


desk.plans.append(coming)
