"""What is kept of people who are quoted or answered: given to them whole, and forgotten when they leave."""

from pathlib import Path
from typing import Any

import yaml

from accounts.models import User
from accounts.own_data import told
from core.changes import content_changed
from participation.models import VOICES, Question, Voice
from participation.voices.answering import forget_names

WORDS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


class Voices:
    """See `accounts.own_data.Source`."""

    name = "quoted and answered"

    def export(self, user: User) -> dict[str, Any]:
        voices = Voice.objects.filter(reader=user).select_related("issue__newsletter")
        questions = Question.objects.filter(reader=user).select_related("article__newsletter", "article__issue")
        return {
            "quoted": [told(each, WORDS["voice"]) for each in voices],
            "questions answered": [told(each, WORDS["question"]) for each in questions],
        }

    def erase(self, user: User, *, keep_words: bool) -> None:
        forget(reader=user)


def forget(**whose: Any) -> None:
    """Quote them no more; questions stay, and nobody asked them."""
    Voice.objects.filter(**whose).delete()
    forget_names(Question.objects.filter(**whose))
    content_changed(VOICES)
