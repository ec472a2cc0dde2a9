"""Readers' voices in an issue: their authors are asked, and may say no; what is shown of them is what they say now."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation
from django.utils.http import base36_to_int, int_to_base36
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from core import tokens
from core.addresses import absolute
from core.admin import is_number
from core.changes import content_changed
from core.mail.outbox import send_text
from core.mail.transport import Rejected
from core.markup.named import Medium
from core.markup.source import literally
from core.models import OutgoingMail
from core.page_cache import shows
from core.worker import tidying
from newsletter import revising
from newsletter.arranging import arrange, section_called
from newsletter.checking.finding import Finding
from newsletter.checking.whole import Whole
from newsletter.models import Article, Issue, Publishable, Section
from newsletter.sayings import Saying, sayings
from participation.models.voices import ALLOWED, VOICES, State, Voice
from participation.voices.excerpts import fits

#: How long authors can say no, unless the editor says otherwise.
TIME_TO_ANSWER = timedelta(days=3)
#: Of a newsletter's first issue, how long before it something may have been said.
BEFORE_THE_FIRST = timedelta(days=90)
#: How long what cannot be shown is kept.
KEPT = timedelta(days=30)
SALT = "participation.voices"
MAILED = re.compile(r"voice-(\d{1,18})")


class Quotation(NamedTuple):
    """What an editor quotes of a saying; the words fit it."""

    saying: Saying
    words: str


class NotAllowed(Exception):
    """Nobody can be asked, or they have said no; the message says so, in an editor's words."""


def refuse(said: Collection[Saying]) -> dict[tuple[str, int], str]:
    """Why these may not be quoted, by source and key; those not in it may."""
    refused = {voice.about for voice in Voice.objects.filter(state=State.REFUSED, key__in=[each.key for each in said])}
    reasons = {}
    for saying in said:
        if saying.about in refused:
            reasons[saying.about] = _("%(name)s has said no to being quoted with this.")
        elif not saying.can_be_asked:
            reasons[saying.about] = _("%(name)s cannot be asked: there is no address of theirs.")
    names = {saying.about: {"name": saying.name or _("The reader")} for saying in said}
    return {about: words % names[about] for about, words in reasons.items()}


def quote(issue: Issue, quotations: Iterable[Quotation], by: User, until: datetime) -> list[Voice]:
    """Put what readers said into the section of an issue that is for it, made where there is none, and ask them. What
    is quoted there already is not asked about again. Raises NotAllowed."""
    quotations = list(quotations)
    for reason in refuse([each.saying for each in quotations]).values():
        raise NotAllowed(reason)
    with revising.writing(issue, by, _("Readers quoted")) as now:
        made = [voice for each in quotations if (voice := ask(issue, each, by, until))]
        add_to_section(now, "\n\n".join(voice.name for voice in made))
    return made


def ask(issue: Issue, quotation: Quotation, by: User, until: datetime) -> Voice | None:
    """Keep a voice, and a mail to its author with it; nothing where it was kept before."""
    saying = quotation.saying
    facts = {"quotation": quotation.words, "reader": saying.user, "asked_by": by, "answer_until": until}
    voice, is_new = Voice.objects.get_or_create(issue=issue, source=saying.source, key=saying.key, defaults=facts)
    if not is_new:
        return None
    send_text(
        saying.email,
        format_lazy(gettext_lazy("May {newsletter} quote you?"), newsletter=issue.newsletter.title),
        "participation/mail/voice.txt",
        {
            "voice": voice,
            "issue": issue,
            "saying": saying,
            "words": cited(voice),
            "url": absolute(address_of(voice)),
            "until": until,
            "said_url": absolute(saying.path),
        },
        kind=OutgoingMail.Kind.CONVERSATION,
        language=saying.language,
        about=f"voice-{voice.pk}",
        expires_at=until,
    )
    return voice


def cited(voice: Voice) -> str:
    return "\n".join(f"> {line}".rstrip() for line in voice.quotation.splitlines())


def not_reached(mail: OutgoingMail, refusal: Rejected | None) -> None:
    """A mail that asked was dropped: its author knows nothing, so time says nothing for them."""
    if (found := MAILED.fullmatch(mail.about)) and Voice.objects.filter(pk=found[1]).update(answer_until=None):
        content_changed(VOICES)


def add_to_section(issue: Any, text: str) -> None:
    """Put a text at the end of the section for readers' voices, which is called so in the newsletter's language."""
    if not text:
        return
    with translation.override(issue.newsletter.language):
        section: Any = section_called(issue, _("Readers’ voices"))
    section.intro = f"{section.intro.strip()}\n\n{text}".strip()
    section.save()
    arrange(issue)


def said_since(issue: Issue) -> datetime:
    """When the last issue before this one came out."""
    before = Issue.objects.published().before(issue).aggregate(last=Max("published_at"))["last"]
    return before or (issue.published_at or timezone.now()) - BEFORE_THE_FIRST


