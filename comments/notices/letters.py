"""What the mails about conversations say: text alone, in the words of the person who gets it.

Everything that readers wrote is cited line by line behind `>`, so that nothing of it can pass for what we say.
"""

from collections.abc import Iterable
from email.headerregistry import Address
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator, format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models import Comment, Discussion, Notice
from comments.notices.muting import Purpose, Token
from core.addresses import absolute
from core.mail.messages import one_line
from core.mail.outbox import send_text
from core.markup.comments import comment_to_text
from core.models import OutgoingMail

LONGEST_CITATION = 1000
#: A mail of the day that tells of more says how many are left.
MOST_IN_A_MAIL = 50

Kind = Notice.Kind
SUBJECTS = {
    Kind.REPLY: _("{name} answered you under “{title}”"),
    Kind.COMMENT: _("{name} wrote under “{title}”"),
    Kind.APPROVED: _("Your comment under “{title}” is published"),
    Kind.REFUSED: _("Your comment under “{title}” is not shown"),
    Kind.EDIT_REFUSED: _("Your comment under “{title}” stays as it was"),
    Kind.FEATURED: _("Your comment under “{title}” is shown first"),
}


def letter(notice: Notice) -> OutgoingMail:
    """Tell one person of one thing."""
    comment, reader = notice.comment, notice.reader
    discussion = comment.discussion
    subject = format_lazy(
        SUBJECTS[Kind(notice.kind)], name=comment.name or _("Somebody"), title=discussion.place.title
    )
    answers = address_for_answers([notice])
    context = told(notice) | {"discussion": discussion, "answers": answers}
    mute = Token(Purpose.CONVERSATION, reader.pk, discussion.pk)
    name = f"discussion-{discussion.pk}"
    thread = {"References": f"<{name}@{urlsplit(settings.SITE_URL).hostname}>"}  # mail programs show it as one
    return send(reader, mute, subject, notice.kind, context, list_name=name, headers=thread, reply_to=answers)


def mail_of_the_day(notices: list[Notice]) -> OutgoingMail:
    """Tell one person of all that came together since the last one, discussion by discussion."""
    reader, count = notices[0].reader, len(notices)
    subject = format_lazy(_("New in your conversations: {count}"), count=count)
    shown = sorted(notices[:MOST_IN_A_MAIL], key=lambda notice: (notice.comment.discussion_id, notice.pk))
    parts = [part(discussion, group) for discussion, group in groupby(shown, lambda each: each.comment.discussion)]
    answers, mute = address_for_answers(notices), Token(Purpose.EVERYTHING, reader.pk)
    discussion = notices[0].comment.discussion
    context = {"parts": parts, "left": count - len(shown), "answers": answers, "discussion": discussion}
    return send(reader, mute, subject, "day", context, list_name="conversations", reply_to=answers)


def address_for_answers(notices: list[Notice]) -> str:
    """Where its reader answers a mail of these: the comment that somebody wrote, or all of a discussion that they are
    about. Nothing where they are about several, or about the reader's own comments."""
    discussion = notices[0].comment.discussion
    heard = [each.comment_id for each in notices if each.kind in {Kind.REPLY, Kind.COMMENT}]
    is_one = {each.comment.discussion_id for each in notices} == {discussion.pk}
    comment = heard[0] if len(heard) == 1 else None
    address = discussion.answers_of(notices[0].reader_id, comment) if heard and is_one else ""
    return address and str(Address(one_line(discussion.newsletter.title), addr_spec=address))


def send(
    reader: User, mute: Token, subject: Promise, template: str, context: dict[str, Any], **more: Any
) -> OutgoingMail:
    """A mail about conversations, with the link to hear no more of what `mute` says and the one to choose."""
    return send_text(
        reader.email,
        subject,
        f"comments/mail/{template}.txt",
        {**context, "choices_url": absolute(reverse("comments:notifications")), "mute_url": address_of(mute)},
        kind=OutgoingMail.Kind.CONVERSATION,
        language=reader.language,
        unsubscribe_url=address_of(mute),
        **more,
    )


def part(discussion: Discussion, notices: Iterable[Notice]) -> dict[str, Any]:
    """What a mail of the day says of one discussion."""
    notices = list(notices)
    mute = Token(Purpose.CONVERSATION, notices[0].reader_id, discussion.pk)
    return {
        "discussion": discussion,
        "url": absolute(discussion.get_absolute_url()),
        "notices": [told(notice) for notice in notices],
        "mute_url": address_of(mute),
    }


def told(notice: Notice) -> dict[str, Any]:
    """What any mail says of one thing."""
    comment = notice.comment
    refused = notice.kind in {Kind.REFUSED, Kind.EDIT_REFUSED}
    return {
        "kind": notice.kind,
        "name": " ".join(comment.name.split()),
        "citation": cited(comment),
        "own": cited(comment.parent) if notice.kind == Kind.REPLY and comment.parent else "",
        "reason": reason_of(comment) if refused else "",
        "url": absolute(comment.get_absolute_url()),
        "appeal_url": absolute(reverse("comments:appeal", args=[comment.pk])),
    }


def cited(comment: Comment) -> str:
    """The text of a comment, or its beginning, each line marked as somebody else's."""
    text = Truncator(comment_to_text(comment.body_html)).chars(LONGEST_CITATION, truncate=" …")
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def reason_of(comment: Comment) -> str:
    """Why a comment is in the state in which it is."""
    decision = comment.decisions.filter(to_state=comment.state).first()
    return decision.reason if decision else ""


def address_of(token: Token) -> str:
    return absolute(reverse("comments:mute", args=[token]))
