"""Sending an issue to a few addresses first, as its readers would get it."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core.mail import outbox
from core.models import OutgoingMail
from mailing.letter.letters import letter_for
from mailing.letter.messages import Person, Plate
from mailing.models import Dispatch
from mailing.tokens import preferences_url, unsubscribe_url
from newsletter import revising
from newsletter.models import Issue
from newsletter.sharing import proof, share, with_keys

SHOWN = 10


def write_proofs(dispatch: Dispatch, emails: Iterable[str], by: User) -> None:
    """Put the mail of a dispatch that is not stored into the outbox, marked as a test: as it will be once its issue is
    published, whatever state that is in, with pictures that can be seen for a week. Nothing is counted, and its links
    change nobody's subscription."""
    issue = dispatch.issue
    subject = _("[Test] %(subject)s") % {"subject": dispatch.subject or issue.subject or issue.title}
    facts = {"subject": subject[:200], "preheader": dispatch.preheader, "correction": dispatch.correction}
    nobody = Person("", "", unsubscribe_url(0, issue.newsletter_id), preferences_url(0))
    with revising.as_it_would_be(issue) as would_be:
        made = Plate(letter_for(Dispatch(issue=proof(would_be), **facts))).for_backend(nobody)
    opened = share(issue, by, note=_("Pictures of a test mail"))
    del made.extra_headers["Message-ID"]
    for email in emails:
        outbox.put(
            email,
            str(made.subject),
            str(made.body),
            kind=OutgoingMail.Kind.PROOF,
            html=with_keys(str(made.alternatives[0][0]), opened),
            from_email=made.from_email,
            reply_to=", ".join(made.reply_to),
            headers=made.extra_headers,
            about=about(issue),
        )


def proofs_of(issue: Issue) -> QuerySet[OutgoingMail]:
    """The last tests of an issue, with what became of each."""
    return OutgoingMail.objects.filter(about=about(issue))[:SHOWN]


def about(issue: Issue) -> str:
    return f"issue-{issue.pk}"
