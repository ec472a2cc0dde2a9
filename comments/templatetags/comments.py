"""What pages show of the conversation."""

from collections.abc import Collection, Iterable
from typing import Any

from django import template
from django.contrib.messages import get_messages
from django.template.context import Context
from django.utils.safestring import SafeString

from accounts.models import User
from accounts.templatetags.accounts import visitor
from comments import drawing, showing
from comments.forms import begun_form, form_below
from comments.models import TALKS, Standing, discussion_of
from comments.models.moderation import name_of
from comments.threads import Row
from core.page_cache import shows
from core.zones import age
from newsletter.models import Article, Issue, Publishable
from newsletter.moments import machine_date

register = template.Library()
for each in (name_of, age, machine_date):
    register.filter(each)


@register.filter
def standing(person: User | None) -> Standing | None:
    """How a reader stands, loaded before; None of somebody new: templates take long to see that nothing is there."""
    return getattr(person, "standing", None)


@register.inclusion_tag("comments/_discussion.html", takes_context=True)
def discussion(context: Context, place: Publishable) -> dict[str, Any]:
    """The conversation under an issue or article: its first page and the form; nothing where there is none."""
    request = context["request"]
    if not place.is_public:
        return {"discussion": None}
    found = discussion_of(place, showing.viewer_of(request))
    shows(found.topic, TALKS)
    if found.is_off:
        return {"discussion": None}
    return {"request": request, "messages": get_messages(request), **showing.shown_page(request, found)}


@register.simple_tag(takes_context=True)
def drawn(context: Context, row: Row) -> SafeString:
    """A comment in its place, with what its viewer may do about it."""
    comment, viewer = row.comment, context["viewer"]
    is_own = viewer.is_authenticated and comment.author_id == viewer.pk
    pose = drawing.Pose(row.level, row.is_apart, comment == context.get("target"), is_own, comment.is_liked)
    token = str(context["csrf_token"]) if viewer.is_authenticated else ""
    return drawing.drawn(comment, pose, context["scene"], token)


@register.simple_tag(takes_context=True)
def writing(context: Context) -> SafeString:
    """The form below a conversation."""
    reader, address = visitor(context), context["address"]  # type: ignore[arg-type]
    token = str(context["csrf_token"]) if reader else ""
    begun = begun_form(context["request"], context["discussion"])
    return drawing.form(begun or form_below(reader), address, token)


@register.simple_tag(takes_context=True)
def address_for_answers(context: Context) -> str:
    """Where who has signed in can answer by mail; nothing for anybody else."""
    reader = visitor(context)  # type: ignore[arg-type]
    return context["discussion"].answers_of(reader.pk) if reader else ""


@register.simple_tag
def discussions_in(issue: Issue, articles: Collection[Article]) -> showing.Discussions:
    """The discussions of an issue and its articles, for `talk`."""
    return showing.discussions_in(issue, articles)


@register.simple_tag
def commented(things: Iterable[Publishable]) -> showing.Discussions:
    """Which of the things in a list have public comments, for `talk`."""
    return showing.commented(things)


@register.inclusion_tag("comments/_talk.html")
def talk(thing: Publishable, discussions: showing.Discussions) -> dict[str, Any]:
    """How many comments a thing has, as a link to them; an invitation where there are none yet and it is open."""
    found = discussions.get(thing) if discussions else None
    is_shown = found is not None and thing.is_public and not found.is_off
    return {"thing": thing, "discussion": found if is_shown else None}
