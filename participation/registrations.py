"""What participation adds to the apps below it."""

from accounts.groups import EDITORS, MODERATORS, Grant, grants
from accounts.own_data import sources, witnesses
from core import changes, desk
from core.mail import incoming
from core.markup import named
from core.worker.ticks import sweeps, ticks
from newsletter import checking, demo, sayings
from participation.admin.polls import closings
from participation.admin.tips import new_tips
from participation.models import Poll, PollAnswer
from participation.polls import demo as votes
from participation.polls import voting
from participation.polls.checking import flaws
from participation.polls.own_data import Votes
from participation.polls.places import WORD
from participation.polls.showing import show_polls
from participation.tips import demo as queue
from participation.tips import forgetting, mailed, quoting, telling

changes.watch([Poll, PollAnswer])
changes.next_changes.append(voting.next_closing)
named.kinds.append(named.Kind(WORD, show_polls))
ticks.extend([voting.tell_of_votes, telling.tell_of_articles])
sweeps.append(forgetting.thin)
incoming.takers.append(mailed.take)
desk.plans.append(closings)
desk.lines.append(new_tips)
checking.sources.append(flaws)
sources.extend([Votes(), forgetting.Tips()])
witnesses.append(forgetting.bear_witness)
sayings.sources.append(sayings.Source("tip", quoting.find))
demo.continuations.append(queue.load)
demo.continuations.append(votes.load)
demo.removals.append(votes.remove)
grants.extend(
    [
        Grant(EDITORS, ["participation.poll"], ["view", "add", "change", "delete"]),
        Grant(EDITORS, ["participation.pollanswer"], ["view", "add", "change", "delete"]),
        Grant(EDITORS, ["participation.tip"], ["view", "change", "delete"]),
        Grant(MODERATORS, ["participation.poll"], ["view"]),
    ]
)
