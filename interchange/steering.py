"""What somebody decides about what is brought in, whatever it is. The worker hears of it by the state alone, at once
or after what it has in hand; what comes too late changes nothing."""

from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from interchange.models.works import Work

State = Work.State


def rows_of(work: Work) -> Any:
    """The row, as a query that changes it whatever has happened to it meanwhile."""
    return type(work)._default_manager.filter(pk=work.pk)


def this(work: Work, *states: str) -> Any:
    """The row, as long as it is in one of these states."""
    return rows_of(work).filter(state__in=states)


def stop(work: Work) -> bool:
    """What is done stays done."""
    return bool(this(work, *Work.AT_WORK).update(state=State.FAILED, resumes=F("state"), problem=""))


def resume(work: Work) -> bool:
    """Go on where it was stopped or failed. What is to be read must be there for the worker."""
    stopped = this(work, State.FAILED).filter(Q(resumes=State.TAKING_BACK) | ~Q(resumes="") & ~Q(upload=""))
    return bool(stopped.update(state=F("resumes"), resumes="", problem=""))


def leave(work: Work, state: str, **facts: Any) -> bool:
    """The worker is through with what it did in the state it found; False where somebody has stopped it meanwhile."""
    ended = None if state == State.PLANNED else timezone.now()
    return bool(this(work, work.state).update(state=state, ended_at=ended, **facts))
