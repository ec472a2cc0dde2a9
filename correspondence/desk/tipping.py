"""A letter to the editors becomes a tip."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from correspondence.desk.writing import Refused
from correspondence.models import Letter
from participation.models import Tip
from participation.models.tips import LONGEST_TEXT, Credit
from participation.tips.links import first_address
from participation.tips.taking import take_in

#: What of a letter can become a tip: also what its writer did not want to see in the discussion.
FREE = (Letter.State.DESK, Letter.State.DECLINED)


@transaction.atomic
def make_tip(letter: Letter, credit: Credit, by: User) -> Tip:
    """Once. Its writer hears of it as everybody whose tip appears does. Raises Refused."""
    text = letter.text[:LONGEST_TEXT]
    tip = Tip(newsletter=letter.newsletter, issue=letter.issue, text=text, link=first_address(text), credit=credit)
    tip.name, tip.email, tip.user, tip.sent_at = letter.name, letter.email, letter.user, letter.at
    tip.language = letter.newsletter.language
    tip = take_in(tip)
    facts = {"state": Letter.State.TIP, "tip": tip, "by": by, "decided_at": timezone.now()}
    if not Letter.objects.filter(pk=letter.pk, state__in=FREE).update(**facts):
        raise Refused(_("It has been decided already what becomes of this letter."))
    return tip
