"""Dispatches: a list, and the page on which one is watched and steered."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core.admin import ReadOnlyAdmin
from mailing.admin import sending, steering
from mailing.admin.deliveries import log_view, may_see_addresses
from mailing.admin.progress import Progress, forget_counts
from mailing.admin.steering import RateForm
from mailing.delivery import dispatching
from mailing.models import Dispatch


@admin.register(Dispatch)
class DispatchAdmin(ReadOnlyAdmin):
    list_display = ("subject", "issue", "state_word", "size", "start_at", "created_by")
    list_filter = ("state", "issue__newsletter")
    list_select_related = ("issue__newsletter", "created_by")
    list_per_page = 50
    search_fields = ("subject",)
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    actions = None

    class Media:
        css: ClassVar = {"all": ["admin/mailing.css"]}

    def get_urls(self) -> list[URLPattern]:
        own: dict[str, tuple[Any, str]] = {
            "<int:pk>/progress/": (self.progress_view, "progress"),
            "<int:pk>/steps/": (require_POST(self.steer_view), "steps"),
            "<int:pk>/cancel/": (self.cancel_view, "cancel"),
            "<int:pk>/log.csv": (self.log_view, "log"),
            "<int:pk>/mail/": (self.sent_view, "sent"),
        }
        made = [
            path(address, self.admin_site.admin_view(view), name=f"mailing_dispatch_{name}")
            for address, (view, name) in own.items()
        ]
        return made + self.sending_urls() + super().get_urls()

    def sending_urls(self) -> list[URLPattern]:
        steps = {"": self.send_view, "confirm": self.confirm_view, "letter": sending.letter_view}
        return [
            path(
                f"{kind}/<int:pk>/{step}/" if step else f"{kind}/<int:pk>/",
                self.admin_site.admin_view(view),
                {"kind": kind},
                name=f"mailing_dispatch_{kind}_{step}".rstrip("_"),
            )
            for kind in sending.FORMS
            for step, view in steps.items()
        ]

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mailing.send_dispatch")

    def send_view(self, request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
        return sending.send_view(request, pk, kind, self.context(request))

    def confirm_view(self, request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
        return sending.confirm_view(request, pk, kind, self.context(request))

    def context(self, request: HttpRequest, **context: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **context}

    def fetch(self, request: HttpRequest, pk: str | int, *, to_send: bool = False) -> Dispatch:
        if not self.has_view_permission(request) or (to_send and not self.has_send_permission(request)):
            raise PermissionDenied
        found = Dispatch.objects.select_related("issue__newsletter", "correction__article", "created_by")
        dispatch = found.filter(pk=pk).first() if str(pk).isdecimal() else None
        if dispatch is None:
            raise Http404
        return dispatch

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """How far it is, and what can be done about it."""
        dispatch = self.fetch(request, object_id)
        steps = steering.STEPS.get(dispatch.state, {}) if self.has_send_permission(request) else {}
        context = self.context(request, title=str(dispatch), dispatch=dispatch, progress=Progress(dispatch))
        context |= {"steps": steps.items(), "may_send": self.has_send_permission(request)}
        context["again_url"] = sending.again_url(dispatch)
        context |= {
            "may_see_addresses": may_see_addresses(request),
            "rate_form": RateForm(initial={"rate": dispatch.rate}),
        }
        return TemplateResponse(request, "admin/mailing/dispatch.html", context)

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that changes, for the script that asks for it every two seconds."""
        dispatch = self.fetch(request, pk)
        context = {
            "dispatch": dispatch,
            "progress": Progress(dispatch),
            "may_see_addresses": may_see_addresses(request),
        }
        return TemplateResponse(request, "admin/mailing/_fresh.html", context)

    def steer_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """POST does one step and says what came of it; cancelling asks first."""
        dispatch = self.fetch(request, pk, to_send=True)
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
            outcome = steering.VERBS[step](dispatch)
        except dispatching.NotAllowed as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            forget_counts(dispatch)
            self.log_change(request, dispatch, outcome)
            self.message_user(request, outcome)

    def log_view(self, request: HttpRequest, pk: int) -> Any:
        return log_view(request, self.fetch(request, pk))

    def sent_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return sending.sent_view(request, self.fetch(request, pk))

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        dispatch = self.fetch(request, pk, to_send=True)
        context = self.context(request, title=_("Cancel “%(dispatch)s”?") % {"dispatch": dispatch}, dispatch=dispatch)
        return TemplateResponse(request, "admin/mailing/cancel.html", {**context, "progress": Progress(dispatch)})

    @admin.display(description=gettext_lazy("state"))
    def state_word(self, dispatch: Dispatch) -> SafeString:
        return format_html('<span class="state dispatch-{}">{}</span>', dispatch.state, dispatch.get_state_display())
