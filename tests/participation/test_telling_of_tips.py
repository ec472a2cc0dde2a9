"""Who sent a tip hears once that readers can see it, whatever happened to the plan on the way."""

import pytest
import time_machine
from django.utils import timezone

from newsletter import arranging, publishing
from newsletter.models import Article
from participation.models import Tip
from participation.tips.telling import tell_of_articles
from tests import cast
from tests.participation.tips import mails, tip

pytestmark = pytest.mark.django_db


@pytest.fixture
def used(low_tide):
    """A tip that became an item of a draft."""
    may = cast.may(low_tide)
    return tip(low_tide, state="used", article=may.articles.get(slug="crabs"))


def test_they_are_told_once_with_a_link(low_tide, used, edda):
    tell_of_articles()
    assert mails() == []
    publishing.publish(used.article.issue, edda)
    tell_of_articles()
    tell_of_articles()
    ((email, subject, text),) = mails()
    assert (email, subject) == ("ada@example.org", "Your tip is in Low Tide")
    assert "“Crabs”" in text
    assert "/low-tide/may/crabs/\n" in text
    assert Tip.objects.get().told_at


def test_they_are_told_in_the_language_they_read(low_tide, used, edda):
    Tip.objects.update(language="nl")  # which the program does not speak
    publishing.publish(used.article.issue, edda)
    tell_of_articles()
    assert mails()[0][1] == "Your tip is in Low Tide"


def test_a_scheduled_issue_is_told_of_at_its_hour_and_not_where_it_was_taken_back(used, edda):
    issue, now = used.article.issue, timezone.now()
    publishing.publish(issue, edda, at=now + timezone.timedelta(days=2))
    tell_of_articles()
    publishing.back_to_draft(issue, edda)
    with time_machine.travel(now + timezone.timedelta(days=3)):
        tell_of_articles()
        assert mails() == []
        publishing.publish(issue, edda)
        tell_of_articles()
        assert len(mails()) == 1


@pytest.mark.parametrize("what", ["issue", "article"])
def test_what_was_withdrawn_before_anybody_was_told_is_not_told(used, edda, what):
    publishing.publish(used.article.issue, edda)
    thing = used.article.issue if what == "issue" else Article.objects.get(pk=used.article.pk)
    publishing.withdraw(thing, edda)
    tell_of_articles()
    assert mails() == []
    publishing.publish(thing, edda)
    tell_of_articles()
    assert len(mails()) == 1


def test_they_are_told_where_it_is_by_then(low_tide, used, edda):
    high = cast.low_tide(title="High Tide", slug="high-tide")
    june = cast.issue(high, 6, title="June", slug="june")
    arranging.move([used.article], june)
    article = Article.objects.get(pk=used.article.pk)
    article.slug = "crabs-again"
    article.save()
    publishing.publish(article, edda)
    tell_of_articles()
    ((_email, subject, text),) = mails()
    assert subject == "Your tip is in High Tide"
    assert "/high-tide/june/crabs-again/\n" in text


def test_what_is_published_again_is_not_told_again(used, edda):
    issue = used.article.issue
    publishing.publish(issue, edda)
    tell_of_articles()
    assert len(mails()) == 1
    publishing.withdraw(issue, edda)
    publishing.publish(issue, edda)
    tell_of_articles()
    assert mails() == []


def test_who_is_killed_in_between_tells_once(used, edda, monkeypatch):
    publishing.publish(used.article.issue, edda)

    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("core.mail.outbox.put", killed)
        with pytest.raises(KeyboardInterrupt):
            tell_of_articles()
    tell_of_articles()
    assert len(mails()) == 1


def test_who_gave_no_address_is_not_told(used, edda):
    Tip.objects.update(email="")
    publishing.publish(used.article.issue, edda)
    tell_of_articles()
    assert mails() == []
    assert Article.objects.filter(tips__told_at=None, slug="crabs").exists()
