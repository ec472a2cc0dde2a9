"""Own issues, articles and tags to link to, found by their titles."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from taggit.models import Tag

from core.addresses import absolute
from newsletter.admin.states import State, state_of
from newsletter.models import Article, Issue
from newsletter.moving import page_of

MOST = 20


@permission_required("newsletter.view_article", raise_exception=True)
def finder(request: HttpRequest) -> HttpResponse:
    """What has each word of `?q=` in its title, the newest first, with its permanent address: as a page, and as JSON
    where scripts ask with `?live`."""
    words = request.GET.get("q", "")
    found = list(places(request, words.split()))[:MOST]
    if "live" in request.GET:
        return JsonResponse({"results": found})
    context = admin.site.each_context(request) | {"opts": Article._meta, "title": _("Addresses to link to")}
    context |= {"found": found, "q": words}
    return TemplateResponse(request, "admin/newsletter/links.html", context)


def places(request: HttpRequest, words: list[str]) -> Iterator[dict[str, str]]:
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
