"""Subscribers, consent, dispatches, deliveries."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from accounts.groups import EDITORS, grant


class MailingConfig(AppConfig):
    name = "mailing"
    verbose_name = _("Mail")

    def ready(self) -> None:
        autodiscover_modules("registrations")
        post_migrate.connect(self.permit, sender=self)

    def permit(self, **kwargs: Any) -> None:
        """Let editors send, and look after who gets mail; after each `migrate`. Moderators see no subscriber."""
        seen = ["dispatch", "delivery", "subscriber", "subscription", "consent", "suppression"]
        grant(EDITORS, models=[f"mailing.{name}" for name in seen], actions=["view"])
        grant(EDITORS, models=["mailing.dispatch"], actions=["send"])
        grant(EDITORS, models=["mailing.subscriber"], actions=["add", "change"])
        grant(EDITORS, models=["mailing.suppression"], actions=["add", "delete"])
