"""A preview address was given away, and then something becomes of what it shows."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from newsletter import publishing, sharing
from newsletter.models import Article, Issue, Newsletter, Picture, Share, Status
from newsletter.rendering import render_texts
from tests import cast
from tests.newsletter.filling import send

pytestmark = pytest.mark.django_db


def draft_of(newsletter, **fields) -> Issue:
    made = cast.issue(newsletter, 5, **({"title": "May", "slug": "may", "status": Status.DRAFT} | fields))
    cast.article(newsletter, made, title="One", status=Status.DRAFT, published_at=None)
    return made


def shared(thing, by=None) -> str:
    return sharing.address(sharing.share(thing, by)).removeprefix("https://courant.example")


def status_of(path: str) -> int:
    return Client().get(path).status_code


def move(desk, low_tide):
    other = cast.low_tide(title="Spring Tide", slug="spring-tide")
    send(desk, f"/admin/newsletter/issue/{Issue.objects.get().pk}/change/", newsletter=other.pk)


def rename_newsletter(desk, low_tide):
    send(desk, f"/admin/newsletter/newsletter/{low_tide.pk}/change/", slug="ebb")


CHANGES = {
    "published": lambda desk, tide: publishing.publish(Issue.objects.get(), None),
    "scheduled": lambda desk, tide: publishing.publish(
        Issue.objects.get(), None, at=timezone.now() + timedelta(days=9)
    ),
    "renamed": lambda desk, tide: Issue.objects.update(slug="june"),
    "moved": move,
    "newsletter renamed": rename_newsletter,
    "article renamed": lambda desk, tide: Article.objects.update(slug="first"),
    "article moved out": lambda desk, tide: Article.objects.update(issue=None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_share_goes_on_whatever_its_thing_is_called_and_wherever_it_stands(low_tide, desk, change):
    issue = draft_of(low_tide)
    paths = [shared(issue), shared(issue.articles.get())]
    CHANGES[change](desk, low_tide)
    assert [status_of(path) for path in paths] == [200, 200]
    if change == "scheduled":
        publishing.back_to_draft(Issue.objects.get(), None)
        assert [status_of(path) for path in paths] == [200, 200]


def test_a_share_ends_when_its_thing_is_withdrawn(low_tide):
    issue = draft_of(low_tide)
    publishing.publish(issue, None)
    one = issue.articles.get()
    of_issue, of_article = shared(issue), shared(one)
    publishing.withdraw(one, None)
    assert [status_of(of_issue), status_of(of_article)] == [200, 404]
    assert "All about One." not in Client().get(of_issue).text
    again = shared(one)
    assert status_of(again) == 200
    publishing.withdraw(issue, None)
    assert [status_of(of_issue), status_of(again)] == [404, 404]
    assert status_of(shared(issue)) == 200


@pytest.mark.parametrize("kind", ["issue", "article"])
def test_a_share_ends_with_what_it_shows(low_tide, desk, kind):
    issue = draft_of(low_tide)
    thing = issue if kind == "issue" else issue.articles.get()
    path = shared(thing)
    assert desk.post(f"/admin/newsletter/{kind}/{thing.pk}/delete/", {"post": "yes"}).status_code == 302
    assert status_of(path) == 404
    assert not Share.objects.exists()


def test_a_share_shows_the_words_of_now(low_tide):
    issue = draft_of(low_tide)
    path = shared(issue)
    issue.body = "Other words."
    issue.save()
    render_texts(issue)
    Newsletter.objects.update(language="zh-hans")
    page = Client().get(path).text
    assert "Other words." in page
    assert '<html lang="zh-hans"' in page


def test_a_share_shows_the_picture_of_now(low_tide):
    picture = cast.picture("mud")
    path = shared(draft_of(low_tide, body="![](picture:mud)"))
    before = sharing.SHOWN.findall(Client().get(path).text)
    picture.file = cast.image_file(size=(700, 500))
    picture.save()
    after = sharing.SHOWN.findall(Client().get(path).text)
    assert set(before).isdisjoint(after)
    Picture.objects.all().delete()
    assert status_of(path) == 200


def test_a_share_outlives_who_made_it(low_tide, edda):
    path = shared(draft_of(low_tide), edda)
    edda.delete()
    assert status_of(path) == 200
    assert Share.objects.get().made_by is None
