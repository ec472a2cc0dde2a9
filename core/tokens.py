"""Tokens in links of mail: a short claim that we wrote, and that nobody else can. They never end, as mail is kept;
they survive a change of SECRET_KEY as long as the old key is among the SECRET_KEY_FALLBACKS; and each is bound to what
it is for by its salt and its claim."""

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

#: In hexadecimal figures: short, so that no header with it is folded; 80 bits, so that nobody guesses one.
MAC_LENGTH = 20


def signed(claim: str, salt: str) -> str:
    """The claim with its proof behind it."""
    return f"{claim}-{mac(claim, salt, settings.SECRET_KEY)}"


def verified(token: str, salt: str) -> str | None:
    """The claim of a token; None if we did not write it."""
    claim, _, proof = token.rpartition("-")
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return claim if any(constant_time_compare(proof, mac(claim, salt, key)) for key in keys) else None


def mac(claim: str, salt: str, key: str) -> str:
    return salted_hmac(salt, claim, secret=key, algorithm="sha256").hexdigest()[:MAC_LENGTH]
