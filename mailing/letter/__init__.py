"""From an issue to the bytes of each person's message."""
