"""Bringing an archive in, for editors: upload it, look at the plan, have it brought in, and taken back."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
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
from interchange.admin.forms import ArchiveForm, WishesForm
from interchange.admin.overview import Overview, Progress
from interchange.admin.works import Step, WorkAdmin, lines
from interchange.bringing import stages, steering
from interchange.models import Import
from interchange.returning import stages as returning

State = Import.State
#: What the first page of the admin says of imports that wait.
WAITING: dict[str, Promise] = {
    State.PLANNED: gettext_lazy("The plan of “%(name)s” waits for you"),
    State.FAILED: gettext_lazy("The import of “%(name)s” was stopped"),
}
#: What brings in, and takes back, makes and deletes these.
TO_BRING = ("newsletter.add_issue", "newsletter.add_article")
TO_TAKE_BACK = ("newsletter.delete_issue", "newsletter.delete_article")


STEPS: dict[str, Step] = {
    "bring": Step(steering.bring_in, gettext_lazy("It is being brought in. You can leave this page and come back.")),
    "stop": Step(steering.stop, gettext_lazy("It is stopped. What is done stays done.")),
    "resume": Step(steering.resume, gettext_lazy("It goes on.")),
    "pictures": Step(steering.fetch_pictures, gettext_lazy("Pictures from the web are fetched.")),
    "take-back": Step(steering.take_back, gettext_lazy("It is being taken back.")),
}


@admin.register(Import)
class ImportAdmin(WorkAdmin):
    change_list_template = "admin/interchange/imports.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(document_count=Count("documents"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perms(["interchange.add_import", *TO_BRING])

    def found(self, request: HttpRequest, pk: str | int, *needed: str) -> Import:
        if not self.has_view_permission(request) or not request.user.has_perms(needed):
            raise PermissionDenied
        found: Import = self.row(pk)
        return found

    @admin.display(description=gettext_lazy("documents"))
    def how_many(self, brought: Any) -> int:
        return brought.document_count

    def add_view(self, request: Any, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Choose an archive; the worker reads it, and nothing is stored of it before somebody has seen the plan."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ArchiveForm(request.POST or None, request.FILES or None, by=request.user, initial=initial(request))
        if form.is_valid():
            wishes = {name: form.cleaned_data[name] for name in WishesForm.Meta.fields}
            brought = steering.begin(
                **wishes, name=form.cleaned_data["name"], upload=form.cleaned_data["place"], by=request.user
            )
            return redirect("admin:interchange_import_change", brought.pk)
        return self.show(request, "interchange/bring", _("Bring an archive in"), form=form)

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Whatever there is to see of it now: how far it is, the plan, or what came of it."""
        brought = self.found(request, object_id)
        overview = None if brought.state in Import.AT_WORK else Overview(brought, request.GET)
        facts = {"brought": brought, "progress": Progress(brought), "overview": overview}
        facts |= {"may_bring": may_bring(request, brought), "comes_back": comes_back(brought)}
        facts["may_take_back"] = request.user.has_perms(TO_TAKE_BACK) and not comes_back(brought)
        return self.show(request, "interchange/import", str(brought), **facts)

    @page_at("<int:pk>/progress/")
    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that changes, for the script that asks for it every two seconds."""
        brought = self.found(request, pk)
        context = {"brought": brought, "progress": Progress(brought)}
        return TemplateResponse(request, "admin/interchange/_fresh.html", context)

    @page_at("<int:pk>/steps/", "steps")
    @method_decorator(require_POST)
    def step_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """Do one step, and say what came of it."""
        name = request.POST.get("step", "")
        brought = self.found(request, pk, *TO_TAKE_BACK * (name == "take-back"))
        if not may_bring(request, brought) or (name == "take-back" and comes_back(brought)):
            raise PermissionDenied
        if name == "discard":
            return self.discard(request, brought)
        return self.do(request, brought, STEPS.get(name))

    def discard(self, request: SignedInRequest, brought: Import) -> HttpResponse:
        if steering.discard(brought):
            messages.success(request, _("“%(name)s” is discarded. Nothing of it was stored.") % {"name": brought})
            return redirect("admin:interchange_import_changelist")
        messages.error(request, _("Something of it is stored already. Take it back instead."))
        return redirect("admin:interchange_import_change", brought.pk)

    @page_at("<int:pk>/settings/", "wishes")
    def wishes_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """Have the same archive read again with other wishes."""
        brought = self.found(request, pk, "interchange.add_import", *TO_BRING)
        form = WishesForm(request.POST or None, instance=brought)
        if form.is_valid():
            if not steering.read_again(brought, **form.cleaned_data):
                messages.warning(request, _("Nothing was done: it has gone on meanwhile."))
            return redirect("admin:interchange_import_change", pk)
        return self.show(request, "interchange/wishes", _("Choose other settings"), form=form, thing=brought)

    @page_at("<int:pk>/taking-back/", "taking_back")
    def taking_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what would go, what would be put back, and what stays because somebody has changed it since."""
        brought = self.found(request, pk, *TO_BRING, *TO_TAKE_BACK)
        fates: dict[str, list[stages.Fate]] = {"goes": [], "put back": [], "stays": []}
        for fate in stages.fates(brought):
            fates[fate.what].append(fate)
        shown = {"goes": fates["goes"], "put_back": fates["put back"], "stays": fates["stays"]}
        title = _("Take “%(name)s” back?") % {"name": brought}
        return self.show(request, "interchange/taking_back", title, thing=brought, here=_("Take back"), **shown)

    @page_at("<int:pk>/report.txt", "report")
    def report_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        brought = self.found(request, pk)
        lines: Iterator[str] = (f"{line}\n" for line in stages.report(brought))
        headers = {"Content-Disposition": f'attachment; filename="import-{brought.pk}.txt"'}
        return StreamingHttpResponse(lines, content_type="text/plain; charset=utf-8", headers=headers)


def initial(request: HttpRequest) -> dict[str, Any]:
    return {"newsletter": request.GET.get("newsletter")}


def comes_back(brought: Import) -> bool:
    """Whether it is an export of this program, which may bring people along: that is for owners."""
    return brought.format == returning.NAME


def may_bring(request: HttpRequest, brought: Import) -> bool:
    is_owner = request.user.is_superuser
    return is_owner or (request.user.has_perms(["interchange.add_import", *TO_BRING]) and not comes_back(brought))


def import_lines(request: HttpRequest) -> Iterator[Line]:
    if request.user.has_perms(["interchange.add_import", *TO_BRING]):
        yield from lines(Import.objects.all(), WAITING)
