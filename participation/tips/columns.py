"""What the columns of tips call, and migrations with them."""

import secrets
from typing import Any

from django.db import models


def put_back(collector: Any, field: models.Field, tips: Any, using: str) -> None:
    """An article is deleted: the tips that it was made of are kept for another one."""
    collector.add_field_update(field.model._meta.get_field("state"), "kept", tips)
    models.SET_NULL(collector, field, tips, using)


def random_name(instance: object, filename: str) -> str:
    """A name that tells nothing. No address leads to it: editors see it at the desk."""
    return f"tips/{secrets.token_urlsafe(16)}.{filename.rpartition('.')[2]}"
