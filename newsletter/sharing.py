"""What editors look at, and show to others, before readers see it.

A share opens one address, `/preview/<token>/`, to whoever has it, and the pictures on that page. It ends by itself,
when an editor revokes it, and when its thing is withdrawn."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core import tokens
from core.addresses import absolute
from newsletter.imaging import STORED_NAME
from newsletter.models import Article, Issue, Publishable, Share

PAGES, PICTURES = "newsletter.sharing.pages", "newsletter.sharing.pictures"
DAYS = 7
#: A picture in a page or a mail, with the part of its address that its sizes share.
SHOWN = re.compile(f"(?<=/{re.escape(settings.MEDIA_URL.strip('/'))}/){STORED_NAME.pattern}", re.ASCII)


def proof(thing: Publishable) -> Any:
    """A thing in hand as it will be once it is published with all that goes along, in whatever state it is; loaded
    with what its page shows, and not to be saved."""
    made = type(thing)._default_manager.for_page().get(pk=thing.pk)  # type: ignore[attr-defined]
    made.is_proof = True
    made.published_at = made.published_at or timezone.now()
    return made


def share(thing: Issue | Article, by: User | None, *, days: int = DAYS, note: str = "") -> Share:
    """Open an address for so many days. Those of the thing that have ended are forgotten."""
    now = timezone.now()
    thing.shares.filter(expires_at__lt=now).delete()
    return thing.shares.create(made_by=by, note=note, expires_at=now + timedelta(days=days))


def address(share: Share) -> str:
    return absolute(reverse("newsletter:shared", args=[tokens.signed(share.claim, PAGES)]))


def shared(token: str) -> Share | None:
    """What the token in an address opens."""
    claim = tokens.verified(token, PAGES)
    return Share.objects.claimed(claim) if claim else None


def end(thing: Publishable) -> None:
    """Close every address of a thing and, of an issue, of its articles."""
    within = Q(issue=thing) | Q(article__issue=thing) if isinstance(thing, Issue) else Q(article=thing)
    Share.objects.filter(within).delete()


def with_keys(html: str, share: Share) -> str:
    """A page or mail whose pictures can be seen as long as the share is open."""

    def with_key(found: re.Match[str]) -> str:
        proof = tokens.signed(f"{share.claim}-{found[1]}", PICTURES).rpartition("-")[2]
        return f"{found[0]}?key={share.claim}-{proof}"

    return SHOWN.sub(with_key, html)


def opens(key: str, name: str) -> bool:
    """Whether a key, from the address of a stored picture, belongs to that picture and to a share that is open."""
    claim, _dash, proof = key.rpartition("-")
    stored = STORED_NAME.fullmatch(name)
    is_ours = claim and stored and tokens.verified(f"{claim}-{stored[1]}-{proof}", PICTURES)
    return bool(is_ours and Share.objects.claimed(claim))
