"""When an editor changes the address of something that readers know, the old one leads there."""

import pytest
from django.test import Client

from newsletter.models import Article, Contributor, Newsletter, Redirect, Status
from tests import cast
from tests.newsletter.filling import send

pytestmark = pytest.mark.django_db


def leads_to(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 301, f"{path} answers {answer.status_code}"
    return answer.headers["Location"]


def test_renaming_a_newsletter_leads_on_all_that_is_below(desk, published):
    low_tide = Newsletter.objects.get()
    send(desk, f"/admin/newsletter/newsletter/{low_tide.pk}/change/", slug="ebb")
    assert leads_to("/low-tide/") == "/ebb/"
    assert leads_to("/low-tide/march/mud/") == "/ebb/march/mud/"
    assert leads_to("/low-tide/about/?from=mail") == "/ebb/about/?from=mail"


def test_renaming_an_issue_leads_on_its_articles(desk, published):
    answer = send(desk, f"/admin/newsletter/issue/{published.pk}/change/", slug="spring", _update="1")
    assert leads_to("/low-tide/march/") == "/low-tide/spring/"
    assert leads_to("/low-tide/march/mud/") == "/low-tide/spring/mud/"
    told = desk.get(answer.url).content.decode()
    assert "Whoever has the old address /low-tide/march/ is led to /low-tide/spring/." in told


def test_renaming_an_article_and_moving_it_out_of_its_issue(desk, published):
    mud = Article.objects.get(title="Mud")
    page = f"/admin/newsletter/article/{mud.pk}/change/"
    send(desk, page, slug="deep-mud", _update="1")
    send(desk, page, issue="", _update="1")
    assert leads_to("/low-tide/march/mud/") == "/articles/deep-mud/"
    assert leads_to("/low-tide/march/deep-mud/") == "/articles/deep-mud/"


def test_renaming_a_contributor_and_a_tag(desk, published):
    send(desk, f"/admin/newsletter/contributor/{Contributor.objects.get().pk}/change/", slug="ada")
    assert leads_to("/contributors/ada-moor/") == "/contributors/ada/"
    mud = Article.objects.get(title="Mud").tags.get(name="mud")
    send(desk, f"/admin/taggit/tag/{mud.pk}/change/", slug="silt")
    assert leads_to("/tags/mud/") == "/tags/silt/"
    assert leads_to("/feeds/tags/mud/rss.xml") == "/feeds/tags/silt/rss.xml"


def test_an_address_that_goes_back_to_what_it_was_leads_nowhere_else(desk, published):
    page = f"/admin/newsletter/issue/{published.pk}/change/"
    send(desk, page, slug="spring", _update="1")
    send(desk, page, slug="march", _update="1")
    assert Client().get("/low-tide/march/").status_code == 200
    assert leads_to("/low-tide/spring/") == "/low-tide/march/"


def test_renaming_what_nobody_has_seen_leaves_nothing(desk, low_tide):
    draft = cast.issue(low_tide, 5, status=Status.DRAFT)
    send(desk, f"/admin/newsletter/issue/{draft.pk}/change/", slug="spring", _update="1")
    assert not Redirect.objects.exists()


def test_saving_without_a_new_address_leaves_nothing(desk, published):
    send(desk, f"/admin/newsletter/issue/{published.pk}/change/", title="Spring", _update="1")
    assert not Redirect.objects.exists()


def test_a_refused_new_address_leaves_nothing(desk, published):
    other = cast.issue(published.newsletter, 2, slug="april")
    send(desk, f"/admin/newsletter/issue/{other.pk}/change/", slug="march", _update="1")
    assert not Redirect.objects.exists()
