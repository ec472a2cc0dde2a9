"""What lists of people can be narrowed to."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mailing.models import Bounce, Suppression
from newsletter.models import Newsletter


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
    """The languages of the newsletters: of all that there are nobody would find one."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        used = set(Newsletter.objects.values_list("language", flat=True))
        return [*(each for each in settings.LANGUAGES if each[0] in used), ("none", _("not chosen"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        return queryset.filter(language="" if self.value() == "none" else self.value())


class BounceFilter(admin.SimpleListFilter):
    """Copies of which something was reported later, by kind."""

    title = _("came back")
    parameter_name = "bounce"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return Bounce.Kind.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        return queryset.filter(pk__in=Bounce.objects.filter(kind=self.value()).values("delivery"))
