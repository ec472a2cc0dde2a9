"""Sending what is due: a chunk at a time, one message in flight for each connection.

Before each message it is committed that it is *in flight*, after it what became of it. So of a worker killed at any
moment at most one message for each of its connections is in doubt; that one is *uncertain*, and an editor decides.
"""

import logging
import os
import random
import socket
import time
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache, partial
from itertools import islice
from secrets import token_hex
from threading import Event, Thread

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils.translation import gettext as _

from core import standing
from core.mail.messages import Unusable, address
from core.mail.replies import Claim
from core.mail.transport import SMTP, Barred, Broken, Rejected, Unanswered, Unreachable, in_step, transport
from core.worker import pulse
from core.worker.looks import Look
from mailing.delivery import batching, claiming, dispatching
from mailing.delivery.batching import Copy
from mailing.delivery.claiming import Chunk, Claimed, Landed
from mailing.delivery.freezing import freeze
from mailing.letter.messages import Person, Plate, plate_of
from mailing.lists.suppressing import suppress
from mailing.models import Delivery, Dispatch, Suppression
from mailing.tokens import preferences_url, unsubscribe_url

#: A copy is tried after a minute, four, sixteen …, at most eight hours: eight times in about a day.
MOST_ATTEMPTS = 8
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=8)
#: So many messages in a row without an answer, and the dispatch is paused: some six minutes without a mail server.
MOST_TROUBLES = 10
#: So many failures at most go by before it is asked whether the dispatch may go on.
MOST_FAILURES = 50
#: In seconds, between attempts to reach the server.
LONGEST_REST = 120.0
SECONDS_BETWEEN_ROUNDS = 1.0
SECONDS_BETWEEN_LOOKS = 2
#: What has not been begun by then goes back: to other workers, and to a new look at consent. Chunks of a limited rate
#: take less, see `mailing.delivery.claiming`.
SECONDS_A_CHUNK = 15.0
SECONDS_BETWEEN_RENEWALS = 10.0
DATABASE_TRIES = 6
#: Kept ready for all connections, some 200 kB each.
MOST_PLATES = 8

#: Told of each copy that is refused for good, and twice where the database did not answer; True has it put off. Apps
#: above add theirs in their registrations.
refusals: list[Callable[[Claimed, Rejected], bool]] = []

DUE, HELD = Look(Dispatch.objects.due), Look(Delivery.objects.held)

State = Delivery.State
logger = logging.getLogger(__name__)


def keep_sending(until: Event) -> None:
    """Send whatever becomes due, in a thread beside the worker's tasks; ends soon after `until` is set."""
    work(until, forever=True)


def send_due(until: Event) -> None:
    """Send until nothing is due any more."""
    work(until, forever=False)


def work(until: Event, *, forever: bool) -> None:
    """One thread for all connections to a mail server, or one for each to a mail service; this one renews their
    leases, and frees what dead workers held."""
    plates, number = plates_made_once(), settings.MAIL_CONNECTIONS
    lines = [number] if isinstance(transport(), SMTP) else [1] * number
    senders = [Sender(until, plates, each) for each in lines]

    def send(sender: Sender) -> None:
        sender.run(forever)
        connections.close_all()

    threads = [Thread(target=send, args=[sender]) for sender in senders]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if HELD.is_due():
            tolerate(partial(claiming.renew, [sender.worker for sender in senders]))
            tolerate(claiming.release_abandoned)
        next(filter(Thread.is_alive, threads), threads[0]).join(SECONDS_BETWEEN_RENEWALS)
    connections.close_all()


