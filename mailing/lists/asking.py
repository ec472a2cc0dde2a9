"""What strangers can set going: a mail to an address, which its owner then answers.

Whoever asks learns nothing of the address: the request does the same for every one, and the worker does the rest.
"""

from collections.abc import Collection

from mailing import tasks
from mailing.lists.consenting import Occasion
from mailing.lists.invitations import MAILS_TO_ADDRESS, announce_move
from mailing.models import Move, Subscriber
from mailing.models.subscribers import normal
from newsletter.models import Newsletter


def ask(email: str, newsletters: Collection[Newsletter], occasion: Occasion) -> None:
    """Ask for newsletters under an address: its owner gets a mail, unless there was one within 15 minutes.

    What is asked for without a mail stands on the page that the last
    mail leads to.
    """
    may_mail = not MAILS_TO_ADDRESS.hit(normal(email))
    subscriber = Subscriber.objects.for_address(email)
    newsletter_ids = [each.pk for each in newsletters]
    tasks.take_in.enqueue(subscriber.pk, newsletter_ids, occasion._asdict(), may_mail=may_mail)


def ask_to_move(subscriber: Subscriber, email: str) -> None:
    """Ask for mail at another address: a link goes there, a word about it to the one that it was so far.

    Within 15 minutes of another mail to the new address nothing goes out.
    """
    may_mail = not MAILS_TO_ADDRESS.hit(normal(email))
    move = Move.objects.create(subscriber=subscriber, email=normal(email))
    if may_mail:
        announce_move(move)
