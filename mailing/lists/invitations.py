"""The mails about subscriptions themselves: each goes to one address, because somebody asked for it just now."""

from collections.abc import Collection

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.mail import send_text
from mailing.letter.letters import sender
from mailing.lists.subscribing import gets_nothing
from mailing.models import Move, Subscriber, Subscription
from mailing.tokens import confirmation_url, move_url, preferences_url
from newsletter.models import Newsletter

SUBJECTS = {
    "confirm": _("Please confirm: {newsletters}"),
    "already": _("You are subscribed already: {newsletters}"),
}


def send(kind: str, pk: int) -> None:
    """Send a mail, if there is still reason to. A few queries."""
    {"answer": send_answer, "move": send_move, "notice": send_notice}[kind](pk)


def send_answer(pk: int) -> None:
    """To the owner of an address under which somebody asked: a link to confirm, or word that there is nothing to."""
    subscriber = Subscriber.objects.filter(pk=pk).first()
    if subscriber is None or gets_nothing(subscriber):
        return
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
        language=language_for(subscriber, newsletters),
        from_email=sender(newsletters[0]) if len(newsletters) == 1 else "",
    )


def send_move(pk: int) -> None:
    """To a new address: a link to confirm it."""
    move = Move.objects.select_related("subscriber").filter(pk=pk).first()
    if move and not gets_nothing(Subscriber(email=move.email)):
        context = {"move": move, "move_url": move_url(move.subscriber_id, move.pk)}
        subject = _("Please confirm your new address")
        send_text(move.email, subject, "mailing/mail/move.txt", context, language=language_of(move.subscriber))


def send_notice(pk: int) -> None:
    """To the address so far: word that another was asked for."""
    move = Move.objects.select_related("subscriber").filter(pk=pk).first()
    if move and not gets_nothing(move.subscriber):
        subject = _("Your mail is to go to another address")
        send_text(
            move.subscriber.email,
            subject,
            "mailing/mail/notice.txt",
            {"move": move},
            language=language_of(move.subscriber),
        )


def language_of(subscriber: Subscriber) -> str:
    """The language for what is not about one newsletter more than about another. One query."""
    newsletters = Newsletter.objects.filter(subscriptions__subscriber=subscriber)
    return language_for(subscriber, list(newsletters) if subscriber.pk else [])


def language_for(subscriber: Subscriber, newsletters: Collection[Newsletter]) -> str:
    """The language that a person chose, else that of all the newsletters, else the site's."""
    languages = {each.language for each in newsletters}
    return subscriber.language or (languages.pop() if len(languages) == 1 else settings.LANGUAGE_CODE)
