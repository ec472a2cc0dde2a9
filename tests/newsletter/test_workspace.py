"""The page of an issue as one workspace: put in order, added to, opened in place, without scripts too."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from newsletter import revising
from newsletter.models import Article, Issue, Redirect, Status
from tests import cast
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


# ---- Several at once -------------------------------------------------------------------------------------------


@pytest.fixture
def draft(low_tide):
    return cast.may(low_tide)


def chosen(issue, *titles):
    return [str(pk) for pk in issue.articles.filter(title__in=titles).values_list("pk", flat=True)]


def test_several_that_nobody_has_seen_go_at_once(desk, published, draft):
    page = f"/admin/newsletter/issue/{draft.pk}/change/"
    send(desk, page, do="section", section_name="Later", chosen=chosen(draft, "Mud", "Terns"), _several="1")
    assert order(draft) == [("News", "Crabs", 1), ("Later", "Mud", 1), ("Later", "Terns", 2)]

    send(desk, page, do="issue", issue=published.pk, chosen=chosen(draft, "Mud", "Terns"), _several="1")
    assert order(published)[:2] == [("", "Mud", 1), ("", "Mud", 2)]
    assert {article.slug for article in published.articles.all()} == {"mud", "mud-2", "crabs", "terns", "terns-2"}
    assert not Redirect.objects.exists()

    send(desk, page, do="out", chosen=chosen(draft, "Crabs"), _several="1")
    crabs = Article.objects.get(title="Crabs", issue=None)
    assert (crabs.status, crabs.get_absolute_url()) == (Status.DRAFT, "/articles/crabs/")


def test_what_readers_see_is_asked_about_before_it_moves_or_goes(desk, published, draft):
    page = f"/admin/newsletter/issue/{published.pk}/change/"
    to_may = {"do": "issue", "issue": draft.pk, "chosen": chosen(published, "Crabs")}
    asked = send(desk, page, **to_may, _several="1")
    question = desk.get(asked.url).content.decode()
    assert "Readers see this now. It goes to “May”, and its old address leads there: “Crabs”." in question
    assert "Until “May” is published, nobody sees it there." in question
    assert published.articles.count() == 3
    send(desk, asked.url)
    assert draft.articles.get(slug="crabs-2").position == 2
    assert Redirect.objects.get().new_path == "/low-tide/may/crabs-2/"

    asked = send(desk, page, do="out", chosen=chosen(published, "Terns"), _several="1")
    assert "It is withdrawn, and its address says that it is gone: “Terns”." in desk.get(asked.url).content.decode()
    send(desk, asked.url)
    assert Article.objects.get(title="Terns", issue=None).status == Status.WITHDRAWN
    assert Client().get("/low-tide/march/terns/", follow=True).status_code == 410


def test_several_are_published_together(desk, published, draft):
    page = f"/admin/newsletter/issue/{draft.pk}/change/"
    send(desk, page, do="publish", chosen=chosen(draft, "Crabs", "Terns"), _several="1")
    assert draft.articles.waiting_for_issue().count() == 2


def test_several_are_chosen_in_the_list_too(desk, published, client, milo):
    ticked = {"action": "several", "_selected_action": chosen(published, "Crabs", "Mud")}
    asked = desk.post("/admin/newsletter/article/", ticked)
    answer = send(desk, asked.url, do="issue")
    assert "Choose the issue that they go to." in answer.content.decode()
    client.force_login(milo)
    assert client.post(asked.url, {"do": "out"}).status_code == 403


def test_an_old_page_reverts_nothing_and_says_what_is_gone(desk, published, page):
    old = fields(desk.get(page))
    published.articles.filter(title="Crabs").update(title="Shore crabs", position=2)
    published.articles.filter(title="Terns").update(position=1)
    published.sections.update(title="Fresh")
    terns = published.articles.get(title="Terns")
    mud = published.articles.get(title="Mud")
    gone = f"place-{mud.pk}-1"
    mud.delete()
    answer = desk.post(page, old | {gone: "3", "articles-0-title": "Eels"}, follow=True)
    assert "An article that you moved is not in this issue any more." in answer.content.decode()
    assert order(published) == [("Fresh", "Terns", 1), ("Fresh", "Shore crabs", 2), ("News", "Eels", 1)]
    assert terns.position == 1


# ---- Begin from an earlier issue --------------------------------------------------------------------------------


def test_an_issue_begins_as_the_last_one_was_once(desk, published):
    Issue.objects.update(subject="Low Tide 1: mud", preheader="Number 11", title="No. 1")
    published.sections.update(intro="About *shores*.")
    mud = published.articles.get(title="Mud")
    mud.lead_picture = cast.picture()
    mud.save()
    path = "/admin/newsletter/issue/begin/"
    assert (fields(desk.get(path))["number"], fields(desk.get(path))["title"]) == ("2", "No. 2")
    recurring = chosen(published, "Mud", "Crabs")
    for _click in range(2):
        send(desk, path, number="2", recurring=recurring)
    issue = Issue.objects.get(number=2)
    assert (issue.status, issue.slug, issue.body) == (Status.DRAFT, "no-2", published.body)
    assert (issue.subject, issue.preheader, issue.closing) == ("Low Tide 2: mud", "Number 11", published.closing)
    assert "<em>shores</em>" in issue.sections.get().intro_html
    assert order(issue) == [("", "Mud", 1), ("News", "Crabs", 1)]
    copy = issue.articles.get(title="Mud")
    assert (copy.status, copy.published_at, copy.lead_picture) == (Status.DRAFT, None, mud.lead_picture)
    assert set(copy.tags.names()) == {"mud", "coast"}
    assert [str(each) for each in copy.contributors.all()] == ["Ada Moor"]
    assert "All about Mud" in copy.body_html
    assert published.articles.count() == 3


def test_what_came_in_the_two_last_issues_is_ticked_to_come_again(desk, published):
    april = cast.issue(published.newsletter, 2, title="April", slug="april")
    for title in ("Crabs", "Eels"):
        cast.article(published.newsletter, april, title=title)
    assert fields(desk.get("/admin/newsletter/issue/begin/"))["recurring"] == chosen(april, "Crabs")
    assert "Mud" in desk.get(f"/admin/newsletter/issue/begin/?earlier={published.pk}").content.decode()


# ---- In place, and as quick with many ---------------------------------------------------------------------------


def test_an_article_is_opened_in_place_with_its_own_fields(desk, draft):
    crabs = draft.articles.get(title="Crabs")
    crabs.tags.add("coast")
    path = f"/admin/newsletter/article/{crabs.pk}/change/?_line=1"
    send(desk, path, **{"line-title": "Shore crabs", "line-body": "They *walk*."})
    crabs.refresh_from_db()
    assert (crabs.title, crabs.slug, crabs.section.title) == ("Shore crabs", "crabs", "News")
    assert "<em>walk</em>" in crabs.body_html
    assert set(crabs.tags.names()) == {"coast"}
    refused = send(desk, path, **{"line-title": "", "line-body": "Kept"})
    assert fields(refused)["line-body"] == "Kept"


def test_saving_an_article_leads_back_to_its_line(desk, published):
    crabs = published.articles.get(title="Crabs")
    answer = send(desk, f"/admin/newsletter/article/{crabs.pk}/change/", title="Shore crabs")
    assert answer.url == f"/admin/newsletter/issue/{published.pk}/change/#a{crabs.pk}"


def fill(issue, rows: range) -> None:
    Article.objects.bulk_create(
        Article(newsletter=issue.newsletter, issue=issue, title=f"A {row}", slug=f"a{row}", kind="item")
        for row in rows
    )


def test_the_page_and_its_saves_cost_the_same_with_10_and_with_50_articles(desk, draft):
    page = f"/admin/newsletter/issue/{draft.pk}/change/"
    contents = f"/admin/newsletter/issue/{draft.pk}/contents/"
    revising.remember(draft)

    def queries(act) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert act().status_code in {200, 302}
        return len(captured)

    def costs(rows: int) -> list[int]:
        last = draft.articles.in_reading_order().last()
        data = fields(desk.get(page))
        new: dict[str, str | int] = {"articles-TOTAL_FORMS": rows, "articles-INITIAL_FORMS": 0, "_add": 1}
        for row in range(rows):
            new |= {
                f"articles-{row}-title": f"New {row}",
                f"articles-{row}-kind": "item",
                f"articles-{row}-body": "*x*",
            }
        return [
            queries(lambda: desk.get(page)),
            queries(lambda: desk.post(page, data | {"title": f"May {rows}"})),
            queries(lambda: desk.post(contents, {"_move": last.pk, "section": "", "place": 1})),
            queries(lambda: desk.post(contents, new)),
        ]

    fill(draft, range(7))
    few = costs(10)
    fill(draft, range(7, 37))
    assert costs(50) == few
    assert draft.articles.get(title="New 49").body_html == "<p><em>x</em></p>"
