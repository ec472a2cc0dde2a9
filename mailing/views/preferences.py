"""A person's own page: what comes, how, and where to; by the link in each mail, or in their account."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache

from accounts.requests import SignedInRequest
from core.limits import Limit, ask_to_wait, network_of, wait_message
from mailing import own_data
from mailing.forms import AddressForm, ErasureForm, OwnerForm, PreferencesForm
from mailing.lists.consenting import occasion
from mailing.lists.invitations import ask_to_move, language_of
from mailing.lists.preferring import choose, leave_all, move, pause_a_month, subscriber_of
from mailing.lists.suppressing import gets_nothing
from mailing.models import Move, Subscriber
from mailing.tokens import Purpose, Token
from mailing.views.pages import opened_by

MOVES_OF_SUBSCRIBER = Limit("new addresses of a subscriber", 5, 86_400)
MOVES_FROM_NETWORK = Limit("new addresses from a network", 30, 600)
TYPED = Limit("addresses typed for a subscriber from a network", 10, 3600)

type OwnView = Callable[[HttpRequest, Subscriber, Token], HttpResponse]


def own_page(view: OwnView) -> Callable[[HttpRequest, str], HttpResponse]:
    """A view of the subscriber whom a token names, in their language: `door` until the owner has come in; a friendly
    word where none is left."""

    @opened_by(Purpose.OWNER, Purpose.PREFERENCES)
    def page(request: HttpRequest, token: Token) -> HttpResponse:
        subscriber = Subscriber.objects.filter(pk=token.subscriber_id).first()
        if subscriber is None:
            return render(request, "mailing/gone.html")
        with translation.override(language_of(subscriber)):
            return (view if token.is_owners else door)(request, subscriber, token)

    return page


def door(request: HttpRequest, subscriber: Subscriber, token: Token) -> HttpResponse:
    """What a link in a mail opens to whoever has it: leaving and pausing, and nothing of what is kept. Who types the
    address goes on to the page that was asked for."""
    form = OwnerForm(request.POST if "address" in request.POST else None, subscriber=subscriber)
    if form.is_bound and (wait := TYPED.hit(f"{subscriber.pk} {network_of(request)}")):
        form.add_error(None, wait_message(wait))
        return ask_to_wait(render(request, "mailing/door.html", {"form": form}), wait)
    if form.is_valid() and request.resolver_match:
        return redirect(request.resolver_match.view_name, Token.of_owner(subscriber.pk))
    done = next((wish for wish in ("leave", "month") if wish in request.POST), "")
    if done:
        (leave_all if done == "leave" else pause_a_month)(subscriber, occasion(request, "preference page"))
    return render(request, "mailing/door.html", {"form": form, "done": done, "until": subscriber.paused_until})


@own_page
def preferences(request: HttpRequest, subscriber: Subscriber, token: Token) -> HttpResponse:
    return show_choices(request, "mailing/preferences.html", subscriber, "preference page", token)


@never_cache
@login_required
def account(request: SignedInRequest) -> HttpResponse:
    """The same in the account of somebody whose address is confirmed: no mail is needed to subscribe."""
    if not request.user.is_confirmed:
        raise PermissionDenied
    subscriber = subscriber_of(request.user)
    return show_choices(request, "mailing/account.html", subscriber, "account", Token.of_owner(subscriber.pk or 0))


def show_choices(
    request: HttpRequest, template: str, subscriber: Subscriber, place: str, token: Token
) -> HttpResponse:
    """GET shows what is chosen, POST keeps it: nothing that is not sent by a button of this page."""
    is_meant = request.method == "POST" and bool({"save", "month"} & request.POST.keys())
    form = PreferencesForm(request.POST if is_meant else None, subscriber=subscriber)
    is_saved = form.is_valid()
    if is_saved:
        choose(subscriber, form.choices(), occasion(request, place))
        form = PreferencesForm(subscriber=subscriber)
    context = {"form": form, "subscriber": subscriber, "is_saved": is_saved}
    context["gets_nothing"] = gets_nothing(subscriber.email)
    return render(request, template, context | addresses_behind(token._replace(subscriber_id=subscriber.pk or 0)))


@own_page
def address(request: HttpRequest, subscriber: Subscriber, token: Token) -> HttpResponse:
    """Ask for mail at another address. The answer is the same whatever is known of that one."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "subscriber": subscriber, **addresses_behind(token)}
    if not form.is_valid():
        return render(request, "mailing/address.html", context)
    wait = MOVES_OF_SUBSCRIBER.hit(subscriber.pk) or MOVES_FROM_NETWORK.hit(network_of(request))
    if wait:
        form.add_error(None, wait_message(wait))
        return ask_to_wait(render(request, "mailing/address.html", context), wait)
    ask_to_move(subscriber, form.cleaned_data["email"])
    return render(request, "mailing/asked.html", {"email": form.cleaned_data["email"], "is_move": True})


@own_page
def data(request: HttpRequest, subscriber: Subscriber, token: Token) -> HttpResponse:
    """Everything that is kept of the person, as JSON that people can read."""
    return JsonResponse(
        own_data.export(subscriber),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers={"Content-Disposition": 'attachment; filename="my-subscription.json"'},
    )


@own_page
def erasure(request: HttpRequest, subscriber: Subscriber, token: Token) -> HttpResponse:
    form = ErasureForm(request.POST if request.method == "POST" else None, subscriber=subscriber)
    if form.is_valid():
        own_data.erase(subscriber)
        return render(request, "mailing/gone.html", {"is_erased": True})
    return render(request, "mailing/erasure.html", {"form": form, "subscriber": subscriber, **addresses_behind(token)})


@opened_by(Purpose.MOVE)
def confirm_move(request: HttpRequest, token: Token) -> HttpResponse:
    """The link in the mail to a new address: GET asks, POST moves."""
    asked = Move.objects.select_related("subscriber").filter(pk=token.about, subscriber=token.subscriber_id).first()
    if asked is None:
        return render(request, "mailing/moved.html")
    with translation.override(language_of(asked.subscriber)):
        is_post = request.method == "POST"
        is_moved = is_post and move(asked, occasion(request, "new address"))
        context = {"move": asked, "is_moved": is_moved, "is_refused": is_post and not is_moved}
        return render(
            request, "mailing/moved.html", context | addresses_behind(Token(Purpose.PREFERENCES, asked.subscriber_id))
        )


def addresses_behind(token: Token) -> dict[str, str]:
    """A person's own pages, as far as this token opens them; empty for who is not stored yet."""
    if not token.subscriber_id:
        return {}
    names = ("preferences", "address", "data", "erasure")
    return {f"{name}_url": reverse(f"mailing:{name}", args=[str(token)]) for name in names}