class Sender:
    """Some connections to the mail server, and the deliveries that they have in hand: one for each."""

    def __init__(self, until: Event, plates: Callable[[Dispatch], Plate] | None = None, number: int = 1) -> None:
        self.until = until
        self.plate_of = plates or plates_made_once()
        self.worker = new_name()
        self.transport = transport()
        self.lines = [self.transport, *(transport() for _ in range(number - 1))]
        self.at_once = 1
        self.landed: list[Landed] = []
        self.troubles: list[str] = []
        self.failures = 0

    def run(self, forever: bool) -> None:
        while not self.until.is_set():
            pulse.begin()
            is_busy = self.survive_round()
            if not (is_busy or forever):
                break
            if not is_busy:
                self.close()
                DUE.wait(self.until)
        pulse.end()
        self.close()

    def close(self) -> None:
        for line in self.lines:
            line.close()

    def survive_round(self) -> bool:
        """A round. After an error, as of the database, it goes on under another name: what was in hand under the old
        one is released when its lease ends."""
        try:
            return self.round()
        except Exception:
            logger.exception("Sending was interrupted; it goes on in a moment.")
        close_old_connections()
        tolerate(self.settle)
        self.worker, self.landed = new_name(), []
        self.until.wait(SECONDS_BETWEEN_ROUNDS)
        return True

    def round(self) -> bool:
        """A chunk of each dispatch that is due; False if there was nothing to do."""
        due = [] if standing.is_held() else list(Dispatch.objects.due().with_things().order_by("pk"))
        attended = [self.attend(dispatch) for dispatch in due]
        return any(attended)

    def attend(self, dispatch: Dispatch) -> bool:
        """What readers cannot see, and what nobody has cared for in hours, is paused."""
        if reason := dispatching.obstacle(dispatch) or dispatching.neglect(dispatch):
            dispatching.stop(dispatch, reason)
            return False
        dispatching.attend(dispatch)
        if dispatch.state != Dispatch.State.SENDING:
            dispatching.begin(dispatch)
            freeze(dispatch, self.until)
            return True
        plate = self.plate(dispatch)
        if not plate or self.until.is_set():
            return False
        chunk = claiming.claim(dispatch, self.worker)
        if not chunk.deliveries:
            dispatching.finish(dispatch)
            return False
        self.send_chunk(dispatch, plate, chunk)
        return True

    def plate(self, dispatch: Dispatch) -> Plate | None:
        """One that cannot be made pauses its dispatch."""
        try:
            return self.plate_of(dispatch)
        except Dispatch.DoesNotExist:  # somebody has just paused it
            return None
        except Exception as error:
            logger.exception("The letter of dispatch %s cannot be made.", dispatch.pk)
            dispatching.stop(dispatch, _("The mail cannot be made: %(error)s") % {"error": error})
            return None

    def send_chunk(self, dispatch: Dispatch, plate: Plate, chunk: Chunk) -> None:
        """What is not sent, as when somebody pauses or the server is slow or gone, goes back into the queue."""
        people = [person(delivery, dispatch) for delivery in chunk.deliveries]
        waiting = deque(map(Copy, chunk.deliveries, people, chunk.starts))
        self.at_once = batching.most_at_once(self.transport, plate)
        is_connected = True
        began = time.monotonic()
        look = began + SECONDS_BETWEEN_LOOKS
        while waiting and is_connected and not self.has_enough() and time.monotonic() < began + SECONDS_A_CHUNK:
            if time.monotonic() > look:
                goes_on = Dispatch.objects.filter(pk=dispatch.pk, state=Dispatch.State.SENDING).exists()
                if not goes_on or standing.is_held():
                    break
                look = time.monotonic() + SECONDS_BETWEEN_LOOKS
            batch = batching.next_batch(waiting, self.at_once) or self.next_volley(waiting)
            if not self.has_to_wait(batch[-1].start):
                is_connected = self.send(batch, waiting, plate, dispatch)
        self.settle()
        insist(partial(claiming.give_back, [delivery for delivery, *_rest in waiting], self.worker))
        self.look_back(dispatch, is_connected)

    def has_enough(self) -> bool:
        return self.until.is_set() or len(self.troubles) >= MOST_TROUBLES or self.failures >= MOST_FAILURES

    def has_to_wait(self, start: float) -> bool:
        """Wait for a message's turn, in steps that let others interrupt."""
        seconds = start - time.time()
        if seconds <= 0:
            return False
        self.settle()
        self.until.wait(min(seconds, SECONDS_BETWEEN_LOOKS))
        return True

    def next_volley(self, waiting: deque[Copy]) -> list[Copy]:
        """The next copy for each connection, of those that may leave by now, or else the first."""
        now = time.time()
        return [copy for copy in islice(waiting, len(self.lines)) if copy.start <= now] or [waiting[0]]

    def send(self, batch: list[Copy], waiting: deque[Copy], plate: Plate, dispatch: Dispatch) -> bool:
        """Launch, send, and take down what became of each. False where it is better to leave the server alone."""
        for _copy in batch:
            waiting.popleft()
        mine = claiming.launch_all((copy.delivery for copy in batch), self.worker, self.landed)
        self.landed = []
        launched = [copy for copy in batch if copy.delivery.pk in mine]
        if not launched:
            return True
        if len(batch) > len(self.lines):
            return self.send_together(launched, waiting, plate, dispatch)
        outcomes = self.outcomes(launched, plate)
        self.note(launched, outcomes)
        return not any(isinstance(outcome, Unreachable) for outcome in outcomes)

    def outcomes(self, launched: list[Copy], plate: Plate) -> list[str | Exception]:
        """A copy over each connection."""
        able = [copy.addressee for copy in launched if isinstance(copy.addressee, Person)]
        said = iter(
            in_step([line.conversation(plate.copy_for(who)) for line, who in zip(self.lines, able, strict=False)])
        )
        return [copy.addressee if isinstance(copy.addressee, Unusable) else next(said) for copy in launched]

    def send_together(self, launched: list[Copy], waiting: deque[Copy], plate: Plate, dispatch: Dispatch) -> bool:
        """The same in one call to a mail service. What it refuses as a whole, for somebody whom it cannot name, goes
        one by one then."""
        try:
            people = [copy.addressee for copy in launched if isinstance(copy.addressee, Person)]
            outcomes = batching.send_all(self.transport, plate, people)
        except (Unreachable, Rejected) as error:
            insist(partial(batching.take_back, launched, self.worker))
            waiting.extendleft(reversed(launched))
            self.at_once = 1
            if isinstance(error, Barred):
                dispatching.stop(dispatch, _("The mail service takes nothing: %(error)s") % {"error": error})
            elif isinstance(error, Unreachable):
                self.troubles.append(str(error))
            return isinstance(error, Rejected)
        self.note(launched, outcomes)
        self.settle()
        return any(isinstance(outcome, str) for outcome in outcomes)

    def note(self, launched: list[Copy], outcomes: list[str | Exception]) -> None:
        """Commit what became of copies in flight; what was handed over, with the next launch."""
        for copy, outcome in zip(launched, outcomes, strict=True):
            self.note_one(copy.delivery, outcome)
        troubles = [outcome for outcome in outcomes if not isinstance(outcome, str | Rejected | Unusable)]
        if len(troubles) == len(outcomes):
            self.troubles.append(str(troubles[-1]))
        elif any(isinstance(outcome, str | Rejected) for outcome in outcomes):
            self.troubles.clear()

    def note_one(self, delivery: Claimed, outcome: str | Exception) -> None:
        match outcome:
            case str():
                self.landed.append(Landed(delivery, outcome))
            case Unreachable():
                insist(partial(claiming.ground, delivery, self.worker))
            case Broken():
                self.put_off(delivery, str(outcome))
            case Rejected():
                self.refuse(delivery, outcome)
            case Unusable():
                self.land(delivery, State.FAILED, str(outcome))
            case _:
                if not isinstance(outcome, Unanswered):
                    logger.error("Delivery %s met something unforeseen.", delivery.pk, exc_info=outcome)
                self.land(delivery, State.UNCERTAIN, str(outcome))

    def settle(self) -> None:
        """Commit what has been handed over, where no launch does so by the way."""
        insist(partial(claiming.launch_all, (), self.worker, self.landed))
        self.landed = []

    def refuse(self, delivery: Claimed, error: Rejected) -> None:
        told = [insist(partial(tell, delivery, error)) for tell in refusals] if error.for_good else [True]
        if any(told):
            self.put_off(delivery, str(error))
            return
        self.failures += 1
        self.land(delivery, State.FAILED, str(error))
        if error.no_such_address and delivery.email:
            suppress(delivery.email, Suppression.Reason.BOUNCED, str(error))

    def put_off(self, delivery: Claimed, answer: str) -> None:
        """Try again later, each time after a longer while; eight times in all."""
        attempts = delivery.attempts + 1
        if attempts >= MOST_ATTEMPTS:
            self.failures += 1
            self.land(delivery, State.FAILED, answer)
            return
        pause = min(FIRST_RETRY * 4 ** (attempts - 1), LONGEST_RETRY) * random.uniform(0.8, 1.2)  # noqa: S311
        self.land(delivery, State.QUEUED, answer, pause)

    def land(self, delivery: Claimed, state: Delivery.State, answer: str, retry_in: timedelta | None = None) -> None:
        insist(partial(claiming.land, delivery, self.worker, state, answer, retry_in=retry_in))

    def look_back(self, dispatch: Dispatch, is_connected: bool) -> None:
        """After a chunk: stop what fails too often, and leave a server that is gone alone for a while."""
        if self.failures:
            dispatching.stop_if_failing(dispatch)
        self.failures = 0
        if len(self.troubles) >= MOST_TROUBLES:
            reason = _("%(number)d times in a row the mail server did not answer: %(error)s")
            dispatching.stop(dispatch, reason % {"number": MOST_TROUBLES, "error": self.troubles[-1]})
            self.troubles.clear()
        elif not is_connected:
            self.until.wait(min(LONGEST_REST, 2 ** len(self.troubles)))


