"""What readers and their mail programs do with subscriptions, in tests."""

import re

from django.core import mail
from django.test import Client

from mailing.lists import subscribing
from mailing.lists.consenting import Occasion
from mailing.models import Consent, Subscriber, Subscription

#: As browsers say it of a form on one of our pages.
FROM_HERE = {"sec-fetch-site": "same-origin"}
TEST = Occasion("test")
LINK = re.compile(r"https://courant\.example(/\S+)")


def visitor() -> Client:
    """Somebody whom no cookie introduces, and who has no CSRF token."""
    return Client(enforce_csrf_checks=True)


def ask(email="sumi@example.org", newsletter="low-tide", *, client=None, **more):
    """Send the form that stands on every page."""
    form = {"email": email, "newsletter": newsletter, "place": "issue"} | more.pop("form", {})
    return (client or visitor()).post("/subscribe/", form, headers=FROM_HERE, **more)


def delivered():
    """The mails since the last look."""
    sent, mail.outbox = mail.outbox, []
    return sent


def link_in(message, kind):
    """The path of the link in a mail that leads to a page of this kind."""
    return next(path for path in LINK.findall(message.body) if kind in path)


def subscribed(newsletter, email="sumi@example.org", **fields):
    """Somebody who gets a newsletter."""
    subscriber, _ = Subscriber.objects.get_or_create(email=email, defaults=fields)
    subscribing.confirm(subscriber, [newsletter], TEST)
    return subscriber


def path(url):
    return url.removeprefix("https://courant.example")


def states():
    return list(Subscription.objects.order_by("pk").values_list("subscriber__email", "newsletter__slug", "state"))


def everything():
    """All that a page could have changed."""
    return [list(model.objects.order_by("pk").values()) for model in (Subscriber, Subscription, Consent)]
