"""Tips as something that readers said: see `newsletter.sayings`."""

from collections.abc import Collection, Iterator
from datetime import datetime

from core.page_cache import shows
from newsletter.models import Newsletter
from newsletter.sayings import Saying, Source
from participation.models import Tip
from participation.models.tips import TOPIC

#: Of what was sent lately.
MOST_OFFERED = 30


def find(keys: Collection[int]) -> dict[int, Saying]:
    """Those that may be quoted or answered: all but what was declined."""
    if not keys:
        return {}
    shows(TOPIC)
    return {tip.pk: said(tip) for tip in Tip.objects.welcome().filter(pk__in=keys).select_related("user")}


def lately(newsletter: Newsletter, since: datetime) -> Iterator[Saying]:
    """What readers sent for a newsletter and no item was made of, newest first."""
    sent = Tip.objects.welcome().filter(newsletter=newsletter, article=None, sent_at__gt=since)
    return map(said, sent.select_related("user")[:MOST_OFFERED])


def said(tip: Tip) -> Saying:
    return Saying(
        "tip", tip.pk, tip.text, tip.credited_as, "", tip.sent_at, tip.language, user=tip.user, email=tip.email
    )


SOURCE = Source("tip", find, lately)
