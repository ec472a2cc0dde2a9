"""The mails about subscriptions themselves: each goes to one address, because somebody asked for it just now."""

from collections.abc import Collection

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.languages import spoken
from core.limits import Limit
from core.mail.messages import normal
from core.mail.outbox import send_text
from core.models import OutgoingMail
from mailing.letter.letters import sender
from mailing.models import Move, Subscriber, Subscription
from mailing.tokens import confirmation_url, move_url, preferences_url
from newsletter.models import Newsletter

#: However often and from however many networks somebody asks.
MAILS_TO_ADDRESS = Limit("mails to an address about subscribing", 1, 900)
SUBJECTS = {"confirm": _("Please confirm: {newsletters}"), "already": _("You are subscribed already: {newsletters}")}


def answer(subscriber: Subscriber) -> None:
    """To the owner of an address under which somebody asked: a link to confirm, or word that there is nothing to."""
    subscriptions = list(subscriber.subscriptions.select_related("newsletter").order_by("newsletter__title"))
    asked = [each.newsletter for each in subscriptions if each.asked_at]
    had = [each.newsletter for each in subscriptions if each.state == Subscription.State.ACTIVE]
    if asked:
        send_about("confirm", subscriber, asked)
    elif had:
        send_about("already", subscriber, had)


def send_about(template: str, subscriber: Subscriber, newsletters: list[Newsletter]) -> None:
    context = {
        "newsletters": newsletters,
        "confirmation_url": confirmation_url(subscriber.pk),
        "preferences_url": preferences_url(subscriber.pk),
    }
    titles = ", ".join(each.title for each in newsletters)
    send_text(
        subscriber.email,
        format_lazy(SUBJECTS[template], newsletters=titles),
        f"mailing/mail/{template}.txt",
        context,
        kind=OutgoingMail.Kind.SUBSCRIPTION,
        language=language_for(subscriber, newsletters),
        spent=[MAILS_TO_ADDRESS.digest(subscriber.email)],
        from_email=sender(newsletters[0]) if len(newsletters) == 1 else "",
    )


def ask_to_move(subscriber: Subscriber, email: str) -> None:
    """Ask for mail at another address: a link to confirm it goes there, word of it to the one that it was so far.
    Within 15 minutes of another mail to the new address nothing goes out. It is the same for every one."""
    may_mail = not MAILS_TO_ADDRESS.hit(normal(email))
    move = Move.objects.create(subscriber=subscriber, email=normal(email))
    if not may_mail:
        return
    language, context = language_of(subscriber), {"move": move, "move_url": move_url(subscriber.pk, move.pk)}
    subject, spent = _("Please confirm your new address"), [MAILS_TO_ADDRESS.digest(move.email)]
    kind = OutgoingMail.Kind.SUBSCRIPTION
    send_text(move.email, subject, "mailing/mail/move.txt", context, kind=kind, language=language, spent=spent)
    subject = _("Your mail is to go to another address")
    send_text(subscriber.email, subject, "mailing/mail/notice.txt", {"move": move}, kind=kind, language=language)


def language_of(subscriber: Subscriber) -> str:
    """The language for what is not about one newsletter more than about another."""
    newsletters = Newsletter.objects.filter(subscriptions__subscriber=subscriber)
    return language_for(subscriber, list(newsletters) if subscriber.pk else [])


def language_for(subscriber: Subscriber, newsletters: Collection[Newsletter]) -> str:
    """The language that a person chose, else that of all the newsletters, else the site's."""
    languages = {each.language for each in newsletters}
    return spoken(subscriber.language or (languages.pop() if len(languages) == 1 else settings.LANGUAGE_CODE))
