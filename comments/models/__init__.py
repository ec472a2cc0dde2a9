"""The conversation: discussions, comments, what readers do with them, what moderators decide."""

from comments.models.comments import Badge, Comment, Revision, State
from comments.models.discussions import (
    COMMENTS,
    TALKS,
    Discussion,
    Mode,
    Policy,
    discussion_of,
    policy_of,
    stored_discussion_of,
)
from comments.models.moderation import ModerationEvent, Rule, Standing, Trust, standing_of
from comments.models.notices import MailChoices, Notice, choices_of
from comments.models.reactions import Follow, Like, Report
