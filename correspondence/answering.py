"""A mail that answers us becomes a comment of its writer, or a letter at the desk, or a question to its writer.

What happens and the mail that tells of it are one transaction; to be given the same mail again changes nothing.
"""

import re
from email.message import EmailMessage
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.profiles import change_profile
from comments import posting
from comments.posting import Refused
from comments.views.attempting import POSTING
from core.languages import spoken
from core.limits import Limit, wait_message
from core.mail import quoting
from core.mail.incoming import Incoming, is_automatic, recipients
from core.mail.messages import one_line
from core.mail.quoting import storable
from core.mail.replies import Claim, claim_in
from correspondence import telling
from correspondence.filing import file
from correspondence.models import Letter
from correspondence.writers import Place, Writer, doubt, is_revoked, sender_of
from newsletter.models import Newsletter

#: What a mail was, see `core.mail.incoming.takers`.
ANSWER, MACHINE, LOST = "answer", "machine", "lost"
MEANINGS = {ANSWER: "Answers", MACHINE: "Automatic answers, left alone", LOST: "Answers that nothing can be made of"}
#: More is no letter; so much of it is given back.
LONGEST_LETTER, LONGEST_RETURN = 20_000, 100_000
MOST_ATTACHMENTS = 20
#: Of one person; more are neither read nor answered.
LETTERS = Limit("answers by mail of a person in a day", 50, 86_400)
#: Of the mails that tell what became of one: whatever answers them, it comes to an end.
TOLD = Limit("told of answers by mail about one thing", 6, 3600)
#: That an address for answers is good for nothing is said once.
SAID = Limit("told that nothing is made of answers", 1, 30 * 86_400)

#: What begins the addresses of pages of one reader.
PERSONAL = ("unsubscribe/", "subscription/", "comments/mute/", "comments/by-mail/")
ADDRESS, MAIL_ADDRESS = re.compile(r"https?://[^\s<>()]{1,300}"), re.compile(r"[\w.+-]{1,64}@[\w.-]{1,200}")

State = Letter.State


class Changed(Exception):
    """Somebody else has decided about the letter meanwhile."""


def take(incoming: Incoming) -> str:
    """See `core.mail.incoming.takers`."""
    message = incoming.message
    claim = next(filter(None, map(claim_in, recipients(message))), None) if message else None
    if message is None or claim is None:
        return ""
    if is_automatic(message):
        return MACHINE
    writer, name = Writer.of(claim), name_of(incoming)
    if writer is None:
        return LOST
    if Letter.objects.filter(message_id=name).exists():
        return ANSWER
    if LETTERS.hit(claim.person):
        return LOST
    place = Place.of(claim)
    with translation.override(spoken(writer.language or (place.newsletter.language if place else ""))):
        return answer(message, claim, writer, place, name)


def answer(message: EmailMessage, claim: Claim, writer: Writer, place: Place | None, name: str) -> str:
    written = quoting.written(message)[:LONGEST_RETURN]
    why_lost = objection(claim, place)
    if why_lost or place is None:
        if not SAID.hit(f"{claim.person} {claim.place}"):
            telling.tell_lost(writer.email, why_lost, written, message)
        return LOST
    letter = Letter(
        newsletter=place.newsletter,
        email=writer.email,
        name=writer.name or sender_of(message)[0],
        user=writer.user,
        subscriber=writer.subscriber,
        issue=place.issue,
        article=place.article,
        parent=place.parent,
        thread=place.thread,
        text=written,
        attachments=[storable(each)[:100] for each in quoting.attachments(message)[:MOST_ATTACHMENTS]],
        message_id=name,
    )
    settle(letter, doubt(message, writer), message)
    return ANSWER


def objection(claim: Claim, place: Place | None) -> str:
    """Why nothing is made of any answer to an address."""
    if place is None:
        return _("What you answered is no longer there.")
    if is_revoked(claim):
        return _("The address that you answered to is no longer good: you, or somebody for you, have said so.")
    if place.newsletter.answers == Newsletter.Answers.OFF and place.thread is None:
        return _("{newsletter} takes no answers by mail any more.").format(newsletter=place.newsletter.title)
    return ""


