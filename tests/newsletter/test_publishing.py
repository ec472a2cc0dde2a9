"""Publish, schedule, withdraw: what each does to an issue and its articles."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter import publishing
from newsletter.models import Article, Issue, Status
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(low_tide):
    made = cast.issue(low_tide, 5, status=Status.DRAFT)
    for title in ("One", "Two"):
        cast.article(low_tide, made, title=title, status=Status.DRAFT, published_at=None)
    return made


def test_publishing_an_issue_shows_it_with_its_draft_articles(draft, edda):
    publishing.publish(draft, edda)
    assert list(Issue.objects.published()) == [draft]
    assert Article.objects.published().count() == 2
    assert draft.status_changed_by == edda


def test_an_article_left_out_stays_a_draft(draft, edda):
    one = draft.articles.get(title="One")
    publishing.publish(draft, edda, articles=[one])
    assert list(Article.objects.published()) == [one]


def test_a_scheduled_issue_is_public_only_when_its_time_has_come(draft, edda, time_machine):
    moment = timezone.now() + timedelta(hours=2)
    publishing.publish(draft, edda, at=moment)
    assert not Issue.objects.published().exists()
    assert not Article.objects.published().exists()
    assert list(Issue.objects.scheduled()) == [draft]
    time_machine.move_to(moment)
    assert list(Issue.objects.published()) == [draft]
    assert Article.objects.published().count() == 2


def test_rescheduling_moves_the_articles_along(draft, edda):
    publishing.publish(draft, edda, at=timezone.now() + timedelta(hours=2))
    later = timezone.now() + timedelta(hours=5)
    publishing.publish(draft, edda, at=later)
    assert set(draft.articles.values_list("published_at", flat=True)) == {later}


def test_a_public_issue_keeps_its_date_when_published_again(published, edda):
    before = published.published_at
    publishing.publish(published, edda)
    published.refresh_from_db()
    assert published.published_at == before


def test_a_public_article_keeps_its_date_when_published_again(published, edda):
    mud = published.articles.get(title="Mud")
    before = mud.published_at
    publishing.publish(mud, edda, at=timezone.now() + timedelta(days=3))
    mud.refresh_from_db()
    assert mud.published_at == before


def test_withdrawing_hides_an_issue_and_its_articles(published, edda):
    publishing.withdraw(published, edda)
    assert not Issue.objects.published().exists()
    assert not Article.objects.published().exists()


def test_a_withdrawn_article_comes_back_with_its_old_date(published, edda):
    mud = published.articles.get(title="Mud")
    before = mud.published_at
    publishing.withdraw(mud, edda)
    publishing.publish(mud, edda)
    assert mud.is_public
    assert mud.published_at == before


def test_a_draft_cannot_be_withdrawn(draft, edda):
    with pytest.raises(publishing.NotAllowed):
        publishing.withdraw(draft, edda)


def test_what_readers_have_seen_cannot_become_a_draft(published, edda):
    with pytest.raises(publishing.NotAllowed):
        publishing.back_to_draft(published, edda)


def test_a_withdrawn_issue_can_become_a_draft(published, edda):
    publishing.withdraw(published, edda)
    publishing.back_to_draft(published, edda)
    assert published.status == Status.DRAFT
    assert published.published_at is None
