"""The lowest layer: what every app above needs, and nothing about content."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
