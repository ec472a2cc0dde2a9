"""As for conversations: *Mud* is open to comments."""

from tests.comments.conftest import discussion, moderation, mud, otto

__all__ = ["discussion", "moderation", "mud", "otto"]
