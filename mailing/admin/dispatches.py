"""Dispatches: a list, and the page on which one is watched and steered; and what became of each copy."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core.admin import ReadOnlyAdmin, drawn, page_at
from core.csv_files import download
from mailing.admin import sending, steering
from mailing.admin.lists import BounceFilter, ListAdmin, LongListAdmin
from mailing.admin.progress import Progress, forget_counts
from mailing.admin.steering import RateForm
from mailing.delivery import dispatching
from mailing.models import Delivery, Dispatch

COLUMNS = ["subscriber__email", "state", "attempts", "handed_over_at", "next_attempt_at", "answer", "message_id"]
WHO = drawn("mailing/columns/_who", _("address"))
CAME_BACK = drawn("mailing/columns/_came_back", _("came back"))
SAID = drawn("mailing/columns/_said", _("the server's answer"))


@admin.register(Dispatch)
class DispatchAdmin(ListAdmin, ReadOnlyAdmin):
    list_display = ("subject", "issue", "state_word", "size", "start_at", "created_by")
    list_filter = ("state", "issue__newsletter")
    list_select_related = ("issue__newsletter", "created_by")
    search_fields = ("subject",)
    actions = None

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mailing.send_dispatch")

    @page_at("preview/<int:pk>/", "preview")
    def proof_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return sending.proof_view(request, pk)

    @page_at("test/<int:pk>/")
    def test_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return sending.test_view(request, pk, desk=self.context)

    @page_at("correct/<int:pk>/")
    def correct_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return sending.correct_view(request, pk, desk=self.context)

    def context(self, request: HttpRequest, **context: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **context}

    def found(self, request: HttpRequest, pk: str | int, *, to_send: bool = False) -> Dispatch:
        if not self.has_view_permission(request) or (to_send and not self.has_send_permission(request)):
            raise PermissionDenied
        found = Dispatch.objects.select_related("issue__newsletter", "correction__article", "created_by")
        return get_object_or_404(found, pk=pk if str(pk).isdecimal() else None)

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """How far it is, and what can be done about it."""
        dispatch = self.found(request, object_id)
        steps = steering.STEPS.get(dispatch.state, {}) if self.has_send_permission(request) else {}
        context = self.context(request, title=str(dispatch), **watched(request, dispatch))
        context |= {"steps": steps.items(), "may_send": self.has_send_permission(request)}
        context |= {"again_url": sending.again_url(dispatch), "rate_form": RateForm(initial={"rate": dispatch.rate})}
        return TemplateResponse(request, "admin/mailing/dispatch.html", context)

    @page_at("<int:pk>/progress/")
    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that changes, for the script that asks for it every two seconds."""
        context = watched(request, self.found(request, pk))
        return TemplateResponse(request, "admin/mailing/_fresh.html", context)

    @page_at("<int:pk>/steps/", "steps")
    @method_decorator(require_POST)
    def steer_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """POST does one step and says what came of it; cancelling asks first."""
        dispatch = self.found(request, pk, to_send=True)
        step, form = request.POST.get("step", ""), RateForm(request.POST)
        if step == "cancel" and "confirmed" not in request.POST:
            return redirect("admin:mailing_dispatch_cancel", pk)
        if step == "rate" and form.is_valid():
            self.message_user(request, steering.set_rate(dispatch, form.cleaned_data["rate"]))
        elif step in steering.VERBS:
            self.act(request, dispatch, step)
        return redirect("admin:mailing_dispatch_change", pk)

    def act(self, request: SignedInRequest, dispatch: Dispatch, step: str) -> None:
        try:
            outcome = steering.VERBS[step](dispatch) or str(steering.DONE[step])
        except dispatching.NotAllowed as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            forget_counts(dispatch)
            self.log_change(request, dispatch, outcome)
            self.message_user(request, outcome)

    @page_at("<int:pk>/log.csv")
    def log_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """All copies of a dispatch as CSV."""
        dispatch = self.found(request, pk)
        if not may_see_addresses(request):
            raise PermissionDenied
        rows = dispatch.deliveries.order_by("pk").values_list(*COLUMNS)
        return download(f"dispatch-{dispatch.pk}", [name.split("__")[-1] for name in COLUMNS], rows)

    @page_at("<int:pk>/mail/")
    def sent_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return sending.sent_view(request, self.found(request, pk))

    @page_at("<int:pk>/cancel/")
    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        dispatch = self.found(request, pk, to_send=True)
        title = _("Cancel “%(dispatch)s”?") % {"dispatch": dispatch}
        context = self.context(request, title=title, **watched(request, dispatch))
        return TemplateResponse(request, "admin/mailing/cancel.html", context)


@admin.register(Delivery)
class DeliveryAdmin(LongListAdmin, ReadOnlyAdmin):
    """To be read; what is uncertain can be decided for those chosen."""

    list_display: Any = (WHO, "state_word", CAME_BACK, "attempts", "handed_over_at", SAID, "dispatch")
    list_display_links = None
    list_filter = ("state", BounceFilter)
    linked_filters = ("dispatch__id__exact",)
    list_select_related = ("subscriber", "dispatch")
    actions = ("arrived", "send_again")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("bounces")

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

    @admin.action(description=_("Uncertain: it arrived"), permissions=["send"])
    def arrived(self, request: SignedInRequest, queryset: QuerySet) -> None:
        self.decide(request, queryset, sent=True)

    @admin.action(description=_("Uncertain: send it again"), permissions=["send"])
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


def watched(request: HttpRequest, dispatch: Dispatch) -> dict[str, Any]:
    """What a page tells of a dispatch."""
    return {"dispatch": dispatch, "progress": Progress(dispatch), "may_see_addresses": may_see_addresses(request)}


def may_see_addresses(request: HttpRequest) -> bool:
    return request.user.has_perm("mailing.view_subscriber")
