"""The lists of the admin: found, filtered, and as quick with many rows as with few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag

from newsletter import publishing
from newsletter.models import (
    Article,
    Contribution,
    Contributor,
    Issue,
    Newsletter,
    Picture,
    Redirect,
    Status,
    TaggedArticle,
)
from tests import cast

pytestmark = pytest.mark.django_db

LISTS = [
    "newsletter/newsletter",
    "newsletter/issue",
    "newsletter/article",
    "newsletter/event",
    "newsletter/picture",
    "newsletter/contributor",
    "newsletter/redirect",
    "taggit/tag",
]


def titles(page) -> list[str]:
    return [str(row) for row in page.context["cl"].result_list]


def fill(newsletter, rows: range) -> None:
    """For each number a newsletter, redirect, event, and an issue with an article: with picture, byline and tag."""
    Newsletter.objects.bulk_create(Newsletter(title=f"N {row}", slug=f"n{row}") for row in rows)
    Redirect.objects.bulk_create(Redirect(old_path=f"/{row}/", new_path="/new/") for row in rows)
    for row in rows:
        cast.event(newsletter, f"e{row}")
    issues = Issue.objects.bulk_create(
        Issue(newsletter=newsletter, number=row, title=f"Issue {row}", slug=f"i{row}") for row in rows
    )
    pictures = Picture.objects.bulk_create(
        Picture(name=f"p{row}", file=f"pictures/p{row}.jpg", width=640, height=480) for row in rows
    )
    articles = Article.objects.bulk_create(
        Article(newsletter=newsletter, issue=issue, title="A", slug="a", lead_picture=picture)
        for issue, picture in zip(issues, pictures, strict=True)
    )
    people = Contributor.objects.bulk_create(Contributor(name=f"Ada {row}", slug=f"ada-{row}") for row in rows)
    tags = Tag.objects.bulk_create(Tag(name=f"tag {row}", slug=f"tag-{row}") for row in rows)
    for article, person, tag in zip(articles, people, tags, strict=True):
        Contribution.objects.create(article=article, contributor=person)
        TaggedArticle.objects.create(content_object=article, tag=tag)


def test_a_list_costs_the_same_with_5_and_with_200_rows(desk, low_tide):
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(path).status_code == 200
        return len(captured)

    fill(low_tide, range(1, 6))
    few = {name: queries(f"/admin/{name}/") for name in LISTS}
    fill(low_tide, range(6, 201))
    assert {name: queries(f"/admin/{name}/") for name in LISTS} == few
    assert max(few.values()) <= 14


def test_an_issue_with_40_articles_is_opened_with_few_queries(desk, low_tide, django_assert_max_num_queries):
    issue = cast.issue(low_tide, 5)
    for number in range(40):
        Article.objects.create(newsletter=low_tide, issue=issue, title=f"A {number}", slug=f"a{number}")
    with django_assert_max_num_queries(31):
        assert desk.get(f"/admin/newsletter/issue/{issue.pk}/change/").status_code == 200


@pytest.mark.parametrize("state", ["draft", "scheduled", "published", "withdrawn"])
def test_issues_and_articles_are_filtered_by_state(desk, published, secrets, state):
    shown = titles(desk.get(f"/admin/newsletter/issue/?state={state}"))
    assert shown == (["March"] if state == "published" else [f"SECRET {state}"])
    articles = set(titles(desk.get(f"/admin/newsletter/article/?state={state}")))
    assert articles == ({"Mud", "Crabs", "Terns"} if state == "published" else {f"SECRET {state} article"})


def test_articles_that_wait_for_their_issue_are_found(desk, published, low_tide):
    waiting = cast.article(low_tide, cast.issue(low_tide, 5, status=Status.DRAFT), published_at=cast.PUBLISHED_AT)
    page = desk.get("/admin/newsletter/article/?state=waiting")
    assert list(page.context["cl"].result_list) == [waiting]
    assert "Waits for its issue" in page.content.decode()


@pytest.mark.parametrize("state", ["draft", "scheduled", "published", "withdrawn"])
def test_the_word_of_a_state_means_the_same_as_the_filter(desk, published, secrets, edda, state):
    publishing.withdraw(published.articles.get(title="Mud"), edda)
    for kind in ("issue", "article"):
        page = desk.get(f"/admin/newsletter/{kind}/?state={state}").content.decode()
        table = page[page.index('id="result_list"') :]
        assert f"state-{state}" in table
        assert table.count('class="state ') == table.count(f"state-{state}")


def test_an_unknown_state_shows_everything(desk, published):
    assert titles(desk.get("/admin/newsletter/issue/?state=lost")) == ["March"]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/admin/newsletter/issue/?q=march", ["March"]),
        ("/admin/newsletter/article/?q=ada", ["Mud"]),
        ("/admin/newsletter/article/?q=coast", ["Crabs", "Mud", "Terns"]),
        ("/admin/newsletter/article/?q=shore", ["Crabs", "Terns"]),
        ("/admin/newsletter/contributor/?q=moor", ["Ada Moor"]),
        ("/admin/taggit/tag/?q=mu", ["mud"]),
        ("/admin/newsletter/newsletter/?q=water", ["Low Tide"]),
    ],
)
def test_lists_are_searched(desk, published, path, found):
    assert sorted(titles(desk.get(path))) == found


def test_lists_are_filtered_by_newsletter_and_date(desk, published):
    other = cast.low_tide(title="High Tide", slug="high-tide")
    cast.issue(other, 1, title="Flood", slug="flood")
    assert titles(desk.get(f"/admin/newsletter/issue/?newsletter__id__exact={other.pk}")) == ["Flood"]
    assert len(titles(desk.get("/admin/newsletter/issue/?published_at__year=2026"))) == 2
    assert titles(desk.get("/admin/newsletter/issue/?published_at__year=2025")) == []


def test_drafts_come_first_then_the_newest(desk, low_tide, published, secrets):
    shown = titles(desk.get("/admin/newsletter/issue/"))
    assert shown == ["SECRET draft", "SECRET scheduled", "March", "SECRET withdrawn"]


def test_tags_are_counted_and_lead_to_their_articles(desk, published):
    page = desk.get("/admin/taggit/tag/").content.decode()
    (coast,) = [tag for tag in desk.get("/admin/taggit/tag/").context["cl"].result_list if tag.name == "coast"]
    assert coast.article_count == 3
    link = f"/admin/newsletter/article/?tags__id__exact={coast.pk}"
    assert link in page
    assert len(titles(desk.get(link))) == 3


def test_nothing_is_deleted_from_a_list(desk, published):
    page = desk.post(
        "/admin/newsletter/issue/", {"action": "delete_selected", "_selected_action": [published.pk], "post": "yes"}
    )
    assert Issue.objects.exists()
    assert "delete_selected" not in desk.get("/admin/newsletter/picture/").content.decode()
    assert page.status_code in {200, 302}


def test_suggestions_can_be_told_apart(desk, published):
    query = "app_label=newsletter&model_name=article&field_name="
    suggested = desk.get(f"/admin/autocomplete/?{query}issue&term=march").json()["results"]
    assert [row["text"] for row in suggested] == ["Low Tide No.\u00a01: March"]


def test_tags_that_exist_are_suggested(desk, published):
    query = "app_label=newsletter&model_name=taggedarticle&field_name=tag&term=co"
    suggested = desk.get(f"/admin/autocomplete/?{query}").json()["results"]
    assert [row["text"] for row in suggested] == ["coast"]
