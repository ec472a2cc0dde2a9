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
    groups, permissions = (installed_apps.get_model(f"auth.{name}").objects for name in ("Group", "Permission"))
    if app_config.label == "accounts":
        for name in (EDITORS, MODERATORS):
            groups.get_or_create(name=name)
    for name, models, actions in grants:
        own = [label.partition(".")[2] for label in models if label.startswith(f"{app_config.label}.")]
        codenames = [f"{action}_{model}" for model in own for action in actions]
        granted = permissions.filter(codename__in=codenames, content_type__app_label=app_config.label)
        if codenames:
            groups.get_or_create(name=name)[0].permissions.add(*granted)
