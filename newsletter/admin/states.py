"""States as editors see them: one coloured word, and a filter that means the same."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin import by_choice
from newsletter.models import Article, Issue, Revision, Status


class State(TextChoices):
    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    WAITING = "waiting", _("Waits for its issue")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


def state_of(thing: Issue | Article) -> State:
    """What a reader would notice of `thing`. Reads an article's `issue`."""
    issue = thing.issue if isinstance(thing, Article) else None
    if thing.status == Status.DRAFT:
        return State.DRAFT
    if Status.WITHDRAWN in {thing.status, issue and issue.status}:
        return State.WITHDRAWN
    if thing.is_public:
        return State.PUBLISHED
    return State.SCHEDULED if thing.is_scheduled else State.WAITING


#: Each says, of many issues at once, what became of them besides, in words by their keys. Apps above add theirs in
#: `ready()`.
remarks: list[Callable[[Collection[Issue]], Mapping[int, str]]] = []


def remarks_on(issues: Collection[Issue]) -> dict[int, str]:
    return {pk: words for remark in remarks for pk, words in remark(issues).items()}


def state_word(thing: Issue | Article) -> SafeString:
    state = state_of(thing)
    word = format_html('<span class="state state-{}">{}</span>', state.value, state.label)
    if not getattr(thing, "has_working_copy", False):
        return word
    return format_html('{} <span class="state state-copy">· {}</span>', word, Revision.State.COPY.label)


#: Each state, and what finds what is in it.
STATES: dict[str, Any] = {
    State.DRAFT: lambda rows: rows.drafts(),
    State.SCHEDULED: lambda rows: rows.scheduled(),
    State.PUBLISHED: lambda rows: rows.published(),
    State.WITHDRAWN: lambda rows: rows.withdrawn(),
}
OF_ARTICLES = STATES | {State.WAITING: lambda rows: rows.waiting_for_issue()}

StateFilter, ArticleStateFilter = (
    by_choice("state", _("state"), **{state: (State(state).label, narrow) for state, narrow in states.items()})
    for states in (STATES, OF_ARTICLES)
)
