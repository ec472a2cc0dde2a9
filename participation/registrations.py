"""What participation adds to the apps below it."""

from django.utils.translation import gettext_lazy as _

from accounts.groups import EDITORS, Grant, grants
from accounts.own_data import sources, witnesses
from core import changes, desk
from core.mail import incoming, outbox
from core.mail.incoming import Taker
from core.markup import named
from core.worker.ticks import sweeps, ticks
from newsletter import checking, demo, sayings
from newsletter.sayings import Use
from participation.admin.polls import closings
from participation.admin.tips import new_tips
from participation.admin.voices import voice_lines
from participation.clock import next_by_clock
from participation.models import Poll, PollAnswer
from participation.polls import demo as votes
from participation.polls import voting
from participation.polls.checking import flaws
from participation.polls.own_data import Votes
from participation.polls.places import WORD
from participation.polls.showing import show_polls
from participation.tips import demo as queue
from participation.tips import forgetting, mailed, telling
from participation.tips.quoting import SOURCE
from participation.voices import answering, quoting
from participation.voices import demo as quotations
from participation.voices.own_data import Voices

changes.watch([Poll, PollAnswer])
changes.next_changes.append(next_by_clock)
named.kinds.extend([named.Kind(WORD, show_polls), named.Kind("voice", quoting.show, tells_why=True)])
ticks.extend([voting.tell_of_votes, telling.tell_of_articles, answering.tell_due])
sweeps.extend([forgetting.thin, quoting.forget])
incoming.takers.append(Taker(mailed.take, {"tip": "Tips"}))
desk.plans.append(closings)
desk.lines.extend([new_tips, voice_lines])
checking.sources.extend([flaws, quoting.flaws])
outbox.on_drop.append(quoting.not_reached)
sources.extend([Votes(), Voices(), forgetting.Tips()])
witnesses.append(forgetting.bear_witness)
sayings.sources.append(SOURCE)
demo.continuations.extend([queue.load, votes.load, quotations.load])
demo.removals.append(votes.remove)
grants.extend(
    [
        Grant(EDITORS, ["participation.poll"], ["view", "add", "change", "delete"]),
        Grant(EDITORS, ["participation.pollanswer"], ["view", "add", "change", "delete"]),
        Grant(EDITORS, ["participation.tip"], ["view", "change", "delete"]),
        Grant(EDITORS, ["participation.voice", "participation.question"], ["view", "add"]),
    ]
)
sayings.uses.extend(
    [
        Use("quote", _("Quote in an issue…"), "admin:participation_voice_quote", "participation.add_voice"),
        Use("answer", _("Answer in an article…"), "admin:participation_voice_answer", "participation.add_question"),
    ]
)
