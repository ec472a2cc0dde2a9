"""The two groups that come with the software, and how the apps above give them their permissions."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.apps import AppConfig
from django.apps import apps as installed_apps

EDITORS = "Editors"
MODERATORS = "Moderators"
#: Whoever is in one of these works at the desk.
OF_THE_DESK = (EDITORS, MODERATORS)


class Grant(NamedTuple):
    """What a group may do: `actions` on `models` (labels such as `newsletter.issue`)."""

    group: str
    models: Iterable[str]
    actions: Iterable[str]


#: What each app lets the groups do.
grants: list[Grant] = []


def permit(app_config: AppConfig, **kwargs: Any) -> None:
    """Make sure that both groups exist and may do what is granted; run after each app's `migrate`, when its
    permissions exist. They are added and never taken away, so what an operator granted by hand stays."""
    groups = installed_apps.get_model("auth.Group").objects
    if app_config.label == "accounts":
        for name in (EDITORS, MODERATORS):
            groups.get_or_create(name=name)
    for name, models, actions in grants:
        apps_and_names = [label.split(".") for label in models]
        codenames = [
            f"{action}_{model}" for app, model in apps_and_names if app == app_config.label for action in actions
        ]
        if codenames:
            group, _ = groups.get_or_create(name=name)
            permissions = installed_apps.get_model("auth.Permission").objects
            group.permissions.add(
                *permissions.filter(codename__in=codenames, content_type__app_label=app_config.label)
            )
