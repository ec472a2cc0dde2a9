"""Who hears of what: told from inside the transaction in which it happened, sent when that is over."""

from collections.abc import Iterable

from accounts.models import User
from comments.models import Comment, State


def tell_of_comment(comment: Comment) -> None:
    """A comment was posted."""


def tell_of_decision(comments: Iterable[Comment], to: State, by: User | None, reason: str) -> None:
    """Comments came into another state."""


def tell_of_feature(comments: Iterable[Comment]) -> None:
    """Comments were featured."""
