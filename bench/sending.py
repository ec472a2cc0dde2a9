"""Sending: messages a second beside Postfix's own sender, memory of a long dispatch, listing an audience.

The share of `smtp-source` compares two senders that hand the same number of messages of the same length over as many
connections to the same `smtp-sink` in the same run. Ours keeps a ledger meanwhile, with one process, and with two that
share a dispatch (`_by_2`). `smtp_share` is against smtp-source
with `-d`, which keeps its connections open as we do; by default it opens one for each message, and
`smtp_share_reconnecting` is against that. They take turns, and the median counts, as other work on the machine comes
and goes.

An audience is listed with the seconds of each third of its pieces, which are alike if no piece costs more than those
before it. Then the lists of the post office are asked for in every combination of what their pages offer.

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
from itertools import product
from pathlib import Path
from statistics import median
from threading import Event
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, connections
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import User
from bench import milliseconds, seconds, sized
from mailing.delivery import dispatching
from mailing.delivery.freezing import freeze
from mailing.delivery.sending import send_due
from mailing.letter.letters import letter_for
from mailing.letter.messages import Person, Plate, plate_of
from mailing.models import Bounce, Delivery, Dispatch, Subscriber, Subscription, Suppression
from newsletter.models import Issue
from site_project.environment import mailer

SBIN = "/usr/sbin:/usr/bin:/usr/local/sbin"
FEW, MANY = sized(1_000, small=20), sized(10_000, small=40, full=100_000)
AUDIENCE = sized(200_000, small=400, full=1_000_000)
ROUNDS, OF_EACH = sized(5, small=1), sized(3_000, small=50)
NUMBERS = "WITH RECURSIVE number (n) AS (SELECT %(first)s UNION ALL SELECT n + 1 FROM number WHERE n < %(last)s) "
PEOPLE = f"""
    {NUMBERS} INSERT INTO mailing_subscriber (id, email, name, language, created_at)
    SELECT n, 'reader' || n || '@example.org', '', '', CURRENT_TIMESTAMP FROM number
"""  # noqa: S608
PLACES = f"""
    {NUMBERS} INSERT INTO mailing_subscription (subscriber_id, newsletter_id, state, since)
    SELECT n, %(newsletter)s, 'active', CURRENT_TIMESTAMP FROM number
"""  # noqa: S608
STATES = """
    UPDATE mailing_delivery SET handed_over_at = %(now)s, state = CASE WHEN id %% 1000 = 1 THEN 'failed'
        WHEN id %% 1000 = 2 THEN 'skipped' WHEN id %% 5000 = 3 THEN 'uncertain' WHEN id %% 10 = 5 THEN 'queued'
        ELSE 'handed' END
    WHERE dispatch_id = %(dispatch)s
"""
REPORTS = """
    INSERT INTO mailing_bounce (delivery_id, subscriber_id, kind, status, text, at)
    SELECT id, subscriber_id, CASE id %% 3 WHEN 0 THEN 'hard' WHEN 1 THEN 'soft' ELSE 'complaint' END, '', '', %(now)s
    FROM mailing_delivery WHERE dispatch_id = %(dispatch)s AND id %% 500 = 4
"""
SUPPRESSIONS = """
    INSERT INTO mailing_suppression (digest, email, subscriber_id, reason, detail, since)
    SELECT 'bench' || id, email, id, CASE id %% 3 WHEN 0 THEN 'bounced' WHEN 1 THEN 'complained' ELSE 'manual' END, '',
        %(now)s
    FROM mailing_subscriber WHERE id %% 20 = 7
