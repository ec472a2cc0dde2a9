"""What is published and how it is read."""

from datetime import datetime

from django.apps import AppConfig, apps
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from accounts.groups import EDITORS, Grant, grants
from core import page_cache


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Publication")

    def ready(self) -> None:
        autodiscover_modules("tasks")  # some wait for a model's signals
        page_cache.watch(self.get_models(include_auto_created=True))
        page_cache.watch(apps.get_app_config("taggit").get_models())
        page_cache.next_changes.append(self.next_publication)
        own = [model._meta.label_lower for model in self.get_models()]
        grants.append(Grant(EDITORS, [*own, "taggit.tag"], ["view", "add", "change", "delete"]))

    def next_publication(self) -> datetime | None:
        """When the next scheduled issue or article becomes public."""
        issues, articles = (
            self.get_model(name)._default_manager.scheduled().order_by().values_list("published_at")  # type: ignore[attr-defined]
            for name in ("issue", "article")
        )
        first = issues.union(articles).order_by("published_at").first()
        return first[0] if first else None
