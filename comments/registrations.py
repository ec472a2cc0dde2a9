"""What this app adds to the registries of the apps below. Imported once all models are there."""

from comments import demo as conversations
from newsletter import demo

demo.continuations.append(conversations.load)
