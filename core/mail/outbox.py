"""Mail to one person: a row that is committed with what it tells of, and sent as soon as the mail server takes it.

No request waits for a mail server: a thread of its process sends, at once where the server is well. What does not go
is tried again by whichever process sends next; the worker looks twice a minute. A mail is marked as sent after the
server took it. Whoever is killed meanwhile loses nothing: what they had in hand is free again after LEASE. Only where
that happens between the server's thanks and the mark, or the thanks are lost, a mail goes out twice, under the same
Message-ID.

Tests, whose transactions never end, set SEND_MAIL_AT_ONCE: then each mail is sent within the call that puts it here.
"""

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from threading import BoundedSemaphore, Thread, main_thread
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections, transaction
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.functional import Promise

from core import standing
from core.languages import spoken
from core.limits import give_back
from core.logs import carried
from core.mail.messages import Unusable, one_line
from core.mail.transport import Broken, Rejected, Transport, Unanswered, Unreachable, transport
from core.models import OutgoingMail
from core.worker import tidying
from core.worker.looks import Look

#: Longer than one mail takes, however slow the server is.
LEASE = timedelta(minutes=2)
#: After that nobody waits for a mail any more.
PATIENCE = timedelta(days=2)
#: Between attempts; each next pause is four times as long, where the server itself does not answer up to the shorter
#: limit, as that says nothing of the mail.
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=4)
MOST_STEPS = 8
LONGEST_OUTAGE_PAUSE = timedelta(minutes=2)
#: How long it is known what was sent: reports of what came back take some days, complaints some weeks.
KEPT = timedelta(days=30)
#: In seconds: a server that says nothing at all is left alone again.
PATIENCE_WITH_SERVER = 10.0
#: Of each process.
MOST_THREADS = 2
THREAD = "outbox"

Kind = OutgoingMail.Kind
State = OutgoingMail.State

#: Each says why a mail may not go, or nothing; asked before each attempt. Apps add theirs in `ready()`.
objections: list[Callable[[OutgoingMail], str]] = []
#: Each is told of a mail that was dropped, in the same transaction, and of what the server said if it refused it.
on_drop: list[Callable[[OutgoingMail, Rejected | None], object]] = []
#: Each is told of a mail whose receiver told a mail service that they want no more of the kind.
on_leave: list[Callable[[OutgoingMail], object]] = []

DUE = Look(OutgoingMail.objects.due)

places = BoundedSemaphore(MOST_THREADS)
logger = logging.getLogger(__name__)
NO_HEADERS: Mapping[str, str] = {}


def put(
    email: str,
    subject: str,
    text: str,
    *,
    kind: OutgoingMail.Kind,
    html: str = "",
    from_email: str = "",
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
    about: str = "",
    spent: Sequence[str] = (),
    expires_at: datetime | None = None,
) -> OutgoingMail:
    """Keep a mail with whatever else the transaction keeps, and have it sent when that is over.

    `about` names what others may ask for later, as in `issue-7`; `spent` are digests of limits, which get their hit
    back if the mail is dropped. So is what has not gone by `expires_at`, two days from now if it is not given. Raises
    ValueError for a line break in a header.
    """
    mail = OutgoingMail(
        kind=kind,
        email=email,
        message_id=f"<{token_hex(16)}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>",
        subject=subject,
        text=text,
        html=html,
        from_email=from_email or settings.DEFAULT_FROM_EMAIL,
        reply_to=reply_to,
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},
        about=about,
        spent=list(spent),
        expires_at=expires_at or timezone.now() + PATIENCE,
    )
    refuse_line_breaks(mail)
    mail.save()
    if is_rehearsal():
        wake()
    else:
        transaction.on_commit(wake)
    return mail


def is_rehearsal() -> bool:
    return getattr(settings, "SEND_MAIL_AT_ONCE", False)


def refuse_line_breaks(mail: OutgoingMail) -> None:
    for value in (mail.email, mail.subject, mail.from_email, mail.reply_to, *mail.headers.values()):
        if len(value.splitlines()) > 1:
            raise ValueError("a header with a line break")


def wake() -> None:
    """Let a thread of this process send what is due, unless as many as may are at it."""
    if is_rehearsal():
        send_due()
    elif places.acquire(blocking=False):
        Thread(target=carried(send_in_thread), name=THREAD).start()


def wake_if_due() -> None:
    """Part of the worker's round."""
    if DUE.is_due():
        wake()


def send_in_thread() -> None:
    """No daemon, so that a process that ends brings the mail in hand to an end; it begins no other then."""
    try:
        has_more = True
        while has_more:
            try:
                is_well = send_due()
            finally:
                places.release()
            # What was put here in the last moment found no free place.
            has_more = is_well and main_thread().is_alive() and has_due() and places.acquire(blocking=False)
    except (DatabaseError, InterfaceError):
        logger.exception("The database did not answer; mail that waits is sent later.")
    finally:
        connections.close_all()


def has_due() -> bool:
    """On a staging site it goes to a folder, so that one can sign in."""
    return OutgoingMail.objects.due().exists() and (settings.STAGING or not standing.is_held())


