"""Lists as batches: how a test brings one in, and takes it back."""

from threading import Event

from django.core.files.base import ContentFile

from interchange.bringing import uploads
from interchange.lists import steering, working
from interchange.lists.meaning import Mapping, Standing
from mailing.models import Subscription

EVIDENCE = "Signed the list at the fair"


def begun(newsletter, text, by=None, name="list.csv"):
    upload = uploads.keep(ContentFile(text if isinstance(text, bytes) else text.encode()))
    return steering.begin(newsletter, name, by, upload)


def work(brought, until=None):
    working.work(brought, until or Event())
    brought.refresh_from_db()
    return brought


def looked_at(newsletter, text, by=None, **said):
    """As an editor sees it first; with `rest`, when they have said who those are of whom it says nothing."""
    brought = work(begun(newsletter, text, by))
    assert brought.state == "planned", brought.problem
    return say(brought, **said) if said else brought


def say(brought, rest="active", words=(), roles=()):
    mapping = Mapping.from_json(brought.mapping)
    mapping.rest = Standing(rest)
    for column, word, meaning in words:
        mapping.words[mapping.layout.headers.index(column)][word] = Standing(meaning)
    for column, role in roles:
        mapping.roles[mapping.layout.headers.index(column)] = role
    assert steering.look_again(brought, mapping)
    brought.refresh_from_db()
    return work(brought)


def imported(newsletter, text, by=None, invalid=False, unknown=False, **said):
    """Brought in to the end; who is left out, if anybody, has to be named."""
    brought = looked_at(newsletter, text, by, **{"rest": "active", **said})
    assert steering.bring_in(brought, EVIDENCE, leaves_out_invalid=invalid, leaves_out_unknown=unknown)
    brought.refresh_from_db()
    brought = work(brought)
    assert brought.state == "done", brought.problem
    return brought


def taken_back(brought):
    assert steering.take_back(brought)
    brought.refresh_from_db()
    brought = work(brought)
    assert brought.state == "taken back", brought.problem
    return brought


def fates(brought):
    """What becomes of the first rows, by what stands before the @."""
    return {email.partition("@")[0]: fate for _row, email, _name, fate, _date in brought.findings["shown"]}


def active(newsletter):
    rows = Subscription.objects.active().filter(newsletter=newsletter)
    return {email.partition("@")[0] for email in rows.values_list("subscriber__email", flat=True)}


def states(newsletter):
    """How everybody stands, by what stands before the @."""
    rows = Subscription.objects.filter(newsletter=newsletter).values_list("subscriber__email", "state")
    return {email.partition("@")[0]: state for email, state in rows}


def numbered(rows):
    return "email\n" + "".join(f"r{number}@example.org\n" for number in range(rows))
