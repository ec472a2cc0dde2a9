"""What tells one comment that was brought in from all others, also when its words are gone. It is made of the name and
the words, as they were found, with the site's key: from the fingerprint of what was erased nobody learns who said
what. The second of two equal comments in a list is another than the first."""

from collections import Counter
from collections.abc import Iterable
from unicodedata import normalize

from django.conf import settings
from django.utils.crypto import salted_hmac

from newsletter.talks import OlderComment

SALT = "comments.bringing_in"
#: What programs and editors write where there is no name.
NAMELESS = {"", "a reader", "anonymous", "匿名", "一位读者"}


def fingerprints(comments: Iterable[OlderComment]) -> list[list[str]]:
    """Those of each comment: the one with today's key first, then those with keys of before."""
    seen: Counter[str] = Counter()
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    found = []
    for comment in comments:
        words = f"{called(comment.name)}\n{plain(comment.text)}"
        seen[words] += 1
        numbered = f"{words}\n{seen[words]}"
        found.append([salted_hmac(SALT, numbered, secret=key, algorithm="sha256").hexdigest() for key in keys])
    return found


def called(name: str) -> str:
    name = plain(name)
    return "" if name in NAMELESS else name


def plain(words: str) -> str:
    """The same for the same words, however they are spaced and in whatever letters they are written."""
    return " ".join(normalize("NFKC", words).casefold().split())
