"""Sending an issue to a few addresses first, as its readers would get it."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.messages import Unusable
from core.transport import Broken, Rejected, Unanswered
from mailing.delivery.sending import send_test
from mailing.models import Dispatch


class Proof(NamedTuple):
    """What the mail server said about one test."""

    email: str
    is_sent: bool
    answer: str


def send_proofs(dispatch: Dispatch, emails: Iterable[str]) -> list[Proof]:
    """Send the mail of a dispatch, which need not be stored, marked as a test. Nothing is counted."""
    subject = _("[Test] %(subject)s") % {"subject": dispatch.subject or dispatch.issue.subject or dispatch.issue.title}
    marked = Dispatch(
        issue=dispatch.issue, subject=subject[:200], preheader=dispatch.preheader, correction=dispatch.correction
    )
    return [proof(marked, email) for email in emails]


def proof(dispatch: Dispatch, email: str) -> Proof:
    try:
        return Proof(email, True, send_test(dispatch, email))
    except (Rejected, Broken, Unanswered, Unusable) as error:
        return Proof(email, False, str(error))
