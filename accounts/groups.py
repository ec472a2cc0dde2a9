"""The two groups that come with the software, and how the apps above give them their permissions."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps as installed_apps

EDITORS = "Editors"
MODERATORS = "Moderators"


def create_groups(**kwargs: Any) -> None:
    """Make sure that both groups exist; run after each `migrate`."""
    grant(EDITORS)
    grant(MODERATORS)


def grant(group_name: str, *, models: Iterable[str] = (), actions: Iterable[str] = ()) -> None:
    """Give a group the permissions `actions` on `models` (labels such as `newsletter.issue`).

    Permissions are added and never taken away, so what an operator granted by hand stays.
    Run from `post_migrate`: only then do the permissions exist. Costs a few queries.
    """
    group, _ = installed_apps.get_model("auth.Group").objects.get_or_create(name=group_name)
    wanted = [(label.split(".")[0], f"{action}_{label.split('.')[1]}") for label in models for action in actions]
    permissions = installed_apps.get_model("auth.Permission").objects.filter(
        codename__in=[codename for _, codename in wanted],
        content_type__app_label__in=[app for app, _ in wanted],
    )
    group.permissions.add(*permissions)
