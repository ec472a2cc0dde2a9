"""Tips as something that readers said."""

from collections.abc import Collection

from newsletter.sayings import Saying
from participation.models import Tip
from participation.models.tips import State


def find(keys: Collection[int]) -> dict[int, Saying]:
    """Those of these keys that an editor may quote or answer: all but what was declined."""
    tips = Tip.objects.filter(pk__in=keys).exclude(state=State.DECLINED).select_related("user")
    return {tip.pk: said(tip) for tip in tips}


def said(tip: Tip) -> Saying:
    return Saying(
        "tip", tip.pk, tip.text, tip.credited_as, "", tip.sent_at, tip.language, user=tip.user, email=tip.email
    )
