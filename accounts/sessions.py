"""Where a person is signed in, when they were last seen there, and how that ends.

This is the site's SESSION_ENGINE: what is known of a session's browser and network goes when the session does.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin

from accounts.adapter import NOWHERE
from accounts.identifying import AT_HOME, here
from accounts.models import User
from accounts.requests import SignedInRequest
from core.unavailable import BUSY
from core.worker import tidying

SEEN_AT = "seen_at"
#: Last seen is kept to the hour: writing it at every request would cost more than it tells.
ONE_HOUR = 3600

logger = logging.getLogger(__name__)


class SessionStore(DatabaseSessionStore):
    """Sessions in the database, each with its row of UserSession."""

    def save(self, must_create: bool = False) -> None:
        """Django takes each error of the database for a session that is gone. Raises what it was."""
        try:
            super().save(must_create)
        except UpdateError as error:
            raise (error.__context__ if isinstance(error.__context__, BUSY) else error) from None

    def delete(self, session_key: str | None = None) -> None:
        super().delete(session_key)
        UserSession.objects.filter(session_key=session_key or self.session_key).delete()

    @classmethod
    def clear_expired(cls) -> None:
        tidying.delete(Session.objects.filter(expire_date__lt=timezone.now()))
        tidying.delete(UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")))
        if not settings.STORE_NETWORK_ADDRESS:
            UserSession.objects.exclude(ip=NOWHERE).update(ip=NOWHERE)


class LastSeenMiddleware(MiddlewareMixin):
    """Keep when a signed-in person was last seen, once an hour and session."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code < 500 and is_due(request):
            is_modified = request.session.modified
            with suppress(UpdateError, *BUSY):  # a page is read all the same where nothing can be kept
                UserSession.objects.create_from_request(request)
                request.session[SEEN_AT] = int(time.time())
                request.session.save()
            request.session.modified = is_modified
        return response


def is_due(request: HttpRequest) -> bool:
    is_known = request.session.accessed and request.user.is_authenticated
    return is_known and request.session.get(SEEN_AT, 0) < time.time() - ONE_HOUR


def note_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Django's signal when somebody signed in, however they did."""
    logger.info("Account %s signed in.", user.pk)
    AT_HOME.hit(here(request, user.email))
    request.session[SEEN_AT] = int(time.time())


def live_sessions(user: User) -> QuerySet[UserSession]:
    """Where the person is signed in now, latest seen first."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(user=user, session_key__in=alive).order_by("-last_seen_at")


def end_other_sessions_of(request: SignedInRequest) -> None:
    """Sign a person out everywhere but here."""
    for session in UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key):
        session.end()


def end_all_sessions(user: User) -> None:
    """Sign a person out everywhere, and drop what half-finished attempts to sign in say of them.

    Sessions do not name their owner, so every one is opened: about 50 microseconds each. Only people who signed in, or
    began to, have one.
    """
    UserSession.objects.filter(user=user).delete()
    keys = [session.session_key for session in Session.objects.iterator() if concerns(session.get_decoded(), user)]
    Session.objects.filter(session_key__in=keys).delete()


def concerns(data: dict[str, Any], user: User) -> bool:
    return data.get(SESSION_KEY) == str(user.pk) or user.email in set(texts(data.get("account_login")))


def texts(data: Any) -> Iterator[str]:
    """Every string within nested lists and dictionaries."""
    if isinstance(data, str):
        yield data
    for inner in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from texts(inner)
