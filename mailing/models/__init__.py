"""Who gets mail, who said so, and what became of each copy."""

from mailing.models.dispatches import Bounce, Delivery, Dispatch, StoredLetter, Throttle
from mailing.models.subscribers import Consent, Move, Subscriber, Subscription, Suppression