def send_due() -> bool:
    """Send until nothing is due any more. False where the server is gone: then the rest waits."""
    connection = transport(PATIENCE_WITH_SERVER)
    try:
        while main_thread().is_alive() and (mail := claim()):
            if not attempt(mail, connection):
                return False
        return True
    finally:
        connection.close()


def claim() -> OutgoingMail | None:
    """The next mail, kept from everybody else for a while."""
    if not has_due():
        return None
    with transaction.atomic():
        mail = OutgoingMail.objects.due().select_for_update(skip_locked=True).first()
        if mail:
            mail.claimed_until, mail.attempts = timezone.now() + LEASE, mail.attempts + 1
            mail.save(update_fields=["claimed_until", "attempts"])
        return mail


def attempt(mail: OutgoingMail, connection: Transport) -> bool:
    """Send one mail, or say why not. False where the server is gone."""
    if objection := objection_to(mail):
        drop(mail, objection)
        return True
    try:
        answer = connection.send(mail)
    except Unusable as error:
        drop(mail, str(error))
    except Rejected as error:
        if error.for_good and not error.is_of_sender:
            drop(mail, str(error), error)
        else:
            put_off(mail, str(error), LONGEST_PAUSE)
    except Exception as error:
        if not isinstance(error, Broken | Unanswered):
            logger.exception("Mail %s met something unforeseen.", mail.pk)
        put_off(mail, str(error), LONGEST_OUTAGE_PAUSE if isinstance(error, Unreachable) else LONGEST_PAUSE)
        return False
    else:
        end(mail, State.SENT, answer)
    return True


def objection_to(mail: OutgoingMail) -> str:
    """Why a mail may not go any more; nothing if it may."""
    if mail.expires_at <= timezone.now():
        return f"too late after {mail.attempts - 1} attempts: {mail.answer}" if mail.answer else "too late"
    return next(filter(None, (object_to(mail) for object_to in objections)), "")


def put_off(mail: OutgoingMail, answer: str, longest: timedelta) -> None:
    tries = min(mail.attempts - 1, MOST_STEPS)  # more would be more days than there are
    pause = min(FIRST_PAUSE * 4**tries, longest) * random.uniform(0.8, 1.2)  # noqa: S311
    due_at = min(timezone.now() + pause, mail.expires_at)
    OutgoingMail.objects.waiting().filter(pk=mail.pk).update(due_at=due_at, claimed_until=None, answer=answer[:500])
    logger.warning("The mail server does not take mail %s (%s) now: %s", mail.pk, mail.kind, answer)


@transaction.atomic
def drop(mail: OutgoingMail, reason: str, refusal: Rejected | None = None) -> None:
    """Give a mail up, and keep why."""
    if end(mail, State.DROPPED, reason):
        logger.warning("Mail %s (%s) is dropped: %s", mail.pk, mail.kind, reason)
        give_back(mail.spent)
        for tell in on_drop:
            tell(mail, refusal)


def end(mail: OutgoingMail, state: OutgoingMail.State, answer: str) -> bool:
    """Keep what became of a mail, and nothing of what it says. False if that is known already."""
    rows = OutgoingMail.objects.exclude(state=state) if state == State.RETURNED else OutgoingMail.objects.waiting()
    wordless = {"subject": "", "text": "", "html": "", "headers": {}}
    facts = {"state": state, "answer": answer[:500], "ended_at": timezone.now(), "claimed_until": None}
    return bool(rows.filter(pk=mail.pk).update(**facts, **wordless))


def forget() -> None:
    """Delete what was sent or dropped a while ago."""
    tidying.delete(OutgoingMail.objects.filter(ended_at__lt=timezone.now() - KEPT))


def send_text(
    to: str,
    subject: str | Promise,
    template: str,
    context: Mapping[str, Any],
    *,
    kind: OutgoingMail.Kind,
    language: str = "",
    list_name: str = "",
    unsubscribe_url: str = "",
    headers: Mapping[str, str] = NO_HEADERS,
    **more: Any,
) -> OutgoingMail:
    """Put into the outbox what a template makes of a context; nothing in it is escaped, as it is no HTML.

    A lazy subject is translated like the text, into `language` or the site's. `list_name`, unique on this site as
    `discussion-7` is, makes List-Id (RFC 2919); `unsubscribe_url`, where a POST is enough, a button in mail programs
    (RFC 8058). Line breaks in the subject are spaces, so that no name and no title can add a header; in any other
    header they raise ValueError. What else `core.mail.outbox.put` takes is passed on.
    """
    site = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
    with translation.override(spoken(language or settings.LANGUAGE_CODE)):
        text = get_template(template).template.render(Context(site | dict(context), autoescape=False))  # type: ignore[attr-defined]
        words = one_line(str(subject))
    own = {**list_headers(list_name, unsubscribe_url), **headers}
    return put(to, words, f"{text.strip()}\n", kind=kind, headers=own, **more)


def list_headers(list_name: str, unsubscribe_url: str) -> dict[str, str]:
    """What lets mail programs sort a mail, and leave."""
    headers = {}
    if list_name:
        headers["List-Id"] = f"<{list_name}.{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"
    if unsubscribe_url:
        headers |= {"List-Unsubscribe": f"<{unsubscribe_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers
