"""Showing that an address is yours: a code goes there by mail and comes back.

Signing up and signing in are one step, and nothing told to the person depends on whether the address is known.
Who writes before they are signed in asks for the code with `begin` and hands it in with `finish`, both within
requests that carry the same session.
"""

from allauth.account import app_settings
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core.internal.cryptokit import compare_user_code
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.profiles import change_profile
from core.limits import Limit, TooMany, network_of

__all__ = ["AccountClosed", "CodeExpired", "TooMany", "WrongCode", "begin", "finish", "pending_address"]

#: How long a code is good for.
MINUTES = app_settings.LOGIN_BY_CODE_TIMEOUT // 60

ONE_MAIL = Limit("sign-in mail", 1, 60)
MAILS_TO_ADDRESS = Limit("sign-in mails to an address", 6, 3600)
MAILS_FROM_NETWORK = Limit("sign-in mails from a network", 30, 600)


class WrongCode(Exception):
    """Not the code that was sent. With no attempts left, that code is worth nothing any more."""

    def __init__(self, attempts_left: int) -> None:
        super().__init__(f"{attempts_left} attempts left")
        self.attempts_left = attempts_left


class CodeExpired(Exception):
    """No code is waited for: its ten minutes are over, it was used, or the session is another one."""


class AccountClosed(PermissionDenied):
    """The code was right, but the site's owners have closed this account."""


def begin(request: HttpRequest, email: str) -> None:
    """Send a code to an address, in place of any sent before.

    Makes the account where there is none. Raises TooMany, with `retry_after` in seconds, when this address or network
    has asked for too many. The same queries, mail and time for known and unknown addresses.
    """
    email = email.strip().lower()
    wait = MAILS_FROM_NETWORK.hit(network_of(request)) or ONE_MAIL.hit(email) or MAILS_TO_ADDRESS.hit(email)
    if wait:
        raise TooMany(wait)
    User.objects.abandoned().delete()
    LoginCodeVerificationProcess.initiate(request=request, user=User.objects.for_address(email), email=email)


def finish(
    request: HttpRequest, code: str, *, name: str = "", headline: str = "", next_url: str | None = None
) -> User | None:
    """Sign in with the code, in a session with a new key.

    An account that has no name takes the given name and headline, which the caller has cleaned: never before the code
    was right, so that no stranger can name somebody. Returns None where a second factor is still to be given at
    `/account/2fa/authenticate/`, which leads on to `next_url`. Raises WrongCode, CodeExpired or AccountClosed.
    """
    process = awaited(request)
    if process is None:
        raise CodeExpired
    if not compare_user_code(actual=code, expected=process.code):
        process.record_invalid_attempt()
        raise WrongCode(process.max_attempts - process.state["failed_attempts"])
    user = process.user
    if user is None or not user.is_active:
        process.abort()
        raise AccountClosed
    confirm(user, name, headline)
    ONE_MAIL.forget(user.email)
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


@transaction.atomic
def confirm(user: User, name: str, headline: str) -> None:
    """Keep that the address is this person's; with it goes what they call themselves, if nothing was known."""
    if not user.is_confirmed:
        user.is_confirmed = True
        user.save(update_fields=["is_confirmed"])
    if name and not user.display_name:
        change_profile(user, display_name=name, headline=headline)
