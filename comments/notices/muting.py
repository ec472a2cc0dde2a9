"""What the link in a mail can do: for the one person and the one purpose that its token names, and nothing else."""

from accounts.models import User
from comments import following
from comments.models import Discussion, Follow, MailChoices, choices_of
from comments.tokens import Purpose, Token
from core.models import OutgoingMail

#: What can be off: what the link is about, or all mail about conversations.
MUTED, SILENT = "muted", "silent"


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
    elif discussion and following.pace_of(discussion, reader) == Follow.Frequency.MUTED:
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
    muted = Follow.objects.filter(reader=reader, discussion=token.discussion_id, frequency=Follow.Frequency.MUTED)
    return MUTED if muted.exists() else ""
