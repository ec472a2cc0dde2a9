"""What lists can be narrowed to. Each filter costs one cheap query at most."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, ModerationEvent, Trust
from newsletter.models import Newsletter

#: Among how many comments, the newest, the names of rules are looked for.
RECENT = 1000


class ChoiceFilter(admin.SimpleListFilter):
    """Choices with a name, and the condition that each stands for."""

    choices_: ClassVar[dict[str, tuple[Any, Callable[[], Q]]]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, label) for value, (label, _condition) in self.choices_.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        found = self.choices_.get(self.value() or "")
        return queryset.filter(found[1]()) if found else queryset


def by_choice(name: str, title: Any, **choices: tuple[Any, Callable[[], Q]]) -> type[ChoiceFilter]:
    return type(f"{name}_filter", (ChoiceFilter,), {"parameter_name": name, "title": title, "choices_": choices})


WaitsFilter = by_choice(
    "waits",
    _("what waits"),
    comment=(_("the comment"), lambda: Q(state="pending")),
    edit=(_("an edit"), lambda: Q(proposed_body__gt="")),
    reports=(_("reports"), lambda: Q(report_count__gt=0)),
)
ReportedFilter = by_choice("reported", _("reports"), yes=(_("reported"), lambda: Q(report_count__gt=0)))
LinksFilter = by_choice(
    "links",
    _("links"),
    yes=(_("with links"), lambda: Q(body_html__contains="<a href=")),
    no=(_("without links"), lambda: ~Q(body_html__contains="<a href=")),
)
EditedFilter = by_choice("edited", _("edits"), yes=(_("edited since approval"), lambda: Q(edited_at__isnull=False)))
AgeFilter = by_choice(
    "age",
    _("age"),
    today=(_("today"), lambda: Q(created_at__date=timezone.localdate())),
    day=(_("more than 24 hours"), lambda: Q(created_at__lt=timezone.now() - timedelta(hours=24))),
    week=(_("more than 7 days"), lambda: Q(created_at__lt=timezone.now() - timedelta(days=7))),
)


class TrustFilter(ChoiceFilter):
    title = _("reader")
    parameter_name = "trust"
    prefix = "author__"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Trust.choices, ("banned", _("Banned"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        standing, value = f"{self.prefix}standing", self.value()
        if value == "banned":
            return queryset.filter(**{f"{standing}__banned_until__gt": timezone.now()})
        if value == Trust.NEW:
            is_person = Q(**{f"{self.prefix}pk__isnull": False})
            return queryset.filter(is_person, Q(**{f"{standing}__trust": value}) | Q(**{f"{standing}__isnull": True}))
        return queryset.filter(**{f"{standing}__trust": value}) if value in Trust.values else queryset


class StandingFilter(TrustFilter):
    title = _("standing")
    prefix = ""


class HeldByFilter(admin.SimpleListFilter):
    """The rules, of every kind, that held any of the newest comments."""

    title = _("held by")
    parameter_name = "held"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        recent = Comment.objects.order_by("-pk").values_list("held_by", flat=True)[:RECENT]
        return [(rule, rule) for rule in sorted({rule for rule in recent if rule})]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(held_by=self.value()) if self.value() else queryset


class NewsletterFilter(admin.SimpleListFilter):
    title = _("newsletter")
    parameter_name = "newsletter"
    prefix = "discussion__"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(pk), title) for pk, title in Newsletter.objects.values_list("pk", "title")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not (self.value() or "").isdecimal():
            return queryset
        owners = (f"{self.prefix}article__newsletter", f"{self.prefix}issue__newsletter")
        return queryset.filter(Q(*((owner, self.value()) for owner in owners), _connector=Q.OR))


class OfNewsletterFilter(NewsletterFilter):
    prefix = ""


class ActorFilter(admin.SimpleListFilter):
    """One's own decisions, those of others, and those of rules."""

    title = _("who decided")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("me")), ("others", _("other moderators")), ("nobody", _("rules and authors"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        by_rules = Q(actor=None) | Q(action__in=AUTHORS_ACTIONS)
        conditions = {
            "me": Q(actor=request.user.pk) & ~by_rules,
            "others": ~Q(actor=request.user.pk) & ~by_rules,
            "nobody": by_rules,
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


Action = ModerationEvent.Action
AUTHORS_ACTIONS = [Action.POSTED, Action.EDITED, Action.EDIT_HELD, Action.DELETED, Action.APPEALED]
