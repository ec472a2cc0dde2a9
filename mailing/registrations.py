"""What mailing adds to the apps below it."""

from django.utils.translation import gettext_lazy as _

from accounts.menu import Page, own_pages
from accounts.own_data import sources
from core.companions import companions
from core.ticks import ticks
from mailing.own_data import Subscriptions
from mailing.sending import keep_sending
from mailing.subscribing import forget_unconfirmed

companions.append(keep_sending)
ticks.append(forget_unconfirmed)
own_pages.append(Page(_("Subscriptions"), "mailing:account"))
sources.append(Subscriptions())
