"""What pages of all apps show of subscribing."""

from typing import Any

from django import template

from accounts.templatetags.accounts import visitor
from mailing.lists import consenting
from mailing.models import Subscriber, Subscription
from newsletter.models import Newsletter

register = template.Library()


@register.inclusion_tag("mailing/_box.html")
def subscribe_box(newsletter: Newsletter, place: str) -> dict[str, Any]:
    """The form to get a newsletter by mail, the same for everybody.

    `place` is one of `mailing.forms.PLACES`: where it stands.
    """
    return {"newsletter": newsletter, "place": place}


@register.inclusion_tag("mailing/_offer.html", takes_context=True)
def offer_newsletter(context: dict[str, Any], newsletter: Newsletter, author_id: int | None) -> dict[str, Any]:
    """The same form for the author of what the page shows, if they do not have the newsletter."""
    reader = visitor(context)
    if reader is None or reader.pk != author_id:
        return {}
    had = Subscription.objects.confirmed().filter(
        newsletter=newsletter, subscriber__in=Subscriber.objects.of_reader(reader)
    )
    return {} if had.exists() else {"newsletter": newsletter, "email": reader.email}


@register.simple_tag
def promise(newsletter: Newsletter) -> str:
    """What people say yes to."""
    return consenting.promise(newsletter)
