"""Whether somebody has just shown who they are, so that they may change how they sign in."""

import time

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

#: In seconds.
FRESH = 900


def signed_in_lately(request: HttpRequest, *, method: str = "") -> bool:
    """Whether this session was opened, or confirmed, in the last quarter of an hour; by one `method` only, if told."""
    steps = get_authentication_records(request, request.user)
    return any(step["at"] > time.time() - FRESH and method in {"", step["method"]} for step in steps)
