"""What becomes of dispatches when their issue, or an article in it, changes its state: see `newsletter.publishing`.

What readers cannot see any more is mailed to nobody: what was planned or under way is paused, with the reason, and
goes on when an editor says so. What they are to see later is mailed no earlier.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.desk import Line
from mailing.delivery import dispatching
from mailing.delivery.dispatching import in_words
from mailing.models import Delivery, Dispatch, StoredLetter
from newsletter.models import Article, Issue, Publishable
from newsletter.publishing import Change

#: On the front page; who has more paused than these looks at the list.
MOST_LINES = 5

State = Dispatch.State
WAITS = [Delivery.State.QUEUED, *Delivery.IN_HAND]

REASONS = {
    Change.WITHDRAWN: gettext_lazy("On %(date)s “%(thing)s” was withdrawn."),
    Change.DRAFTED: gettext_lazy("On %(date)s “%(thing)s” became a draft again."),
    Change.MOVED: gettext_lazy("On %(date)s “%(thing)s” moved elsewhere."),
}
#: What an editor is told of the mailings of an issue before publishing it.
WAITING: dict[str, Promise] = {
    State.PLANNED: gettext_lazy("If readers see the issue only after %(date)s, the mail “%(mail)s” waits for them."),
    State.PAUSED: gettext_lazy("The mail “%(mail)s” is paused. It goes on when you say so on its page."),
}


def foresee(thing: Publishable, change: Change) -> Iterator[str]:
    """What a change does to mailings."""
    for dispatch in of_thing(thing):
        if words := foreseen(dispatch, thing, change):
            yield words % {"mail": dispatch, "date": in_words(dispatch.start_at)}
    issue = thing if isinstance(thing, Issue) else getattr(thing, "issue", None)
    people = Delivery.objects.of_issue(issue).received().count() if issue and change == Change.WITHDRAWN else 0
    if people:
        words = ngettext("%d person has it by mail, and keeps it.", "%d people have it by mail, and keep it.", people)
        yield words % people


def last_hour(issue: Issue) -> datetime | None:
    """When the last mail of an issue that is planned begins to go out."""
    planned = Dispatch.objects.filter(issue_id=issue.pk, state=State.PLANNED)
    return planned.aggregate(last=Max("start_at"))["last"]


def foreseen(dispatch: Dispatch, thing: Publishable, change: Change) -> str | Promise | None:
    is_of_it = isinstance(thing, Issue) or is_about(dispatch, thing)
    if change == Change.PUBLISHED:
        return WAITING.get(dispatch.state) if isinstance(thing, Issue) else None
    if change == Change.DELETED:
        words = _("It cannot be deleted: the mail “%(mail)s” is made of it, and stays to be looked up.")
        return words if is_of_it else None
    if dispatch.state not in Dispatch.WORKING or not brings(dispatch, thing, change):
        return None
    if dispatch.has_begun:
        return _("The mail “%(mail)s” is being sent. It stops, and does not go on by itself.")
    return _("The mail “%(mail)s”, planned for %(date)s, is paused, and does not go on by itself.")


def follow(thing: Publishable, change: Change) -> None:
    if change == Change.PUBLISHED and thing.is_due:
        return  # what begins before now begins now
    if change == Change.PUBLISHED:
        planned = of_thing(thing).filter(state=State.PLANNED, issue__published_at__gt=timezone.now())
        planned.filter(start_at__lt=thing.published_at).update(start_at=thing.published_at)
        return
    # Whoever sets the letter has the row while reading the texts, and reads them before this change or after it.
    for dispatch in of_thing(thing).working().select_for_update(of=("self",), no_key=True):
        if brings(dispatch, thing, change):
            dispatching.stop(dispatch, reason(dispatch, thing, change))
            claimed = dispatch.deliveries.filter(state=Delivery.State.CLAIMED)
            claimed.update(state=Delivery.State.QUEUED, lease_until=None)


def remark(issues: Collection[Issue]) -> dict[int, SafeString]:
    """How the mailings of issues stand, by their keys: “mailed to 21, 2 waiting”, as a link to the newest."""
    dispatches = Dispatch.objects.filter(issue__in=issues, correction=None).order_by("pk")
    others = Delivery.objects.filter(dispatch__in=dispatches).exclude(state=Delivery.State.HANDED_OVER).order_by()
    newest, tallies = {each.issue_id: each for each in dispatches}, defaultdict[int, Counter[str]](Counter)
    for dispatch in dispatches:
        tallies[dispatch.issue_id]["handed"] += dispatch.size
    rows = others.values_list("dispatch__issue", "dispatch__state", "state").annotate(Count("pk"))
    for issue, whole, state, number in rows:
        tallies[issue]["handed"] -= number
        tallies[issue]["" if state in WAITS and whole == State.CANCELLED else state] += number
    return {issue: in_brief(dispatch, tallies[issue]) for issue, dispatch in newest.items()}


def in_brief(dispatch: Dispatch, tally: Counter[str]) -> SafeString:
    facts = {_("mailed to %d"): tally["handed"], _("%d waiting"): sum(tally[state] for state in WAITS)}
    facts |= {_("%d uncertain"): tally[Delivery.State.UNCERTAIN], _("%d failed"): tally[Delivery.State.FAILED]}
    said = [words % number for words, number in facts.items() if number > 0]
    if dispatch.state == State.PLANNED:
        said.append(_("mail planned for %s") % in_words(dispatch.start_at))
    elif not said or dispatch.state == State.PAUSED:
        said.append(dispatch.get_state_display())
    address = reverse("admin:mailing_dispatch_change", args=[dispatch.pk])
    return format_html('<a href="{}">{}</a>', address, ", ".join(said))


def of_thing(thing: Publishable) -> Any:
    """The mailings of an issue, or of that of an article, with those of their corrections."""
    if isinstance(thing, Article):
        return Dispatch.objects.filter(Q(issue=thing.issue_id) | Q(correction__article=thing.pk)).order_by("pk")
    return Dispatch.objects.filter(issue=thing.pk).order_by("pk")


def brings(dispatch: Dispatch, thing: Publishable, change: Change) -> bool:
    """Whether its letter is not right any more. One that is not stored yet will say what readers can see then."""
    if isinstance(thing, Issue) or is_about(dispatch, thing):
        return True
    was_public = change == Change.WITHDRAWN or thing.is_public
    return was_public and not dispatch.correction and StoredLetter.objects.filter(dispatch=dispatch).exists()


def is_about(dispatch: Dispatch, thing: Publishable) -> bool:
    """Whether it is a correction of this article."""
    return dispatch.correction is not None and dispatch.correction.article_id == thing.pk


def reason(dispatch: Dispatch, thing: Publishable, change: Change) -> str:
    """For the dispatch's page, and true for good."""
    words = REASONS[change] % {"thing": Truncator(thing.title).chars(80), "date": in_words(timezone.now())}
    if StoredLetter.objects.filter(dispatch=dispatch).exists():
        return words + " " + _("This mail says what it said before: to send what it says now, cancel and send anew.")
    return words + " " + _("This does not go on by itself.")


def asking_lines(request: HttpRequest) -> Iterator[Line]:
    """What was paused for a reason and asks an editor."""
    if request.user.has_perm("mailing.send_dispatch"):
        for dispatch in Dispatch.objects.filter(state=State.PAUSED).exclude(state_reason="")[:MOST_LINES]:
            words = _("The mail “%(mail)s” is paused:") % {"mail": dispatch}
            yield Line(
                f"{words} {dispatch.state_reason}", reverse("admin:mailing_dispatch_change", args=[dispatch.pk])
            )


def gone_out(issues: set[int | None]) -> list[tuple[str, str]]:
    """The mails of these issues that people have, as `newsletter.admin.pictures` asks for them."""
    sent = Dispatch.objects.filter(issue__in=issues, started_at__isnull=False).order_by("-pk")
    return [
        (reverse("admin:mailing_dispatch_change", args=[each.pk]), f"{each}, {in_words(each.start_at)}")
        for each in sent
    ]
