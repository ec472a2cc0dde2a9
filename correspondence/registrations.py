"""What correspondence adds to the apps below it."""

from accounts.groups import EDITORS, Grant, grants
from core import desk
from core.mail import incoming, outbox
from core.mail.incoming import Taker
from correspondence import answering
from correspondence import demo as threads
from correspondence.admin.threads import waiting_line
from correspondence.desk import writing
from newsletter import demo

incoming.takers.append(Taker(answering.take, answering.MEANINGS))
outbox.on_drop.append(writing.not_reached)
desk.lines.append(waiting_line)
demo.continuations.append(threads.load)
grants.append(Grant(EDITORS, ["correspondence.thread"], ["view", "change", "delete"]))
