"""What is published and how it is read."""

from datetime import datetime
from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from accounts.groups import EDITORS, grant
from core import page_cache


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Publication")

    def ready(self) -> None:
        autodiscover_modules("tasks")  # some wait for a model's signals
        page_cache.watch(self.get_models(include_auto_created=True))
        page_cache.watch(apps.get_app_config("taggit").get_models())
        page_cache.next_changes.append(self.next_publication)
        post_migrate.connect(self.permit_editors, sender=self)

    def next_publication(self) -> datetime | None:
        """When the next scheduled issue or article becomes public. One query."""
        issues, articles = (
            self.get_model(name)._default_manager.scheduled().order_by().values_list("published_at")  # type: ignore[attr-defined]
            for name in ("issue", "article")
        )
        first = issues.union(articles).order_by("published_at").first()
        return first[0] if first else None

    def permit_editors(self, **kwargs: Any) -> None:
        """Let the group Editors do everything with content; run after each `migrate`."""
        own = [model._meta.label_lower for model in self.get_models()]
        grant(EDITORS, models=[*own, "taggit.tag"], actions=("view", "add", "change", "delete"))
