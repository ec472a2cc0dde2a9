"""What a dispatch says: the same for everybody, with marks where each person's own addresses go."""

import re
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from core.addresses import absolute
from core.mail import outbox
from core.mail.messages import one_line
from core.markup import render
from mailing.letter.printing import PREFERENCES_URL, UNSUBSCRIBE_URL, html_of, room, size, text_of
from mailing.letter.typesetting import Galley, Text, set_issue
from mailing.models import Dispatch, StoredLetter
from newsletter import structured_data
from newsletter.models import Article, Correction, Issue, Newsletter

#: Who sends, as Gmail's reports name it beside our domain: 5 to 15 characters.
FEEDBACK_SENDER = "courant"
#: Which screens have the dark colours of a letter, in place of those that ask for them.
FOR_DARK = re.compile(r"@media ?\(prefers-color-scheme: ?dark\)")
SCREENS = {"dark": "all", "light": "not all"}


@dataclass(frozen=True)
class Letter:
    """One message for many people. The HTML has at most 80 kB, as long as its opening leaves room."""

    subject: str
    html: str
    text: str
    headers: dict[str, str] = field(default_factory=dict)
    from_email: str = ""
    reply_to: str = ""
    #: Under which name everybody has an address of their own to answer to; empty where nobody has.
    answers: str = ""


def stored_letter(dispatch: Dispatch) -> Letter | None:
    """What a dispatch says, once its first copy has been made."""
    stored = StoredLetter.objects.filter(dispatch=dispatch).first()
    return Letter(**stored.content) if stored else None


def letter_for(dispatch: Dispatch) -> Letter:
    """Set an issue, or a correction to it, as mail in the newsletter's language. What readers do not meet in the issue
    is not in it."""
    stored = Issue.objects.select_related("newsletter__logo", "lead_picture")
    issue = dispatch.issue if dispatch.issue.is_proof else stored.get(pk=dispatch.issue_id)
    subject = one_line(dispatch.subject or issue.subject or issue.title)
    with translation.override(issue.newsletter.language), timezone.override(None):
        galley = set_correction(issue, dispatch.correction) if dispatch.correction else set_issue(issue)
        kept = room(galley)
        preheader = dispatch.preheader or otherwise(dispatch, issue)
        return Letter(
            subject=subject,
            html=html_of(galley, kept, subject=subject, preheader=preheader),
            text=text_of(galley, kept),
            headers=list_headers(dispatch, issue.newsletter),
            from_email=sender(issue.newsletter),
            reply_to=issue.newsletter.reply_to,
            answers=parseaddr(sender(issue.newsletter))[0] if issue.newsletter.takes_answers else "",
        )


def otherwise(dispatch: Dispatch, issue: Issue) -> str:
    """What mail programs show behind the subject where an editor left it open."""
    if dispatch.correction:
        return Truncator(structured_data.plain(render(dispatch.correction.text).html)).chars(200)
    return issue.preheader or issue.summary


def set_correction(issue: Issue, correction: Correction) -> Galley:
    """The correction and the way to the corrected text: who has read the issue is not sent all of it again."""
    text = Text.of(correction.text, {}, level=2)
    facts = {"correction": correction, "text": text, "address": absolute(correction.thing.get_absolute_url())}
    html, plain = (get_template(f"mailing/mail/_correction.{kind}").render(facts) for kind in ("html", "txt"))
    nothing = Text.of("", {})
    return Galley(issue=issue, lead=nothing, opening=Text(SafeString(html), plain), groups=[], closing=nothing)


def letter_preview(dispatch: Dispatch, scheme: str = "") -> str:
    """The HTML of the letter as editors look at it, in light or dark colours where they say so: the links that would
    be a person's own lead nowhere. Of a dispatch that has begun it is what people get."""
    letter = stored_letter(dispatch) if dispatch.pk else None
    html = without_own_links((letter or letter_for(dispatch)).html)
    in_frame = html.replace("<head>", '<head><base target="_blank">', 1)
    return FOR_DARK.sub(f"@media {SCREENS[scheme]}", in_frame) if scheme else html


def letter_beside(thing: Any) -> tuple[str, int, bool]:
    """The mail of an issue, or of the issue that an article is in, with the thing as it is in memory: its HTML, its
    weight in kB before anything is cut, and whether something is."""
    typed = thing if isinstance(thing, Article) else None
    issue: Any = thing.issue if typed else thing
    issue.is_proof, issue.published_at = True, issue.published_at or timezone.now()
    with translation.override(issue.newsletter.language), timezone.override(None):
        galley = set_issue(issue, typed)
        kept, everything = room(galley), len(galley.stories)
        html = html_of(galley, kept, subject=issue.subject or issue.title, preheader=issue.preheader or issue.summary)
        weight = size(galley, everything) if kept < everything else len(html.encode())
    return without_own_links(html), round(weight / 1000), kept < everything


def without_own_links(html: str) -> str:
    """The links that would be a person's own lead nowhere."""
    return html.replace(UNSUBSCRIBE_URL, "#").replace(PREFERENCES_URL, "#")


def sender(newsletter: Newsletter) -> str:
    """The newsletter's own name and address, or else the site's address."""
    address = newsletter.sender_address or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return str(Address(one_line(newsletter.sender_name or newsletter.title), addr_spec=address))


def list_headers(dispatch: Dispatch, newsletter: Newsletter) -> dict[str, str]:
    """What tells machines which list this is (RFC 2919, RFC 2369), and what complaints are counted by. The list is
    named by a number: filters go on working when the newsletter is renamed."""
    name = f"newsletter-{newsletter.pk}"
    return {
        **outbox.list_headers(name, ""),
        "List-Archive": f"<{absolute(newsletter.get_absolute_url())}>",
        "Content-Language": newsletter.language,
        "Feedback-ID": f"dispatch-{dispatch.pk or 0}:{name}:issue:{FEEDBACK_SENDER}",
    }
