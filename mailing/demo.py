"""Who gets the demo publication by mail, and how its latest issues reached them. All people are invented."""

from datetime import timedelta

from django.utils import timezone

from mailing.delivery import dispatching
from mailing.delivery.freezing import freeze
from mailing.lists import subscribing
from mailing.lists.consenting import Occasion
from mailing.lists.subscribing import leave
from mailing.lists.suppressing import suppress
from mailing.models import Delivery, Dispatch, Subscriber, Suppression
from newsletter import demo
from newsletter.models import Issue, Newsletter

PEOPLE = (
    "Amparo Lund, Bashir Holm, Cosima Reyes, Dafydd Okoro, Elif Marchetti, Finn Abara, Greta Solano, Hamish Duarte, "
    "Ines Falk, Jonas Pereira, Katya Brandt, Liam Osei, Maren Castillo, Nils Achterberg, Oona Vargas, Pilar Quist, "
    "Quentin Adeyemi, Rosa Lindqvist, Stellan Moreau, Teresa Beck, Ulla Ferreira, Viggo Santos, Wanda Moe, Yara Vik"
)
ACCEPTED, NO_SUCH_MAILBOX = "250 2.0.0 Ok", "550 5.1.1 No such mailbox here"
BETWEEN_COPIES = timedelta(seconds=0.2)


def load() -> None:
    """To be called in the transaction that loads the publication: no worker sees a copy before it is sent."""
    people = [add(name) for name in PEOPLE.split(", ")]
    for number, newsletter in enumerate(Newsletter.objects.order_by("pk"), start=1):
        for person in people[::number]:
            subscribing.confirm(person, [newsletter], Occasion("issue"))
        send(Issue.objects.published().filter(newsletter=newsletter).latest("published_at"), people[number * 2])
        leave(people[-number], newsletter, Occasion("one click"))
        subscribing.take_in(add("Zeno Maybe"), [newsletter], Occasion("subscribe"))


def remove() -> None:
    Dispatch.objects.all().delete()
    for model in (Subscriber, Suppression):
        model._default_manager.filter(email__endswith=demo.INVENTED).delete()


def add(name: str) -> Subscriber:
    return Subscriber.objects.for_address(f"{name.lower().replace(' ', '.')}@example.org")


def send(issue: Issue, lost: Subscriber) -> None:
    """As if a mail server had taken every copy but one."""
    dispatch = dispatching.prepare(issue, None)
    dispatching.begin(dispatch)
    freeze(dispatch)
    dispatch.refresh_from_db()
    now = timezone.now()
    copies = list(dispatch.deliveries.order_by("pk"))
    for number, copy in enumerate(copies):
        copy.state, copy.answer, copy.attempts = Delivery.State.HANDED_OVER, ACCEPTED, 1
        copy.handed_over_at = now + number * BETWEEN_COPIES
    Delivery.objects.bulk_update(copies, ["state", "answer", "attempts", "handed_over_at"])
    returned = dispatch.deliveries.filter(subscriber=lost)
    returned.update(state=Delivery.State.FAILED, answer=NO_SUCH_MAILBOX, handed_over_at=None)
    suppress(lost.email, Suppression.Reason.BOUNCED, NO_SUCH_MAILBOX)
    dispatching.finish(dispatch)
