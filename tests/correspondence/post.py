"""Mail to and from a newsletter whose answers go into the conversation, in tests."""

import re
from email.message import EmailMessage

from django.core import mail

from core.mail import incoming
from core.mail.replies import Claim

LINK = re.compile(r"https://courant\.example(/\S+)")


def address_of(person, place):
    """The address at which somebody answers something."""
    kinds = {"user": "u", "subscriber": "s", "issue": "i", "article": "a", "comment": "c", "thread": "d"}
    names = (kinds[str(each._meta.model_name)] for each in (person, place))
    who, what = names
    return Claim.of(who, person.pk, what, place.pk).address


def letter(to, text="Lovely mud.", *, sender="Rita <rita@example.org>", name="<1@example.org>", **headers):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, "Re: March"
    message["Message-ID"] = name
    for header, value in headers.items():
        del message[header.replace("_", "-")]
        message[header.replace("_", "-")] = value
    message.set_content(text)
    return message


def arrive(message):
    return incoming.take(message.as_bytes())


def delivered():
    """The mails since the last look."""
    sent, mail.outbox = mail.outbox, []
    return sent


def link_in(message):
    """The path of the page of a letter."""
    return next(path for path in LINK.findall(message.body) if "/by-mail/" in path)
