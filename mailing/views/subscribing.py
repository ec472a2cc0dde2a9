"""Asking for newsletters, confirming it, and the link to leave in each mail."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.languages import spoken
from core.limits import Limit, ask_to_wait, network_of, wait_message
from core.origins import has_token, is_from_here
from core.page_cache import public_page
from mailing.forms import AskForm
from mailing.lists.consenting import occasion
from mailing.lists.invitations import language_for
from mailing.lists.subscribing import come_back, leave
from mailing.lists.subscribing import confirm as confirm_subscriptions
from mailing.models import Subscriber, Subscription
from mailing.tasks import ask
from mailing.tokens import Purpose, Token, preferences_url
from mailing.views.pages import opened_by
from newsletter.models import Newsletter
from newsletter.views.pages import show

REQUESTS_FROM_NETWORK = Limit("newsletters asked for from a network", 60, 600)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """GET shows the form, the same for everybody; POST sends a mail."""
    return take(request) if request.method == "POST" else offer(request)


@public_page
def offer(request: HttpRequest) -> HttpResponse:
    return show(request, "mailing/subscribe.html", form=AskForm())


def take(request: HttpRequest) -> HttpResponse:
    """The answer tells nothing of the address: it is the same whatever is known of it, and takes as long."""
    form = AskForm(request.POST)
    newsletter = only_newsletter(request)
    with translation.override(spoken(newsletter.language if newsletter else settings.LANGUAGE_CODE)):
        if not form.is_valid():
            return show_form(request, newsletter, form)
        if not (is_from_here(request) or has_token(request)):
            return show_form(request, newsletter, form, problem=_("Look it over and send it once more."))
        wait = REQUESTS_FROM_NETWORK.hit(network_of(request))
        if wait:
            return ask_to_wait(show_form(request, newsletter, form, problem=wait_message(wait)), wait)
    facts = form.cleaned_data
    if not facts["website"]:
        ask(facts["email"], facts["newsletter"], occasion(request, facts["place"]))
    return show(request, "mailing/asked.html", newsletter, email=facts["email"])


def show_form(
    request: HttpRequest, newsletter: Newsletter | None, form: AskForm, *, problem: str = ""
) -> HttpResponse:
    """The form with what was typed, now with a token: this page is for one browser alone."""
    return show(request, "mailing/subscribe.html", newsletter, form=form, problem=problem, is_own=True)


def only_newsletter(request: HttpRequest) -> Newsletter | None:
    """The newsletter whose page has sent the form: its answer speaks the same language."""
    slugs = request.POST.getlist("newsletter")
    return Newsletter.objects.filter(slug=slugs[0]).first() if len(slugs) == 1 else None


@opened_by(Purpose.CONFIRM)
def confirm(request: HttpRequest, token: Token) -> HttpResponse:
    """GET asks, POST confirms what is chosen of what was asked for."""
    subscriber = Subscriber.objects.filter(pk=token.subscriber_id).first()
    if subscriber is None:
        return show(request, "mailing/gone.html")
    if request.method == "POST":
        chosen = asked(subscriber).filter(slug__in=request.POST.getlist("newsletter"))
        confirm_subscriptions(subscriber, list(chosen), occasion(request, "confirmation"))
    return show_confirmation(request, subscriber, is_changed=request.method == "POST")


def show_confirmation(request: HttpRequest, subscriber: Subscriber, **context: Any) -> HttpResponse:
    waiting = list(asked(subscriber))
    had = list(Newsletter.objects.filter(subscriptions__in=subscriber.subscriptions.confirmed()).order_by("title"))
    context |= {"asked": waiting, "had": had, "preferences_url": preferences_url(subscriber.pk)}
    with translation.override(language_for(subscriber, waiting or had)):
        only = (waiting or had)[0] if len(waiting or had) == 1 else None
        return show(request, "mailing/confirm.html", only, **context)


def asked(subscriber: Subscriber) -> Any:
    asked_for = Subscription.objects.asked().filter(subscriber=subscriber)
    return Newsletter.objects.filter(subscriptions__in=asked_for).order_by("title")


@opened_by(Purpose.UNSUBSCRIBE)
def unsubscribe(request: HttpRequest, token: Token) -> HttpResponse:
    """GET asks. POST leaves, and is all that a mail program needs to send (RFC 8058); or it undoes that. The same page
    for somebody who was erased meanwhile, of whom nothing is known."""
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
    own = Subscription.objects.filter(subscriber=subscriber, newsletter=newsletter)
    return subscriber is not None and own.filter(state=Subscription.State.LEFT).exists()
