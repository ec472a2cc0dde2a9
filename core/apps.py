"""The lowest layer: what every app above needs, and nothing about content."""

import warnings

from django.apps import AppConfig

from core import tidying
from core.ticks import ticks


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        warnings.filterwarnings("ignore", "No directory at")  # of whitenoise; `core.staticfiles` says what to do
        ticks.extend([tidying.forget_hits, tidying.forget_finished_tasks, tidying.forget_expired_sessions])
