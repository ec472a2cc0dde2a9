"""What was said elsewhere about what is composed: read from a file, and brought in below it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import User
from newsletter import talks
from newsletter.composing.plan import Conversation, Unreadable
from newsletter.models import Article, Issue
from newsletter.talks import OlderComment


def read_comments(content: bytes) -> list[OlderComment]:
    """The comments in a file of JSON or CSV. Raises Unreadable."""
    if not talks.archives:
        raise Unreadable(_("This site takes in no comments."))
    return talks.archives[0].read_comments(content)


def bring_in(thing: Issue | Article, conversations: Sequence[Conversation], by: User | None) -> list[str]:
    """Store what was said below an issue or article; returns what the editor should know.

    What was brought in before stays as it is. Raises Unreadable.
    """
    return [
        remark
        for archive in talks.archives
        for conversation in conversations
        for remark in archive.bring_in(thing, conversation.comments, by, copied_on=conversation.copied_on)
    ]
