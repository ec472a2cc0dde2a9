"""The link to leave, in each mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from mailing.lists.consenting import occasion
from mailing.lists.leaving import come_back, leave
from mailing.models import Subscriber, Subscription
from mailing.tokens import Purpose, Token, preferences_url
from mailing.views.pages import opened_by
from newsletter.models import Newsletter
from newsletter.views.pages import show


@opened_by(Purpose.UNSUBSCRIBE)
def unsubscribe(request: HttpRequest, token: Token) -> HttpResponse:
    """GET asks. POST leaves, and is all that a mail program needs to send (RFC 8058); or it undoes that.

    The same page for somebody who was erased meanwhile, of whom nothing is known.
    """
    newsletter = get_object_or_404(Newsletter, pk=token.about)
    subscriber = Subscriber.objects.filter(pk=token.subscriber_id).first()
    wish, form = wish_of(request), "one click" if "List-Unsubscribe" in request.POST else "unsubscribe page"
    if wish == "leave":
        leave(subscriber, newsletter, occasion(request, form))
    elif wish and not (subscriber and come_back(subscriber, newsletter, occasion(request, form))):
        return redirect("mailing:subscribe")
    has_left = wish == "leave" or is_over(subscriber, newsletter)
    context = {"has_left": has_left, "wish": wish, "preferences_url": preferences_url(token.subscriber_id)}
    return show(request, "mailing/unsubscribe.html", newsletter, **context)


def wish_of(request: HttpRequest) -> str:
    """Empty for a GET; whatever else a POST says, it is meant to leave."""
    if request.method != "POST":
        return ""
    return "again" if request.POST.get("wish") == "again" else "leave"


def is_over(subscriber: Subscriber | None, newsletter: Newsletter) -> bool:
    if subscriber is None:
        return False
    return subscriber.subscriptions.filter(newsletter=newsletter, state=Subscription.State.LEFT).exists()
