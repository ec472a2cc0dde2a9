"""What mailing adds to the apps below it."""

from core.companions import companions
from mailing.sending import keep_sending

companions.append(keep_sending)
