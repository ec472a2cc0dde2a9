"""The link in each mail, and what it can do: be left alone, as far as its token says, and nothing else.

The token says who, about what and for which purpose, and that we wrote it. It never ends, as mail is kept; it survives
a change of SECRET_KEY as long as the old key is among the SECRET_KEY_FALLBACKS.
"""

import re
from enum import StrEnum
from typing import NamedTuple, Self

from django.utils.http import base36_to_int, int_to_base36

from accounts.models import User
from comments import following
from comments.models import Discussion, Follow, MailChoices, choices_of
from core import tokens
from core.models import OutgoingMail

SALT = "comments.tokens"
CLAIM = re.compile(r"([cdq])([0-9a-z]{1,12})-([0-9a-z]{1,12})")
#: What can be off: what the link is about, or all mail about conversations.
MUTED, SILENT = "muted", "silent"


class Purpose(StrEnum):
    CONVERSATION = "c"
    EVERYTHING = "d"
    QUEUE = "q"


class Token(NamedTuple):
    purpose: Purpose
    reader_id: int
    discussion_id: int = 0

    def __str__(self) -> str:
        reader, discussion = int_to_base36(self.reader_id), int_to_base36(self.discussion_id)
        return tokens.signed(f"{self.purpose.value}{reader}-{discussion}", SALT)

    @classmethod
    def verified(cls, text: str) -> Self | None:
        """What a token says; None if we did not write it."""
        found = CLAIM.fullmatch(tokens.verified(text, SALT) or "")
        return cls(Purpose(found[1]), base36_to_int(found[2]), base36_to_int(found[3])) if found else None


def carry_out(token: Token, wish: str) -> str:
    """Do what a person wishes: `hear` again, `silence` all conversations, else mute what the link is about.

    Returns what is off now. To do it twice changes nothing more.
    """
    is_silence = token.purpose == Purpose.EVERYTHING or (wish == "silence" and token.purpose == Purpose.CONVERSATION)
    off = "" if wish == "hear" else SILENT if is_silence else MUTED
    reader = User.objects.filter(pk=token.reader_id).first()
    if reader and token.purpose == Purpose.QUEUE:
        MailChoices.objects.update_or_create(reader=reader, defaults={"queue": not off})
    elif reader and off != MUTED:
        following.silence(reader, silent=bool(off))
    if reader and token.purpose == Purpose.CONVERSATION and off != SILENT:
        mute(token, reader, muted=bool(off))
    return off


def leave(mail: OutgoingMail) -> None:
    """Silence conversations for whoever told a mail service that they want no more such mail."""
    reader = User.objects.filter(email=mail.email).first()
    if reader and mail.kind == OutgoingMail.Kind.CONVERSATION:
        following.silence(reader)


def mute(token: Token, reader: User, *, muted: bool) -> None:
    """Mute the token's discussion; or let what is muted be as if it had never been followed."""
    discussion = Discussion.objects.filter(pk=token.discussion_id).first()
    if discussion and muted:
        following.follow(discussion, reader, Follow.Frequency.MUTED)
    elif discussion and is_muted(token):
        following.unfollow(discussion, reader)


def what_is_off(token: Token) -> str:
    """What is off now, for the page that asks. Nothing of a person who has left."""
    reader = User.objects.filter(pk=token.reader_id).first()
    if reader is None:
        return ""
    choices = choices_of(reader)
    if token.purpose == Purpose.QUEUE:
        return MUTED if choices.queue is False else ""
    if choices.silence:
        return SILENT
    return MUTED if is_muted(token) else ""


def is_muted(token: Token) -> bool:
    muted = Follow.objects.filter(frequency=Follow.Frequency.MUTED)
    return muted.filter(reader=token.reader_id, discussion=token.discussion_id).exists()
