"""What correspondence adds to the apps below it."""

from django.utils.translation import gettext_lazy as _

from accounts.groups import EDITORS, Grant, grants
from accounts.menu import Page, own_pages
from accounts.own_data import sources, witnesses
from core import desk
from core.mail import incoming, outbox
from core.mail.incoming import Taker
from core.worker.ticks import sweeps
from correspondence import answering, own_data
from correspondence import demo as threads
from correspondence.desk import counting, offering, writing
from correspondence.models import Letter
from mailing.admin.progress import Echo, echoes
from mailing.own_data import others
from newsletter import demo

own_pages.append(Page(_("Answers by mail"), "correspondence:mine"))
sources.append(own_data.Letters())
witnesses.append(own_data.bear_witness)
others.append(own_data.of_subscriber)
sweeps.extend([own_data.forget, offering.lapse])
incoming.takers.append(Taker(answering.take, answering.MEANINGS))
outbox.on_drop.extend([writing.not_reached, offering.not_reached])
desk.lines.append(counting.waiting_line)
desk.happenings.append(counting.letters_by_day)
demo.continuations.append(threads.load)
grants.append(Grant(EDITORS, ["correspondence.thread"], ["view", "change", "delete"]))
echoes.append(Echo(_("Answers by mail"), Letter.objects.by_issue, counting.answers_to))
