"""Looking at newsletters' senders, by the worker: an editor asks, and sends a mail to find out what becomes of it.

The test mail is known by its Message-ID when it comes to the mailbox that the site reads; else an editor brings it as
it arrived. With it others go to REPLY_ADDRESS, with something behind a + as readers' answers have it, and to
BOUNCE_ADDRESS.
"""

import logging
from dataclasses import asdict
from email.message import EmailMessage
from threading import Event
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from core.mail import outbox
from core.mail.incoming import Incoming
from core.models import OutgoingMail
from core.worker.looks import Look as Rows
from deliverability.models import SenderCheck
from deliverability.sender.arrived import from_facts, read
from deliverability.sender.looking import Look, sender_of
from mailing.letter import letters
from mailing.letter.messages import ONE_CLICK, Person
from mailing.models import Dispatch
from mailing.tokens import preferences_url, unsubscribe_url
from newsletter.models import Newsletter

#: What the test mails of a newsletter are about, in the outbox.
OURS = "sender-"
TEST, ANSWER, REPORT = f"{OURS}test-", f"{OURS}answer-", f"{OURS}report-"
#: Where it is noted that one has arrived which is not to be read.
ARRIVED_AT = {ANSWER: "answer_arrived_at", REPORT: "report_arrived_at"}
#: Behind the + of the address for answers.
TAG = "sender-check"
SECONDS_BETWEEN = 60

State = SenderCheck.State
ASKED_FOR = Rows(SenderCheck.objects.asked_for)

logger = logging.getLogger(__name__)


def ask(newsletter: Newsletter, by: User | None = None, **facts: Any) -> None:
    """Have the worker look, again or for the first time. What a test mail for another sender told is forgotten."""
    sender = sender_of(newsletter)
    if SenderCheck.objects.filter(newsletter=newsletter).exclude(email=sender).exists():
        facts = {"arrived": {}, "arrived_at": None, **facts}
    asked = {"state": State.ASKED, "asked_at": timezone.now(), "email": sender, **({"by": by} if by else {}), **facts}
    SenderCheck.objects.update_or_create(newsletter=newsletter, defaults=asked)


@transaction.atomic
def send_test(newsletter: Newsletter, email: str, by: User) -> None:
    """A mail as an issue would come, with the same sender and headers, and nothing to read."""
    ask(newsletter, by, **dict.fromkeys(ARRIVED_AT.values()))
    put(newsletter, email, TEST)
    local, _at, domain = settings.REPLY_ADDRESS.rpartition("@")
    if domain and newsletter.answers != Newsletter.Answers.OFF:
        put(newsletter, f"{local}+{TAG}@{domain}", ANSWER)
    if settings.BOUNCE_ADDRESS and settings.BOUNCE_MAILBOX:
        put(newsletter, settings.BOUNCE_ADDRESS, REPORT)


def put(newsletter: Newsletter, email: str, about: str) -> None:
    nobody = Person("", "", unsubscribe_url(0, newsletter.pk), preferences_url(0))
    headers = letters.list_headers(Dispatch(), newsletter) | {"List-Unsubscribe": nobody.list_unsubscribe} | ONE_CLICK
    with translation.override(newsletter.language):
        outbox.put(
            email,
            _("[Test] Does the mail of %(newsletter)s arrive as it should?") % {"newsletter": newsletter},
            _("This mail goes the way that issues go. Bring it to the desk as it arrived: there it is looked at."),
            kind=OutgoingMail.Kind.PROOF,
            from_email=letters.sender(newsletter),
            reply_to=newsletter.reply_to,
            headers=headers,
            about=f"{about}{newsletter.pk}",
        )


def test_mail_of(newsletter: Newsletter) -> OutgoingMail | None:
    """The last one, with what became of it."""
    return OutgoingMail.objects.filter(about=f"{TEST}{newsletter.pk}").first()


def take(incoming: Incoming) -> str:
    """See `core.mail.incoming.takers`."""
    message = incoming.message
    name = " ".join(str(message["Message-ID"]).split()) if message else ""
    own = OutgoingMail.objects.filter(message_id=name, about__startswith=OURS).first() if name else None
    if not message or not own:
        return ""
    kind, number = own.about[: own.about.rindex("-") + 1], own.about.rpartition("-")[2]
    if newsletter := Newsletter.objects.filter(pk=number).first():
        if kind in ARRIVED_AT:
            came: dict[str, Any] = {ARRIVED_AT[kind]: timezone.now()}
            ask(newsletter, **came)
        else:
            heed(newsletter, message)
    return "test"


def heed(newsletter: Newsletter, message: EmailMessage, by: User | None = None) -> bool:
    """Look at a mail of the newsletter as it arrived; False for one of another sender."""
    arrived = read(message)
    if arrived.sender != sender_of(newsletter):
        return False
    ask(newsletter, by, arrived=asdict(arrived), arrived_at=timezone.now())
    return True


def keep_checking(until: Event) -> None:
    """One after the other, in a thread beside the worker's tasks."""
    while not until.is_set():
        ASKED_FOR.wait(until, most=SECONDS_BETWEEN)
        try:
            for each in SenderCheck.objects.asked_for().select_related("newsletter"):
                check(each)
        except Exception:
            logger.exception("A sender was not looked at; it is, in a minute.")
            connections.close_all()
            until.wait(SECONDS_BETWEEN)
    connections.close_all()


def check(asked: SenderCheck, **options: Any) -> None:
    """Look, and keep what was found, unless somebody has asked anew meanwhile."""
    look = Look(
        asked.newsletter,
        from_facts(asked.arrived),
        selector=asked.selector,
        has_answer=asked.answer_arrived_at is not None,
        has_report=asked.report_arrived_at is not None,
        **options,
    )
    findings = [asdict(each) for each in look.findings()]
    same = SenderCheck.objects.filter(pk=asked.pk, asked_at=asked.asked_at)
    same.update(state=State.DONE, findings=findings, ended_at=timezone.now())
