"""What editors look at, and show to others, before readers see it."""

from typing import Any

from django.utils import timezone

from newsletter.models import Publishable


def proof(thing: Publishable) -> Any:
    """A thing in hand as it will be once it is published with all that goes along, in whatever state it is; loaded
    with what its page shows, and not to be saved."""
    made = type(thing)._default_manager.for_page().get(pk=thing.pk)  # type: ignore[attr-defined]
    made.is_proof = True
    made.published_at = made.published_at or timezone.now()
    return made
