"""Moderation, in Django's admin: lists that explain themselves, and verbs that take one comment or five hundred."""

from comments.admin import comments, decisions, discussions, readers, rules
