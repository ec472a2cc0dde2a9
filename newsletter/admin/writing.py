"""What the text editor asks for: what is pasted as Markdown, own pages to link to, and how texts are written."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from taggit.models import Tag

from accounts.requests import SignedInRequest
from core.addresses import absolute
from core.admin import DeskAdmin, page_at
from core.rich_text import Unreadable
from newsletter.admin.states import State, state_of
from newsletter.forms import content_of
from newsletter.models import Article, Issue
from newsletter.moving import page_of
from newsletter.pasting import paste

MOST = 20
#: Pictures in the clipboard are a third longer than their files.
LARGEST_PASTE = 60 * 1024 * 1024


class PasteForm(forms.Form):
    """What the clipboard holds as HTML: a file, as no other field may be so long."""

    html = forms.FileField()
    first_note = forms.IntegerField(min_value=1, max_value=9999)

    def clean_html(self) -> str:
        refusal = _("This is more than can be pasted at once. Take it in parts.")
        return content_of(self.cleaned_data["html"], LARGEST_PASTE, refusal).decode("utf-8", "replace")


class WritingAdmin(DeskAdmin):
    @page_at("paste/")
    @method_decorator([require_POST, permission_required("newsletter.change_article", raise_exception=True)])
    def paste_view(self, request: SignedInRequest) -> JsonResponse:
        """Markdown of what was pasted as the file `html`, with remarks; or what hinders it (status 400)."""
        form = PasteForm(request.POST, request.FILES)
        if not form.is_valid():
            errors = " ".join(str(message) for field in form for message in field.errors)
            return JsonResponse({"error": errors}, status=400)
        facts, may_store = form.cleaned_data, request.user.has_perm("newsletter.add_picture")
        try:
            pasted = paste(facts["html"], first_note=facts["first_note"], may_store=may_store)
        except Unreadable as error:
            return JsonResponse({"error": str(error)}, status=400)
        return JsonResponse({"markdown": pasted.markdown, "remarks": pasted.remarks})

    @page_at("dialect/")
    @method_decorator(permission_required("newsletter.view_article", raise_exception=True))
    def dialect_view(self, request: HttpRequest) -> HttpResponse:
        """What can be written in a text, each example beside what comes of it."""
        return self.show(request, "newsletter/dialect", _("How texts are written"))

    @page_at("finder/")
    @method_decorator(permission_required("newsletter.view_article", raise_exception=True))
    def finder_view(self, request: HttpRequest) -> HttpResponse:
        """What has each word of `?q=` in its title, the newest first, with its permanent address: as a page, and as
        JSON where scripts ask with `?live`."""
        words = request.GET.get("q", "")
        found = list(places(request, words.split()))[:MOST]
        if "live" in request.GET:
            return JsonResponse({"results": found})
        return self.show(request, "newsletter/links", _("Addresses to link to"), found=found, q=words)


def places(request: HttpRequest, words: list[str]) -> Iterator[dict[str, str]]:
    """Issues, articles and tags."""
    user: Any = request.user
    for model in (Issue, Article):
        found: Any = model._default_manager
        for thing in found.visible_to(user).filter(holds("title", words)).for_lists().order_by("-pk")[: MOST // 2]:
            around = thing.newsletter if isinstance(thing, Issue) else thing.issue or _("stand-alone")
            state = state_of(thing)
            state_word = "" if state == State.PUBLISHED else str(state.label)
            yield {"title": thing.title, "address": absolute(page_of(thing)), "in": str(around), "state": state_word}
    for tag in Tag.objects.filter(holds("name", words)).order_by("name")[: MOST // 2]:
        yield {"title": tag.name, "address": absolute(page_of(tag)), "in": _("tag"), "state": ""}


def holds(field: str, words: list[str]) -> Q:
    return Q(*((f"{field}__icontains", word) for word in words))
