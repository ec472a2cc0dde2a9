"""Who gets mail, who said so, and what became of each copy."""

from mailing.models.bounces import Bounce
from mailing.models.dispatches import Delivery, Dispatch, FrozenLetter, Pace
from mailing.models.subscribers import Consent, Move, Subscriber, Subscription, Suppression

__all__ = [
    "Bounce",
    "Consent",
    "Delivery",
    "Dispatch",
    "FrozenLetter",
    "Move",
    "Pace",
    "Subscriber",
    "Subscription",
    "Suppression",
]