"""


def figures() -> dict[str, float]:
    if not shutil.which("smtp-sink", path=SBIN):
        return {}
    issue = Issue.objects.published().select_related("newsletter").order_by("pk")[0]
    with sink() as port:
        measured = speed(issue, port, 1) | speed(issue, port, 2) | memory(issue, port) | freezing(issue)
    return measured | lists()


def speed(issue: Issue, port: int, processes: int) -> dict[str, float]:
    size = len(sample(issue))
    rounds = (one_round(issue, port, size, processes) for _ in range(ROUNDS))
    ours, work, theirs, reconnecting = zip(*rounds, strict=True)
    by = f"_by_{processes}" if processes > 1 else ""
    return {
        "mail_bytes": size,
        f"messages_per_second{by}": median(ours),
        f"milliseconds_of_processor_per_message{by}": median(work),
        f"smtp_source_per_second{by}": median(theirs),
        f"smtp_share{by}": median(our / their for our, their in zip(ours, theirs, strict=True)),
        f"smtp_share_reconnecting{by}": median(our / their for our, their in zip(ours, reconnecting, strict=True)),
    }


def one_round(issue: Issue, port: int, size: int, processes: int) -> tuple[float, float, float, float]:
    """Messages a second, ours with the processor's time for each, and smtp-source's: with `-d` before and after us,
    and without."""
    source = partial(seconds_of_smtp_source, port, size, settings.MAIL_CONNECTIONS * processes)
    before = source("-d")
    with override_settings(MAILERS={"default": mailer(f"smtp://127.0.0.1:{port}")}):
        ours, work = seconds_to_send(issue, processes)
    theirs = (before + source("-d")) / 2
    return OF_EACH / ours, work / OF_EACH * 1000, OF_EACH / theirs, OF_EACH / source()


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
    """By the database itself: a million in less than a minute."""
    first = (Subscriber.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    with connection.cursor() as cursor:
        for statement in (PEOPLE, PLACES):
            cursor.execute(statement, {"first": first, "last": first + people - 1, "newsletter": issue.newsletter_id})
        for sql in connection.ops.sequence_reset_sql(no_style(), [Subscriber]):
            cursor.execute(sql)


def seconds_to_send(issue: Issue, processes: int) -> tuple[float, float]:
    """On the clock, and of the processor. Without what is done once for each dispatch: to list the audience and to
    make the letter."""
    subscribe(issue, OF_EACH)
    dispatch = dispatching.prepare(issue, None)
    dispatching.begin(dispatch)
    freeze(dispatch)
    plate_of(dispatch)
    connections.close_all()
    before = os.times()
    passed = seconds(lambda: send_in(processes), clock=time.perf_counter)
    after = os.times()
    return passed, after.children_user + after.children_system - before.children_user - before.children_system


def send_in(processes: int) -> None:
    """Each a copy of this one, which holds no connection."""
    children = []
    for _ in range(processes):
        child = os.fork()
        if not child:
            send_due(Event())
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def seconds_of_smtp_source(port: int, size: int, number: int, *options: str) -> float:
    command = [str(shutil.which("smtp-source", path=SBIN)), "-s", str(number), "-m", str(OF_EACH)]
    command += ["-l", str(size), *options, f"inet:127.0.0.1:{port}"]
    return seconds(partial(subprocess.run, command, check=True), clock=time.perf_counter)


def freezing(issue: Issue) -> dict[str, float]:
    subscribe(issue, max(0, AUDIENCE - Subscriber.objects.count()))
    Delivery.objects.all().delete()
    analyze()
    dispatch = dispatching.prepare(issue, None)
    dispatching.begin(dispatch)
    Path("/proc/self/clear_refs").write_text("5")  # the peak is from here on, see proc(5)
    before = megabytes(os.getpid(), "VmHWM")
    pieces: list[float] = []
    passed = seconds(lambda: freeze(dispatch, Pieces(pieces)), clock=time.perf_counter)
    third = max(1, len(pieces) // 3)
    return {
        f"freeze_{AUDIENCE}_seconds": passed,
        **{f"freeze_{AUDIENCE}_third_{n + 1}": sum(pieces[n * third : (n + 1) * third]) for n in range(3)},
        f"freeze_{AUDIENCE}_memory_after_over_before": megabytes(os.getpid(), "VmHWM") / before,
    }


class Pieces(Event):
    """Asked after each piece whether to end; notes the seconds since it was asked last."""

    def __init__(self, seconds_of_each: list[float]) -> None:
        super().__init__()
        self.seconds_of_each, self.asked_at = seconds_of_each, time.perf_counter()

    def is_set(self) -> bool:
        before, self.asked_at = self.asked_at, time.perf_counter()
        self.seconds_of_each.append(self.asked_at - before)
        return False


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def lists() -> dict[str, float]:
    """The slowest of all combinations of filters and searches, in milliseconds: a dispatch of which some copies have
    each state and some came back, and one of every twenty people is suppressed."""
    dispatch = Dispatch.objects.order_by("-pk")[0]
    with connection.cursor() as cursor:
        for statement in (STATES, REPORTS, SUPPRESSIONS):
            cursor.execute(statement, {"dispatch": dispatch.pk, "now": timezone.now()})
    analyze()
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create(email="bench@example.org", is_superuser=True, is_let_in=True))
    searched = [("q", each) for each in ("reader5", "nobody", f"reader{AUDIENCE}@example.org")]
    suppressed = [("suppressed", each) for each in ("any", *Suppression.Reason.values)]
    offered: dict[str, list[list[tuple[str, str]]]] = {
        "delivery": [
            [("dispatch__id__exact", str(dispatch.pk))],
            [("state__exact", each) for each in Delivery.State.values],
            [("bounce", each) for each in Bounce.Kind.values],
            searched,
        ],
        "subscriber": [suppressed, [("language", "en"), ("language", "none")], [*searched, ("q", "@example.org")]],
        "subscription": [suppressed, [("state__exact", each) for each in Subscription.State.values], searched],
        "suppression": [[("reason__exact", each) for each in Suppression.Reason.values], searched],
    }
    return {f"{name}_lists_slowest_ms": slowest(client, name, choices) for name, choices in offered.items()}


def slowest(client: Client, name: str, choices: list[list[tuple[str, str]]]) -> float:
    no_choice: list[Any] = [()]
    addresses = (
        f"/admin/mailing/{name}/?{urlencode([each for each in chosen if each])}"
        for chosen in product(*(no_choice + each for each in choices))
    )
    return max(milliseconds(partial(client.get, address), rounds=sized(3, small=1)) for address in addresses)


def megabytes(process: int, name: str) -> float:
    """By one of the names of proc(5); 0 for a process that has just ended."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) / 1024 if found else 0
