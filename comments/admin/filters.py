"""What lists can be narrowed to. Each filter costs one cheap query at most."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, ModerationEvent, Trust
from core.admin import by_choice
from newsletter.models import Newsletter

#: Among how many comments, the newest, the names of rules are looked for.
RECENT = 1000


WaitsFilter = by_choice(
    "waits",
    _("what waits"),
    comment=(_("the comment"), lambda rows: rows.filter(state="pending")),
    edit=(_("an edit"), lambda rows: rows.filter(proposed_body__gt="")),
    reports=(_("reports"), lambda rows: rows.filter(report_count__gt=0)),
)
ReportedFilter = by_choice("reported", _("reports"), yes=(_("reported"), lambda rows: rows.filter(report_count__gt=0)))
LinksFilter = by_choice(
    "links",
    _("links"),
    yes=(_("with links"), lambda rows: rows.filter(body_html__contains="<a href=")),
    no=(_("without links"), lambda rows: rows.exclude(body_html__contains="<a href=")),
)
EditedFilter = by_choice(
    "edited", _("edits"), yes=(_("edited since approval"), lambda rows: rows.filter(edited_at__isnull=False))
)
AgeFilter = by_choice(
    "age",
    _("age"),
    today=(_("today"), lambda rows: rows.filter(created_at__date=timezone.localdate())),
    day=(_("more than 24 hours"), lambda rows: rows.filter(created_at__lt=timezone.now() - timedelta(hours=24))),
    week=(_("more than 7 days"), lambda rows: rows.filter(created_at__lt=timezone.now() - timedelta(days=7))),
)


def by_standing(title: Any, person: str) -> Any:
    """How readers stand; `person` is the way to them. A person without a standing is new."""
    trust, none = f"{person}standing__trust", {f"{person}pk__isnull": False, f"{person}standing__isnull": True}
    return by_choice(
        "trust",
        title,
        new=(Trust.NEW.label, lambda rows: rows.filter(Q(**none) | Q((trust, Trust.NEW)))),
        trusted=(Trust.TRUSTED.label, lambda rows: rows.filter((trust, Trust.TRUSTED))),
        restricted=(Trust.RESTRICTED.label, lambda rows: rows.filter((trust, Trust.RESTRICTED))),
        banned=(_("Banned"), lambda rows: rows.filter((f"{person}standing__banned_until__gt", timezone.now()))),
    )


TrustFilter, StandingFilter = by_standing(_("reader"), "author__"), by_standing(_("standing"), "")


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
