"""What an editor can do with a dispatch from its page. Each step says in a sentence what came of it."""

from collections.abc import Callable

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mailing.admin.forms import FASTEST
from mailing.admin.progress import Progress
from mailing.delivery import dispatching
from mailing.models import Dispatch

State = Dispatch.State

#: What can be done in each state, in the order of the buttons.
STEPS: dict[str, dict[str, Promise]] = {
    State.PLANNED: {"start": gettext_lazy("Start now"), "cancel": gettext_lazy("Cancel…")},
    State.FREEZING: {"pause": gettext_lazy("Pause"), "cancel": gettext_lazy("Cancel…")},
    State.SENDING: {"pause": gettext_lazy("Pause"), "cancel": gettext_lazy("Cancel…")},
    State.PAUSED: {"resume": gettext_lazy("Go on sending"), "cancel": gettext_lazy("Cancel…")},
}
#: What "slower" starts from where nothing limits the rate and nothing is known of it, in messages a second.
USUAL_RATE = 20


class RateForm(forms.Form):
    rate = forms.IntegerField(label=gettext_lazy("Messages a second"), min_value=0, max_value=FASTEST)


def resume(dispatch: Dispatch) -> str:
    dispatching.resume(dispatch)
    if dispatch.start_at > timezone.now():
        return _("On %(date)s it goes out.") % {"date": dispatching.in_words(dispatch.start_at)}
    return _("It goes on.")


def slower(dispatch: Dispatch) -> str:
    now = dispatch.rate or round(Progress(dispatch).rate) or USUAL_RATE
    return set_rate(dispatch, max(1, now // 2))


def faster(dispatch: Dispatch) -> str:
    return set_rate(dispatch, min(FASTEST, dispatch.rate * 2))


def set_rate(dispatch: Dispatch, rate: int) -> str:
    dispatching.set_rate(dispatch, rate)
    if not rate:
        return _("It is sent as fast as the mail server takes it.")
    return ngettext("At most %(rate)d message a second.", "At most %(rate)d messages a second.", rate) % {"rate": rate}


def counted_as_arrived(number: int) -> str:
    words = ngettext("%(number)d copy counts as arrived.", "%(number)d copies count as arrived.", number)
    return words % {"number": number}


def queued(number: int) -> str:
    return ngettext("%(number)d copy is sent again.", "%(number)d copies are sent again.", number) % {"number": number}


#: What is always said of a step.
DONE = {
    "start": gettext_lazy("It starts now."),
    "pause": gettext_lazy("It is paused. What had just begun still goes out."),
    "cancel": gettext_lazy("It is cancelled. Who has not got it yet does not get it."),
}
#: What else is said is what the verb returns.
VERBS: dict[str, Callable[[Dispatch], str | None]] = {
    **{verb.__name__: verb for verb in (dispatching.start, dispatching.pause, dispatching.cancel)},
    **{verb.__name__: verb for verb in (resume, slower, faster)},
    "resend_failed": lambda dispatch: queued(dispatching.resend_failed(dispatch)),
    "arrived": lambda dispatch: counted_as_arrived(dispatching.decide_uncertain(dispatch, sent=True)),
    "send_again": lambda dispatch: queued(dispatching.decide_uncertain(dispatch, sent=False)),
}