def settle(letter: Letter, why_not_theirs: str = "", message: EmailMessage | None = None) -> None:
    """Decide about a letter that came, or that its writer has confirmed: then it has a key, and is asked about. Raises
    Changed where that is no longer so."""
    wait = 0
    if letter.user and not (why_not_theirs or letter.goes_to_desk):
        wait = max(limit.hit(letter.user.pk) for limit in POSTING.of_reader)
    tells = not TOLD.hit(f"{letter.email} {letter.issue_id} {letter.article_id} {letter.parent_id}")
    try:
        with transaction.atomic():
            decide(letter, why_not_theirs, wait)
            keep(letter)
            if tells:
                telling.tell(letter, message)
    except IntegrityError:
        if not Letter.objects.filter(message_id=letter.message_id).exists():
            raise


def decide(letter: Letter, why_not_theirs: str, wait: int) -> None:
    letter.decided_at = timezone.now()
    if not letter.words.strip():
        refuse(letter, _("Nothing was found in it but what you answered."))
    elif len(letter.words) > LONGEST_LETTER:
        refuse(letter, _("It is too long."))
    elif why_not_theirs:
        letter.state, letter.reason, letter.decided_at = State.ASKED, why_not_theirs[:300], None
    elif letter.goes_to_desk:
        file(letter, letter.thread)
    elif wait:
        refuse(letter, wait_message(wait))
    elif letter.user is None or not letter.user.display_name:
        letter.state, letter.reason, letter.decided_at = State.ASKED, "", None
    else:
        post(letter, letter.user)


def post(letter: Letter, author: User) -> None:
    """Under the same rules as on the page. What was posted stands in the discussion alone."""
    place = Place(letter.newsletter, letter.issue, letter.article)
    try:
        refuse_own_addresses(letter.words)
        comment = posting.post(place.discussion, author, letter.words, parent=letter.parent, by_mail=True)  # type: ignore[arg-type]
    except Refused as refusal:
        refuse(letter, str(refusal))
    else:
        letter.state, letter.comment, letter.reason = State.POSTED, comment, ""
        letter.text = letter.text if letter.thread else ""


def refuse_own_addresses(words: str) -> None:
    """Nobody else may see the addresses that our mail holds for its reader alone: where one is left in a text, so is
    more of that mail. Raises Refused."""
    own = (found.removeprefix(f"{settings.SITE_URL}/").startswith(PERSONAL) for found in ADDRESS.findall(words))
    if any(own) or any(map(claim_in, MAIL_ADDRESS.findall(words))):
        raise Refused(
            _("It seems to hold the mail that you answer, with addresses that are yours alone. Write above it.")
        )


def refuse(letter: Letter, reason: str) -> None:
    letter.state, letter.reason = State.REFUSED, reason[:300]


def keep(letter: Letter) -> None:
    """Last of all, as whoever erases a person locks them before their letters."""
    if letter._state.adding:
        letter.save(force_insert=True)
        return
    names = ("state", "reason", "decided_at", "comment", "thread", "user", "name", "text")
    open_still = Letter.objects.filter(pk=letter.pk, state=State.ASKED)
    if not open_still.update(**{name: getattr(letter, name) for name in names}):
        raise Changed


def confirm(letter: Letter, name: str = "", headline: str = "") -> None:
    """Its writer says that it is theirs, and may be posted. Raises Changed."""
    letter.user = account_of(letter, name, headline)
    letter.name = letter.user.display_name or letter.name
    settle(letter)


def account_of(letter: Letter, name: str = "", headline: str = "") -> User:
    """Of its writer, who has the link to its page: that came to their address, so the account of that address is
    theirs. One that has no name gets the given one."""
    user = letter.user or User.objects.for_address(letter.email)
    if user.email == letter.email and not user.is_confirmed:
        User.objects.filter(pk=user.pk).update(is_confirmed=True)
    if name and not user.display_name:
        change_profile(user, display_name=name, headline=headline)
    return user


def decline(letter: Letter) -> bool:
    """It is not theirs; False where that is decided already."""
    still = Letter.objects.filter(pk=letter.pk, state=State.ASKED)
    return bool(still.update(state=State.DECLINED, decided_at=timezone.now(), text="", name="", attachments=[]))


def name_of(incoming: Incoming) -> str:
    """By which the same mail is known again."""
    given = storable(one_line(str((incoming.message and incoming.message["Message-ID"]) or "")))
    return given if 0 < len(given) <= 250 else f"sha256:{sha256(incoming.data).hexdigest()}"