def plates_made_once() -> Callable[[Dispatch], Plate]:
    """A dispatch says the same for good: see `plate_of`, whose errors are not kept."""
    return lru_cache(maxsize=MOST_PLATES)(plate_of)


def person(delivery: Claimed, dispatch: Dispatch) -> Person | Unusable:
    """Whom a copy goes to, or why it cannot. Made for a whole chunk at once: that takes a fourth of the time that it
    takes between one message and the next."""
    if delivery.subscriber_id is None or delivery.email is None:
        return Unusable("the subscriber is gone")
    try:
        email = address(delivery.email)
    except Unusable as error:
        return error
    subscriber, newsletter = delivery.subscriber_id, dispatch.issue.newsletter
    corrected = dispatch.correction and dispatch.correction.article_id
    place = ("a", corrected) if corrected else ("i", dispatch.issue_id)
    answer = str(Claim.of("s", subscriber, *place)) if newsletter.takes_answers else ""
    ways = unsubscribe_url(subscriber, newsletter.pk), preferences_url(subscriber)
    return Person(email, delivery.message_id, *ways, answer)


def new_name() -> str:
    """Of no worker before or after."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{token_hex(4)}"


def insist[T](act: Callable[[], T]) -> T:
    """Do what can be done twice, in spite of a database that is away for a moment, as when it is restarted."""
    for attempt in range(DATABASE_TRIES):
        try:
            return act()
        except (DatabaseError, InterfaceError):
            logger.warning("The database did not answer; once more in a moment.", exc_info=True)
            time.sleep(2**attempt)
            close_old_connections()
    return act()


def tolerate(act: Callable[[], object]) -> None:
    """Do what comes back anyway."""
    try:
        act()
    except (DatabaseError, InterfaceError):
        logger.exception("The database did not answer.")
        close_old_connections()
