"""Whatever changes, in whatever order: what an anonymous reader gets is what would be made anew."""

import random
import re
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from comments import moderating, posting, reacting, steering
from comments.models import TALKS, Comment, Mode, Policy, State
from comments.naming import show_profile
from comments.posting import Refused
from core import page_cache
from core.changes import content_changed
from newsletter import publishing
from newsletter.models import Article, Contributor, Issue, Newsletter, Picture, Status
from tests import cast
from tests.comments import talk
from tests.conftest import IS_THOROUGH

pytestmark = pytest.mark.django_db

STEPS = 40 if IS_THOROUGH else 8
PAGES = [
    "/",
    "/low-tide/",
    "/low-tide/about/",
    "/low-tide/2026/",
    "/tags/",
    "/tags/mud/",
    "/articles/",
    "/search/?q=mud",
]
MACHINES = [
    "/search/?q=mud",
    "/sitemap.xml",
    "/feeds/atom.xml",
    "/feeds/rss.xml",
    "/feeds/comments/atom.xml",
    "/subscribe/",
]


class Site:
    """Everything that may change, and a hand that changes one thing at random."""

    def __init__(self, seed, clock, edda, milo, readers):
        self.dice, self.clock, self.edda, self.milo, self.readers = random.Random(seed), clock, edda, milo, readers
        self.number = 0

    def any(self, rows):
        return self.dice.choice(list(rows.order_by("pk")))

    def word(self):
        self.number += 1
        return f"Word {self.number}"

    def retitle(self):
        thing = self.any(self.dice.choice([Article, Issue]).objects.published())
        thing.title = self.word()
        thing.save()

    def withdraw_or_publish(self):
        thing = self.any(self.dice.choice([Article, Issue]).objects.exclude(status=Status.DRAFT))
        if thing.status == Status.PUBLISHED:
            publishing.withdraw(thing, self.edda)
        else:
            publishing.publish(thing, self.edda)

    def schedule(self):
        thing = self.any(Article.objects.filter(issue=None))
        publishing.back_to_draft(thing, self.edda)
        publishing.publish(thing, self.edda, at=timezone.now() + timedelta(minutes=20))

    def let_time_pass(self):
        self.clock.shift(timedelta(minutes=self.dice.choice([1, 30, 60 * 24])))

    def tag(self):
        self.any(Article.objects.all()).tags.add(self.word())

    def rename_contributor(self):
        contributor = self.any(Contributor.objects.all())
        contributor.name = self.word()
        contributor.save()

    def caption(self):
        picture = self.any(Picture.objects.all())
        picture.caption = self.word()
        picture.save()

    def write(self):
        place = self.any(Article.objects.published())
        talk.say(
            talk.under(place) if not hasattr(place, "discussion") else place.discussion, self.reader(), self.word()
        )

    def reader(self):
        return self.dice.choice(self.readers)

    def comment(self):
        return self.any(Comment.objects.exclude(state=State.DELETED))

    def decide(self):
        moderating.transition([self.comment().pk], self.dice.choice([State.REMOVED, State.APPROVED]), self.milo)

    def like(self):
        comment = self.any(Comment.objects.public())
        reader = next(reader for reader in self.readers if reader.pk != comment.author_id)
        reacting.like(comment, reader, liked=self.dice.random() < 0.8)

    def rewrite(self):
        comment = self.any(Comment.objects.public())
        posting.revise(comment, comment.author, self.word())

    def take_back(self):
        comment = self.any(Comment.objects.public())
        posting.take_back(comment, comment.author)

    def close_or_open(self):
        discussion = self.comment().discussion
        self.dice.choice([steering.close, steering.reopen])([discussion.pk], self.milo)

    def rename_reader(self):
        reader = self.reader()
        reader.display_name = self.word()
        reader.save()
        show_profile(reader)

    def change_policy(self):
        policy = Policy.objects.get_or_create(newsletter=self.any(Newsletter.objects.all()))[0]
        policy.mode = self.dice.choice([Mode.OPEN, Mode.CLOSED, Mode.OFF])
        policy.save()
        content_changed(TALKS)  # as the admin says it


HANDS = {"any", "word", "reader", "comment"}
CHANGES = [name for name in vars(Site) if not name.startswith("_") and name not in HANDS]


def addresses():
    """Those that are the same all the time, and one of each thing, as they are now."""
    things = [*Issue.objects.select_related("newsletter"), *Article.objects.with_addresses()]
    own = [thing.get_absolute_url() for thing in things]
    talks = [f"{page}comments/{end}" for page in own for end in ("", "atom.xml")]
    comments = [f"/comments/{pk}/" for pk in Comment.objects.order_by("-pk").values_list("pk", flat=True)[:2]]
    people = [contributor.get_absolute_url() for contributor in Contributor.objects.all()[:1]]
    return [*PAGES, *MACHINES, *own, *talks, *comments, *people]


def seen(address):
    response = Client().get(address)
    # A feed without entries was changed when it was made.
    return response.status_code, re.sub("<updated>.*?</updated>", "", response.content.decode(), count=1)


def made_anew(address, monkeypatch):
    """The page as it is made where nothing is kept, which stays kept meanwhile."""
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(page_cache, "store", page_cache.Store(page_cache.LARGEST))
        return seen(address)


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))])
def test_what_is_kept_is_what_would_be_made_anew(
    seed, published, discussion, edda, milo, rita, otto, monkeypatch, django_capture_on_commit_callbacks
):
    alone = cast.article(published.newsletter, title="Alone")
    published.articles.first().pictures.add(cast.picture())
    for comment in (talk.say(discussion, rita), talk.say(talk.under(alone), otto)):
        talk.say(comment.discussion, rita, "So it is.", parent=comment)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        site = Site(seed, clock, edda, milo, [rita, otto])
        done: list[str] = []
        for _step in range(STEPS):
            for address in addresses():
                seen(address)
            with (
                django_capture_on_commit_callbacks(execute=True),
                suppress(IndexError, Refused, publishing.NotAllowed),
            ):
                done.append(site.dice.choice(CHANGES))
                getattr(site, done[-1])()
            for address in addresses():
                assert seen(address) == made_anew(address, monkeypatch), (address, done)
