"""The worker's share of archives: it reads them, brings in what is planned, takes back, and fetches pictures."""

from threading import Event

from core.worker.looks import Look
from interchange.bringing import fetching, stages, steering
from interchange.models import Import
from interchange.working import Stages, go_on, is_over, keep_at

DUE, WANTING_PICTURES = Look(Import.objects.due), Look(Import.objects.wanting_pictures)
State = Import.State


def keep_bringing(until: Event) -> None:
    keep_at(DUE, WORK, until)


def keep_fetching(until: Event) -> None:
    """Pictures take hours where there are many: no other import waits for them."""
    keep_at(WANTING_PICTURES, WORK, until)


def work(brought: Import, until: Event) -> None:
    go_on(brought, WORK, until)


def read(brought: Import, until: Event) -> None:
    for _count in stages.plan(brought):
        if is_over(brought, until):
            return
    steering.leave(brought, State.PLANNED, format=brought.format)


def bring_in(brought: Import, until: Event) -> None:
    for _count in stages.go_on(brought):
        if is_over(brought, until):
            return
    steering.leave(brought, State.DONE, looks_for_pictures=brought.fetches_pictures)


def take_back(brought: Import, until: Event) -> None:
    while stages.take_back(brought):
        if is_over(brought, until):
            return
    steering.leave(brought, State.TAKEN_BACK, looks_for_pictures=False)


def fetch_pictures(brought: Import, until: Event) -> None:
    if brought.looks_for_pictures:
        fetching.look_through(brought)
    while not is_over(brought, until) and fetching.fetch_next(brought, until):
        pass


WORK: Stages = {
    State.READING: read,
    State.UNDER_WAY: bring_in,
    State.TAKING_BACK: take_back,
    State.DONE: fetch_pictures,
}
