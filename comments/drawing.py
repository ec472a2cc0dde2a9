"""The HTML of a comment and what it tells machines, made once for all who are shown the same.

Both are made from nothing but what they are kept under. So neither can be out of date, as whoever changes a comment,
likes it or takes another name changes what is looked for; and neither holds anything of one reader."""

from functools import lru_cache
from operator import attrgetter
from secrets import token_urlsafe
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from accounts.models import User
from comments.forms import CommentForm
from comments.models import Comment, Discussion
from core.addresses import absolute
from newsletter.moments import machine_date
from newsletter.structured_data import Node, filled, plain

KEPT = 2000
#: Stands where each reader's own token comes. Nobody outside sees it, so no text can hold it.
TOKEN = token_urlsafe()
LIKED = {"@type": "InteractionCounter", "interactionType": "https://schema.org/LikeAction"}

OF_COMMENT = (
    *("pk", "state", "name", "headline", "badge", "body_html", "proposed_body", "created_at", "exactness"),
    *("said_at", "fingerprint", "edited_at", "by_mail", "is_featured", "score"),
)
OF_AUTHOR = ("pk", "display_name", "picture")
OF_PARENT = ("pk", "state", "name", "fingerprint")
comment_of, author_of, parent_of = attrgetter(*OF_COMMENT), attrgetter(*OF_AUTHOR), attrgetter(*OF_PARENT)


class Said(NamedTuple):
    """All that is shown of a comment."""

    comment: tuple[Any, ...]
    author: tuple[Any, ...] | None
    parent: tuple[Any, ...] | None


class Scene(NamedTuple):
    """What all comments of a page are shown with."""

    is_open: bool
    address: str
    here: str
    is_signed_in: bool
    is_moderator: bool


class Pose(NamedTuple):
    """How one of them is shown: `is_apart` from what it answers, `is_target` where the page is about it."""

    level: int
    is_apart: bool
    is_target: bool
    is_own: bool
    is_liked: bool


def said(comment: Comment) -> Said:
    author, parent = comment.author, comment.parent
    return Said(comment_of(comment), author_of(author) if author else None, parent_of(parent) if parent else None)


def again(said: Said) -> Comment:
    """A comment of which nothing else is known."""
    comment = Comment(**dict(zip(OF_COMMENT, said.comment, strict=True)))
    comment.author = User(**dict(zip(OF_AUTHOR, said.author, strict=True))) if said.author else None
    comment.parent = Comment(**dict(zip(OF_PARENT, said.parent, strict=True))) if said.parent else None
    return comment


def drawn(comment: Comment, pose: Pose, scene: Scene, token: str) -> SafeString:
    return with_token(html_of(said(comment), pose, scene, get_language()), token)


@lru_cache(maxsize=KEPT)
def html_of(said: Said, pose: Pose, scene: Scene, language: str | None) -> str:
    facts = {"comment": again(said), "csrf_token": TOKEN}
    return render_to_string("comments/_comment.html", facts | pose._asdict() | scene._asdict())


def form(wanted: CommentForm | type[CommentForm], address: str, token: str) -> SafeString:
    """The form of a conversation; as a rule an empty one, of which the class is given."""
    if isinstance(wanted, CommentForm):
        html = form_html(wanted, address, is_reader=bool(token))
    else:
        html = empty_form(wanted, address, is_reader=bool(token), language=get_language())
    return with_token(html, token)


def form_html(form: CommentForm, address: str, *, is_reader: bool) -> str:
    facts = {"form": form, "address": address, "reader": is_reader, "csrf_token": TOKEN}
    return render_to_string("comments/_form.html", facts)


@lru_cache(maxsize=KEPT)
def empty_form(wanted: type[CommentForm], address: str, *, is_reader: bool, language: str | None) -> str:
    return form_html(wanted(discussion=Discussion()), address, is_reader=is_reader)


def with_token(html: str, token: str) -> SafeString:
    return mark_safe(html.replace(TOKEN, token) if token else html)  # noqa: S308 (a template made it)


@lru_cache(maxsize=KEPT)
def node_of(said: Said, language: str | None) -> Node:
    """A comment in the words of schema.org."""
    comment = again(said)
    address = absolute(comment.get_absolute_url())
    node = {
        "@type": "Comment",
        "@id": address,
        "url": address,
        "text": plain(comment.body_html),
        "datePublished": comment.machine_date,
        "dateModified": comment.edited_at and machine_date(comment.edited_at),
        "author": author_node(comment),
        "interactionStatistic": {**LIKED, "userInteractionCount": comment.score} if comment.score else None,
    }
    return filled(node)


def author_node(comment: Comment) -> Node:
    """Of what was brought in nobody has said that they wrote it: a name alone."""
    headline = "" if comment.is_brought_in else comment.headline
    return filled({"@type": "Person", "name": comment.shown_name, "jobTitle": headline})
