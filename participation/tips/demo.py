"""What readers of the demo have sent in. All of them are invented."""


def load() -> None:
    """Filled in below."""
