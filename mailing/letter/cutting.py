"""Where a letter ends that is too long for a mail.

Gmail shows about 102 kB of HTML and hides the rest, with the links that let people leave.
"""

from bisect import bisect_right

from django.utils import translation

from mailing.letter.printing import html_of
from mailing.letter.typesetting import Galley, set_issue
from newsletter.models import Article, Issue

MOST_BYTES = 80_000
#: For the addresses that are put in for each person, and a subject that is longer than the one tried.
RESERVED = 1_500


def cut_at(issue: Issue) -> Article | None:
    """The first article that finds no room in the mail of an issue, None when all do. Sets the whole issue."""
    with translation.override(issue.newsletter.language):
        galley = set_issue(issue)
        kept = room(galley)
    return galley.stories[kept].article if kept < len(galley.stories) else None


def room(galley: Galley) -> int:
    """How many stories fit into a mail of 80 kB: all of them, or the most that leave room for links to the others.

    Halves the issue until it fits, so a long one is printed some six times, each in a few hundredths of a second.
    """
    everything = len(galley.stories)
    if size(galley, everything) <= MOST_BYTES:
        return everything
    fitting = bisect_right(range(everything), MOST_BYTES, key=lambda kept: size(galley, kept))
    return max(fitting - 1, 0)


def size(galley: Galley, kept: int) -> int:
    """The bytes of HTML, in UTF-8, of a letter that ends after so many stories."""
    issue = galley.issue
    html = html_of(galley, kept, subject=issue.subject or issue.title, preheader=issue.preheader or issue.summary)
    return len(html.encode()) + RESERVED
