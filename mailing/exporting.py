"""Subscribers and logs as tables that spreadsheets can open without harm."""

from datetime import datetime
from typing import Any

#: What makes a cell a formula in some spreadsheet (OWASP, "CSV injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(value: Any) -> str:
    """A value as the text of a cell: what would be a formula gets an apostrophe before it; see `original`."""
    text = value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)
    return f"'{text}" if text.startswith((*FORMULA, "'")) else text


def original(text: str) -> str:
    """What `harmless` was given, as far as it was text."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA, "'")) else text
