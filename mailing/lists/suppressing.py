"""Addresses that get no newsletter, whatever list they stand on.

An address is known by its keyed hash, so that it can be recognised when nothing else of the person is left. A hash
made with a key that has been replaced counts as long as that key is among the SECRET_KEY_FALLBACKS.
"""

from collections.abc import Collection, Iterable, Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from core import locking
from core.mail.messages import normal
from core.mail.transport import Rejected
from core.models import OutgoingMail
from mailing.delivery.claiming import recall
from mailing.models import Subscriber, Suppression
from mailing.models.subscribers import BY_LIST

Reason = Suppression.Reason


def suppression_of(email: str) -> Suppression | None:
    return Suppression.objects.filter(digest__in=digests(email)).first()


def gets_nothing(email: str) -> bool:
    """Whether mail to this address would only do harm."""
    known = suppression_of(email)
    return known is not None and known.reason != Reason.ERASED


def objection_to(mail: OutgoingMail) -> str:
    """Why a mail may not go, for `core.mail.outbox`: people can sign in, and hear what happens to their account,
    whatever they complained of."""
    is_own_business = mail.kind in {OutgoingMail.Kind.CODE, OutgoingMail.Kind.ACCOUNT, OutgoingMail.Kind.PROOF}
    return "the address gets nothing any more" if not is_own_business and gets_nothing(mail.email) else ""


def suppress_if_unknown(mail: OutgoingMail, rejection: Rejected | None) -> None:
    """A mail server said that nobody is there, to mail that somebody has had before."""
    if rejection and rejection.no_such_address and mail.kind == OutgoingMail.Kind.CONVERSATION:
        suppress(mail.email, Reason.BOUNCED, str(rejection))


@transaction.atomic
def suppress(email: str, reason: Reason, detail: str = "") -> Suppression:
    """Send nothing to this address any more, from now on. The first reason stays, but for that of somebody who was
    erased, and what only a list has said.
    """
    own = Subscriber.objects.filter(email=normal(email))
    locking.lock(own)
    known = suppression_of(email)
    if known and known.reason != Reason.ERASED and not known.detail.startswith(BY_LIST):
        return known
    is_secret = reason == Reason.ERASED or (known is not None and known.reason == Reason.ERASED)
    subscriber = own.first()
    if subscriber:
        recall([subscriber.pk])
    facts = {
        "reason": reason,
        "detail": "" if is_secret else detail[:300],
        "email": "" if is_secret else normal(email),
        "subscriber": subscriber,
        "since": timezone.now(),
    }
    digest = known.digest if known else digests(email)[0]
    return Suppression.objects.update_or_create(digest=digest, defaults=facts)[0]


def suppress_new(reasons: Mapping[str, Reason], detail: str) -> dict[str, int]:
    """The same of many that are not suppressed yet, whose subscribers are locked; returns the keys by address."""
    now, owners = timezone.now(), dict(Subscriber.objects.filter(email__in=reasons).values_list("email", "pk"))
    facts = {"detail": detail[:300], "since": now}
    Suppression.objects.bulk_create(
        [
            Suppression(
                digest=digests(email)[0], email=email, subscriber_id=owners.get(email), reason=reasons[email], **facts
            )
            for email in sorted(reasons)
        ],
        ignore_conflicts=True,
    )
    recall(owners.values())
    made = Suppression.objects.filter(digest__in=[digests(email)[0] for email in reasons], **facts)
    return dict(made.values_list("email", "pk"))


def say_again(emails: Collection[str], detail: str) -> None:
    """What a list has said of addresses, another one says too: so it holds when the first is taken back."""
    known = [digest for email in emails for digest in digests(email)]
    Suppression.objects.filter(digest__in=known, detail__startswith=BY_LIST).update(detail=detail[:300])


def keep_hash_alone(email: str) -> None:
    """Know an erased person's address by its keyed hash, if it was suppressed for anything."""
    Suppression.objects.filter(digest__in=digests(email)).update(email="", detail="", subscriber=None)


def attach(subscribers: Iterable[Subscriber]) -> int:
    """Let suppressions be known to subscribers whose addresses are new here, as after an import; returns how many."""
    owners = {digest: subscriber for subscriber in subscribers for digest in digests(subscriber.email)}
    found = list(Suppression.objects.filter(digest__in=owners))
    for suppression in found:
        suppression.subscriber = owners[suppression.digest]
        suppression.save(update_fields=["subscriber"])
    return len(found)


def reattach(subscriber: Subscriber) -> None:
    """After a change of address: what was said of the old one holds for it alone."""
    Suppression.objects.filter(subscriber=subscriber).update(subscriber=None)
    attach([subscriber])


def forgive_erasure(email: str) -> None:
    """Somebody who was erased has come back and confirmed it. What bounced or complained stays out."""
    Suppression.objects.filter(digest__in=digests(email), reason=Reason.ERASED).delete()


def digests(email: str) -> list[str]:
    """The hashes of an address, the one with today's key first; also those of its domain in its own letters, as hashes
    were made once."""
    keys, plain = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS], normal(email)
    forms = [plain, in_own_letters(plain)] if "@xn--" in plain or ".xn--" in plain else [plain]
    return [
        salted_hmac("mailing.suppressing", form, secret=key, algorithm="sha256").hexdigest()
        for form in forms
        for key in keys
    ]


def in_own_letters(email: str) -> str:
    local, _, domain = email.rpartition("@")
    try:
        return f"{local}@{domain.encode().decode('idna')}"
    except UnicodeError:
        return email
