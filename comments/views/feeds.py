"""The comments of the site, and of one discussion, for feed readers."""

from django.http import HttpRequest, HttpResponse

from comments.feeds import DiscussionComments, SiteComments
from core.page_cache import public_page


@public_page
def site(request: HttpRequest) -> HttpResponse:
    return SiteComments()(request)


@public_page
def discussion(request: HttpRequest, **place: str) -> HttpResponse:
    return DiscussionComments()(request, **place)
