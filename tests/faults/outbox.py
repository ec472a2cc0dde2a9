"""What processes do with the outbox, in processes of their own.

    python -m tests.faults.outbox request <number>    puts so many mails, as web requests do, and ends
    python -m tests.faults.outbox kill <kills>        sends all that waits, by two senders that are killed now and then

Each prints JSON.
"""

import json
import os
import random
import signal
import sys
import threading
import time
from datetime import timedelta

import django

django.setup()

from django.db import connections  # noqa: E402

from core.mail import outbox  # noqa: E402
from core.models import OutgoingMail  # noqa: E402


def request(number):
    """The most threads that sent at a time, and how long one call took at most."""
    threads, slowest = 0, 0.0
    for each in range(number):
        began = time.monotonic()
        outbox.put(f"good-{each}@example.org", "Hello", "Words", kind=OutgoingMail.Kind.CONVERSATION)
        slowest = max(slowest, time.monotonic() - began)
        threads = max(threads, sum(thread.name == outbox.THREAD for thread in threading.enumerate()))
    return {"threads": threads, "slowest": slowest}


def start_sender():
    process = os.fork()
    if process:
        return process
    while True:
        outbox.send_due()
        time.sleep(random.uniform(0, 0.02))


def kill(process):
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def waiting():
    count = OutgoingMail.objects.waiting().count()
    connections.close_all()
    return count


def send_and_kill(kills):
    outbox.LEASE, outbox.FIRST_PAUSE = timedelta(seconds=1), timedelta(seconds=0.1)
    outbox.LONGEST_PAUSE = outbox.LONGEST_OUTAGE_PAUSE = timedelta(seconds=0.2)
    most = waiting()
    moments = sorted(random.sample(range(1, most), kills), reverse=True)
    senders = [start_sender(), start_sender()]
    while left := waiting():
        if moments and left <= moments[0]:
            moments.pop(0)
            kill(senders.pop(0))
            senders.append(start_sender())
        time.sleep(random.uniform(0, 0.01))
    for sender in senders:
        kill(sender)
    return {"killed": kills - len(moments)}


if __name__ == "__main__":
    word, number = sys.argv[1:]
    print(json.dumps({"request": request, "kill": send_and_kill}[word](int(number))))  # noqa: T201
