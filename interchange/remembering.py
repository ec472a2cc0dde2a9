"""What people took back does not return with a backup that is older: who was erased, suppressed or left a list, and
which comments were deleted.

It is written down every half minute, outside of the backups: in DATA_DIR and beside them, a file for each month with a
line of JSON for each event. People are known there by numbers and keyed hashes alone. Nothing is ever taken out of a
file: what counts is what happened after a backup was made.
"""

import fcntl
import json
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db.models import Model
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from accounts.own_data import erase_account
from comments.bringing_in import erasing
from comments.models import Comment, ModerationEvent, State
from comments.own_data import take_back
from core import standing
from core.standing import fingerprint
from interchange.archives import Refused
from interchange.keeping import put
from interchange.models import Erasure
from mailing import own_data
from mailing.lists import subscribing, suppressing
from mailing.lists.consenting import Occasion
from mailing.models import Subscriber, Subscription, Suppression
from newsletter.models import Newsletter

logger = logging.getLogger(__name__)

UNKNOWN = (
    "%s was not heeded: its key is not known here. If it is this site's, name the key in SECRET_KEY_FALLBACKS "
    "and begin anew."
)
#: For transactions that take a while, and clocks that differ.
MARGIN = timedelta(minutes=10)
#: No backup that stays is older, see `interchange.keeping.staying`.
KEPT = timedelta(days=400)
#: When what has a number got it: nothing else has both.
BORN: dict[type[Model], str] = {User: "date_joined", Subscriber: "created_at", Comment: "created_at"}
Action, Reason = ModerationEvent.Action, Suppression.Reason

type Fact = dict[str, Any]

#: What this process has written down already, and until when.
written: dict[str, Any] = {"until": None, "lines": frozenset()}


def witness(row: Model, keep_words: bool) -> None:
    """See `accounts.own_data.witnesses`."""
    Erasure.objects.create(**known(row), keep_words=keep_words)


def known(row: Any) -> Fact:
    return {"model": row._meta.concrete_model._meta.label, "number": row.pk, "mark": marks(row)[0]}


def marks(row: Any) -> list[str]:
    """By what something is recognised; the one with today's key first."""
    model = row._meta.concrete_model
    born = getattr(row, BORN[model]).astimezone(UTC).isoformat()
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    about = f"{model._meta.label} {row.pk} {born}"
    return [salted_hmac(__name__, about, key, algorithm="sha256").hexdigest() for key in keys]


def happened(since: datetime) -> Iterator[Fact]:
    for erasure in Erasure.objects.filter(at__gte=since):
        who = {"model": erasure.model, "number": erasure.number, "mark": erasure.mark}
        yield {"at": erasure.at, "what": "erased", **who, "keep_words": erasure.keep_words}
    for row in Suppression.objects.filter(since__gte=since):
        yield {"at": row.since, "what": "suppressed", "digest": row.digest, "reason": row.reason}
    left = Subscription.objects.filter(state=Subscription.State.LEFT, since__gte=since)
    for each in left.select_related("subscriber"):
        yield {"at": each.since, "what": "left", **known(each.subscriber), "newsletter": each.newsletter_id}
    decisions = ModerationEvent.objects.filter(action__in=[Action.ERASED, Action.DELETED], created_at__gte=since)
    for decision in decisions.filter(comment__body__isnull=False).select_related("comment"):
        yield {"at": decision.created_at, "what": "deleted", **known(decision.comment)}


def write_down() -> None:
    """Write down what has happened since this process did so last. Where that fails it is all done again. What may be
    a copy of the site writes into its own folder alone."""
    now, is_held = timezone.now(), bool(standing.is_held())
    lines = frozenset(map(as_line, happened((written["until"] or now - KEPT) - MARGIN)))
    by_month = defaultdict(set)
    for line in lines - written["lines"]:
        by_month[json.loads(line)["at"][:7]].add(line)
    for month, new in by_month.items():
        with one_at_a_time():
            for place in places()[: 1 if is_held else None]:
                add(place, f"gone-{fingerprint(settings.SECRET_KEY)[:8]}-{month}.jsonl", new)
    if not is_held:
        written.update(until=now, lines=lines)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Workers beside us wait, or one would put its file in the place of the other's."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / "gone.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def as_line(fact: Fact) -> str:
    return json.dumps(fact | {"at": fact["at"].astimezone(UTC).isoformat()})


def places() -> list[Storage]:
    return [FileSystemStorage(settings.DATA_DIR), storages["backup"]]


