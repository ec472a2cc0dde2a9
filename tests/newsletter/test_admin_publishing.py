"""The box above the form of an issue or article, and the pages on which editors decide."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from newsletter import publishing
from newsletter.models import Article, Issue, Status
from tests import cast
from tests.newsletter.filling import fields, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(low_tide):
    made = cast.issue(low_tide, 5, title="May", slug="may", status=Status.DRAFT)
    for title in ("One", "Two"):
        cast.article(low_tide, made, title=title, status=Status.DRAFT, published_at=None)
    return made


def words(page) -> str:
    return " ".join(page.content.decode().split())


def steps(desk, path: str) -> list[str]:
    return [address.split("/")[-2] for address, _ in desk.get(path).context["standing"]["steps"]]


def test_the_box_says_who_changed_the_state_and_offers_what_is_possible(desk, edda, draft):
    page = f"/admin/newsletter/issue/{draft.pk}/change/"
    assert steps(desk, page) == ["publish"]
    publishing.publish(draft, edda, at=timezone.now() + timedelta(days=1))
    assert steps(desk, page) == ["publish", "draft"]
    assert "changed by Edda on" in words(desk.get(page))
    publishing.publish(draft, edda)
    assert steps(desk, page) == ["publish", "withdraw"]
    publishing.withdraw(draft, edda)
    assert steps(desk, page) == ["publish", "draft"]


def test_a_public_issue_with_drafts_offers_to_publish_them(desk, published):
    late = cast.article(published.newsletter, published, title="Late", status=Status.DRAFT, published_at=None)
    assert steps(desk, f"/admin/newsletter/issue/{published.pk}/change/") == ["publish", "withdraw"]
    assert "at" not in fields(desk.get(f"/admin/newsletter/issue/{published.pk}/publish/"))
    before = published.published_at
    send(desk, f"/admin/newsletter/issue/{published.pk}/publish/")
    late.refresh_from_db()
    published.refresh_from_db()
    assert late.is_public
    assert published.published_at == late.published_at == before


def test_what_goes_along_is_ticked_and_can_be_left_out(desk, draft):
    page = f"/admin/newsletter/issue/{draft.pk}/publish/"
    one, two = draft.articles.order_by("pk")
    assert fields(desk.get(page))["articles"] == [str(one.pk), str(two.pk)]
    send(desk, page, articles=[one.pk])
    assert list(Article.objects.published()) == [one]
    assert list(Article.objects.drafts()) == [two]


def test_nothing_ticked_publishes_the_issue_alone(desk, draft):
    send(desk, f"/admin/newsletter/issue/{draft.pk}/publish/", articles=[])
    assert Issue.objects.published().count() == 1
    assert not Article.objects.published().exists()


def test_asking_changes_nothing(desk, draft, published):
    desk.get(f"/admin/newsletter/issue/{draft.pk}/publish/")
    desk.get(f"/admin/newsletter/issue/{published.pk}/withdraw/")
    assert list(Issue.objects.published()) == [published]


def test_the_editor_is_told_what_came_of_it(desk, draft):
    page = f"/admin/newsletter/issue/{draft.pk}"
    answer = desk.post(f"{page}/publish/", {"at": "2030-05-01T09:30"}, follow=True)
    assert 'Readers will see <a href="/low-tide/may/">May</a> from May 1, 2030, 9:30 a.m. on.' in words(
        answer
    ).replace("&#x27;", '"').replace("'", '"')
    answer = desk.post(f"{page}/draft/", follow=True)
    assert "“May” is a draft again." in words(answer)
    answer = desk.post(f"{page}/publish/", follow=True)
    assert "now." in words(answer)
    answer = desk.post(f"{page}/withdraw/", follow=True)
    assert "“May” is withdrawn: its address tells readers that it is gone." in words(answer)
    assert Client().get("/low-tide/may/").status_code == 410


def test_each_step_is_kept_in_the_history(desk, draft):
    send(desk, f"/admin/newsletter/issue/{draft.pk}/publish/")
    assert "Published" in words(desk.get(f"/admin/newsletter/issue/{draft.pk}/history/"))


def test_what_is_not_possible_is_refused_in_words(desk, draft):
    answer = desk.post(f"/admin/newsletter/issue/{draft.pk}/withdraw/", follow=True)
    assert "“May” is not public, so there is nothing to withdraw." in words(answer)


def test_a_date_that_is_none_is_refused_and_nothing_happens(desk, draft):
    answer = send(desk, f"/admin/newsletter/issue/{draft.pk}/publish/", at="next week")
    assert "Enter a valid date/time." in words(answer)
    assert list(Issue.objects.drafts()) == [draft]


def test_a_public_article_keeps_its_date_whatever_is_sent(desk, published):
    mud = published.articles.get(title="Mud")
    desk.post(f"/admin/newsletter/article/{mud.pk}/publish/", {"at": "2030-05-01T09:30"})
    before = mud.published_at
    mud.refresh_from_db()
    assert mud.published_at == before


def test_an_article_published_before_its_issue_waits_for_it(desk, draft):
    one = draft.articles.get(title="One")
    answer = desk.post(f"/admin/newsletter/article/{one.pk}/publish/", follow=True)
    assert "is ready: readers will see it with its issue." in words(answer)
    assert steps(desk, f"/admin/newsletter/article/{one.pk}/change/") == ["draft"]
    assert Client().get("/low-tide/may/one/").status_code == 404


def test_saving_can_lead_on_to_publishing(desk, draft):
    answer = send(desk, f"/admin/newsletter/issue/{draft.pk}/change/", title="June", _publish="1")
    assert answer.url == f"/admin/newsletter/issue/{draft.pk}/publish/"
    answer = send(desk, "/admin/newsletter/article/add/", title="Alone", _publish="1")
    assert answer.url == f"/admin/newsletter/article/{Article.objects.get(title='Alone').pk}/publish/"


def test_what_is_missing_is_shown_with_the_way_to_mend_it(desk, draft):
    page = words(desk.get(f"/admin/newsletter/issue/{draft.pk}/publish/"))
    assert f'href="/admin/newsletter/issue/{draft.pk}/change/#id_preheader"' in page


def test_what_is_public_is_withdrawn_before_it_is_deleted(desk, edda, published):
    page = f"/admin/newsletter/issue/{published.pk}"
    assert desk.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
    assert "withdraw it first" in words(desk.get(f"{page}/change/"))
    publishing.withdraw(published, edda)
    assert desk.post(f"{page}/delete/", {"post": "yes"}).status_code == 302
    assert not Issue.objects.exists()


def test_an_editor_sees_a_draft_at_its_public_address(desk, draft):
    page = desk.get(f"/admin/newsletter/issue/{draft.pk}/change/")
    assert page.context["absolute_url"] == "/low-tide/may/"
    assert desk.get("/low-tide/may/").status_code == 200
    assert Client().get("/low-tide/may/").status_code == 404
