"""What this app adds to the registries of the apps below. Imported once all models are there."""

from comments import demo as conversations
from comments import digesting, sending
from core.ticks import ticks
from newsletter import demo

demo.continuations.append(conversations.load)
ticks.extend([sending.send_due, sending.forget, digesting.tell_moderators])
