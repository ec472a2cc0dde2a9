"""What readers answer by mail: to the editors' desk, or into the discussion."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CorrespondenceConfig(AppConfig):
    name = "correspondence"
    verbose_name = _("Letters")

    def ready(self) -> None:
        autodiscover_modules("registrations")
