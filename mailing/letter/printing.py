"""The two parts of a letter, printed from a galley up to a given story, and where one ends that is too long.

Gmail shows about 102 kB of HTML and hides the rest, with the links that let people leave.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from css_inline import CSSInliner
from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import translation

from core.addresses import absolute
from core.markup import wrapped
from mailing.letter.typesetting import Galley, set_issue
from newsletter.checking.finding import Finding
from newsletter.colours import PAPER_DARK, PAPER_LIGHT, readable
from newsletter.imaging import mail_url
from newsletter.models import Article, Issue, Newsletter

#: Replaced for each person by the addresses that are theirs. Letters alone, which no encoding changes.
UNSUBSCRIBE_URL = "xxunsubscribexx"
PREFERENCES_URL = "xxpreferencesxx"

COLUMNS = 72
LOGO_HEIGHT = 56
LOGO_WIDEST = 280
STYLES = (settings.BASE_DIR / "templates/mailing/mail/letter.css").read_text(encoding="utf-8")
#: Keeps mail programs from showing the first words of the letter behind a short preheader.
FILLER = "\u034f\u200c\u00a0" * 90
EMPTY_LINES = re.compile(r"\n[^\S\n]*\n\s*\n")
MOST_BYTES, HEAVY = 80_000, 60_000
#: For the addresses that are put in for each person, and a subject that is longer than the one tried.
RESERVED = 1_500


def html_of(galley: Galley, kept: int, *, subject: str, preheader: str) -> str:
    """The letter as HTML, with its first `kept` stories and links to the others. Styles stand at each element, as
    Gmail wants it; those for dark and for small screens remain in the head."""
    context = printed(galley, kept) | {"subject": subject, "preheader": preheader, "filler": FILLER}
    inliner = CSSInliner(extra_css=styles(galley), keep_at_rules=True, load_remote_stylesheets=False, minify_css=True)
    return inliner.inline(render_to_string("mailing/mail/letter.html", context))


def text_of(galley: Galley, kept: int) -> str:
    """The same as plain text, in lines of at most 72 columns wherever an address is not longer."""
    template = get_template("mailing/mail/letter.txt").template  # type: ignore[attr-defined]
    text = template.render(Context(printed(galley, kept), autoescape=False))
    return wrapped(EMPTY_LINES.sub("\n\n", text).strip(), COLUMNS) + "\n"


def printed(galley: Galley, kept: int) -> dict[str, Any]:
    newsletter = galley.issue.newsletter
    return {
        "galley": galley,
        "issue": galley.issue,
        "newsletter": newsletter,
        "logo": logo_of(newsletter),
        "issue_url": absolute(galley.issue.get_absolute_url()),
        "site_name": settings.SITE_NAME,
        "postal_address": settings.POSTAL_ADDRESS,
        "kept": kept,
        "is_cut": kept < len(galley.stories),
        "unsubscribe_url": UNSUBSCRIBE_URL,
        "preferences_url": PREFERENCES_URL,
    }


def logo_of(newsletter: Newsletter) -> dict[str, str | int] | None:
    """The newsletter's logo, in its own proportions and twice as sharp as it is large."""
    picture = newsletter.logo
    if picture is None or not (picture.width and picture.height):
        return None
    width = min(round(LOGO_HEIGHT * picture.width / picture.height), LOGO_WIDEST)
    height = round(width * picture.height / picture.width)
    return {"url": absolute(mail_url(picture.file, 2 * width)), "width": width, "height": height, "alt": picture.alt}


def styles(galley: Galley) -> str:
    """The style sheet with the newsletter's accent, as it can be read on the light and on the dark paper. Mail
    programs know no custom properties."""
    accent = galley.issue.newsletter.accent
    dark, light = readable(accent, PAPER_DARK), readable(accent, PAPER_LIGHT)
    return STYLES.replace("var(--accent-dark)", dark).replace("var(--accent)", light)


def cut_at(issue: Issue) -> Article | None:
    """The first article that finds no room in the mail of an issue, None when all do. Sets the whole issue."""
    with translation.override(issue.newsletter.language):
        galley = set_issue(issue)
        kept = room(galley)
    return galley.stories[kept].article if kept < len(galley.stories) else None


def flaws(thing: Issue | Article) -> Iterator[Finding]:
    """Where the mail of an issue would be cut, or that it soon will be."""
    if isinstance(thing, Issue):
        with translation.override(thing.newsletter.language):
            galley = set_issue(thing)
            kept, bytes_of_all = room(galley), size(galley, len(galley.stories))
        if kept < len(galley.stories):
            yield Finding(thing, "articles", "cut-mail", galley.stories[kept].article)
        elif bytes_of_all > HEAVY:
            yield Finding(thing, "articles", "heavy-mail", round(bytes_of_all / 1000))


def room(galley: Galley) -> int:
    """How many stories fit into a mail of 80 kB: all of them, or the most that leave room for links to the others.
    Halves the issue until it fits, so a long one is printed some six times, each in a few hundredths of a second."""
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
