"""A letter to the editors becomes a comment, if its writer says so."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from comments import posting
from comments.models import discussion_of
from core.addresses import absolute
from core.mail.outbox import send_text
from core.mail.transport import Rejected
from core.markup.comments import COMMENT_LENGTH
from core.models import OutgoingMail
from correspondence import answering, telling
from correspondence.answering import Changed
from correspondence.desk.writing import Refused, objection_to, reply_address
from correspondence.models import Letter, Thread
from mailing.letter.letters import sender
from newsletter.models import Publishable

#: How long who was asked can say yes.
TIME_TO_ANSWER = timedelta(days=30)

State = Letter.State


def place_in(letter: Letter) -> Publishable | None:
    """Below which issue or article it would stand: what it answers itself, or what the thread was about before."""
    before = letter.thread and letter.thread.letters.with_places().filter(pk__lt=letter.pk).order_by("-pk")
    return letter.place or next((each.place for each in (before or [])[:10] if each.place), None)


def obstacle(letter: Letter) -> str:
    """Why its reader cannot be asked now, or nothing."""
    place = place_in(letter)
    if letter.state != State.DESK:
        return _("It has been decided already what becomes of this letter.")
    if place is None:
        return _("It answers no issue and no article, so there is no discussion for it.")
    if not discussion_of(place).is_open:
        return _("The discussion of “%(title)s” is closed.") % {"title": place}
    return objection_to(letter.email)


@transaction.atomic
def offer(letter: Letter, words: str, by: User) -> None:
    """Ask its reader whether these words may stand in the discussion. Raises Refused."""
    if why := obstacle(letter):
        raise Refused(why)
    if len(words) > COMMENT_LENGTH:
        raise Refused(_("A comment has room for %(count)d characters. Choose an excerpt.") % {"count": COMMENT_LENGTH})
    place, newsletter = place_in(letter), letter.newsletter
    facts: dict[str, Any] = {"state": State.OFFERED, "offered": words, "by": by, "decided_at": timezone.now()}
    facts |= {"reason": "", str(place._meta.model_name): place}  # type: ignore[union-attr]
    if not Letter.objects.filter(pk=letter.pk, state=State.DESK).update(**facts):
        raise Refused(_("Somebody else was faster. Nothing was changed."))
    send_text(
        letter.email,
        format_lazy(gettext_lazy("May {newsletter} show your letter?"), newsletter=newsletter.title),
        "correspondence/mail/offer.txt",
        {
            "letter": letter,
            "newsletter": newsletter,
            "place": place,
            "citation": telling.cited(words),
            "url": absolute(telling.address_of(letter)),
            "place_url": absolute(place.get_absolute_url()),  # type: ignore[union-attr]
            "until": timezone.now() + TIME_TO_ANSWER,
        },
        kind=OutgoingMail.Kind.CONVERSATION,
        from_email=sender(newsletter),
        reply_to=reply_address(letter.thread, letter) if letter.thread else "",
        language=letter.language,
        about=f"letter-{letter.pk}",
    )


def accept(letter: Letter, **profile: str) -> None:
    """Its reader says yes: it is posted as theirs, as if they had written it on the page. Raises Changed, or
    `comments.posting.Refused`; then the question stands, and the editors see what came between."""
    try:
        post(letter, profile)
    except posting.Refused as refusal:
        Letter.objects.filter(pk=letter.pk, state=State.OFFERED).update(reason=str(refusal)[:300])
        wake(letter)
        raise


@transaction.atomic
def post(letter: Letter, profile: dict[str, str]) -> None:
    place = letter.place
    if place is None or letter.state != State.OFFERED:
        raise Changed
    reader = answering.account_of(letter, **profile)
    comment = posting.post(discussion_of(place), reader, letter.offered, parent=letter.parent, by_mail=True)
    decided = {"state": State.POSTED, "comment": comment, "user": reader, "reason": "", "decided_at": timezone.now()}
    if not Letter.objects.filter(pk=letter.pk, state=State.OFFERED).update(**decided):
        raise Changed
    Thread.objects.filter(letters=letter.pk, user=None).update(user=reader)


@transaction.atomic
def decline(letter: Letter) -> None:
    """Its reader says no; the editors hear of it, as the thread waits."""
    decided = {"state": State.DECLINED, "decided_at": timezone.now()}
    if Letter.objects.filter(pk=letter.pk, state=State.OFFERED).update(**decided):
        wake(letter)


def wake(letter: Letter) -> None:
    Thread.objects.filter(pk=letter.thread_id or 0).update(is_open=True, last_at=timezone.now())


def lapse() -> None:
    """What nobody has answered is at the desk again, as if it had not been asked; part of the worker's round."""
    long_ago = timezone.now() - TIME_TO_ANSWER
    Letter.objects.filter(state=State.OFFERED, decided_at__lt=long_ago).update(state=State.DESK)


def not_reached(mail: OutgoingMail, refusal: Rejected | None) -> None:
    """The mail that asks was dropped: nobody was asked."""
    kind, _dash, pk = mail.about.partition("-")
    if kind == "letter" and pk.isdecimal():
        why = str(refusal or "")[:300] or _("The mail was not sent.")
        facts = {"state": State.DESK, "offered": "", "reason": why}
        if Letter.objects.filter(pk=pk, state=State.OFFERED).update(**facts):
            Thread.objects.filter(letters=int(pk)).update(is_open=True)
