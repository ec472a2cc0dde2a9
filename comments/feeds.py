"""Comments as Atom feeds (RFC 4287), threaded as RFC 4685 has it: of one discussion, and of the whole site."""

from datetime import datetime
from typing import Any

import nh3
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import SyndicationFeed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from comments.models import Comment, Discussion
from comments.models.comments import CommentQuerySet
from comments.views.places import open_discussion
from core.addresses import absolute
from core.page_cache import public_page
from newsletter.feed_formats import Atom, Facts
from newsletter.feeds import SpokenFeed, permanent_id

LENGTH = 50

#: Hashtags lead to our own search; feed readers need the whole address.
COMPLETE = nh3.Cleaner(url_relative=("rewrite_with_base", absolute("/")), link_rel="nofollow ugc noopener")


class ThreadedAtom(Atom):
    """Each entry says what it answers: another comment, or the piece itself."""

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:thr": "http://purl.org/syndication/thread/1.0"}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: Facts) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("thr:in-reply-to", None, item["in_reply_to"])


class SiteComments(SpokenFeed):
    """The newest approved comments of all public discussions; what is brought in is no news."""

    feed_type: type[SyndicationFeed] = ThreadedAtom

    def title(self, scope: Any) -> str:
        return _("Comments on %(title)s") % {"title": settings.SITE_NAME}

    def feed_url(self, scope: Any) -> str:
        return absolute(reverse("comments:site-feed"))

    def author_name(self, scope: Any) -> str:
        return settings.SITE_NAME

    def comments(self, scope: Any) -> CommentQuerySet:
        return Comment.objects.public().written_here().order_by("-pk")

    def items(self, scope: Any) -> CommentQuerySet:
        return self.comments(scope).select_related("parent").with_places()[:LENGTH]

    def item_title(self, comment: Comment) -> str:
        facts = {"name": comment.shown_name, "title": comment.discussion.place}
        return _("%(name)s on %(title)s") % facts

    def item_description(self, comment: Comment) -> str:
        return escape(comment.excerpt)

    def item_pubdate(self, comment: Comment) -> datetime:
        return comment.created_at

    def item_updateddate(self, comment: Comment) -> datetime:
        return comment.edited_at or comment.created_at

    def item_author_name(self, comment: Comment) -> str:
        return comment.shown_name

    def item_extra_kwargs(self, comment: Comment) -> Facts:
        return {
            "content": COMPLETE.clean(comment.body_html),
            "authors": [],
            "language": "",
            "source": "",
            "picture": None,
            "in_reply_to": reference(comment),
        }


class DiscussionComments(SiteComments):
    """The newest approved comments of one discussion, in the language of its newsletter."""

    def get_object(self, request: HttpRequest, **place: str) -> Discussion:
        return open_discussion(request, **place)

    def language_of(self, discussion: Discussion) -> str:
        return discussion.newsletter.language

    def title(self, discussion: Discussion) -> str:
        return _("Comments on %(title)s") % {"title": discussion.place}

    def link(self, discussion: Discussion) -> str:
        return absolute(discussion.get_absolute_url())

    def feed_url(self, discussion: Discussion) -> str:
        return f"{self.link(discussion)}atom.xml"

    def comments(self, discussion: Discussion) -> CommentQuerySet:
        return Comment.objects.public().filter(discussion=discussion.pk).order_by("-created_at", "-pk")


def reference(comment: Comment) -> dict[str, str]:
    """What a comment answers, in the attributes of RFC 4685."""
    answered = comment.parent or comment.discussion.place
    address = absolute(answered.get_absolute_url())  # type: ignore[union-attr]
    return {"ref": permanent_id(answered), "href": address, "type": "text/html"}


@public_page
def site(request: HttpRequest) -> HttpResponse:
    return SiteComments()(request)


@public_page
def discussion(request: HttpRequest, **place: str) -> HttpResponse:
    return DiscussionComments()(request, **place)
