"""A dated note beside what was wrong: who sees it where, and how editors write it."""

from datetime import UTC, datetime

import pytest

from core import page_cache
from newsletter import publishing
from newsletter.models import Article, Correction
from tests import cast
from tests.newsletter.crowd import queries_for
from tests.newsletter.filling import send
from tests.newsletter.pages import main_of, nodes, text_of

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2026, 4, 20, tzinfo=UTC)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def mud(published):
    return published.articles.get(slug="mud")


def correct(text="It was the sun, not the *moon*.", **thing) -> Correction:
    return publishing.correct(Correction(text=text, published_at=NOON, **thing))


def notes(client, path: str) -> str:
    page_cache.forget()
    return text_of(main_of(client, path))


def test_a_correction_of_an_issue_stands_below_its_headline(client, published):
    correct(issue=published)
    page = notes(client, "/low-tide/march/")
    assert page.index("March") < page.index("Correction, November 22, 2026") < page.index("The opening of number 1.")
    assert "It was the sun, not the moon." in page
    assert "Correction" not in notes(client, "/low-tide/march/mud/")


def test_a_correction_of_an_article_stands_with_it_in_the_issue_and_on_its_page(client, mud):
    correct(article=mud)
    issue = notes(client, "/low-tide/march/")
    assert issue.index("The opening") < issue.index("Correction, November 22, 2026") < issue.index("All about Mud.")
    assert "Correction, November 22, 2026" in notes(client, "/low-tide/march/mud/")
    assert "Correction" not in notes(client, "/low-tide/march/crabs/")


def test_a_page_costs_as_many_queries_with_ten_corrections_as_with_one(client, published, mud):
    def queries() -> list[int]:
        return [queries_for(client, path) for path in ("/low-tide/march/", "/low-tide/march/mud/")]

    correct(issue=published)
    correct(article=mud)
    few = queries()
    for number in range(10):
        correct(f"Also {number}.", issue=published)
        correct(f"Also {number}.", article=mud)
    assert queries() == few


def test_what_is_wrong_in_a_correction_harms_nobody(client, mud):
    correct("<script>alert(1)</script> [x](javascript:alert(1))", article=mud)
    page = main_of(client, "/low-tide/march/mud/")
    assert "<script>alert" not in page
    assert "javascript:" not in page


def test_the_same_words_are_the_same_correction(published):
    assert correct(issue=published) == correct(issue=published)
    assert Correction.objects.count() == 1


def test_machines_are_told(client, mud):
    Article.objects.update(updated_at=LONG_AGO)
    before = nodes(client, "/low-tide/march/mud/")["Article"]
    assert "correction" not in before
    correct(article=mud)
    page_cache.forget()
    article = nodes(client, "/low-tide/march/mud/")["Article"]
    assert article["correction"] == [
        {
            "@type": "CorrectionComment",
            "text": "It was the sun, not the moon.",
            "datePublished": "2026-11-22T12:00:00+00:00",
        }
    ]
    assert article["dateModified"] > before["dateModified"]


def test_feeds_bring_the_correction_as_a_change(client, mud):
    Article.objects.update(updated_at=LONG_AGO)
    correct(article=mud)
    entry = next(item for item in client.get("/feeds/feed.json").json()["items"] if item["title"] == "Mud")
    assert "It was the sun, not the <em>moon</em>." in entry["content_html"]
    assert entry["date_modified"] > "2026-11"


@pytest.mark.parametrize(("model", "title"), [("issue", "March"), ("article", "Mud")])
def test_an_editor_corrects_what_readers_have_seen(desk, client, published, mud, model, title):
    thing = mud if model == "article" else published
    path = f"/admin/newsletter/{model}/{thing.pk}/change/"
    assert send(desk, path, _update="1", **{"corrections-0-text": "It was the **sun**."}).status_code == 302
    assert Correction.objects.get().thing == thing
    assert "It was the sun." in notes(client, thing.get_absolute_url())


def test_what_nobody_has_seen_is_changed_without_a_word(desk, low_tide):
    draft = cast.issue(low_tide, 3, status="draft")
    assert "corrections-TOTAL_FORMS" not in desk.get(f"/admin/newsletter/issue/{draft.pk}/change/").text
