"""Mail in tests: what the worker's next tick sends."""

from django.core import mail
from django.core.mail import EmailMessage

from comments.notices import timing


def delivered() -> list[EmailMessage]:
    """Send all that is due; returns it, and empties the box."""
    timing.write_due()
    sent, mail.outbox = mail.outbox, []
    return sent


def receivers() -> list[tuple[str, str]]:
    """To whom what is due went, and under which subject."""
    return sorted((message.to[0].partition("@")[0], str(message.subject)) for message in delivered())
