"""Subscriptions: who stands in which list, in which state."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.requests import SignedInRequest
from core.admin import ReadOnlyAdmin
from mailing.admin.filters import OfSubscriberFilter
from mailing.admin.lists import LongListAdmin
from mailing.lists.consenting import Occasion
from mailing.lists.leaving import leave
from mailing.models import Subscription


@admin.register(Subscription)
class SubscriptionAdmin(LongListAdmin, ReadOnlyAdmin):
    """To be read, and to unsubscribe who asked for it in a letter. Nobody is subscribed here."""

    list_display: Any = ("who", "newsletter", "state_word", "since")
    list_display_links = None
    list_filter = ("newsletter", "state", OfSubscriberFilter)
    list_select_related = ("subscriber",)
    actions = ("unsubscribe",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("newsletter")

    def has_unsubscribe_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mailing.change_subscriber")

    @admin.action(description=gettext_lazy("Unsubscribe: they asked for it"), permissions=["unsubscribe"])
    def unsubscribe(self, request: SignedInRequest, queryset: QuerySet) -> None:
        occasion = Occasion((_("by hand · %(editor)s") % {"editor": request.user})[:100])
        chosen = list(queryset.select_related("subscriber", "newsletter")[: self.list_per_page])
        for each in chosen:
            leave(each.subscriber, each.newsletter, occasion)
        words = ngettext("%(count)d is unsubscribed.", "%(count)d are unsubscribed.", len(chosen))
        self.message_user(request, words % {"count": len(chosen)})

    @admin.display(description=gettext_lazy("address"))
    def who(self, subscription: Subscription) -> SafeString:
        address = reverse("admin:mailing_subscriber_change", args=[subscription.subscriber_id])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', address, subscription.subscriber.email)

    @admin.display(description=gettext_lazy("state"))
    def state_word(self, subscription: Subscription) -> SafeString:
        word = subscription.get_state_display()
        return format_html('<span class="state subscription-{}">{}</span>', subscription.state, word)
