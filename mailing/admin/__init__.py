"""The post office in Django's admin: who gets mail, and what became of each copy."""

from mailing.admin import dispatches, front, subscribers, subscriptions
