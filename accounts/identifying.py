"""Showing that an address is yours: a code goes there by mail and comes back, or a password is known.

Signing up and signing in are one step, and nothing told to the person depends on whether the address is known.
Who writes before they are signed in asks for the code with `begin` and hands it in with `finish`, both within
requests that carry the same session. Nothing else here looks into allauth.

Tries are counted by address and network together. A stranger's tries elsewhere never stand in the way of who signs in
from a network where they did before: what all the other networks share is asked of them alone.
"""

import logging

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core.internal.cryptokit import compare_user_code
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.adapter import CODE, CODE_MAIL
from accounts.models import User
from accounts.profiles import change_profile
from core.limits import Limit, network_of
from core.mail import outbox
from core.mail.messages import normal
from core.models import OutgoingMail

#: How long a code is good for.
MINUTES = app_settings.LOGIN_BY_CODE_TIMEOUT // 60

ONE_MAIL = Limit("sign-in mail to an address from a network", 1, 60)
MAILS_TO_ADDRESS = Limit("sign-in mails to an address from a network", 6, 3600)
MAILS_FROM_STRANGERS = Limit("sign-in mails to an address from networks new to it", 20, 3600)
MAILS_FROM_NETWORK = Limit("sign-in mails from a network", 30, 600)
PASSWORDS = Limit("passwords for an address from a network", 5, 600)
PASSWORDS_FROM_STRANGERS = Limit("passwords for an address from networks new to it", 40, 3600)
PASSWORDS_FROM_NETWORK = Limit("passwords from a network", 30, 600)
#: Where an address signed in, for a quarter of a year: no limit, but kept like one, as a hash.
AT_HOME = Limit("networks that an address signed in from", 1, 90 * 86_400)

logger = logging.getLogger(__name__)


class WrongCode(Exception):
    """Not the code that was sent. With no attempts left, that code is worth nothing any more."""

    def __init__(self, attempts_left: int) -> None:
        super().__init__(f"{attempts_left} attempts left")
        self.attempts_left = attempts_left


class CodeExpired(Exception):
    """No code is waited for: its ten minutes are over, it was used, or the session is another one."""

    attempts_left = 0


class AccountClosed(PermissionDenied):
    """The code was right, but the site's owners have closed this account."""


def begin(request: HttpRequest, email: str) -> None:
    """Send a code to an address, in place of any sent before.

    Raises TooMany, with `retry_after` in seconds, when this address or network has asked for too many. Nobody asks
    whether there is an account before the code is right, so nothing here can tell.
    """
    email = normal(email)
    drop_unsent_code(request)
    limits = [(MAILS_FROM_NETWORK, network_of(request)), (ONE_MAIL, here(request, email))]
    limits.append((MAILS_TO_ADDRESS, here(request, email)))
    if not AT_HOME.knows(here(request, email)):
        limits.append((MAILS_FROM_STRANGERS, email))
    for limit, key in limits:
        limit.spend(key)
    request.spent = [limit.digest(key) for limit, key in limits]  # type: ignore[attr-defined]
    login = Login(email=email, state={"stages": {"current": LoginByCodeStage.key}})
    stage = LoginByCodeStage(LoginStageController(request, login), request, login)
    stage.state |= LoginCodeVerificationProcess.initial_state(None, email) | {"initiated_by_user": True}
    process = LoginCodeVerificationProcess(stage)
    get_adapter(request).send_mail(CODE, email, {"request": request, "code": process.generate_code()})
    process.persist()


def drop_unsent_code(request: HttpRequest) -> None:
    """A browser waits for one code, the last that was asked for."""
    number = request.session.get(CODE_MAIL)
    mail = number and OutgoingMail.objects.unclaimed().filter(pk=number).first()
    if mail:
        outbox.drop(mail, "another code was asked for")


def finish(
    request: HttpRequest, code: str, *, name: str = "", headline: str = "", next_url: str | None = None
) -> User | None:
    """Sign in with the code, in a session with a new key.

    Makes the account where there is none. One that has no name takes the given name and headline, which the caller has
    cleaned: never before the code was right, so that no stranger can name somebody. Returns None where a second factor
    is still to be given at `/account/2fa/authenticate/`, which leads on to `next_url`. Raises WrongCode, CodeExpired
    or AccountClosed.
    """
    process = awaited(request)
    if process is None:
        raise CodeExpired
    if not compare_user_code(actual=code, expected=process.code):
        logger.warning("A wrong code was handed in.")
        process.record_invalid_attempt()
        raise WrongCode(process.max_attempts - process.state["failed_attempts"])
    user = User.objects.for_address(process.state["email"])
    if not user.is_active:
        process.abort()
        raise AccountClosed
    if name and not user.display_name:
        change_profile(user, display_name=name, headline=headline)
    process.state["user_id"] = str(user.pk)
    ONE_MAIL.forget(here(request, user.email))
    process.finish(next_url)
    return request.user if request.user.is_authenticated else None


def pending_address(request: HttpRequest) -> str:
    """The address that a code was sent to in this session; empty if no code is waited for."""
    process = awaited(request)
    return process.state["email"] if process else ""


def awaited(request: HttpRequest) -> LoginCodeVerificationProcess | None:
    if request.user.is_authenticated:
        return None
    stage = LoginStageController.enter(request, LoginByCodeStage.key)
    return LoginCodeVerificationProcess.resume(stage) if stage else None


def sign_in_with_password(request: HttpRequest, email: str, password: str, next_url: str) -> HttpResponse | None:
    """Sign in, or lead on to the second factor; None if the password is wrong.

    Every try counts until one is right; when too many were wrong the right one has to wait as well (TooMany).
    """
    PASSWORDS_FROM_NETWORK.spend(network_of(request))
    PASSWORDS.spend(here(request, email))
    if not AT_HOME.knows(here(request, email)):
        PASSWORDS_FROM_STRANGERS.spend(email)
    user = authenticate(request, username=email, password=password)
    if user is None:
        logger.warning("A wrong password was tried.")
        return None
    PASSWORDS.forget(here(request, email))
    return perform_password_login(request, {"email": email}, Login(user=user, email=email, redirect_url=next_url))


def waiting_for_second_factor(request: HttpRequest) -> User | None:
    """Who has given the first one in this session."""
    login = unstash_login(request, peek=True)
    return login.user if login else None


def here(request: HttpRequest, email: str) -> str:
    return f"{email} {network_of(request)}"
