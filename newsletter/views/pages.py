"""What all public pages share: the language they speak, lists cut into pages, and what they say where there is nothing
to see (any more)."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import RequestContext, Template, loader
from django.utils import timezone, translation

from core import unavailable
from core.addresses import site
from core.changes import CONTENT
from core.languages import spoken
from core.markup.named import Medium, fill
from core.page_cache import kept
from core.prepared import prepared
from newsletter.apart import Shell, shell_of
from newsletter.models import Newsletter
from newsletter.models.publishable import PublishableQuerySet, may_edit


class Gone(Exception):
    """What was asked for has been withdrawn. `RedirectMiddleware` turns it into the page with status 410."""


def open_or_gone(things: Callable[[], PublishableQuerySet], request: HttpRequest, **lookup: Any) -> Any:
    """Fetch the one of `things` that this visitor may see. Raises Gone where it has been withdrawn, Http404 where it
    is not there or not public yet."""
    for thing in found(things, may_edit(request.user, things().model), now=timezone.now(), **lookup):
        return thing
    raise Gone if things().withdrawn().filter(**lookup).exists() else Http404


@prepared
def found(things: Callable[[], PublishableQuerySet], whole: bool, *, now: Any, **lookup: Any) -> PublishableQuerySet:
    matching = things().filter(**lookup).order_by()
    return (matching if whole else matching.published(now))[:1]


def show(request: HttpRequest, template: str, newsletter: Newsletter | None = None, **context: Any) -> HttpResponse:
    """Render a page in the language of its newsletter; in the site's own where it belongs to none. Where the program
    does not speak that, its words are in one that it does: see `interface`."""
    with speaking(newsletter):
        html = loader.render_to_string(template, context | language_of(template, newsletter), request)
        return HttpResponse(fill(html, Medium.PAGE))


def show_kept(
    request: HttpRequest, template: str, newsletter: Newsletter, facts: Callable[[], dict[str, Any]], **context: Any
) -> HttpResponse:
    """The same for what everybody may see. All but what stands in `{% apart %}` is kept, and that alone shows the
    `facts`, which are asked for when it is made."""
    context |= language_of(template, newsletter)
    found: Template = loader.get_template(template).template  # type: ignore[attr-defined]

    def make() -> Shell:
        return shell_of(found, {**site(request), **context, **facts()})

    with speaking(newsletter):
        shell: Shell = kept(("shell", request.get_full_path()), make, {CONTENT}, attrgetter("size")).value
        return HttpResponse(fill(shell.filled(found, RequestContext(request, context)), Medium.PAGE))


def speaking(newsletter: Newsletter | None) -> AbstractContextManager[None]:
    return translation.override(spoken(newsletter.language if newsletter else settings.LANGUAGE_CODE))


def language_of(template: str, newsletter: Newsletter | None) -> dict[str, Any]:
    is_text = newsletter is not None and template.startswith("newsletter/")
    return {"newsletter": newsletter, "text_language": newsletter.language if newsletter and is_text else ""}


def cut(request: HttpRequest, things: QuerySet, length: int) -> Page:
    """The piece of a list that `?page=` asks for, 404 where there is none, or for a number in another spelling."""
    number = request.GET.get("page", "1")
    try:
        piece = Paginator(things, length).page(number)
    except InvalidPage as error:
        raise Http404 from error
    if str(piece.number) != number:
        raise Http404
    return piece


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Nothing can be relied on here: no database, no session, no context processor."""
    problem = sys.exception()
    if problem and unavailable.passes(problem):
        return unavailable.give_back(request, problem)
    return HttpResponseServerError(loader.render_to_string("500.html"))
