"""The worker's share of lists: it looks at them, stores them, and takes them back."""

from threading import Event

from core.worker.looks import Look
from interchange import steering
from interchange.lists import storing, taking_back
from interchange.lists.steering import forget_upload
from interchange.models import ListImport
from interchange.working import Stages, go_on, is_over, keep_at

DUE = Look(ListImport.objects.due)
State = ListImport.State


def keep_listing(until: Event) -> None:
    keep_at(DUE, WORK, until)


def work(brought: ListImport, until: Event) -> None:
    go_on(brought, WORK, until)


def read(brought: ListImport, until: Event) -> None:
    for _number in storing.look(brought):
        if is_over(brought, until):
            return
    steering.leave(brought, State.PLANNED)


def bring_in(brought: ListImport, until: Event) -> None:
    for _number in storing.go_on(brought):
        if is_over(brought, until):
            return
    settle(brought)


def settle(brought: ListImport) -> None:
    """It is stored: names and addresses stand with their subscribers alone."""
    if steering.leave(brought, State.DONE, upload=""):
        forget_upload(brought)


def take_back(brought: ListImport, until: Event) -> None:
    for _number in taking_back.go_on(brought):
        if is_over(brought, until):
            return
    if steering.leave(brought, State.TAKEN_BACK, upload=""):
        forget_upload(brought)


WORK: Stages = {State.READING: read, State.UNDER_WAY: bring_in, State.TAKING_BACK: take_back}
