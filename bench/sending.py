"""Sending: messages a second beside Postfix's own sender, memory of a long dispatch, listing an audience.

The share of `smtp-source` compares two senders that hand the same number of messages of the same length over as many
connections to the same `smtp-sink` in the same run. Ours keeps a ledger meanwhile. `smtp_share` is against smtp-source
with `-d`, which keeps its connections open as we do; by default it opens one for each message, and
`smtp_share_reconnecting` is against that.
"""

import contextlib
import getpass
import resource
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from threading import Event

from django.conf import settings
from django.db import connection
from django.test import override_settings

from mailing import dispatching
from mailing.freezing import freeze
from mailing.letters import letter_for
from mailing.messages import Person, Plate
from mailing.models import Delivery, Dispatch, Subscriber, Subscription
from mailing.sending import send_due
from newsletter.models import Issue
from site_project.environment import mailer

SBIN = "/usr/sbin:/usr/bin:/usr/local/sbin"
FEW, MORE, MANY = 1_000, 11_000, 200_000
OF_SMTP_SOURCE = 3_000
#: Small, so that the peak of memory is the sender's and not that of this list.
PIECE = 1_000


def figures() -> dict[str, float]:
    if not shutil.which("smtp-sink", path=SBIN):
        return {}
    issue = Issue.objects.published().select_related("newsletter").order_by("pk")[0]
    with sink() as port, override_settings(MAILERS={"default": mailer(f"smtp://127.0.0.1:{port}")}):
        measured = sending(issue, port)
    return measured | freezing(issue)


def sending(issue: Issue, port: int) -> dict[str, float]:
    """Theirs is measured before and after ours, as other work on the machine comes and goes."""
    size = len(sample(issue))
    subscribe(issue, 0, FEW)
    seconds_to_send(issue)
    memory = megabytes()
    subscribe(issue, FEW, MORE)
    before = seconds_of_smtp_source(port, size, "-d")
    ours = (MORE - FEW) / seconds_to_send(issue)
    theirs = 2 * OF_SMTP_SOURCE / (before + seconds_of_smtp_source(port, size, "-d"))
    reconnecting = OF_SMTP_SOURCE / seconds_of_smtp_source(port, size)
    return {
        "mail_bytes": size,
        "messages_per_second": ours,
        "smtp_source_per_second": theirs,
        "smtp_share": ours / theirs,
        "smtp_share_reconnecting": ours / reconnecting,
        "sending_megabytes": megabytes(),
        "sending_memory_11000_over_1000": megabytes() / memory,
    }


def sample(issue: Issue) -> bytes:
    plate = Plate(letter_for(Dispatch(issue=issue)))
    return plate.message(Person("a@example.org", "<1@example.org>", "https://example.org/u", "https://example.org/p"))


@contextlib.contextmanager
def sink() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [str(shutil.which("smtp-sink", path=SBIN)), "-u", getpass.getuser(), f"127.0.0.1:{port}", "100"]
    with subprocess.Popen(command) as process:  # noqa: S603
        time.sleep(0.5)
        yield port
        process.terminate()


def subscribe(issue: Issue, first: int, last: int) -> None:
    for start in range(first, last, PIECE):
        numbers = range(start, min(start + PIECE, last))
        people = Subscriber.objects.bulk_create(Subscriber(email=f"reader{n}@example.org") for n in numbers)
        Subscription.objects.bulk_create(
            Subscription(subscriber=person, newsletter=issue.newsletter, state="active") for person in people
        )


def seconds_to_send(issue: Issue) -> float:
    """Without listing the audience."""
    dispatch = dispatching.prepare(issue, None)
    dispatching.begin(dispatch)
    freeze(dispatch)
    started = time.perf_counter()
    send_due(Event())
    return time.perf_counter() - started


def seconds_of_smtp_source(port: int, size: int, *options: str) -> float:
    command = [
        str(shutil.which("smtp-source", path=SBIN)),
        "-s",
        str(settings.MAIL_CONNECTIONS),
        "-m",
        str(OF_SMTP_SOURCE),
    ]
    started = time.perf_counter()
    subprocess.run([*command, "-l", str(size), *options, f"inet:127.0.0.1:{port}"], check=True)  # noqa: S603
    return time.perf_counter() - started


def freezing(issue: Issue) -> dict[str, float]:
    """Listing 200,000 people; a million take five times as long."""
    subscribe(issue, MORE, MANY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    Delivery.objects.all().delete()
    dispatch = dispatching.prepare(issue, None)
    dispatching.begin(dispatch)
    before = megabytes()
    started = time.perf_counter()
    freeze(dispatch)
    return {
        "freeze_200000_seconds": time.perf_counter() - started,
        "freeze_200000_memory_growth": megabytes() / before,
    }


def megabytes() -> float:
    """What this process has needed at its peak."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