def list_pieces(issue: Issue, pieces: Sequence[tuple[Publishable, int]], by: User) -> None:
    """Add a list of what was discussed most, with links and how many commented, as text that can be edited."""
    if pieces:
        with revising.writing(issue, by, _("Most discussed pieces listed")) as now:
            add_to_section(now, list_of(issue, pieces))


def list_of(issue: Issue, pieces: Iterable[tuple[Any, int]]) -> str:
    with translation.override(issue.newsletter.language):
        lines = [
            ngettext("%(piece)s, %(count)d comment", "%(piece)s, %(count)d comments", count)
            % {"piece": f"[{literally(piece.title)}]({absolute(piece.get_absolute_url())})", "count": count}
            for piece, count in pieces
        ]
        return "\n".join([_("Most discussed since the last issue:"), "", *(f"- {line}" for line in lines)])


@transaction.atomic
def answer(voice: Voice, to: State) -> bool:
    """What its author says; whether that is new. Pages and what is not printed yet follow."""
    told = {"state": to, "answered_at": timezone.now()}
    is_new = bool(Voice.objects.filter(pk=voice.pk, state__in=ALLOWED[to]).update(**told))
    if is_new:
        content_changed(VOICES)
    return is_new


@transaction.atomic
def take_out(voice: Voice, by: User) -> None:
    """Quote it no more: its line goes, and the row but for that somebody has said no."""
    with revising.writing(voice.issue, by, _("A reader’s voice taken out")):
        for section in Section.objects.filter(issue=voice.issue, intro__contains=voice.name):
            section.intro = re.sub(rf"^[ ]*{voice.name}[^\S\n]*$\n*", "", section.intro, flags=re.MULTILINE).strip()
            section.save()
    Voice.objects.filter(pk=voice.pk).exclude(state=State.REFUSED).delete()
    content_changed(VOICES)


def show(medium: Medium, names: Collection[str]) -> Mapping[str, str]:
    """See `core.markup.named.Kind`."""
    shows(VOICES)
    voices = Voice.objects.allowed().filter(pk__in=[name for name in names if is_number(name)])
    shown = [(voice, saying) for voice, saying in with_sayings(voices) if saying]
    return {str(voice.pk): drawn(voice, saying, medium) for voice, saying in shown}


def with_sayings(voices: Iterable[Voice]) -> list[tuple[Voice, Saying | None]]:
    """Each with what it quotes, None where that is not said any more."""
    voices = list(voices)
    found = sayings({voice.about for voice in voices})
    pairs = ((voice, found.get(voice.about)) for voice in voices)
    return [(voice, saying if saying and fits(voice.quotation, saying.text) else None) for voice, saying in pairs]


def drawn(voice: Voice, saying: Saying, medium: Medium) -> str:
    facts = {"paragraphs": voice.quotation.split("\n\n"), "saying": saying}
    facts["url"] = saying.path if medium is Medium.PAGE or not saying.path else absolute(saying.path)
    if medium is Medium.TEXT:
        return get_template("participation/voices/text.txt").render(facts).strip()
    return render_to_string(f"participation/voices/{medium.name.lower()}.html", facts).strip()


def flaws(thing: Issue | Article) -> Iterator[Finding]:
    """Which of the voices that an issue or article names readers will not get, and why."""
    whole = Whole(thing)
    named = whole.naming("voice")
    numbers = [name for _text, name in named if is_number(name)]
    known = {str(voice.pk): (voice, saying) for voice, saying in with_sayings(Voice.objects.filter(pk__in=numbers))}
    for text, name in named:
        voice, saying = known.get(name, (None, None))
        if voice is None:
            yield Finding(text.thing, text.field, "no-named", f"voice:{name}")
        elif voice.is_refused:
            yield Finding(text.thing, text.field, "voice-refused", voice.name)
        elif saying is None:
            yield Finding(text.thing, text.field, "voice-gone", voice.name)
        elif voice.is_waiting(whole.day):
            yield Finding(text.thing, text.field, "voice-waiting", saying.name or voice.name, voice.answer_until or "")


def address_of(voice: Voice) -> str:
    """Where its author says yes or no, signed in or not, whenever they like."""
    return f"/voices/{tokens.signed(int_to_base36(voice.pk), SALT)}/"


def voice_of(token: str) -> Voice | None:
    claim = tokens.verified(token, SALT)
    voices = Voice.objects.select_related("issue__newsletter")
    return voices.filter(pk=base36_to_int(claim)).first() if claim else None


def forget() -> None:
    """Delete words that cannot be shown any more: what was said no to, and what is not said any more, a while after it
    was asked. That somebody said no stays known."""
    past = Voice.objects.filter(asked_at__lt=timezone.now() - KEPT)
    past.filter(state=State.REFUSED).exclude(quotation="").update(quotation="", reader=None)
    gone = [voice.pk for voice, saying in with_sayings(past.exclude(state=State.REFUSED)) if saying is None]
    tidying.delete(Voice.objects.filter(pk__in=gone))
