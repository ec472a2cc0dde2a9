"""What was saved when and by whom, what differs, and the way back; and the working copy of what readers can see."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import SignedInRequest
from core.admin import DeskAdmin, page_at
from core.differing import difference
from newsletter import revising
from newsletter.models import Contributor, Redirect, Revision
from newsletter.models.revisions import Revised, Texts, changes
from newsletter.views.pages import cut

ON_A_PAGE = 50
COPIED = gettext_lazy("The working copy of “%(title)s” is saved. Readers see no change until you update it.")


class RevisedAdmin(DeskAdmin):
    """Keeps revisions of what has some, and saves what readers can see into its working copy."""

    def changeform_view(
        self, request: Any, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the working copy and store into it. On errors nothing has happened."""
        thing: Any = self.get_object(request, unquote(object_id)) if object_id else None
        view = partial(super().changeform_view, request, object_id, form_url, extra_context)
        if thing is None:
            return view()
        if request.method != "POST":
            with revising.as_it_would_be(thing, rendered=False):
                return filled(view())
        return self.store(request, thing, view)

    def store(self, request: Any, thing: Any, view: Any) -> HttpResponse:
        clashes = "_update" in request.POST and revising.clashes(thing)
        with revising.writing(thing, request.user, at_once="_update" in request.POST and not clashes):
            response = view()
            if response.status_code != 302:
                raise revising.Abandoned
        if response.status_code == 302:
            tell_where(request, thing, revising.fresh(thing))
        return redirect(self.address("settle", thing.pk)) if clashes and response.status_code == 302 else response

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        thing = context["original"]
        copy = revising.working_copy(thing) if thing else None
        if copy:
            base = thing.revisions.stored().first()
            context |= {"copy": copy, "copy_base": base, "copy_clashes": copy.conflicts(base.texts)}
        context["saves_copy"] = getattr(thing, "is_public", False)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_change(self, request: Any, obj: Any) -> HttpResponse:
        is_public = getattr(revising.fresh(obj), "is_public", False)
        if not is_public or "_update" in request.POST:
            return super().response_change(request, obj)
        messages.success(request, COPIED % {"title": obj})
        return redirect(request.path) if "_continue" in request.POST else self.response_post_save_change(request, obj)

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> HttpResponse:
        thing = self.get_object(request, unquote(object_id))
        if thing is None:
            raise Http404
        if not self.has_view_or_change_permission(request, thing):
            raise PermissionDenied
        piece = cut(request, thing.revisions.without_texts().select_related("by"), ON_A_PAGE)
        lines = [*piece, *self.events_between(thing, piece)]
        lines.sort(key=lambda line: getattr(line, "action_time", None) or line.at, reverse=True)
        return self.tell(request, thing, "revisions", _("Revisions of “%(title)s”"), piece=piece, lines=lines)

    def events_between(self, thing: Revised, piece: Any) -> Iterator[LogEntry]:
        """What else happened to it at the time that a page of revisions shows: Django writes a list down for what a
        form has changed, and we a sentence."""
        of_it = Q(content_type=ContentType.objects.get_for_model(thing), object_id=str(thing.pk))
        events = LogEntry.objects.filter(of_it).exclude(change_message__startswith="[").select_related("user")
        if piece.has_next():
            events = events.filter(action_time__gte=piece[-1].at)
        if piece.has_previous():
            events = events.filter(action_time__lt=piece[0].at)
        return events.exclude(change_message="").iterator()

    @page_at("<int:pk>/revisions/")
    def compare_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """Any two revisions, the older one first; of one, it and the one before."""
        thing = self.fetch(request, pk)
        chosen = sorted(int(each) for each in request.GET.getlist("revision") if each.isdecimal())
        new = get_object_or_404(thing.revisions, pk=chosen[-1] if chosen else 0)
        before = thing.revisions.filter(pk__lt=new.pk)
        old = get_object_or_404(thing.revisions, pk=chosen[0]) if len(chosen) > 1 else before.stored().first()
        fields = compared(thing, old.texts if old else {}, new.texts)
        return self.tell(request, thing, "compare", _("What changed in “%(title)s”"), old=old, new=new, fields=fields)

    @page_at("<int:pk>/revisions/<int:revision>/restore/")
    def restore_view(self, request: SignedInRequest, pk: int, revision: int) -> HttpResponse:
        thing = self.fetch(request, pk)
        found = get_object_or_404(thing.revisions, pk=revision)
        if request.method != "POST":
            return self.tell(request, thing, "restore", _("Restore “%(title)s” as it was?"), revision=found)
        revising.restore(found, request.user)
        said = COPIED if getattr(thing, "is_public", False) else _("“%(title)s” says again what it said then.")
        messages.success(request, said % {"title": thing})
        return redirect(self.address("change", thing.pk))

    @page_at("<int:pk>/working-copy/discard/")
    def discard_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        thing, copy = self.with_copy(request, pk)
        if request.method != "POST":
            return self.tell(request, thing, "discard", _("Discard the working copy of “%(title)s”?"), copy=copy)
        revising.close_copy(thing)
        self.log_change(request, thing, _("Working copy discarded"))
        said = _("The working copy is discarded. <a href='{}'>Take it up again…</a>")
        messages.success(request, format_html(said, self.address("restore", thing.pk, copy.pk)))
        return redirect(self.address("change", thing.pk))

    @page_at("<int:pk>/working-copy/settle/")
    def settle_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """What both the working copy and the public text have changed: whose words readers get."""
        thing, copy = self.with_copy(request, pk)
        if request.method == "POST":
            return self.settle(request, thing, copy, request.POST.get("way", ""))
        theirs = copy.conflicts(revising.texts_of(revising.fresh(thing)))
        mine = {key: copy.texts.get(key) for key in theirs}
        by = thing.revisions.stored().select_related("by").first()
        fields = compared(thing, theirs, mine)
        title = _("“%(title)s” was changed meanwhile")
        return self.tell(request, thing, "settle", title, fields=fields, new=copy, old=by)

    def settle(self, request: SignedInRequest, thing: Any, copy: Revision, way: str) -> HttpResponseRedirect:
        revising.settle(copy, take_theirs=way == "theirs")
        if way == "mine":
            revising.update(thing, request.user)
            messages.success(request, _("Readers see the working copy of “%(title)s” now.") % {"title": thing})
        return redirect(self.address("change", thing.pk))

    def with_copy(self, request: HttpRequest, pk: int) -> tuple[Any, Revision]:
        thing = self.fetch(request, pk)
        copy = revising.working_copy(thing)
        if copy is None:
            raise Http404
        return thing, copy

    def tell(self, request: HttpRequest, thing: Any, page: str, title: str, **facts: Any) -> TemplateResponse:
        facts |= {"thing": thing, "is_public": getattr(thing, "is_public", False)}
        facts |= {"history_url": self.address("history", thing.pk), "compare_url": self.address("compare", thing.pk)}
        return self.show(request, f"newsletter/revisions/{page}", title % {"title": thing}, **facts)