def add(place: Storage, name: str, new: set[str]) -> None:
    there = read(place, name)
    if not new <= there:
        put(place, name, "".join(f"{line}\n" for line in sorted(there | new)).encode())


def read(place: Storage, name: str) -> set[str]:
    try:
        with place.open(name) as file:
            return set(file.read().decode().splitlines())
    except FileNotFoundError:
        return set()


def apply(since: datetime, folder: Path | None = None) -> Counter[str]:
    """Do again what was done since a backup was made that is the database now; returns how often what. To do it twice
    changes nothing more, and what people said after the restore stands. Nobody is told by mail.

    It is read in DATA_DIR, beside the backups and in the folder. Raises OSError where one of them cannot be read.
    """
    facts = [
        fact
        for fact in remembered([*places(), *([FileSystemStorage(folder)] if folder else [])])
        if fact["at"] >= since - MARGIN
    ]
    done = Counter(fact["what"] for fact in facts if fact["what"] in AGAIN and AGAIN[fact["what"]](fact))
    done["suppressed"] = suppress_again([fact for fact in facts if fact["what"] == "suppressed"])
    return done


def remembered(stores: list[Storage]) -> list[Fact]:
    """What was written with a key that is known here, in order."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    beginnings = tuple(f"gone-{fingerprint(key)[:8]}-" for key in keys)
    lines: set[str] = set()
    for store in stores:
        with suppress(FileNotFoundError):
            names = [name for name in store.listdir("")[1] if name.startswith("gone-")]
            lines = lines.union(*(read(store, name) for name in names if name.startswith(beginnings)))
            for name in names:
                if not name.startswith(beginnings):
                    logger.warning(UNKNOWN, name)
    return list(map(as_fact, sorted(filter(str.strip, lines))))


def as_fact(line: str) -> Fact:
    try:
        fact: Fact = json.loads(line)
        return fact | {"at": datetime.fromisoformat(fact["at"])}
    except ValueError as error:
        raise Refused(f"A file gone-….jsonl holds half a line; mend it or take it out: {line}") from error


def found(fact: Fact) -> Any:
    """What it was about, if it is there (again)."""
    model = next(each for each in BORN if each._meta.label == fact["model"])
    row = model._default_manager.filter(pk=fact["number"]).first()
    return row if row and fact["mark"] in marks(row) else None


def erase_again(fact: Fact) -> bool:
    row = found(fact)
    if isinstance(row, User):
        erase_account(row, keep_words=fact["keep_words"])
    elif row:
        own_data.erase(row)
    return row is not None


def delete_again(fact: Fact) -> bool:
    comment = found(fact)
    if comment is None or comment.state == State.DELETED:
        return False
    if comment.is_brought_in:
        erasing.erase([comment.pk], None)
    else:
        take_back([comment.pk], None)
    return True


def leave_again(fact: Fact) -> bool:
    subscriber, newsletter = found(fact), Newsletter.objects.filter(pk=fact["newsletter"]).first()
    earlier = Subscription.objects.filter(subscriber=subscriber, newsletter=newsletter, since__lt=fact["at"])
    is_here = subscriber is not None and earlier.exclude(state=Subscription.State.LEFT).exists()
    if is_here and newsletter:
        subscribing.leave(subscriber, newsletter, Occasion("again, after a restore"))
    return is_here


AGAIN: dict[str, Callable[[Fact], bool]] = {"erased": erase_again, "deleted": delete_again, "left": leave_again}


def suppress_again(facts: list[Fact]) -> int:
    """Who was erased and subscribed anew after that is left alone."""
    wanted = {fact["digest"]: fact for fact in facts}
    there = dict(Suppression.objects.values_list("digest", "reason"))
    people = Subscriber.objects.iterator() if wanted else ()
    owners = {digest: each for each in people for digest in suppressing.digests(each.email) if digest in wanted}
    done = 0
    for digest, fact in wanted.items():
        owner, reason = owners.get(digest), Reason(fact["reason"])
        has_come_back = owner is not None and reason == Reason.ERASED and owner.created_at > fact["at"]
        if has_come_back or there.get(digest, Reason.ERASED) != Reason.ERASED or there.get(digest) == reason:
            continue
        if owner:
            suppressing.suppress(owner.email, reason)
        else:
            Suppression.objects.update_or_create(digest=digest, defaults={"reason": reason, "since": fact["at"]})
        done += 1
    return done
