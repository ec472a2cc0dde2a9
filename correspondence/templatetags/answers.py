"""What other pages show of answers by mail."""

from django import template
from django.urls import reverse

from correspondence.telling import Token
from mailing.models import Subscriber

register = template.Library()


@register.simple_tag
def addresses_url(subscriber: Subscriber) -> str:
    """The page on which a subscriber ends the addresses that they were given."""
    return reverse("correspondence:letter", args=[str(Token(subscriber.pk, "s"))])
