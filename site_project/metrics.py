"""Figures for Prometheus. Requests are counted in each process and brought into the database every ten seconds, so
that whichever process is asked tells of all of them, on whatever machine; the rest stands in the database anyway."""

import logging
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate, repeat
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Max, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_tasks_db.models import DBTaskResult
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from core.limits import client_address
from core.models import Heartbeat, OutgoingMail, Tally
from core.unavailable import BUSY
from interchange.models import Backup
from mailing.models import Bounce, Delivery, Dispatch

#: Seconds; the last is the sum of all, in microseconds.
BOUNDS = (0.005, 0.025, 0.1, 0.5, 2.0)
NAMES = [*map(str, BOUNDS), "+Inf"]
MICROSECONDS = "us"
#: How long a mailing that has ended is still told of.
MEMORY = timedelta(hours=1)

logger, access = logging.getLogger(__name__), logging.getLogger("access")


#: Of each view, status and door how many answers took so long, and how long they took together; since this process
#: began, and of that what is stored. The door is empty for what Django answered.
type Counted = dict[tuple[str, int, str], list[int]]
counted: Counted = defaultdict(lambda: [0] * (len(NAMES) + 1))
stored: Counted = {}
counting = Lock()


def answered(request: HttpRequest, status: int, began: float) -> None:
    """Count an answer of Django's, and write it down, if settings say so. `began` is a `time.perf_counter`."""
    view = request.resolver_match.view_name if request.resolver_match else "none"
    seconds = time.perf_counter() - began
    if settings.METRICS_TOKEN:
        with counting:
            count(view, status, "", seconds)
    if settings.ACCESS_LOG:
        write(request.method or "", request.get_full_path(), view, status, seconds, client_address(request))


def count(view: str, status: int, door: str, seconds: float) -> None:
    """To be called by one thread at a time for each `door`."""
    numbers = counted[view, status, door]
    numbers[bisect_left(BOUNDS, seconds)] += 1
    numbers[-1] += int(seconds * 1_000_000)


def write(method: str, path: str, view: str, status: int, seconds: float, client: str) -> None:
    who = {"client": client} if settings.STORE_NETWORK_ADDRESS else {}
    known = {"status": status, "view": view, "ms": round(seconds * 1000, 1), **who}
    access.info("%s %s %s%s", method, path, status, f" {client}" * bool(who), extra=known)


def store() -> None:
    """Bring into the database what was counted. What cannot be stored now is tried the next time."""
    now = {kind: list(numbers) for kind, numbers in list(counted.items())}
    new = {
        " ".join([*map(str, kind), name]): number - before
        for kind, numbers in now.items()
        for name, number, before in zip([*NAMES, MICROSECONDS], numbers, stored.get(kind, repeat(0)), strict=False)
        if number > before
    }
    try:
        Tally.add(new)
        stored.update(now)
    except (*BUSY, DatabaseError):
        logger.warning("Figures could not be stored; they are kept in memory.", exc_info=True)


def page(request: HttpRequest) -> HttpResponse:
    """For who knows METRICS_TOKEN; without the setting there is nothing here."""
    if not settings.METRICS_TOKEN:
        return HttpResponse("METRICS_TOKEN is not set.\n", status=404, content_type="text/plain")
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    store()
    registry = CollectorRegistry()
    registry.register(Site())
    try:
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    except BUSY:
        return HttpResponse("no database\n", status=503, content_type="text/plain")


class Site(Collector):
    """All figures, read when they are asked for."""

    def describe(self) -> Iterable[Any]:
        return []

    def collect(self) -> Iterator[Any]:
        yield requests()
        yield from queues()
        yield from mailings()
        seen = Heartbeat.objects.aggregate(last=Max("at"))["last"]
        backup = Backup.objects.good().aggregate(last=Max("begun_at"))["last"]
        yield age("courant_backup_age_seconds", "Since the last good backup was begun", backup)
        yield age("courant_worker_heartbeat_age_seconds", "Since a worker was last seen", seen)


def requests() -> HistogramMetricFamily:
    found: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for name, number in Tally.objects.values_list("name", "number"):
        view, status, door, kind = name.split(" ")
        found[view, status, door][kind] = number
    family = HistogramMetricFamily("courant_request_seconds", "Answers", labels=["view", "status", "door"])
    for labels, counts in sorted(found.items()):
        sums = accumulate(counts[name] for name in NAMES)
        family.add_metric(labels, list(zip(NAMES, sums, strict=True)), counts[MICROSECONDS] / 1_000_000)
    return family


def queues() -> Iterator[GaugeMetricFamily]:
    size = GaugeMetricFamily("courant_queue_size", "What could be done now", labels=["queue"])
    oldest = GaugeMetricFamily("courant_queue_age_seconds", "Since the first of it waits", labels=["queue"])
    for queue, rows, since in waiting_in_database():
        found = rows.order_by().aggregate(number=Count("pk"), first=Min(since))
        size.add_metric([queue], found["number"])
        oldest.add_metric([queue], seconds_since(found["first"]) if found["first"] else 0)
    return iter([size, oldest])


def waiting_in_database() -> list[tuple[str, QuerySet, str]]:
    deliveries = Delivery.objects.due().filter(dispatch__state=Dispatch.State.SENDING)
    return [
        ("tasks", DBTaskResult.objects.ready(), "enqueued_at"),
        ("outbox", OutgoingMail.objects.due(), "created_at"),
        ("deliveries", deliveries, "next_attempt_at"),
    ]


def mailings() -> Iterator[Any]:
    copies = GaugeMetricFamily("courant_deliveries", "Copies of mailings of now", labels=["dispatch", "state"])
    now = Dispatch.objects.filter(state__in=["freezing", "sending", "paused"])
    for dispatch in now | Dispatch.objects.filter(finished_at__gt=timezone.now() - MEMORY):
        for state, number in dispatch.counts().items():
            copies.add_metric([str(dispatch.pk), state], number)
    yield copies
    bounces = CounterMetricFamily("courant_bounces", "Reports of mail that came back", labels=["kind"])
    for kind, number in Bounce.objects.order_by().values_list("kind").annotate(number=Count("pk")):
        bounces.add_metric([kind], number)
    yield bounces


def age(name: str, words: str, moment: datetime | None) -> GaugeMetricFamily:
    """Without a value where it has never been."""
    return GaugeMetricFamily(name, words, value=seconds_since(moment) if moment else None)


def seconds_since(moment: datetime) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds())
