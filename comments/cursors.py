"""Where a page of a discussion ended, as a signed word for the address of the next one.

A cursor holds exactly the columns that the page is ordered by, with the name of the order and the discussion or
thread inside, so that it fits no other. The same place always gives the same word.
"""

from typing import Any

from django.core.signing import BadSignature, Signer

SIGNER = Signer(salt="comments.cursors")


def write(scope: str, *key: Any) -> str:
    return SIGNER.sign_object([scope, *key])


def verified(cursor: str, scope: str) -> list[Any] | None:
    """The columns of a cursor that was written for this scope; None for every other text."""
    try:
        found, *key = SIGNER.unsign_object(cursor)
    except (BadSignature, ValueError, TypeError):
        return None
    return key if found == scope else None


def is_ours(cursor: str) -> bool:
    """Whether it was written here, for whatever scope."""
    try:
        return bool(SIGNER.unsign(cursor))
    except BadSignature:
        return False
