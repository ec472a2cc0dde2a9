"""What deliverability adds to the apps below it."""

from anymail.signals import tracking

from core.mail import incoming
from core.mail.incoming import Taker
from deliverability import bouncing
from deliverability.webhooks import take_notice
from mailing.models import Bounce

incoming.takers.append(Taker(bouncing.take, {kind.value: str(kind.label) for kind in Bounce.Kind}, comes_first=True))
tracking.connect(take_notice)
