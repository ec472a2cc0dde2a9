"""Make sure that somebody can sign in: the site's owner, who can let others in."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand

from accounts.groups import EDITORS
from accounts.models import User


class Command(BaseCommand):
    help = "Make sure that the site's owner (EDITOR_EMAIL, EDITOR_PASSWORD) can sign in, and print how."

    def handle(self, *args: Any, **options: Any) -> None:
        owner, password = ensure_owner(settings.EDITOR_EMAIL, settings.EDITOR_PASSWORD)
        shown = password or "(as printed at the first start; set EDITOR_PASSWORD to choose a new one)"
        self.stdout.write(f"Admin:    {settings.SITE_URL}/admin/\nE-mail:   {owner.email}\nPassword: {shown}")


def ensure_owner(email: str, password: str = "") -> tuple[User, str]:
    """Make sure that `email` can sign in to the admin, and return the account with its password.

    A new account gets the given password or one made here. An existing account keeps its own unless another one is
    given, which signs it out everywhere; the password returned is empty where nobody can read it any more.
    """
    owner = User.objects.filter(email=email.strip().lower()).first()
    if owner is None:
        password = password or secrets.token_urlsafe(9)
        owner = User.objects.create_superuser(email, password, display_name=email.partition("@")[0].title())
        owner.groups.add(Group.objects.get(name=EDITORS))
    elif password and not owner.check_password(password):
        owner.set_password(password)
        owner.save(update_fields=["password"])
    return owner, password
