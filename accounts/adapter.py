"""How allauth behaves here: plain mails, no notices of its own, our own view of who asks."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string

from accounts.models import User
from core.limits import client_address


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Text only, marked as written by a machine (RFC 3834); no link in it that acts."""
        context = {**context, "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
        subject = render_to_string(f"{template_prefix}_subject.txt", context).strip()
        body = render_to_string(f"{template_prefix}_message.txt", context)
        headers = {"Auto-Submitted": "auto-generated"}
        EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [email], headers=headers).send()

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Pass on what went wrong; what went right is seen by its result."""
        if message:
            messages.add_message(request, level, message, extra_tags=extra_tags)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "0.0.0.0"  # noqa: S104  # unknown, as behind a local socket

    def reauthenticate(self, user: User, password: str) -> bool:
        return user.check_password(password)
