"""Bringing a list of subscribers in, for editors: upload it, say what its columns and words mean, import it, and take
it back."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core.admin import DeskAdmin, PagedAdmin, ReadOnlyAdmin, page_at
from core.desk import Line
from core.worker import pulse
from interchange.admin.forms import ListForm
from interchange.admin.imports import DONE, LATELY, MOST_LINES, Step
from interchange.admin.mapping import MappingForm, Overview
from interchange.lists import steering
from interchange.lists.taking_back import REASONS
from interchange.models import ListImport
from interchange.steering import resume, stop

State = ListImport.State
#: How many of those who stay are named on the page.
NAMED = 200
#: What a list makes and changes.
NEEDED = ("mailing.add_subscriber", "mailing.change_subscriber")
STEPS: dict[str, Step] = {
    "stop": Step(stop, gettext_lazy("It is stopped. What is done stays done.")),
    "resume": Step(resume, gettext_lazy("It goes on.")),
    "take-back": Step(steering.take_back, gettext_lazy("It is being taken back.")),
}
WAITING: dict[str, Promise] = {
    State.PLANNED: gettext_lazy("The list “%(name)s” waits for you"),
    State.FAILED: gettext_lazy("The import of “%(name)s” was stopped"),
}


@admin.register(ListImport)
class ListImportAdmin(PagedAdmin, ReadOnlyAdmin, DeskAdmin):
    change_list_template = "admin/interchange/lists.html"
    list_display = ("name", "newsletter", "state_word", "how_many", "by", "begun_at")
    list_filter = ("state", "newsletter")
    list_select_related = ("newsletter", "by")
    search_fields = ("name",)
    actions = None
    goes_along = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perms(["interchange.add_listimport", *NEEDED])

    def found(self, request: HttpRequest, pk: str | int) -> ListImport:
        """In it stand names and addresses: only who may bring lists in sees them."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        found = ListImport.objects.select_related("newsletter", "by")
        return get_object_or_404(found, pk=pk if str(pk).isdecimal() and len(str(pk)) < 19 else None)

    @admin.display(description=gettext_lazy("state"))
    def state_word(self, brought: ListImport) -> SafeString:
        name = brought.state.replace(" ", "-")
        return format_html('<span class="state import-{}">{}</span>', name, brought.get_state_display())

    @admin.display(description=gettext_lazy("rows"))
    def how_many(self, brought: ListImport) -> int:
        return brought.rows

    def add_view(self, request: Any, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Choose a file; the worker reads it, and nothing is stored before somebody has said what it means."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ListForm(request.POST or None, request.FILES or None, by=request.user, initial=request.GET.dict())
        if form.is_valid():
            given = form.cleaned_data
            brought = steering.begin(given["newsletter"], given["name"], request.user, given["place"])
            return redirect("admin:interchange_listimport_change", brought.pk)
        return self.show(request, "interchange/bring_list", _("Import a list"), form=form)

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Whatever there is to see of it now: how far it is, what its columns mean, or what came of it. POST says what
        they mean, or has it imported."""
        brought = self.found(request, object_id)
        is_asked = brought.state == State.PLANNED
        form = MappingForm(brought, request.POST or None) if is_asked else None
        if request.method == "POST" and form is None:
            messages.warning(request, _("Nothing was done: meanwhile it is no longer as your page showed it."))
        if form and form.is_valid():
            self.heed(request, brought, form)
        if request.method == "POST" and not (form and form.errors):
            return redirect("admin:interchange_listimport_change", brought.pk)
        return self.show(request, "interchange/list", str(brought), **facts_of(brought), form=form)

    def heed(self, request: SignedInRequest, brought: ListImport, form: MappingForm) -> None:
        """Look again with what was said; or import it, where that is what was looked at."""
        given = form.cleaned_data
        if form.is_written_otherwise:
            steering.look_again(brought, encoding=given["encoding"], delimiter=given["delimiter"])
        elif form.is_changed:
            steering.look_again(brought, form.said)
            if "import" in request.POST:
                words = _("You have changed what something means. Look at what becomes of the rows now, then import.")
                messages.info(request, words)
        elif "import" in request.POST:
            self.bring_in(request, brought, form)

    def bring_in(self, request: SignedInRequest, brought: ListImport, form: MappingForm) -> None:
        left_out = {name: bool(form.cleaned_data.get(name)) for name in ("leaves_out_invalid", "leaves_out_unknown")}
        if steering.bring_in(brought, form.cleaned_data["evidence"], **left_out):
            words = _("It is being imported. You can leave this page and come back.")
            self.log_change(request, brought, words)
            messages.success(request, words)
        else:
            messages.warning(request, _("Nothing was done: meanwhile it is no longer as your page showed it."))

    @page_at("<int:pk>/progress/")
    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that changes, for the script that asks for it every two seconds."""
        facts = facts_of(self.found(request, pk))
        return TemplateResponse(request, "admin/interchange/_list_progress.html", facts)

    @page_at("<int:pk>/steps/", "steps")
    @method_decorator(require_POST)
    def step_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """Do one step, and say what came of it."""
        brought, name = self.found(request, pk), request.POST.get("step", "")
        if name == "discard" and steering.discard(brought):
            messages.success(request, _("“%(name)s” is discarded. Nothing of it was stored.") % {"name": brought})
            return redirect("admin:interchange_listimport_changelist")
        if (step := STEPS.get(name)) and step.act(brought):
            self.log_change(request, brought, str(step.done))
            messages.success(request, str(step.done))
        else:
            messages.warning(request, _("Nothing was done: meanwhile it is no longer as your page showed it."))
        return redirect("admin:interchange_listimport_change", pk)

    @page_at("<int:pk>/taking-back/", "taking_back")
    def taking_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what would go, and who would stay."""
        brought = self.found(request, pk)
        title = _("Take “%(name)s” back?") % {"name": brought}
        facts = {"thing": brought, "here": _("Take back"), "overview": Overview(brought)}
        return self.show(request, "interchange/taking_list_back", title, **facts)


def facts_of(brought: ListImport) -> dict[str, Any]:
    is_live = brought.state in ListImport.AT_WORK
    facts = {"brought": brought, "overview": Overview(brought), "is_live": is_live}
    facts["missing_worker"] = pulse.missing() if is_live and brought.upload else ""
    if brought.state == State.TAKEN_BACK:
        stayed = brought.stored.filter(is_taken_back=False, outcome="stays").order_by("number")
        facts["stayed"] = [(row, REASONS[row.made["why"]]) for row in stayed.select_related("subscriber")[:NAMED]]
    return facts


def list_lines(request: HttpRequest) -> Iterator[Line]:
    """For the admin's front page: what waits for somebody, was stopped, or was done lately."""
    if not request.user.has_perms(["interchange.add_listimport", *NEEDED]):
        return
    lately = Q(state=State.DONE, ended_at__gt=timezone.now() - LATELY)
    for brought in ListImport.objects.filter(lately | Q(state__in=WAITING)).order_by("-begun_at")[:MOST_LINES]:
        url = reverse("admin:interchange_listimport_change", args=[brought.pk])
        yield Line(WAITING.get(brought.state, DONE) % {"name": brought.name}, url)
