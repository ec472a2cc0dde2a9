"""Send all that is due with senders that are killed at random moments, and start others in their place.

    python -m tests.faults.drill <dispatch> <sink's file> <kills> <workers>

prints the ledger as JSON when the dispatch has ended by itself. Each sender is a process of its own: a copy of this
one, which has loaded Django and holds no connection.
"""

import json
import os
import random
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from threading import Event

import django

django.setup()

from django.db import connections  # noqa: E402

from mailing.delivery import claiming, sending  # noqa: E402
from mailing.models import Delivery, Dispatch  # noqa: E402

# Everything as in earnest, but for time, and the few who would have to wait for a dead worker's lease to end.
claiming.LEASE = timedelta(seconds=0.6)
claiming.PIECE = 10
sending.FIRST_RETRY = timedelta(seconds=0.1)
sending.LONGEST_RETRY = timedelta(seconds=0.5)
sending.SECONDS_BETWEEN_RENEWALS = 0.1
sending.SECONDS_BETWEEN_ROUNDS = 0.1
sending.LONGEST_REST = 0.2


def start_sender():
    process = os.fork()
    if process:
        return process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sending.keep_sending(Event())
    os._exit(0)


def is_over(dispatch):
    state = Dispatch.objects.values_list("state", flat=True).get(pk=dispatch)
    connections.close_all()
    assert state != Dispatch.State.PAUSED, Dispatch.objects.values_list("state_reason", flat=True).get(pk=dispatch)
    return state == Dispatch.State.DONE


def kill(process):
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def run(dispatch, sunk, kills, workers):
    """Kill a random sender each time that about so many messages more have arrived."""
    people = Delivery.objects.filter(dispatch=dispatch).count() or int(os.environ["PEOPLE"])
    connections.close_all()
    senders = [start_sender() for _ in range(workers)]
    moments = sorted(random.randrange(people * 8 // 10) for _ in range(kills))
    while moments or not is_over(dispatch):
        time.sleep(random.uniform(0, 0.02) if moments else 0.1)
        if moments and lines(sunk) >= moments[0]:
            moments.pop(0)
            chosen = random.randrange(workers)
            kill(senders[chosen])
            senders[chosen] = start_sender()
    for process in senders:
        kill(process)


def lines(path):
    """How many messages have arrived."""
    with path.open("rb") as file:
        return sum(1 for _ in file)


def ledger(dispatch):
    rows = Delivery.objects.filter(dispatch=dispatch).values_list(
        "subscriber__email", "state", "message_id", "attempts", "answer"
    )
    return {email: [state, message_id, attempts, answer] for email, state, message_id, attempts, answer in rows}


if __name__ == "__main__":
    number, path, *counts = sys.argv[1:]
    started = time.monotonic()
    run(int(number), Path(path), *map(int, counts))
    seconds = time.monotonic() - started
    print(json.dumps({"seconds": seconds, "ledger": ledger(int(number))}))  # noqa: T201
