"""Addresses for answers that are no longer good: those given out until now."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.http import int_to_base36

from accounts.models import User
from correspondence.models import Letter, Revocation
from mailing.models import Subscriber


def revoke(people: Iterable[User | Subscriber], place: str = "") -> None:
    """Let no mail to any address that was given to these people be taken, or to those about one place; mail that goes
    out from the next minute on brings new ones."""
    rows = [Revocation(person=person_of(each), place=place, at=timezone.now()) for each in people]
    Revocation.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person", "place"], update_fields=["at"]
    )


def revoke_of(letter: Letter, *, everywhere: bool) -> None:
    """The addresses of a letter's writer, for what it answers or for everything."""
    people = [each for each in (letter.user, letter.subscriber) if each]
    revoke(people, "" if everywhere else place_of(letter))


def person_of(person: User | Subscriber) -> str:
    """As `core.mail.replies.Claim.person`."""
    return f"{'u' if isinstance(person, User) else 's'}{int_to_base36(person.pk)}"


def place_of(letter: Letter) -> str:
    """As `core.mail.replies.Claim.place`."""
    named = {"d": letter.thread_id, "c": letter.parent_id, "a": letter.article_id, "i": letter.issue_id}
    kind, number = next(((kind, pk) for kind, pk in named.items() if pk), ("n", letter.newsletter_id))
    return f"{kind}{int_to_base36(number)}"
