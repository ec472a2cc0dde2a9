"""The lowest layer: what every app above needs, and nothing about content."""

import warnings

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import desk
from core.worker import tidying
from core.worker.ticks import sweeps, ticks


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Outbox")

    def ready(self) -> None:
        warnings.filterwarnings("ignore", "No directory at")  # of whitenoise; `core.staticfiles` says what to do
        sweeps.extend([tidying.forget_hits, tidying.forget_finished_tasks, tidying.forget_expired_sessions])
        ticks.append(import_string("core.mail.outbox.wake_if_due"))
        ticks.append(import_string("core.mail.incoming.read_when_due"))
        sweeps.append(import_string("core.mail.outbox.forget"))
        desk.lines.append(import_string("core.mail.outbox_admin.stuck_line"))
        desk.lines.append(import_string("core.standing.held_line"))
