"""An editor does the whole job in the admin, without being a superuser."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from taggit.models import Tag

from newsletter.models import Article, Contributor, Issue, Newsletter, Picture, Redirect, Section, Status
from tests import cast
from tests.newsletter.filling import send

pytestmark = pytest.mark.django_db

FIRST_LINES = {
    "sections-0-title": "News",
    "articles-0-title": "Crabs are back",
    "articles-0-kind": "item",
}


def test_an_editor_brings_out_an_issue_from_nothing(desk, edda):
    assert not edda.is_superuser
    send(desk, "/admin/newsletter/newsletter/add/", title="High Tide")
    send(desk, "/admin/newsletter/picture/add/", file=cast.image_file("crab.jpg"), alt="A crab")
    send(desk, "/admin/newsletter/contributor/add/", name="Ada Moor")
    send(desk, "/admin/newsletter/issue/add/", title="March", **FIRST_LINES)
    send(
        desk,
        f"/admin/newsletter/article/{Article.objects.get().pk}/change/",
        body="![A crab](picture:crab)",
        tags="crabs, coast",
        section=Section.objects.get().pk,
        lead_picture=Picture.objects.get().name,
        source_url="https://example.org/crabs",
        **{"contributions-0-contributor": Contributor.objects.get().pk},
    )
    send(desk, f"/admin/newsletter/issue/{Issue.objects.get().pk}/publish/")

    page = Client().get("/high-tide/march/").content.decode()
    assert "Crabs are back" in page
    article = Article.objects.published().get()
    assert str(article.get_absolute_url()) == "/high-tide/march/crabs-are-back/"
    assert {tag.name for tag in article.tags.all()} == {"crabs", "coast"}
    assert article.section == Section.objects.get(title="News")
    assert "<figure" in article.body_html
    assert list(article.contributors.all()) == [Contributor.objects.get(name="Ada Moor")]


def test_an_editor_schedules_and_takes_back_and_publishes_and_withdraws(desk, low_tide):
    issue = cast.issue(low_tide, 5, status=Status.DRAFT)
    cast.article(low_tide, issue, status=Status.DRAFT, published_at=None)
    page = f"/admin/newsletter/issue/{issue.pk}"
    next_week = timezone.now() + timedelta(days=7)

    send(desk, f"{page}/publish/", at=next_week.strftime("%Y-%m-%dT%H:%M"))
    assert list(Issue.objects.scheduled()) == [issue]
    send(desk, f"{page}/draft/")
    assert list(Issue.objects.drafts()) == [issue]
    send(desk, f"{page}/publish/")
    assert list(Issue.objects.published()) == [issue]
    send(desk, f"{page}/withdraw/")
    assert list(Issue.objects.withdrawn()) == [issue]


def test_an_editor_keeps_tags_and_redirects(desk, published):
    send(desk, "/admin/taggit/tag/add/", name="Salt marsh")
    tag = Tag.objects.get(slug="salt-marsh")
    send(desk, f"/admin/taggit/tag/{tag.pk}/change/", name="Salt marshes")
    send(desk, "/admin/newsletter/redirect/add/", old_path="/old/", new_path="/low-tide/march/")

    assert Tag.objects.get(pk=tag.pk).name == "Salt marshes"
    assert Client().get("/old/").headers["Location"] == "/low-tide/march/"


def test_an_editor_deletes_a_draft(desk, low_tide):
    draft = cast.article(low_tide, status=Status.DRAFT, published_at=None)
    send(desk, f"/admin/newsletter/article/{draft.pk}/delete/")
    assert not Article.objects.exists()


@pytest.mark.parametrize("path", ["/admin/accounts/user/", "/admin/auth/group/", "/admin/accounts/user/add/"])
def test_an_editor_cannot_see_people(desk, path):
    assert desk.get(path).status_code == 403
    assert "/admin/accounts/" not in desk.get("/admin/").content.decode()


def test_an_editor_cannot_choose_an_account_for_a_contributor(desk, rita):
    assert rita.email not in desk.get("/admin/newsletter/contributor/add/").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/admin/newsletter/issue/",
        "/admin/newsletter/issue/{}/contents/",
        "/admin/newsletter/issue/begin/",
        "/admin/newsletter/article/several/",
        "/admin/newsletter/issue/{}/publish/",
        "/admin/newsletter/issue/{}/withdraw/",
        "/admin/newsletter/issue/{}/draft/",
        "/admin/newsletter/article/dialect/",
        "/admin/newsletter/picture/add/",
    ],
)
def test_a_moderator_has_no_business_with_content(client, milo, published, path):
    client.force_login(milo)
    assert client.get(path.format(published.pk)).status_code == 403


@pytest.mark.parametrize("path", ["/admin/newsletter/issue/1/publish/", "/admin/newsletter/article/beside/"])
def test_a_stranger_is_asked_to_sign_in(client, db, path):
    assert client.post(path).url.startswith("/admin/login/")


def test_a_first_newsletter_needs_only_a_name(desk):
    send(desk, "/admin/newsletter/newsletter/add/", title="Low Tide")
    assert Newsletter.objects.get().slug == "low-tide"


def test_the_desk_lists_content_in_the_order_in_which_it_is_needed(desk):
    content, *others = desk.get("/admin/").context["app_list"]
    names = [model["object_name"] for model in content["models"]]
    assert names[:5] == ["Issue", "Article", "Event", "Poll", "Picture"]
    assert names[5:] == ["Link", "Contributor", "Tag", "Newsletter", "Redirect", "Import", "Export"]
    assert [group["name"] for group in others] == ["Conversation", "Readers and mail"]


def test_nothing_is_lost_when_a_redirect_leads_in_a_circle(desk):
    page = send(desk, "/admin/newsletter/redirect/add/", old_path="/a/", new_path="/a/b/")
    assert "This leads back to the old address." in page.content.decode()
    assert not Redirect.objects.exists()
