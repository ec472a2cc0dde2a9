"""Materialised paths: where a reply stands in its thread, as a string that sorts in reading order.

A reply's path is its parent's path and its own id, in base 36 and lower case, eight characters each; a top-level
comment's path is empty. Such strings sort the same under every collation, their segments are the ancestors' ids, and
no insertion renumbers anything. A subtree is the range from `path` to `path + AFTER_ALL`, never a LIKE.
"""

from django.utils.http import int_to_base36

SEGMENT = 8
DEEPEST = 8
#: One more `z` than a segment has: behind every path below.
AFTER_ALL = "z" * (SEGMENT + 1)


def segment(number: int) -> str:
    """An id in base 36, padded to eight characters."""
    return int_to_base36(number).rjust(SEGMENT, "0")


def child(path: str, number: int) -> str:
    """The path of a reply to the comment at `path`; what goes deeper than eight hangs beside its parent."""
    return path[: SEGMENT * (DEEPEST - 1)] + segment(number)


def ancestors(path: str) -> list[int]:
    """The ids of the replies above the one at `path`, from the outermost; the top-level comment is not among them."""
    ids = [int(path[start : start + SEGMENT], 36) for start in range(0, len(path), SEGMENT)]
    return ids[:-1]


def depth(path: str) -> int:
    return len(path) // SEGMENT
