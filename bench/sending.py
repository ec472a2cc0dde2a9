"""Sending: messages a second beside Postfix's own sender, memory of a long dispatch, listing an audience.

The share of `smtp-source` compares two senders that hand the same number of messages of the same length over as many
connections to the same `smtp-sink` in the same run. Ours keeps a ledger meanwhile. `smtp_share` is against smtp-source
with `-d`, which keeps its connections open as we do; by default it opens one for each message, and
`smtp_share_reconnecting` is against that. They take turns, and the median counts, as other work on the machine comes
and goes.

With BENCH=full the memory is that of 100,000 messages and the audience a million people, which takes some minutes."""

import contextlib
import getpass
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from threading import Event

from django.conf import settings
from django.db import connection
from django.test import override_settings

from bench import seconds, sized
from mailing.delivery import dispatching
from mailing.delivery.freezing import freeze
from mailing.delivery.sending import send_due
from mailing.letter.letters import letter_for
from mailing.letter.messages import Person, Plate, plate_of
from mailing.models import Delivery, Dispatch, Subscriber, Subscription
from newsletter.models import Issue
from site_project.environment import mailer

SBIN = "/usr/sbin:/usr/bin:/usr/local/sbin"
FEW, MANY = sized(1_000, small=20), sized(10_000, small=40, full=100_000)
AUDIENCE = sized(200_000, small=400, full=1_000_000)
ROUNDS, OF_EACH = sized(5, small=1), sized(3_000, small=50)
PIECE = 1_000


def figures() -> dict[str, float]:
    if not shutil.which("smtp-sink", path=SBIN):
        return {}
    issue = Issue.objects.published().select_related("newsletter").order_by("pk")[0]
    with sink() as port:
        return speed(issue, port) | memory(issue, port) | freezing(issue)


def speed(issue: Issue, port: int) -> dict[str, float]:
    size = len(sample(issue))
    ours, theirs, reconnecting = zip(*(one_round(issue, port, size) for _ in range(ROUNDS)), strict=True)
    return {
        "mail_bytes": size,
        "messages_per_second": median(ours),
        "smtp_source_per_second": median(theirs),
        "smtp_share": median(our / their for our, their in zip(ours, theirs, strict=True)),
        "smtp_share_reconnecting": median(our / their for our, their in zip(ours, reconnecting, strict=True)),
    }


def one_round(issue: Issue, port: int, size: int) -> tuple[float, float, float]:
    """Messages a second: ours, smtp-source's with `-d` before and after us, and without."""
    before = seconds_of_smtp_source(port, size, "-d")
    with override_settings(MAILERS={"default": mailer(f"smtp://127.0.0.1:{port}")}):
        ours = seconds_to_send(issue)
    theirs = (before + seconds_of_smtp_source(port, size, "-d")) / 2
    return OF_EACH / ours, OF_EACH / theirs, OF_EACH / seconds_of_smtp_source(port, size)


def memory(issue: Issue, port: int) -> dict[str, float]:
    few, many = (megabytes_to_send(issue, people, port) for people in (FEW, MANY))
    return {"sending_megabytes": many, f"sending_memory_{MANY}_over_{FEW}": many / few}


def megabytes_to_send(issue: Issue, people: int, port: int) -> float:
    """The peak of a process of its own that lists so many people and sends to them, without the pages of the database
    that SQLite maps: those are the system's, which takes them back as it likes."""
    subscribe(issue, people)
    dispatching.prepare(issue, None)
    environment = {**os.environ, "MAIL_URL": f"smtp://127.0.0.1:{port}"}
    peak = 0.0
    with subprocess.Popen([sys.executable, "-m", "django", "send"], env=environment) as sender:
        while sender.poll() is None:
            peak = max(peak, megabytes(sender.pid, "RssAnon"))
            time.sleep(0.05)
    return peak


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


def subscribe(issue: Issue, people: int) -> None:
    known = Subscriber.objects.count()
    for start in range(known, known + people, PIECE):
        numbers = range(start, min(start + PIECE, known + people))
        made = Subscriber.objects.bulk_create(Subscriber(email=f"reader{n}@example.org") for n in numbers)
        Subscription.objects.bulk_create(
            Subscription(subscriber=person, newsletter=issue.newsletter, state="active") for person in made
        )


def seconds_to_send(issue: Issue) -> float:
    """Without what is done once for each dispatch: to list the audience and to make the letter."""
    subscribe(issue, OF_EACH)
    dispatch = dispatching.prepare(issue, None)
    dispatching.begin(dispatch)
    freeze(dispatch)
    plate_of(dispatch)
    return seconds(lambda: send_due(Event()), clock=time.perf_counter)


def seconds_of_smtp_source(port: int, size: int, *options: str) -> float:
    command = [str(shutil.which("smtp-source", path=SBIN)), "-s", str(settings.MAIL_CONNECTIONS), "-m", str(OF_EACH)]
    command += ["-l", str(size), *options, f"inet:127.0.0.1:{port}"]
    return seconds(partial(subprocess.run, command, check=True), clock=time.perf_counter)


def freezing(issue: Issue) -> dict[str, float]:
    subscribe(issue, AUDIENCE - Subscriber.objects.count())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    Delivery.objects.all().delete()
    dispatch = dispatching.prepare(issue, None)
    dispatching.begin(dispatch)
    Path("/proc/self/clear_refs").write_text("5")  # the peak is from here on, see proc(5)
    before = megabytes(os.getpid(), "VmHWM")
    return {
        f"freeze_{AUDIENCE}_seconds": seconds(lambda: freeze(dispatch), clock=time.perf_counter),
        f"freeze_{AUDIENCE}_memory_after_over_before": megabytes(os.getpid(), "VmHWM") / before,
    }


def megabytes(process: int, name: str) -> float:
    """By one of the names of proc(5); 0 for a process that has just ended."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) / 1024 if found else 0
