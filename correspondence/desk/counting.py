"""What the desk is told of letters: how many wait, how many answer what, and where those stand."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Count, Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import discussion_of
from core.desk import Line, Series
from correspondence.models import Letter, Thread
from newsletter.models import Article, Issue, Newsletter

LIST = "admin:correspondence_thread_changelist"


def waiting_line(request: HttpRequest) -> Iterator[Line]:
    """For the first page."""
    number = Thread.objects.filter(is_open=True).count() if request.user.has_perm("correspondence.view_thread") else 0
    if number:
        words = ngettext(
            "%(number)d reader waits for an answer to a letter",
            "%(number)d readers wait for an answer to a letter",
            number,
        )
        yield Line(words % {"number": number}, reverse(LIST, query={"waits": "editors"}))


def letters_by_day(thing: Model, first: date, last: date) -> Iterable[Series]:
    """See `core.desk.happenings`; nothing where nobody has ever answered by mail."""
    letters = Letter.objects.by_readers()
    match thing:
        case Newsletter():
            found = letters.filter(newsletter=thing)
        case Issue():
            found = letters.about(Issue.objects.filter(pk=thing.pk))
        case Article():
            found = letters.filter(article=thing)
        case _:
            return []
    by_day = found.filter(at__date__range=(first, last)).order_by().values_list("at__date").annotate(Count("pk"))
    return [Series(_("Answers by mail"), dict(by_day))] if found.exists() else []


def answers_to(issue: int) -> str:
    """Where the answers to an issue stand: in threads, or in its discussion."""
    found = Issue.objects.select_related("newsletter").get(pk=issue)
    if found.newsletter.answers == Newsletter.Answers.DISCUSSION:
        return discussion_of(found).get_absolute_url()
    return reverse(LIST, query={"issue": issue})
