"""An editor answers by mail, or says that nothing needs to be answered; and learns whether the mail arrived."""

import re
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core import locking
from core.languages import spoken
from core.mail import outbox
from core.mail.messages import Unusable, address, one_line
from core.mail.replies import Claim
from core.mail.transport import Rejected
from core.models import OutgoingMail
from correspondence.models import Letter, Thread
from mailing.letter.letters import sender
from mailing.lists.suppressing import suppression_of
from mailing.models import Suppression

#: How a mail program names a mail; how many of them it is told, so that it shows all as one conversation.
NAME = re.compile(r"<[^\s<>]+@[^\s<>]+>", re.ASCII)
MOST_NAMES = 10
LONGEST_QUOTE = 2000
ABOUT = re.compile(r"thread-(\d{1,18})")


class Refused(Exception):
    """Nothing can be sent there; the message says why, in an editor's words."""


class Overtaken(Exception):
    """Something came in, or was answered, since the editor looked."""

    def __init__(self, letters: Sequence[Letter]) -> None:
        super().__init__(
            ngettext(
                "There is %(count)d letter here that you had not seen. Look at it; nothing was sent.",
                "There are %(count)d letters here that you had not seen. Look at them; nothing was sent.",
                len(letters),
            )
            % {"count": len(letters)}
        )


def objection_to(email: str) -> str:
    """Why nothing may be sent to an address, or nothing."""
    suppression = suppression_of(email)
    if suppression and suppression.reason == Suppression.Reason.ERASED:
        return _("They asked to be erased, so nothing is sent to this address.")
    if suppression:
        return _("Nothing is sent to this address: %(reason)s.") % {"reason": suppression.get_reason_display()}
    try:
        address(email)
    except Unusable:
        return _("Mail servers do not take this address.")
    return ""


@transaction.atomic
def answer(thread: Thread, by: User, text: str, seen: int) -> Letter:
    """Send an editor's words to the reader of a thread. `seen` is the number of the last letter that the editor saw;
    the same words once more, as by a double click, are the letter that is there. Raises Overtaken or Refused."""
    locking.lock(Thread.objects.filter(pk=thread.pk))
    since = list(thread.letters.filter(pk__gt=seen))
    if twin := next((each for each in since if each.by_id == by.pk and each.text == text), None):
        return twin
    if since:
        raise Overtaken(since)
    if objection := objection_to(thread.email):
        raise Refused(objection)
    last = thread.letters.by_readers().with_places().last()
    mail = outbox.put(
        thread.email,
        subject_of(thread, last),
        f"{text}\n{quoted(thread, last)}",
        kind=OutgoingMail.Kind.CONVERSATION,
        from_email=sender(thread.newsletter),
        reply_to=reply_address(thread, last),
        headers={"Auto-Submitted": "no", **names_before(thread, last)},
        about=f"thread-{thread.pk}",
    )
    place = {"issue": last.issue, "article": last.article} if last else {}
    letter = Letter.objects.create(
        thread=thread,
        newsletter=thread.newsletter,
        email=thread.email,
        text=text,
        state=Letter.State.SENT,
        message_id=mail.message_id,
        by=by,
        **place,
    )
    Thread.objects.filter(pk=thread.pk).update(is_open=False, last_at=letter.at)
    return letter


@transaction.atomic
def close(thread: Thread, by: User, seen: int) -> None:
    """It needs no answer. Raises Overtaken."""
    locking.lock(Thread.objects.filter(pk=thread.pk))
    if since := list(thread.letters.filter(pk__gt=seen)):
        raise Overtaken(since)
    Thread.objects.filter(pk=thread.pk).update(is_open=False, closed_by=by, closed_at=timezone.now())


def reopen(thread: Thread) -> None:
    Thread.objects.filter(pk=thread.pk).update(is_open=True, closed_by=None, closed_at=None)


def subject_of(thread: Thread, letter: Letter | None) -> str:
    place = letter and letter.place
    return one_line(f"Re: {getattr(place, 'subject', '') or getattr(place, 'title', '') or thread.newsletter.title}")


def quoted(thread: Thread, letter: Letter | None) -> str:
    """What is answered, as mail programs put it below."""
    if letter is None or not letter.text:
        return ""
    with translation.override(spoken(thread.newsletter.language)):
        when = date_format(timezone.localtime(letter.at), "DATETIME_FORMAT")
        head = _("On %(when)s, %(name)s wrote:") % {"when": when, "name": str(thread)}
    lines = Truncator(letter.text).chars(LONGEST_QUOTE).splitlines()
    return "\n".join(["", head, *(f"> {line}".rstrip() for line in lines), ""])


def reply_address(thread: Thread, letter: Letter | None) -> str:
    """The address whose mail comes into this thread; of who is no subscriber and has no account, the newsletter's."""
    newsletter, subscriber = thread.newsletter, letter.subscriber_id if letter else None
    own = ""
    if user := thread.user_id or (letter and letter.user_id):
        own = Claim.of("u", user, "d", thread.pk).address
    elif subscriber:
        own = Claim.of("s", subscriber, "d", thread.pk).address
    return own or newsletter.reply_to or newsletter.sender_address


def names_before(thread: Thread, letter: Letter | None) -> dict[str, str]:
    """By which mail programs show it below what it answers (RFC 5322, 3.6.4)."""
    ids = thread.letters.order_by("-pk").values_list("message_id", flat=True)[:MOST_NAMES]
    names = [each for each in reversed(ids) if NAME.fullmatch(each)]
    headers = {"References": " ".join(names)} if names else {}
    if letter and letter.message_id in names:
        headers["In-Reply-To"] = letter.message_id
    return headers


def not_reached(mail: OutgoingMail, refusal: Rejected | None) -> None:
    """An answer was dropped: the thread waits for whatever the editor can do about that."""
    if found := ABOUT.fullmatch(mail.about):
        why = str(refusal or "")[:300]
        Letter.objects.filter(message_id=mail.message_id, reason="").update(reason=why or _("The mail was not sent."))
        Thread.objects.filter(pk=found[1]).update(is_open=True)
