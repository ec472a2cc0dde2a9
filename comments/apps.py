"""Discussions, comments, moderation."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from accounts.groups import EDITORS, MODERATORS, grant


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Conversation")

    def ready(self) -> None:
        autodiscover_modules("registrations")
        post_migrate.connect(self.permit, sender=self)

    def permit(self, **kwargs: Any) -> None:
        """Let moderators do everything here, and editors feature comments and steer discussions; after each
        `migrate`."""
        comment, rule = ["comments.comment"], ["comments.rule"]
        steered = ["comments.discussion", "comments.policy"]
        grant(MODERATORS, models=[model._meta.label_lower for model in self.get_models()], actions=["view"])
        grant(MODERATORS, models=comment, actions=["moderate", "feature"])
        grant(MODERATORS, models=rule, actions=["add", "change", "delete"])
        grant(MODERATORS, models=["comments.discussion"], actions=["change"])
        grant(EDITORS, models=comment, actions=["view", "feature"])
        grant(EDITORS, models=steered, actions=["view", "add", "change"])
