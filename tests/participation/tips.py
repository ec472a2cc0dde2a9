"""What tests of tips share."""

import re

from django.test import Client
from django.utils import timezone

from newsletter.models import Article, Link
from participation.models import Tip
from tests.mailing.post import delivered

#: What a browser says of a form on a page of ours.
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
TYPED = {
    "newsletter": "low-tide",
    "text": "A heron has nested on the harbour crane.",
    "link": "https://shore.example.org/heron",
    "name": "Ada Moor",
    "email": "ada@example.org",
    "credit": "name",
}


def send(client=None, headers=FROM_HERE, **changes):
    """Send the form; what is None is left out."""
    typed = {name: value for name, value in (TYPED | changes).items() if value is not None}
    return (client or Client()).post("/tips/", typed, headers=headers)


def tip(newsletter, **fields):
    """A tip as it is stored."""
    facts = {"text": "A heron has nested.", "language": newsletter.language, "name": "Ada Moor"}
    return Tip.objects.create(newsletter=newsletter, **{**facts, "email": "ada@example.org", **fields})


def looked_at(address, **facts):
    """As if the worker had looked there."""
    facts = {"title": "A Heron on the Crane", "name": "The Shore", "language": "nl", **facts}
    Link.objects.update_or_create(address=address, defaults={**facts, "asked_at": None, "checked_at": timezone.now()})


def decide(desk, tip, decision, **more):
    return desk.post(f"/admin/participation/tip/{tip.pk}/change/", {"decision": decision, **more}, follow=True)


def make_item(desk, tip, issue, section=""):
    decide(desk, tip, "use", issue=issue.pk, section=section)
    return Article.objects.filter(tips=tip).first()


def mails():
    """To whom, under which subject, and what, since the last look."""
    return [(*each.to, each.subject, each.body) for each in delivered()]


def words_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
