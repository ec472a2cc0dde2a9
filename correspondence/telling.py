"""The mails that tell a reader what became of an answer: to the address of the person whose it is, never to who a mail
says it is from; marked as an answer of a machine (RFC 3834), and from an address that nothing is made of."""

import re
from email.message import EmailMessage
from typing import Any, NamedTuple, Self

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import tokens
from core.addresses import absolute
from core.mail.outbox import send_text
from core.models import OutgoingMail
from correspondence.models import Letter

SALT = "correspondence.letters"
MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,240}>")

State = Letter.State


class Token(NamedTuple):
    """What opens the page of one letter, to whoever has the mail with it; or, of kind `s`, that of the addresses of a
    subscriber, from their own page."""

    pk: int
    kind: str = "l"

    def __str__(self) -> str:
        return tokens.signed(f"{self.kind}{self.pk}", SALT)

    @classmethod
    def verified(cls, text: str) -> Self | None:
        claim = tokens.verified(text, SALT) or ""
        return cls(int(claim[1:]), claim[0]) if claim[:1] in ("l", "s") and claim[1:].isdecimal() else None


def tell(letter: Letter, message: EmailMessage | None = None) -> OutgoingMail | None:
    """Where it stands; of what goes to the desk, nothing: there a person answers. It is written in the language that
    is active."""
    title = letter.title
    subjects: dict[str, str | Promise] = {
        State.REFUSED: format_lazy(_("Your answer under “{title}” could not be posted"), title=title),
        State.ASKED: format_lazy(_("Is this answer under “{title}” yours?"), title=title),
    }
    if letter.comment and letter.comment.is_approved:
        subjects[State.POSTED] = format_lazy(_("Your answer under “{title}” is published"), title=title)
    else:
        subjects[State.POSTED] = format_lazy(_("Your answer under “{title}” waits for a moderator"), title=title)
    if letter.state not in subjects:
        return None
    comment_url = absolute(letter.comment.get_absolute_url()) if letter.comment else ""
    facts = {"letter": letter, "title": title, "page_url": absolute(address_of(letter)), "comment_url": comment_url}
    words = letter.comment.body if letter.comment else letter.words
    return send(letter.email, subjects[letter.state], letter.state, {**facts, "citation": cited(words)}, message)


def tell_lost(email: str, reason: str, words: str, message: EmailMessage) -> OutgoingMail:
    """That nothing is made of what somebody wrote, and why."""
    facts = {"reason": reason, "citation": cited(words)}
    return send(email, _("Your answer by mail could not be taken"), "lost", facts, message)


def send(
    email: str, subject: str | Promise, template: str, facts: dict[str, Any], message: EmailMessage | None
) -> OutgoingMail:
    headers = {"Auto-Submitted": "auto-replied"}
    if found := MESSAGE_ID.fullmatch(str(message.get("Message-ID", "")).strip()) if message else None:
        headers |= {"In-Reply-To": found[0], "References": found[0]}
    kind, language = OutgoingMail.Kind.CONVERSATION, get_language() or ""
    path = f"correspondence/mail/{template}.txt"
    return send_text(email, subject, path, facts, kind=kind, language=language, headers=headers)


def cited(text: str) -> str:
    """What they wrote, given back."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def address_of(letter: Letter) -> str:
    return reverse("correspondence:letter", args=[str(Token(letter.pk))])
