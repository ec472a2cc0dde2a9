"""Taking the whole site out and bringing it back: backups, restoring, moving to another database."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class InterchangeConfig(AppConfig):
    name = "interchange"
    verbose_name = _("Backups")

    def ready(self) -> None:
        autodiscover_modules("registrations")
