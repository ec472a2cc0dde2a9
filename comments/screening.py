"""The rules that a comment meets on its way in, in order; the first that objects decides, and says why."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from comments.models import Comment, Discussion, Mode, Rule, Standing, State, Trust
from comments.words import Phrases, plain_words

REHEARSED = 1000
REPEATED_WITHIN = timedelta(days=7)
LINK = re.compile(r'<a href="(?:https?|mailto):', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to a text, by which rule, and what that rule found in it."""

    state: State
    rule: str = ""
    matched: str = ""


GOOD = Verdict(State.APPROVED)


@dataclass(frozen=True)
class Submission:
    """A text with all that rules look at. `comment` is the one being edited, None for a new one."""

    discussion: Discussion
    author: User
    standing: Standing
    body: str
    html: str
    comment: Comment | None = None

    @cached_property
    def words(self) -> str:
        return plain_words(f"{self.body}\n{self.author.display_name}\n{self.author.headline}")

    @property
    def is_trusted(self) -> bool:
        return self.standing.trust == Trust.TRUSTED


def screen(submission: Submission) -> Verdict:
    """Judge by the rules, and by the author's earlier texts. The verdict is in the site's language, which is
    the moderators', whatever page the text was written on."""
    if submission.author.has_perm("comments.moderate_comment"):
        return GOOD
    with translation.override(settings.LANGUAGE_CODE):
        verdicts = (check(submission) for check in CHECKS)
        return next((verdict for verdict in verdicts if verdict), GOOD)


def held(rule: str, matched: str = "") -> Verdict:
    return Verdict(State.PENDING, rule, matched)


def repeated(submission: Submission) -> Verdict | None:
    own = Comment.objects.filter(author=submission.author, body=submission.body)
    earlier = own.filter(created_at__gt=timezone.now() - REPEATED_WITHIN)
    if submission.comment:
        earlier = earlier.exclude(pk=submission.comment.pk)
    twin = earlier.order_by("pk").values_list("pk", flat=True).first()
    return held(_("Repeated text"), _("As in comment %(number)d") % {"number": twin}) if twin else None


def caught(submission: Submission) -> Verdict | None:
    for rule in Rule.objects.filter(is_on=True).order_by("pk"):
        if not (rule.spares_trusted and submission.is_trusted) and (
            found := finder(rule)(submission.words, submission.html)
        ):
            return Verdict(State(rule.outcome), rule.name, found[:200])
    return None


def restricted(submission: Submission) -> Verdict | None:
    return held(_("Restricted reader")) if submission.standing.trust == Trust.RESTRICTED else None


def renamed(submission: Submission) -> Verdict | None:
    """A reader who is not trusted yet shows another name or headline than a moderator has seen.

    Neither is noted as what matched: decisions are kept when the reader is gone, and names are not.
    """
    standing, author = submission.standing, submission.author
    if submission.is_trusted or not standing.known_name:
        return None
    if standing.known_name != author.display_name:
        return held(_("New name"))
    return held(_("New headline")) if standing.known_headline != author.headline else None


def all_held(submission: Submission) -> Verdict | None:
    return held(_("All comments are held")) if submission.discussion.current_mode == Mode.ALL_HELD else None


def first_held(submission: Submission) -> Verdict | None:
    is_new = submission.standing.trust == Trust.NEW and submission.comment is None
    return held(_("First comment")) if is_new and submission.discussion.current_mode == Mode.FIRST_HELD else None


#: In the order of Coral's pipeline, the best tested one: what is known of the text before what is known of the reader.
CHECKS: list[Callable[[Submission], Verdict | None]] = [repeated, caught, restricted, renamed, all_held, first_held]


def finder(rule: Rule) -> Callable[[str, str], str]:
    """What a rule catches in texts, given as `plain_words` and as HTML; empty where it catches nothing."""
    if rule.kind == Rule.Kind.WORDS:
        phrases = Phrases(rule.words.splitlines())
        return lambda words, html: phrases.first_in(words)
    return lambda words, html: too_many_links(html, rule.most_links)


def too_many_links(html: str, most: int) -> str:
    links = len(LINK.findall(html))
    return _("%(count)s links") % {"count": links} if links > most else ""


def rehearse(rule: Rule) -> list[tuple[Comment, str]]:
    """What a rule, saved or not, would have caught among the last 1,000 comments, newest first."""
    written = Comment.objects.written_here().exclude(state=State.DELETED)
    recent = written.with_people().with_places().order_by("-pk")[:REHEARSED]
    find_in = finder(rule)
    found = (
        (each, find_in(plain_words(f"{each.body}\n{each.name}\n{each.headline}"), each.body_html)) for each in recent
    )
    return [(comment, match) for comment, match in found if match]
