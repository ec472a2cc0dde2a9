"""The editors' desk: what readers have written to them."""

from correspondence.admin import threads

__all__ = ["threads"]
