"""What all public pages share: the language they speak, and lists cut into pages."""

from typing import Any

from django.conf import settings
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from core.languages import spoken
from newsletter.models import Newsletter


def show(request: HttpRequest, template: str, newsletter: Newsletter | None = None, **context: Any) -> HttpResponse:
    """Render a page in the language of its newsletter; in the site's own where it belongs to none. Where the program
    does not speak that, its words are in one that it does: see `interface`."""
    is_text = newsletter is not None and template.startswith("newsletter/")
    context |= {"newsletter": newsletter, "text_language": newsletter.language if newsletter and is_text else ""}
    with translation.override(spoken(newsletter.language if newsletter else settings.LANGUAGE_CODE)):
        return render(request, template, context)


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
