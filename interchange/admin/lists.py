"""Bringing a list of subscribers in, for editors: upload it, say what its columns and words mean, import it, and take
it back."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core.admin import page_at
from core.desk import Line
from core.worker import pulse
from interchange.admin.forms import ListForm
from interchange.admin.mapping import MappingForm, Overview
from interchange.admin.works import TOO_LATE, Step, WorkAdmin, lines
from interchange.lists import steering
from interchange.lists.taking_back import REASONS
from interchange.models import ListImport
from interchange.steering import resume, stop

State = ListImport.State
#: How many of those who stay are named on the page.
NAMED = 200
#: What a list makes and changes.
NEEDED = ("mailing.add_subscriber", "mailing.change_subscriber")
BEGUN = gettext_lazy("It is being imported. You can leave this page and come back.")
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
class ListImportAdmin(WorkAdmin):
    change_list_template = "admin/interchange/lists.html"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perms(["interchange.add_listimport", *NEEDED])

    def found(self, request: HttpRequest, pk: str | int) -> ListImport:
        """In it stand names and addresses: only who may bring lists in sees them."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        found: ListImport = self.row(pk)
        return found

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
            messages.warning(request, TOO_LATE)
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
        left_out = ("leaves_out_invalid", "leaves_out_unknown")
        given: dict[str, Any] = {name: bool(form.cleaned_data.get(name)) for name in left_out}
        begin = partial(steering.bring_in, evidence=form.cleaned_data["evidence"], **given)
        self.do(request, brought, Step(begin, BEGUN))

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
        return self.do(request, brought, STEPS.get(name))

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
    if request.user.has_perms(["interchange.add_listimport", *NEEDED]):
        yield from lines(ListImport.objects.all(), WAITING)
