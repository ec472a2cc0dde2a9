"""What the clock alone changes of what readers see."""

from datetime import datetime

from django.utils import timezone

from core.page_cache import shows
from participation.models import Poll
from participation.models.voices import VOICES, State, Voice


def next_by_clock() -> datetime | None:
    """When the next poll closes, or the time of the next author who was asked ends, and their words appear."""
    shows(VOICES)
    polls = Poll.objects.closing().order_by().values_list("closes_at")
    voices = Voice.objects.filter(state=State.ASKED, answer_until__gt=timezone.now()).order_by()
    first = polls.union(voices.values_list("answer_until")).order_by("closes_at").first()
    return first[0] if first else None
