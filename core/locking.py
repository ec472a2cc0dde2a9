"""Row locks, and the one order in which everybody takes them, so that no two ever wait for each other.

1. people (`accounts.User`), 2. discussions, 3. newsletters, 4. issues, 5. subscribers, 6. dispatches, 7. throttles,
8. polls, 9. threads of letters: what one needs of these is locked in this order, all of a kind in one go and by key.
Who has locked further down goes back up in a new transaction only.

All other rows are written under the lock of what they belong to: a comment, its likes and reports under that of its
discussion; how a reader stands under the reader's; subscriptions, consents and suppressions under the subscriber's;
votes under their poll's. Deliveries are claimed by who passes by what is locked.

SQLite has one writer, and everybody else waits: there a lock is nothing, and a transaction has to be short.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import QuerySet


def lock(*rows: QuerySet) -> None:
    """Let nobody else change these rows until the transaction ends.

    Look afresh afterwards: whoever had them before has changed them.
    """
    for each in rows:
        list(each.order_by("pk").select_for_update(no_key=True).values_list("pk"))


@contextmanager
def turn() -> Iterator[None]:
    """A transaction of work that takes many of them, after which others have as long for theirs.

    Whoever waits for SQLite's one writer looks again only now and then, and would hardly ever find it free.
    """
    with transaction.atomic():
        begun = time.monotonic()
        yield
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(time.monotonic() - begun)
