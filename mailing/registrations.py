"""What mailing adds to the apps below it."""

from django.utils.translation import gettext_lazy as _

from accounts.groups import EDITORS, Grant, grants
from accounts.menu import Page, own_pages
from accounts.own_data import sources
from core import desk, standing
from core.mail import incoming, outbox
from core.mail.incoming import Taker
from core.worker.companions import companions
from core.worker.ticks import sweeps
from mailing import demo as post
from mailing.admin.sending import IssueMailForm
from mailing.delivery import heeding
from mailing.delivery.sending import keep_sending
from mailing.letter.letters import letter_beside
from mailing.letter.printing import flaws
from mailing.lists.consenting import subscribers_by_day
from mailing.lists.subscribing import forget_unconfirmed, leave_by_mail
from mailing.lists.suppressing import objection_to, suppress_if_unknown
from mailing.own_data import Subscriptions
from newsletter import checking, demo, publishing
from newsletter.admin.pictures import mails
from newsletter.admin.publishing import step_forms
from newsletter.admin.states import remarks
from newsletter.admin.written import letters
from newsletter.checking.whole import mail_hours

SEEN = ["dispatch", "delivery", "subscriber", "subscription", "consent", "suppression"]

grants.extend(
    [
        Grant(EDITORS, [f"mailing.{name}" for name in SEEN], ["view"]),
        Grant(EDITORS, ["mailing.dispatch"], ["send"]),
        Grant(EDITORS, ["mailing.subscriber"], ["add", "change"]),
        Grant(EDITORS, ["mailing.suppression"], ["add", "delete"]),
    ]
)
companions.append(keep_sending)
letters.append(letter_beside)
publishing.foreseers.append(heeding.foresee)
publishing.followers.append(heeding.follow)
checking.sources.append(flaws)
mail_hours.append(heeding.last_hour)
mails.append(heeding.gone_out)
step_forms.append(IssueMailForm)
remarks.append(heeding.remark)
desk.lines.append(heeding.asking_lines)
desk.happenings.append(subscribers_by_day)
demo.continuations.append(post.load)
demo.removals.append(post.remove)
standing.reasons.append(demo.refusal)
sweeps.append(forget_unconfirmed)
own_pages.append(Page(_("Subscriptions"), "mailing:account"))
sources.append(Subscriptions())
incoming.takers.append(Taker(leave_by_mail, {"left": "Unsubscribed by mail"}))
outbox.objections.append(objection_to)
outbox.on_drop.append(suppress_if_unknown)