def tell_where(request: HttpRequest, old: Revised | Contributor, new: Revised | Contributor) -> None:
    """Say where readers are led who have an old address."""
    paths = {"old": old.get_absolute_url(), "new": new.get_absolute_url()}
    if paths["old"] != paths["new"] and Redirect.objects.filter(old_path=paths["old"]).exists():
        messages.info(request, _("Whoever has the old address %(old)s is led to %(new)s.") % paths)


def filled(response: Any) -> HttpResponse:
    """A page with a form that asks the database for nothing of its texts any more."""
    for inline in getattr(response, "context_data", {}).get("inline_admin_formsets", ()):
        inline.formset.forms  # noqa: B018
    return response


def compared(thing: Revised, old: Texts, new: Texts) -> list[dict[str, Any]]:
    """The fields in which texts differ: what each is called, and both sides with what differs marked."""
    fields = []
    for key in changes(old, new):
        pieces = difference(in_words(thing, key, old.get(key)), in_words(thing, key, new.get(key)))
        sides = ([piece for piece in pieces if piece[0] != other] for other in ("ins", "del"))
        fields.append({"label": label_of(thing, key, {**old, **new}), "sides": list(sides)})
    return fields


def field_of(thing: Revised, key: str) -> Any:
    name, _slash, of_row = key.partition("/")
    model: Any = thing._meta.get_field(name).related_model if of_row else thing
    return model._meta.get_field(of_row.partition("/")[2] or name)


def label_of(thing: Revised, key: str, texts: Texts) -> str:
    field, row = field_of(thing, key), key.rpartition("/")[0]
    label = str(field.verbose_name)
    title = texts.get(f"{row}/title") or field.model._meta.verbose_name
    return _("%(row)s: %(label)s") % {"row": title, "label": label} if row else label


def in_words(thing: Revised, key: str, value: Any) -> str:
    field = field_of(thing, key)
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    if field.related_model:
        return str(field.related_model._base_manager.filter(pk=value).first() or _("(deleted)"))
    return str(dict(field.flatchoices).get(value, value))
