"""Withdrawn things: their addresses answer 410 Gone instead of 404."""

from typing import Any

from django.http import Http404, HttpRequest

from newsletter.models.publishable import PublishableQuerySet


class Gone(Exception):
    """What was asked for has been withdrawn. `RedirectMiddleware` turns it into the page with status 410."""


def open_or_gone(things: PublishableQuerySet, request: HttpRequest, **lookup: Any) -> Any:
    """Fetch the one of `things` that this visitor may see. Raises Gone where it has been withdrawn, Http404 where it
    is not there or not public yet."""
    thing = things.visible_to(request.user).filter(**lookup).first()
    if thing is None:
        raise Gone if things.withdrawn().filter(**lookup).exists() else Http404
    return thing
