"""What readers bring to the next issue: tips, votes, their own words."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    name = "participation"
    verbose_name = _("Readers' part")

    def ready(self) -> None:
        autodiscover_modules("registrations")
