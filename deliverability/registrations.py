"""What deliverability adds to the apps below it."""

from anymail.signals import inbound, tracking

from accounts.groups import EDITORS, Grant, grants
from core import desk
from core.mail import incoming
from core.mail.incoming import Taker
from core.worker.companions import companions
from core.worker.ticks import ticks
from deliverability import alarms, bouncing, braking, tallying
from deliverability.sender import checking as senders
from deliverability.sender.admin import desk_lines
from deliverability.webhooks import take_mail, take_notice
from mailing.delivery import claiming, dispatching, sending
from mailing.models import Bounce
from newsletter import checking

incoming.takers.append(Taker(bouncing.take, {kind.value: str(kind.label) for kind in Bounce.Kind}, comes_first=True))
tracking.connect(take_notice)
inbound.connect(take_mail)
ticks.append(tallying.count_due)
claiming.rests.append(alarms.rests)
sending.refusals.append(alarms.refused)
dispatching.knowledge.append(braking.known)
desk.lines.extend([alarms.lines, braking.lines])
checking.sources.append(braking.flaws)
grants.append(Grant(EDITORS, ["deliverability.domaintally", "deliverability.domainalarm"], ["view"]))
incoming.takers.append(Taker(senders.take, {"test": "Test mail of the sender check"}, comes_first=True))
grants.append(Grant(EDITORS, ["deliverability.sendercheck"], ["view"]))
companions.append(senders.keep_checking)
desk.lines.append(desk_lines)
