"""What participation adds to the apps below it."""

from accounts.groups import EDITORS, MODERATORS, Grant, grants
from accounts.own_data import sources
from core import changes, desk
from core.markup import named
from core.worker.ticks import ticks
from newsletter import checking
from participation import voting
from participation.admin.polls import closings
from participation.checking import flaws
from participation.models import Poll, PollAnswer
from participation.own_data import Votes
from participation.places import WORD
from participation.showing import show_polls

changes.watch([Poll, PollAnswer])
changes.next_changes.append(voting.next_closing)
named.kinds.append(named.Kind(WORD, show_polls))
ticks.append(voting.tell_of_votes)
desk.plans.append(closings)
checking.sources.append(flaws)
sources.append(Votes())
grants.extend(
    [
        Grant(EDITORS, ["participation.poll"], ["view", "add", "change", "delete"]),
        Grant(EDITORS, ["participation.pollanswer"], ["view", "add", "change", "delete"]),
        Grant(MODERATORS, ["participation.poll"], ["view"]),
    ]
)
