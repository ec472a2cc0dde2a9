"""Comments as Atom feeds (RFC 4287), threaded as RFC 4685 has it: of one discussion, and of the whole site."""

import nh3
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from comments.models import COMMENTS, TALKS, Comment
from comments.models.comments import CommentQuerySet
from comments.views.reading import open_discussion
from core.addresses import absolute
from core.page_cache import public_page, shows
from newsletter.feeds import Entry, Feed, permanent_id, written

LENGTH = 50

#: Hashtags lead to our own search; feed readers need the whole address.
COMPLETE = nh3.Cleaner(url_relative=("rewrite_with_base", absolute("/")), link_rel="nofollow ugc noopener")


@public_page
@translation.override(settings.LANGUAGE_CODE)
def site(request: HttpRequest) -> HttpResponse:
    """The newest approved comments of all public discussions; what is brought in is no news."""
    shows(COMMENTS, TALKS)
    newest = Comment.objects.public().written_here().order_by("-pk")
    return feed_of(newest, settings.SITE_NAME, absolute("/"), request)


@public_page
def discussion(request: HttpRequest, **place: str) -> HttpResponse:
    """The newest approved comments of one discussion, in the language of its newsletter."""
    found = open_discussion(request, **place)
    shows(found.topic, TALKS)
    newest = Comment.objects.public().filter(discussion=found.pk).order_by("-created_at", "-pk")
    language, page = found.newsletter.language, absolute(found.get_absolute_url())
    with translation.override(language):
        return feed_of(newest, str(found.place), page, request, language)


def feed_of(
    comments: CommentQuerySet, of: str, page: str, request: HttpRequest, language: str = settings.LANGUAGE_CODE
) -> HttpResponse:
    title = _("Comments on %(title)s") % {"title": of}
    entries = [entry(comment) for comment in comments.select_related("parent").with_places()[:LENGTH]]
    return written(Feed(title, "", page, entries, language=language), request, "atom.xml")


def entry(comment: Comment) -> Entry:
    title = _("%(name)s on %(title)s") % {"name": comment.shown_name, "title": comment.discussion.place}
    answered = comment.parent or comment.discussion.place
    return Entry(
        comment,
        title,
        comment.excerpt,
        COMPLETE.clean(comment.body_html),
        comment.created_at,
        comment.edited_at or comment.created_at,
        [{"name": comment.shown_name}],
        answered={"ref": permanent_id(answered), "href": absolute(answered.get_absolute_url())},  # type: ignore[union-attr]
    )
