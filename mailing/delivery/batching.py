"""Many copies in one call to a mail service: what the call says, and what is committed before and after it.

A service is called so only where everything that is a person's own works: the addresses in the text, the headers
(RFC 8058 wants List-Unsubscribe to be one's own), and that nobody sees who else gets it. All others are handed one
message at a time.
"""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import F
from django.utils import timezone

from core.mail.messages import Unusable
from core.mail.transport import Rejected, Transport, Unanswered, accepted_headers, outcome_for
from mailing.delivery.claiming import LEASE, Claimed
from mailing.letter.letters import Letter
from mailing.letter.messages import Person, Plate
from mailing.models import Delivery

State = Delivery.State


class Copy(NamedTuple):
    """A delivery in hand, whom it goes to, and when it may leave at the earliest, in seconds since 1970."""

    delivery: Claimed
    addressee: Person | Unusable
    start: float


class Service(NamedTuple):
    """How a mail service fills a letter with each person's own values."""

    #: As django-anymail calls it.
    name: str
    #: People in one call.
    most: int
    #: Where a value goes, by its name.
    mark: str
    #: What it would take for such a place, or for one of its own, in anybody's words.
    reads: re.Pattern[str]
    #: Whether it fills headers as it fills the text; if not, each person's are sent along.
    fills_headers: bool

    def suits(self, letter: Letter) -> bool:
        """Whether it would print the words of a letter as they are, and knows a Reply-To for each person."""
        if letter.answers and not self.fills_headers:
            return False
        headers = letter.headers.values()
        words = [letter.subject, letter.from_email, letter.reply_to, *headers, letter.text, letter.html]
        return not any(map(self.reads.search, words))


#: By django-anymail's names. Why not others: SparkPost drops List-Unsubscribe; Brevo, Resend, Mailtrap, Amazon SES and
#: Postmark's usual interface fill no text that comes with the call; Mandrill and MailerSend know no headers of one's
#: own, Unisender Go only by agreement; SendGrid is no longer tested by django-anymail.
#: https://anymail.dev/en/stable/esps/
SERVICES = {
    # https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/batch-sending
    "Mailgun": Service(
        "Mailgun",
        most=1000,
        mark="%recipient.{}%",
        reads=re.compile(r"%(recipient|(\w+_)?unsubscribe_)", re.IGNORECASE),
        fills_headers=True,
    ),
    # https://dev.mailjet.com/email/guides/send-api-v31/
    "Mailjet": Service(
        "Mailjet",
        most=50,
        mark="[[var:{}]]",
        reads=re.compile(r"\[\[\s*(var|data|mj)\b", re.IGNORECASE),
        fills_headers=False,
    ),
}


def most_at_once(transport: Transport, plate: Plate) -> int:
    """How many people one `send_all` may have."""
    service = SERVICES.get(transport.service_name)
    return service.most if service and service.suits(plate.letter) else 1


def send_all(transport: Transport, plate: Plate, people: Sequence[Person]) -> list[str | Exception]:
    """What became of each: the answer, or what `send` would raise. Raises Unreachable, and Rejected for good, of what
    none of them got because of the call as a whole."""
    message = for_all(plate, people, SERVICES[transport.service_name])
    try:
        transport.hand_over(message)
    except (Unanswered, Rejected) as error:
        if isinstance(error, Rejected) and error.for_good:
            raise
        return [error] * len(people)
    return [outcome_for(person.address, message) for person in people]


def next_batch(waiting: Sequence[Copy], most: int) -> list[Copy]:
    """The next copies that can share a call: services tell people apart by their address. Empty if fewer than two."""
    batch: dict[str, Copy] = {}
    for copy in islice(waiting, most if most > 1 else 0):
        if isinstance(copy.addressee, Unusable) or copy.addressee.address in batch:
            break
        batch[copy.addressee.address] = copy
    return list(batch.values()) if len(batch) > 1 else []


def for_all(plate: Plate, people: Sequence[Person], service: Service) -> Any:
    """One message of Django's, with what django-anymail makes many of it by. Its metadata comes back with reports."""
    mark = service.mark.format
    names = ("unsubscribe_url", "preferences_url", "answer")
    anybody = Person("", f"<{mark('message_id')}>", *map(mark, names))
    message: Any = plate.for_backend(anybody)
    message.extra_headers = headers = accepted_headers(message.extra_headers, service.name)
    message.to = [person.address for person in people]
    message.merge_data = {
        address: {"message_id": message_id.strip("<>"), **dict(zip(names, own, strict=True))}
        for address, message_id, *own in people
    }
    message.merge_metadata = {person.address: {"copy": person.message_id} for person in people}
    if not service.fills_headers:
        own = {person.address: {"List-Unsubscribe": person.list_unsubscribe} for person in people}
        message.merge_headers = {address: {**headers, **header} for address, header in own.items()}
        message.extra_headers = {}
    return message


def take_back(batch: Sequence[Copy], worker: str) -> None:
    """Undo a launch: nothing has left, and the copies are still in hand."""
    rows = Delivery.objects.filter(pk__in=[copy.delivery.pk for copy in batch], worker=worker)
    in_doubt = rows.filter(state__in=[State.IN_FLIGHT, State.UNCERTAIN])
    in_doubt.update(state=State.CLAIMED, attempts=F("attempts") - 1, lease_until=timezone.now() + LEASE)
