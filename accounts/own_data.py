"""A person's own data: taking it along, and leaving without a trace.

Each app that keeps something of a person adds a source in its `AppConfig.ready()`.
"""

from collections.abc import Callable, Collection, Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any, Protocol

import yaml
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from accounts.adapter import NOWHERE, device
from accounts.models import User
from accounts.profiles import remove_file
from accounts.sessions import end_all_sessions, live_sessions
from core import locking
from core.addresses import absolute
from core.models import OutgoingMail

WORDS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


class Source(Protocol):
    """What an app keeps of people.

    `export` returns what JSON can hold, in words the person understands, under the heading `name`.
    `erase` removes the person from the app's tables; with `keep_words` what they published stays, nameless.
    """

    name: str

    def export(self, user: User) -> Any: ...

    def erase(self, user: User, *, keep_words: bool) -> None: ...


sources: list[Source] = []

#: Called before `erase`, outside of any transaction, for what may be too much for one. Each can be repeated. Apps add
#: to it in `ready()`.
preparations: list[Callable[[User, bool], None]] = []

#: Each is told, in the same transaction, whose row is about to be erased, and whether their words stay. Apps add to it
#: in `ready()`.
witnesses: list[Callable[[Model, bool], object]] = []


def told(thing: Any, words: Mapping[str, str]) -> dict[str, Any]:
    """What is kept in an object, in words that the person understands; to each word belongs the way to what is kept.
    Addresses are complete."""
    kept = {word: attrgetter(way)(thing) for word, way in words.items()}
    return {word: absolute(value()) if callable(value) else value for word, value in kept.items()}


def export_account(user: User) -> dict[str, Any]:
    """Everything that is kept of a person, source by source; ready for JSON."""
    mails = OutgoingMail.objects.filter(email=user.email)
    own = told(user, WORDS) | {
        "picture": user.picture.url if user.picture else None,
        "sessions": [
            {
                "device": device(session.user_agent),
                "address": session.ip.removeprefix(NOWHERE),
                "last seen": session.last_seen_at,
            }
            for session in live_sessions(user)
        ],
        "second factors": list(Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")),
        "mail of the last weeks": list(mails.values("kind", "state", "created_at", "ended_at", "answer")),
    }
    exported_at = {"exported": timezone.now(), "account": own}
    return exported_at | {source.name: source.export(user) for source in sources}


def erase_account(user: User, *, keep_words: bool) -> None:
    """Remove a person and every trace of their address, name and headline, from all apps at once or not at all.

    Much of what they wrote goes before that, piece by piece. If it ends half-way, who asks again completes it.
    """
    for prepare in preparations:
        prepare(user, keep_words)
    erase_at_once(user, keep_words=keep_words)


@transaction.atomic
def erase_at_once(user: User, *, keep_words: bool) -> None:
    locking.lock(User.objects.filter(pk=user.pk))
    bear_witness(user, keep_words=keep_words)
    for source in sources:
        source.erase(user, keep_words=keep_words)
    end_all_sessions(user)
    OutgoingMail.objects.filter(email=user.email).delete()
    log_of(User, [user.pk]).delete()
    picture = user.picture.name
    user.delete()
    if picture:
        remove_file.enqueue(picture)


def bear_witness(row: Model, *, keep_words: bool = False) -> None:
    for tell in witnesses:
        tell(row, keep_words)


def log_of(model: type[Model], ids: Collection[int]) -> QuerySet[LogEntry]:
    """What the admin's own log says about some objects of a model, under whichever of its proxies."""
    models = [each for each in apps.get_models() if each._meta.concrete_model is model]
    types = ContentType.objects.get_for_models(*models, for_concrete_models=False).values()
    return LogEntry.objects.filter(content_type__in=types, object_id__in=[str(pk) for pk in ids])
