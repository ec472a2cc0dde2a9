"""How often what is published is read, without knowing by whom."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ReadershipConfig(AppConfig):
    name = "readership"
    verbose_name = _("Readership")

    def ready(self) -> None:
        autodiscover_modules("registrations")
