"""How allauth behaves here: plain mails, no notices of its own, our own view of who asks."""

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.limits import client_address
from core.mail import outbox
from core.models import OutgoingMail

CODE = "account/email/login_code"
#: In a session: the mail with the code that it waits for.
CODE_MAIL = "code_mail"

#: What is said by mail when the ways to sign in change, by allauth's names for it.
NOTICES = {
    "account/email/password_changed": _("The password of your account was set or changed."),
    "mfa/email/totp_activated": _("An app with codes was set up as a second factor of your account."),
    "mfa/email/totp_deactivated": _("The app with codes is no longer a second factor of your account."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made for your account."),
    "mfa/email/webauthn_added": _("A passkey was added to your account."),
    "mfa/email/webauthn_removed": _("A passkey was removed from your account."),
}

#: What browsers call themselves, and the systems that they run on.
KNOWN = yaml.safe_load(Path(__file__).with_name("devices.yaml").read_text(encoding="utf-8"))
NOWHERE = "0.0.0.0"  # noqa: S104  # a value for a column that takes no other; nothing listens there
#: For so many seconds after people have shown who they are, they may change how they sign in.
FRESH = 900


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Text only, marked as written by a machine (RFC 3834); no link in it that acts."""
        context = {**context, "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        body = render_to_string(f"{template_prefix}_message.txt", context)
        if template_prefix == CODE:
            self.send_code(email, subject, body)
        else:
            outbox.put(email, subject, body, kind=OutgoingMail.Kind.ACCOUNT)

    def send_code(self, email: str, subject: str, body: str) -> None:
        """What `accounts.identifying` spent for it is given back if it cannot go."""
        spent = getattr(self.request, "spent", ())
        expires_at = timezone.now() + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
        mail = outbox.put(email, subject, body, kind=OutgoingMail.Kind.CODE, spent=spent, expires_at=expires_at)
        self.request.session[CODE_MAIL] = mail.pk

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell people that a way to sign in was changed, and from where."""
        facts = {"notice": NOTICES[template_prefix], "at": timezone.now(), "device": device_of(self.request)}
        self.send_mail("account/email/notice", user.email, facts)

    def add_message(self, *args: Any, message: str | None = None, **kwargs: Any) -> None:
        """Pass on what went wrong; what went right is seen by its result."""
        if message:
            super().add_message(*args, message=message, **kwargs)

    def get_client_ip(self, request: HttpRequest) -> str:
        """As allauth stores it with a session: nothing that says where, unless the site keeps such addresses."""
        return (settings.STORE_NETWORK_ADDRESS and client_address(request)) or NOWHERE

    def reauthenticate(self, user: User, password: str) -> bool:
        return user.check_password(password)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not from somebody who has just signed in, in whatever way."""
        return not signed_in_lately(self.request)


def signed_in_lately(request: HttpRequest, *, method: str = "") -> bool:
    """Whether this session was opened, or confirmed, in the last quarter of an hour; by one `method` only, if told."""
    steps = get_authentication_records(request, request.user)
    return any(step["at"] > time.time() - FRESH and method in {"", step["method"]} for step in steps)


def device(user_agent: str) -> str:
    """Browser and system, as in `Firefox, Linux`."""
    found = (
        next((name for name, pattern in kind.items() if re.search(pattern, user_agent)), "") for kind in KNOWN.values()
    )
    return ", ".join(filter(None, found)) or gettext("Unknown device")


def device_of(request: HttpRequest) -> str:
    return device(request.headers.get("User-Agent", ""))
