"""What correspondence adds to the apps below it."""

from core.mail import incoming
from core.mail.incoming import Taker
from correspondence import answering

incoming.takers.append(Taker(answering.take, answering.MEANINGS))
