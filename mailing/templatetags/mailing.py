"""What pages of all apps show of subscribing, and words for numbers on the pages of dispatches."""

from datetime import timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import ngettext

from accounts.templatetags.accounts import visitor
from mailing.letter.letters import letter_for
from mailing.letter.printing import PREFERENCES_URL, UNSUBSCRIBE_URL, cut_at
from mailing.lists import consenting
from mailing.models import Dispatch, Subscriber
from newsletter.models import Issue, Newsletter
from newsletter.sharing import proof

register = template.Library()


@register.inclusion_tag("mailing/_box.html")
def subscribe_box(newsletter: Newsletter, place: str) -> dict[str, Any]:
    """The form to get a newsletter by mail, the same for everybody. `place` is one of `mailing.forms.PLACES`: where it
    stands."""
    return {"newsletter": newsletter, "place": place}


@register.inclusion_tag("mailing/_offer.html", takes_context=True)
def offer_newsletter(context: dict[str, Any], newsletter: Newsletter, author_id: int | None) -> dict[str, Any]:
    """The same form for the author of what the page shows, if they do not have the newsletter."""
    reader = visitor(context)
    if reader is None or reader.pk != author_id:
        return {}
    had = newsletter.subscriptions.filter(subscriber__in=Subscriber.objects.of_reader(reader)).confirmed()
    return {} if had.exists() else {"newsletter": newsletter, "email": reader.email}


@register.simple_tag
def proof_of_mail(issue: Issue) -> dict[str, Any]:
    """The mail of an issue as it will be, whatever state that is in, with its weight in bytes and where it is cut."""
    made = proof(issue)
    letter = letter_for(Dispatch(issue=made))
    text = letter.text.replace(UNSUBSCRIBE_URL, "…").replace(PREFERENCES_URL, "…")
    return {"letter": letter, "issue": made, "text": text, "weight": len(letter.html.encode()), "cut": cut_at(made)}


#: What people say yes to.
register.simple_tag(consenting.promise)


@register.filter
def in_words(left: timedelta) -> str:
    """A span of time in its two largest units; below a minute in seconds."""
    if left < timedelta(minutes=1):
        seconds = max(1, round(left.total_seconds()))
        return ngettext("%(seconds)d second", "%(seconds)d seconds", seconds) % {"seconds": seconds}
    now = timezone.now()
    return timesince(now, now + left)
