"""The conversation: discussions, comments, what readers do with them, what moderators decide."""

from comments.models.comments import Badge, Comment, Revision, State
from comments.models.discussions import Discussion, Mode, Policy, discussion_of, policy_of, stored_discussion_of
from comments.models.moderation import ModerationEvent, Rule, Standing, Trust, standing_of
from comments.models.notices import MailChoices, Notice, choices_of
from comments.models.reactions import Follow, Like, Report

__all__ = [
    "Badge",
    "Comment",
    "Discussion",
    "Follow",
    "Like",
    "MailChoices",
    "Mode",
    "ModerationEvent",
    "Notice",
    "Policy",
    "Report",
    "Revision",
    "Rule",
    "Standing",
    "State",
    "Trust",
    "choices_of",
    "discussion_of",
    "policy_of",
    "standing_of",
    "stored_discussion_of",
]
