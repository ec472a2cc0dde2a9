"""Errors told to Sentry, where SENTRY_DSN names one: no values of variables, no people, no addresses that open
anything. Imported only then."""

from typing import Any

import sentry_sdk
from django.conf import settings

from core.masking import mask

#: Of a request.
TOLD = {"method", "url"}


def begin() -> None:
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        include_local_variables=False,
        send_default_pii=False,
        max_request_body_size="never",
        before_send=without_secrets,
        before_breadcrumb=masked,
    )


def without_secrets(event: Any, hint: Any = None) -> Any:
    request = event.get("request", {})
    return masked({**event, "request": {name: value for name, value in request.items() if name in TOLD}})


def masked(value: Any, hint: Any = None) -> Any:
    """All texts in it, however deep."""
    if isinstance(value, dict):
        return {name: masked(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [masked(each) for each in value]
    return mask(value) if isinstance(value, str) else value
