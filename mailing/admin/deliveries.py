"""What became of each copy: who, when, and what the server said."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import SignedInRequest
from core.admin import ReadOnlyAdmin
from mailing.admin import steering
from mailing.admin.filters import BounceFilter
from mailing.admin.lists import LongListAdmin
from mailing.admin.progress import forget_counts
from mailing.delivery import dispatching
from mailing.lists.exporting import download
from mailing.models import Delivery, Dispatch

COLUMNS = ["subscriber__email", "state", "attempts", "handed_over_at", "next_attempt_at", "answer", "message_id"]
BREAK = mark_safe("<br>")


@admin.register(Delivery)
class DeliveryAdmin(LongListAdmin, ReadOnlyAdmin):
    """To be read; what is uncertain can be decided for those chosen."""

    list_display: Any = ("who", "state_word", "came_back", "attempts", "handed_over_at", "said", "dispatch")
    list_display_links = None
    list_filter = ("state", BounceFilter)
    linked_filters = ("dispatch__id__exact",)
    list_select_related = ("subscriber",)
    actions = ("arrived", "send_again")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("bounces", "dispatch")

    def get_ordering(self, request: HttpRequest) -> Any:
        """As an index has them: those of a dispatch stand by subscriber, those of one state by their own number. It
        is the same order, since a dispatch lists its subscribers one after the other."""
        is_by_subscriber = "dispatch__id__exact" in request.GET and "state__exact" not in request.GET
        return ["subscriber_id", "pk"] if is_by_subscriber else ["pk"]

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mailing.send_dispatch")

    def get_list_display(self, request: HttpRequest) -> Any:
        return self.list_display if may_see_addresses(request) else self.list_display[1:]

    def get_search_fields(self, request: HttpRequest) -> Any:
        return self.search_fields if may_see_addresses(request) else ()

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        if not may_see_addresses(request):
            return queryset, False
        return super().get_search_results(request, queryset, search_term)

    @admin.action(description=gettext_lazy("Uncertain: it arrived"), permissions=["send"])
    def arrived(self, request: SignedInRequest, queryset: QuerySet) -> None:
        self.decide(request, queryset, sent=True)

    @admin.action(description=gettext_lazy("Uncertain: send it again"), permissions=["send"])
    def send_again(self, request: SignedInRequest, queryset: QuerySet) -> None:
        self.decide(request, queryset, sent=False)

    def decide(self, request: SignedInRequest, queryset: QuerySet, *, sent: bool) -> None:
        """Each dispatch decides its own copies; those that are not uncertain stay as they are."""
        chosen = list(queryset.filter(state=Delivery.State.UNCERTAIN).values_list("dispatch", "pk"))
        done = 0
        for dispatch in Dispatch.objects.filter(pk__in={dispatch for dispatch, _pk in chosen}):
            ids = [pk for owner, pk in chosen if owner == dispatch.pk]
            try:
                done += dispatching.decide_uncertain(dispatch, sent, ids)
            except dispatching.NotAllowed as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            forget_counts(dispatch)
        words = steering.counted_as_arrived(done) if sent else steering.queued(done)
        self.message_user(request, words, messages.SUCCESS if done else messages.WARNING)

    @admin.display(description=gettext_lazy("address"))
    def who(self, delivery: Delivery) -> SafeString:
        return format_html("<bdi>{}</bdi>", delivery.subscriber or _("somebody who was erased"))

    @admin.display(description=gettext_lazy("state"))
    def state_word(self, delivery: Delivery) -> SafeString:
        return format_html('<span class="state delivery-{}">{}</span>', delivery.state, delivery.get_state_display())

    @admin.display(description=gettext_lazy("came back"))
    def came_back(self, delivery: Delivery) -> SafeString:
        """Without a query, as the next one."""
        reports = ((each.kind, each) for each in delivery.bounces.all())
        return format_html_join(BREAK, '<span class="state bounce-{}">{}</span>', reports)

    @admin.display(description=gettext_lazy("the server's answer"))
    def said(self, delivery: Delivery) -> SafeString:
        """At once, and in the reports that came later."""
        answers = [delivery.answer, *(each.text for each in delivery.bounces.all())]
        return format_html_join(BREAK, "{}", ((answer,) for answer in answers if answer))


def log_view(request: HttpRequest, dispatch: Dispatch) -> StreamingHttpResponse:
    """All copies of a dispatch as CSV."""
    if not may_see_addresses(request):
        raise PermissionDenied
    rows = dispatch.deliveries.order_by("pk").values_list(*COLUMNS)
    return download(f"dispatch-{dispatch.pk}", [name.split("__")[-1] for name in COLUMNS], rows)


def may_see_addresses(request: HttpRequest) -> bool:
    return request.user.has_perm("mailing.view_subscriber")
