"""What Courant costs: `make bench`. Its parts are the modules beside this one that have a function `figures()`."""

import os

SIZE = os.environ.get("BENCH", "")


def sized[Size: (int, float)](usual: Size, *, small: Size, full: Size | None = None) -> Size:
    """By BENCH: `small` shows in a minute that all parts run and says nothing of speed; `full` may take an hour."""
    return small if SIZE == "small" else full if SIZE == "full" and full is not None else usual
