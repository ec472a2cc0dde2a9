"""Correct what readers have seen, and say so."""

from django.db import transaction

from newsletter.models import Correction
from newsletter.rendering import render_texts


@transaction.atomic
def publish(correction: Correction) -> Correction:
    """Put a correction on its page, from where feeds and search engines learn that the text has changed. The same
    words about the same thing are the same correction, however often they come; returns the stored one."""
    thing = correction.thing
    stored = thing.corrections.filter(text=correction.text).first()
    if stored:
        return stored
    correction.save()
    thing.save(update_fields=["updated_at"])
    render_texts(thing)
    correction.refresh_from_db(fields=["text_html"])
    return correction
