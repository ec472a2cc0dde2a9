"""Who stands in which list, in which state; and addresses that get nothing, whatever list they stand on."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.requests import SignedInRequest
from core.admin import ReadOnlyAdmin, drawn
from mailing.admin.lists import LongListAdmin, suppressed_filter
from mailing.lists import suppressing
from mailing.lists.consenting import Occasion
from mailing.lists.subscribing import leave
from mailing.models import Subscription, Suppression

#: What an editor may lift: a mistake of their own, and mail that came back.
LIFTED = [Suppression.Reason.MANUAL, Suppression.Reason.BOUNCED]


@admin.register(Subscription)
class SubscriptionAdmin(LongListAdmin, ReadOnlyAdmin):
    """To be read, and to unsubscribe who asked for it in a letter. Nobody is subscribed here."""

    list_display: Any = (drawn("mailing/columns/_person", _("address")), "newsletter", "state_word", "since")
    list_display_links = None
    list_filter = ("newsletter", "state", suppressed_filter("subscriber__suppression"))
    list_select_related = ("subscriber",)
    actions = ("unsubscribe",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("newsletter")

    def get_ordering(self, request: HttpRequest) -> Any:
        """The suppressed by their suppressions: so the first are found without asking about everybody."""
        return ["-subscriber__suppression"] if request.GET.get("suppressed") else super().get_ordering(request)

    def has_unsubscribe_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mailing.change_subscriber")

    @admin.action(description=_("Unsubscribe: they asked for it"), permissions=["unsubscribe"])
    def unsubscribe(self, request: SignedInRequest, queryset: QuerySet) -> None:
        occasion = Occasion((_("by hand · %(editor)s") % {"editor": request.user})[:100])
        chosen = list(queryset.select_related("subscriber", "newsletter")[: self.list_per_page])
        for each in chosen:
            leave(each.subscriber, each.newsletter, occasion)
        words = ngettext("%(count)d is unsubscribed.", "%(count)d are unsubscribed.", len(chosen))
        self.message_user(request, words % {"count": len(chosen)})


@admin.register(Suppression)
class SuppressionAdmin(LongListAdmin):
    list_display: Any = ("who", "reason", "detail", "since")
    list_filter = ("reason",)
    actions = None
    search_help_text = _("A whole address; so somebody who was erased is found as well")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("email", "reason", "detail", "since") if obj else ("email", "detail")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who complained or was erased comes back by their own word alone."""
        may_delete = request.user.has_perm("mailing.delete_suppression")
        return may_delete and (obj is None or obj.reason in LIFTED)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        if "email" in form.base_fields:
            form.base_fields["email"].required = True
            form.base_fields["email"].help_text = ""
            form.base_fields["detail"].help_text = _("Why: for those who come after you.")
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        stored = suppressing.suppress(obj.email, Suppression.Reason.MANUAL, obj.detail)
        obj.pk = stored.pk

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By the hash."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(digest__in=suppressing.digests(search_term)), False

    @admin.display(description=_("address"))
    def who(self, suppression: Suppression) -> SafeString:
        return format_html("<bdi>{}</bdi>", suppression.email or _("somebody who was erased"))
