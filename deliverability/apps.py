"""Whether mail arrives: what comes back and what follows, how much from where, and whether the sender is set up."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class DeliverabilityConfig(AppConfig):
    name = "deliverability"
    verbose_name = _("Deliverability")

    def ready(self) -> None:
        autodiscover_modules("registrations")
