"""What lists of people can be narrowed to."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mailing.models import Subscription, Suppression
from newsletter.models import Newsletter


class SubscriptionFilter(admin.SimpleListFilter):
    """A newsletter and how people stand with it, in one: two filters would find those who left another one."""

    title = _("newsletter")
    parameter_name = "subscription"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        newsletters, states = Newsletter.objects.values_list("pk", "title"), Subscription.State
        return [(f"{pk}-{state.value}", f"{title}: {state.label}") for pk, title in newsletters for state in states]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        newsletter, _dash, state = (self.value() or "").partition("-")
        if not newsletter.isdecimal():
            return queryset
        own = Subscription.objects.filter(subscriber=OuterRef("pk"), newsletter=int(newsletter), state=state)
        return queryset.filter(Exists(own))


class SuppressedFilter(admin.SimpleListFilter):
    title = _("suppressed")
    parameter_name = "suppressed"
    #: Where the id of a subscriber stands.
    subscriber = "pk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("any", _("for any reason")), *Suppression.Reason.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        found = Suppression.objects.filter(subscriber__isnull=False)
        if self.value() != "any":
            found = found.filter(reason=self.value())
        return queryset.filter(**{f"{self.subscriber}__in": found.values("subscriber")})


class OfSubscriberFilter(SuppressedFilter):
    subscriber = "subscriber"


class LanguageFilter(admin.SimpleListFilter):
    title = _("language")
    parameter_name = "language"
    field = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*settings.LANGUAGES, ("none", _("not chosen"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        return queryset.filter(**{self.field: "" if self.value() == "none" else self.value()})
