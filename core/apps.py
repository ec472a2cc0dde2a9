"""The lowest layer: what every app above needs, and nothing about content."""

from django.apps import AppConfig

from core import tidying
from core.ticks import ticks


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        ticks.extend([tidying.forget_hits, tidying.forget_finished_tasks, tidying.forget_expired_sessions])
