"""What is published and how it is read."""

from datetime import datetime

from django.apps import AppConfig, apps
from django.utils.module_loading import autodiscover_modules, import_string
from django.utils.translation import gettext_lazy as _

from accounts.groups import EDITORS, Grant, grants
from core import changes, desk
from core.markup import named
from core.worker.companions import companions
from core.worker.ticks import sweeps

#: What no page shows, and nobody has listed.
UNSEEN = {"keptform", "revision", "searchword", "share"}


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Publication")

    def ready(self) -> None:
        autodiscover_modules("tasks")  # some wait for a model's signals
        models = [
            model for model in self.get_models(include_auto_created=True) if model._meta.model_name not in UNSEEN
        ]
        changes.watch(models)
        changes.watch(apps.get_app_config("taggit").get_models())
        companions.append(import_string("newsletter.linking.keep_looking"))
        desk.lines.append(import_string("newsletter.admin.links.dead_lines"))
        desk.lines.append(import_string("newsletter.demo.desk_line"))
        sweeps.append(import_string("newsletter.linking.forget"))
        changes.next_changes.append(self.next_by_clock)
        changes.next_changes.append(import_string("newsletter.further.next_day"))
        named.kinds.append(named.Kind("event", import_string("newsletter.announcing.show")))
        sweeps.append(import_string("newsletter.searching.known.learn"))
        sweeps.extend([import_string("newsletter.models.kept.forget"), import_string("newsletter.revising.thin")])
        import_string("newsletter.publishing.foreseers").append(import_string("newsletter.revising.foresee"))
        own = [model._meta.label_lower for model in models if not model._meta.auto_created]
        grants.append(Grant(EDITORS, [*own, "taggit.tag"], ["view", "add", "change", "delete"]))

    def next_by_clock(self) -> datetime | None:
        """When the next scheduled issue or article becomes public, or the next event is over."""
        issues, articles = (
            self.get_model(name)._default_manager.scheduled().order_by().values_list("published_at")  # type: ignore[attr-defined]
            for name in ("issue", "article")
        )
        events = self.get_model("event")._default_manager.public().coming().order_by().ends()  # type: ignore[attr-defined]
        first = issues.union(articles, events).order_by("published_at").first()
        return first[0] if first else None
