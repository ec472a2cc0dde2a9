"""Who gets mail, who said so, and what became of each copy."""

from mailing.models.bounces import Bounce
from mailing.models.dispatches import Delivery, Dispatch, StoredLetter, Throttle
from mailing.models.subscribers import Consent, Move, Subscriber, Subscription, Suppression
