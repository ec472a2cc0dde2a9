"""What others see of a person, and who wants to know when it changes."""

from collections.abc import Callable
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.tasks import task

from accounts.models import User

#: Called with the person in the same transaction, when name, headline or picture changed. Apps add to it in `ready()`.
profile_changed: list[Callable[[User], None]] = []

VISIBLE = frozenset({"display_name", "headline", "picture"})


@transaction.atomic
def change_profile(user: User, **fields: Any) -> None:
    """Store cleaned values, and tell the apps above if any that others see differs."""
    replaced = user.picture.name if "picture" in fields else ""
    changed = [name for name, value in fields.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, fields[name])
    if changed:
        user.save(update_fields=changed)
    if VISIBLE & set(changed):
        tell(user)
    if replaced:
        remove_file.enqueue(replaced)


@task
def remove_file(name: str) -> None:
    """Delete a stored file, once the store is there to do it."""
    default_storage.delete(name)


def tell(user: User) -> None:
    for changed in profile_changed:
        changed(user)
