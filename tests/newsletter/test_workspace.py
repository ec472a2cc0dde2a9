"""The page of an issue as one workspace: put in order, added to, opened in place, without scripts too."""

import pytest

from tests.newsletter.filling import fields, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(published) -> str:
    return f"/admin/newsletter/issue/{published.pk}/change/"


def order(issue) -> list[tuple[str, str, int]]:
    articles = issue.articles.in_reading_order().select_related("section")
    return [(str(article.section or ""), article.title, article.position) for article in articles]


def test_new_articles_stand_in_the_order_of_the_page_in_a_section_made_in_the_same_save(desk, published, page):
    lines = {}
    for row, title in enumerate(["Zebra", "Ant", "Mole"]):
        lines |= {f"articles-{row}-title": title, f"articles-{row}-section_name": "Later"}
    send(desk, page, **lines)
    assert order(published)[3:] == [("Later", "Zebra", 1), ("Later", "Ant", 2), ("Later", "Mole", 3)]
    assert published.sections.count() == 2


def test_an_address_alone_makes_an_item(desk, published, page):
    send(desk, page, **{"articles-0-source_url": "https://www.example.org/2026/crabs-are-back.html"})
    item = published.articles.get(title="Crabs are back")
    assert (item.source_name, item.kind, item.slug) == ("example.org", "item", "crabs-are-back")


def test_a_line_that_says_too_little_is_refused_and_keeps_what_was_typed(desk, published, page):
    answer = send(desk, page, **{"articles-1-body": "A *text* without a title"})
    assert "Give it a title, or the address of its source." in answer.content.decode()
    assert fields(answer)["articles-1-body"] == "A *text* without a title"
    assert published.articles.count() == 3
