"""What editors see of it."""

from participation.admin import polls, tips
