"""Make sure that somebody can sign in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.owner import ensure_owner


class Command(BaseCommand):
    help = "Make sure that the site's owner (EDITOR_EMAIL, EDITOR_PASSWORD) can sign in, and print how."

    def handle(self, *args: Any, **options: Any) -> None:
        owner, password = ensure_owner(settings.EDITOR_EMAIL, settings.EDITOR_PASSWORD)
        shown = password or "(as printed at the first start; set EDITOR_PASSWORD to choose a new one)"
        self.stdout.write(f"Admin:    {settings.SITE_URL}/admin/\nE-mail:   {owner.email}\nPassword: {shown}")
