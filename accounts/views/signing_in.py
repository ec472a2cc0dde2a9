"""The door: an address, a code by mail (or a password for those who have set one), a name."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import identifying
from accounts.forms import CodeForm, NameForm, SignInForm
from accounts.profiles import change_profile
from accounts.requests import SignedInRequest
from accounts.views.going_on import next_address, with_next
from core.limits import TooMany, ask_to_wait, wait_message

SECOND_FACTOR = "/account/2fa/authenticate/"


def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an address and send a code there, or take a password. The answer never tells whether it is known."""
    if request.user.is_authenticated:
        return redirect(next_address(request))
    form = SignInForm(request.POST or None)
    if form.is_valid():
        try:
            return answer(request, form)
        except TooMany as limit:
            form.add_error(None, wait_message(limit.retry_after))
            return ask_to_wait(render(request, "account/sign_in.html", {"form": form}), limit.retry_after)
    return render(request, "account/sign_in.html", {"form": form})


def answer(request: HttpRequest, form: SignInForm) -> HttpResponse:
    email, password = form.cleaned_data["email"], form.cleaned_data["password"]
    if not password:
        identifying.begin(request, email)
        return redirect(with_next(request, "/account/code/"))
    response = identifying.sign_in_with_password(request, email, password, next_address(request))
    if response is None:
        form.add_error(None, _("Address and password do not match. Leave the password empty to get a code."))
    return response or render(request, "account/sign_in.html", {"form": form})


def code(request: HttpRequest) -> HttpResponse:
    """Take the code. A wrong one can be tried again, up to five times; an expired one is asked for anew."""
    email = identifying.pending_address(request)
    if not email:
        return redirect(with_next(request, "/account/sign-in/"))
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            user = identifying.finish(request, form.cleaned_data["code"], next_url=next_address(request))
        except (identifying.WrongCode, identifying.CodeExpired) as wrong:
            form.add_error("code", wrong_message(wrong.attempts_left))
        else:
            following = next_address(request) if user and user.display_name else with_next(request, "/account/name/")
            return redirect(following if user else SECOND_FACTOR)
    return code_page(request, form, email)


def code_page(request: HttpRequest, form: CodeForm, email: str) -> HttpResponse:
    is_over = not identifying.pending_address(request)
    context = {"form": form, "email": email, "minutes": identifying.MINUTES, "is_over": is_over}
    return render(request, "account/code.html", context)


@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """Send another code to the same address."""
    email = identifying.pending_address(request)
    if not email:
        return redirect(with_next(request, "/account/sign-in/"))
    try:
        identifying.begin(request, email)
    except TooMany as limit:
        form = CodeForm({})
        form.errors["code"] = form.error_class([wait_message(limit.retry_after)])
        return ask_to_wait(code_page(request, form, email), limit.retry_after)
    return redirect(with_next(request, "/account/code/"))


@login_required
def name(request: SignedInRequest) -> HttpResponse:
    """Ask those who have no name yet for one; they may also go on without."""
    form = NameForm(request.POST or None, user=request.user)
    if form.is_valid():
        change_profile(request.user, **form.cleaned_data)
        return redirect(next_address(request))
    return render(request, "account/name.html", {"form": form, "next": next_address(request)})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session, also one that waits for a code or a second factor."""
    logout(request)
    return redirect("/")


def wrong_message(attempts_left: int) -> str:
    if not attempts_left:
        return _("This code is no longer good. Have another one sent.")
    return ngettext(
        "This is not the code. %(left)d attempt is left.",
        "This is not the code. %(left)d attempts are left.",
        attempts_left,
    ) % {"left": attempts_left}
