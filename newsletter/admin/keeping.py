"""Nothing that is typed at the desk is lost, and nothing that another has saved is overwritten.

A form is kept on the server while it is filled in, for the window in which it was opened: whoever comes back, after a
closed tab or a new sign-in, is offered it. When it is saved, what others saved meanwhile is left to them; where two
changed the same, nothing is stored before the editor has seen both."""

import json
import re
from collections.abc import Iterable, Iterator
from copy import copy
from secrets import token_urlsafe
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.admin import DeskAdmin
from core.locking import lock
from core.origins import has_token
from newsletter.admin.merging import Merging, merged, version_in, version_of, without_gone, without_marks
from newsletter.keeping import WINDOW, checksum_of, new_row, others, saves_since
from newsletter.models import Issue, KeptForm

#: In bytes: what is kept of one form.
LARGEST = 2_000_000
#: How many kept forms are offered.
SHOWN = 3


class KeepingAdmin(DeskAdmin):
    def get_urls(self) -> list[URLPattern]:
        """Also where scripts send a form while it is filled in."""
        keep = csrf_exempt(require_POST(self.keep_view))
        return [path("add/kept/", keep), path("<path:object_id>/change/kept/", keep), *super().get_urls()]

    def keeps(self, request: Any) -> bool:
        """Whether the form of this page is kept while it is filled in, too."""
        return True

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return merged(super().get_form(request, obj, change, **kwargs), getattr(request, "merging", None))

    def get_formsets_with_inlines(self, request: Any, obj: Any = None) -> Iterator[Any]:
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            formset.form = merged(formset.form, getattr(request, "merging", None))
            yield formset, inline

    def get_formset_kwargs(self, request: Any, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        if request.method == "POST" and obj.pk:
            ids = [pk for name, pk in request.POST.items() if name.startswith(f"{prefix}-") and name.endswith("-id")]
            there = inline.get_queryset(request).filter(pk__in=[pk for pk in ids if pk.isdecimal()])
            request.POST = without_gone(request.POST, prefix, {str(pk) for pk in there.values_list("pk", flat=True)})
        return super().get_formset_kwargs(request, obj, inline, prefix)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        request.is_saved = True

    def changeform_view(
        self, request: Any, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """GET opens the form, or goes on with one that was kept (`?kept=`). POST saves it, or answers 409."""
        arguments = object_id, form_url, extra_context
        if request.method != "POST":
            return self.open(request, *arguments)
        with transaction.atomic():
            thing: Any = self.get_object(request, unquote(object_id)) if object_id else None
            if thing:
                issue = Issue.objects.filter(pk=getattr(thing, "issue_id", None) or 0)
                lock(issue, type(thing).objects.filter(pk=thing.pk))
            window = request.POST.get(WINDOW, "")
            lock(KeptForm.objects.filter(path=request.path, window=window))
            row = KeptForm.objects.of_window(request.path, window) or new_row(request)
            if row.sent and row.sent == checksum_of(request):
                return self.answer_again(request, thing)
            if object_id and not thing:
                return self.answer_gone(request, object_id, row)
            return self.save(request, row, *arguments)

    def save(self, request: Any, row: KeptForm, *arguments: Any) -> HttpResponse:
        sent, checksum, request.merging = request.POST, checksum_of(request), Merging(version_in(request.POST))
        response: Any = super().changeform_view(request, *arguments)
        if not hasattr(request, "is_saved"):
            if self.keeps(request):
                row.keep(sent)
            if request.merging.clashes:
                return self.answer_clash(request, response.context_data, row)
            return furnished(response, row, request.merging)
        if row.pk:
            row.sent = checksum
            row.keep(None)
        if taken := request.merging.taken:
            fields = {"fields": get_text_list([each.label for each in taken], _("and"))}
            messages.info(
                request, _("What others saved meanwhile is kept beside what you changed: %(fields)s.") % fields
            )
        return response

    def answer_again(self, request: Any, thing: Any) -> HttpResponse:
        """The browser sent it once more, as the answer was lost: nothing is made twice."""
        messages.info(request, _("This was saved already."))
        return self.response_post_save_change(request, thing) if thing else redirect(self.address("changelist"))

    def open(self, request: Any, *arguments: Any) -> Any:
        page: Any = super().changeform_view(request, *arguments)
        if not (getattr(page, "context_data", None) and version_of(page.context_data)):
            return page
        row, number = new_row(request), request.GET.get("kept", "")
        if self.keeps(request):
            own = KeptForm.objects.with_words().filter(user=request.user, path=request.path)
            if number.isdecimal() and (kept := own.filter(pk=number).first()):
                return self.go_on(request, kept, *arguments)
            page.context_data["offers"] = list(self.offers(request, own[:SHOWN], *arguments))
            row.save()
        return furnished(page, row)

    def offers(self, request: Any, rows: Iterable[KeptForm], *arguments: Any) -> Iterator[tuple[KeptForm, Merging]]:
        """What was kept and says something else than what is stored."""
        for row in rows:
            _page, merging = self.filled(request, row, *arguments)
            if merging.differences:
                yield row, merging
            else:
                row.keep(None)

    def filled(self, request: Any, row: KeptForm, *arguments: Any) -> tuple[Any, Merging]:
        """The page as if the form had been sent as it was kept. Nothing is stored."""
        asking, words = copy(request), row.words
        asking._files, asking.method, asking.POST = request.FILES, "POST", words
        asking.merging = Merging(version_in(words), is_shown=True)
        return super().changeform_view(asking, *arguments), asking.merging

    def go_on(self, request: Any, row: KeptForm, *arguments: Any) -> HttpResponse:
        """What others changed too since then is asked when the form is saved."""
        page, merging = self.filled(request, row, *arguments)
        row.window = token_urlsafe(12)  # the one in which it was opened may still be there
        row.save()
        return furnished(page, row, merging)

    def answer_clash(self, request: Any, context: dict[str, Any], row: KeptForm) -> TemplateResponse:
        """Three forms, each an ordinary one of this page that knows what is stored now."""
        merging = request.merging
        mine, theirs = merging.ways(request.POST)
        lines = [each.bound.form.instance for each in merging.clashes]
        names = {each.bound.html_name for each in merging.clashes}
        context |= {"clashes": merging.clashes, "names": names}
        context |= {"mine": list(mine.lists()), "theirs": list(theirs.lists())}
        context |= {"saves": saves_since(row, [context["original"], *lines]), "window": row.window}
        return TemplateResponse(request, "admin/clash.html", context, status=409)

    def answer_gone(self, request: Any, object_id: str, row: KeptForm) -> TemplateResponse:
        """What was deleted meanwhile can be made anew of what was typed; it is kept for that page, too."""
        mine = request.POST
        for prefix in [name.removesuffix("-INITIAL_FORMS") for name in mine if name.endswith("-INITIAL_FORMS")]:
            mine = without_gone(mine, prefix, ())
        row.path = self.address("add")
        row.keep(mine := without_marks(mine))
        facts = {"mine": mine.lists(), "saves": saves_since(row, [self.model(pk=object_id)]), "add_url": row.path}
        page = self.show(request, "clash", "", original=mine.get("title"), **facts)
        page.status_code = 409
        return page

    def keep_view(self, request: Any, object_id: str | None = None) -> HttpResponse:
        """What scripts send while somebody types or only looks (`_seen`), and what is given up (`_discard`). As nobody
        else knows the name of a window, it is also taken from who was signed out meanwhile."""
        path, window = request.path.removesuffix("kept/"), request.POST.get(WINDOW, "")
        row = KeptForm.objects.of_window(path, window)
        if row is None and re.fullmatch(r"[\w-]{16}", window) and self.may_fill(request, object_id):
            row = KeptForm(user=request.user, path=path, window=window)
        if row is None or int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return HttpResponse(status=413 if row else 403)
        if row.is_done:
            return HttpResponse(status=204)
        if "_discard" in request.POST:
            row.keep(None)
            return redirect(path)
        if "_seen" in request.POST:
            row.seen_at = timezone.now()
            row.save()
        else:
            row.keep(request.POST)
        present = (
            render_to_string("admin/_present.html", {"others": others(row)}) if request.user.is_authenticated else ""
        )
        return JsonResponse({"present": present, "is_signed_in": request.user.is_authenticated})

    def may_fill(self, request: Any, object_id: str | None) -> bool:
        if not (has_token(request) and self.admin_site.has_permission(request)):
            return False
        thing = self.get_object(request, unquote(object_id)) if object_id else None
        return self.has_change_permission(request, thing) if thing else self.has_add_permission(request)


def furnished(page: Any, row: KeptForm, merging: Merging | None = None) -> Any:
    """Let a page know what is stored, and who else has it open."""
    version = version_of(page.context_data)
    if merging:
        version = merging.version | version | dict.fromkeys((each.key for each in merging.clashes), "")
    page.context_data |= {"version": json.dumps(version), "window": row.window, "others": others(row)}
    return page
