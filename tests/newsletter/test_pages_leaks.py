"""What is draft, scheduled or withdrawn shows on no page; one test for each way out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.models import Status
from tests import cast
from tests.newsletter.pages import main_of

pytestmark = pytest.mark.django_db

STATES = ["draft", "scheduled", "withdrawn"]
ANSWERS = [("draft", 404), ("scheduled", 404), ("withdrawn", 410)]


@pytest.mark.parametrize(("state", "status"), ANSWERS)
def test_address_of_a_hidden_issue_tells_nothing(client, secrets, state, status):
    response = client.get(f"/low-tide/secret-{state}/")
    assert response.status_code == status
    assert b"SECRET" not in response.content


@pytest.mark.parametrize(("state", "status"), ANSWERS)
def test_address_of_an_article_in_a_hidden_issue_tells_nothing(client, secrets, state, status):
    response = client.get(f"/low-tide/secret-{state}/secret-{state}-article/")
    assert response.status_code == status
    assert b"SECRET" not in response.content


@pytest.mark.parametrize(("state", "status"), ANSWERS)
def test_address_of_a_hidden_article_outside_any_issue_tells_nothing(client, low_tide, state, status):
    hidden_article(low_tide, state)
    response = client.get("/articles/hidden/")
    assert response.status_code == status
    assert b"SECRET" not in response.content


@pytest.mark.parametrize("state", STATES)
def test_public_article_of_a_hidden_issue_stays_hidden(client, secrets, state):
    secrets[state].articles.update(status=Status.PUBLISHED, published_at=cast.PUBLISHED_AT)
    response = client.get(f"/low-tide/secret-{state}/secret-{state}-article/")
    assert response.status_code in {404, 410}
    assert b"SECRET" not in response.content


@pytest.mark.parametrize("state", STATES)
def test_hidden_article_of_a_public_issue_leaves_no_gap(client, published, state):
    hidden = hidden_article(
        published.newsletter, state, issue=published, section=published.sections.get(), kind="item"
    )
    html = main_of(client, "/low-tide/march/")
    assert "SECRET" not in html
    assert hidden.anchor not in html
    assert '<span class="numeral">1</span> <a href="https://example.org/crabs">' in html


@pytest.mark.parametrize("state", STATES)
def test_section_of_hidden_articles_alone_is_not_shown(client, published, state):
    section = cast.section(published, "SECRET section", 2)
    hidden_article(published.newsletter, state, issue=published, section=section)
    assert "SECRET" not in main_of(client, "/low-tide/march/")


@pytest.mark.parametrize("state", STATES)
def test_articles_before_and_after_pass_over_a_hidden_one(client, published, state):
    section = published.sections.get()
    published.articles.filter(slug="terns").update(position=5)
    hidden_article(published.newsletter, state, issue=published, section=section, position=3)
    html = main_of(client, "/low-tide/march/crabs/")
    assert "SECRET" not in html
    assert '<a rel="next" href="/low-tide/march/terns/">' in html


def test_issues_before_and_after_pass_over_hidden_ones(client, published, secrets):
    cast.issue(published.newsletter, 200, title="Far", slug="far", published_at=cast.PUBLISHED_AT)
    html = main_of(client, "/low-tide/march/")
    assert "SECRET" not in html
    assert '<a rel="next" href="/low-tide/far/">' in html


def test_related_shows_nothing_hidden(client, published, secrets):
    for state in STATES:
        hidden_article(published.newsletter, state, slug=f"hidden-{state}", tags=["mud"])
    html = main_of(client, "/low-tide/march/mud/")
    assert "Related" in html
    assert "SECRET" not in html


def test_home_shows_nothing_hidden(client, published, secrets):
    assert "SECRET" not in client.get("/").content.decode()


def test_home_of_several_newsletters_shows_nothing_hidden(client, published, secrets):
    other = cast.low_tide(title="High Tide", slug="high-tide")
    for number, state in enumerate(STATES, start=1):
        cast.secret_issue(other, number, state)
        hidden_article(other, state, slug=f"hidden-{state}")
    assert "SECRET" not in client.get("/").content.decode()


def test_archive_shows_and_counts_nothing_hidden(client, published, secrets):
    assert "SECRET" not in main_of(client, "/low-tide/")
    assert "All issues" not in main_of(client, "/low-tide/")


def test_year_shows_nothing_hidden(client, published, secrets):
    hidden_article(published.newsletter, "draft", issue=published)
    assert "SECRET" not in main_of(client, "/low-tide/2026/")


def test_year_with_nothing_public_is_not_found(client, low_tide, secrets):
    assert client.get("/low-tide/2026/").status_code == 404


def test_tags_name_and_count_nothing_hidden(client, published, secrets):
    html = main_of(client, "/tags/")
    assert "secret" not in html
    assert '<a href="/tags/mud/">mud</a> <span>1</span>' in html


@pytest.mark.parametrize("state", STATES)
def test_page_of_a_hidden_tag_is_not_found(client, secrets, state):
    assert client.get(f"/tags/secret-{state}/").status_code == 404


def test_page_of_a_tag_shows_and_counts_nothing_hidden(client, published, secrets):
    html = main_of(client, "/tags/mud/")
    assert "1 article" in html
    assert "SECRET" not in html


@pytest.mark.parametrize("state", STATES)
def test_contributors_of_hidden_articles_alone_are_not_named(client, published, state):
    hidden_article(published.newsletter, state, by=[cast.contributor("SECRET Person")])
    assert "SECRET" not in main_of(client, "/contributors/")
    assert client.get("/contributors/secret-person/").status_code == 404


@pytest.mark.parametrize("state", STATES)
def test_page_of_a_contributor_shows_and_counts_nothing_hidden(client, published, state):
    ada = published.articles.get(slug="mud").contributors.get()
    hidden_article(published.newsletter, state, by=[ada])
    assert "SECRET" not in main_of(client, "/contributors/ada-moor/")
    assert '<a href="/contributors/ada-moor/">Ada Moor</a> <span>1</span>' in main_of(client, "/contributors/")


@pytest.mark.parametrize("state", STATES)
def test_list_of_articles_that_stand_alone_shows_nothing_hidden(client, low_tide, state):
    hidden_article(low_tide, state)
    assert "SECRET" not in main_of(client, "/articles/")


@pytest.mark.parametrize("state", STATES)
def test_somebody_signed_in_who_edits_nothing_sees_nothing_hidden(client, rita, milo, secrets, state):
    for person in (rita, milo):
        client.force_login(person)
        assert client.get(f"/low-tide/secret-{state}/").status_code in {404, 410}


def hidden_article(newsletter, state, **fields):
    """An article in a state of its own."""
    moment = timezone.now() + timedelta(days=3) if state == "scheduled" else cast.PUBLISHED_AT
    return cast.article(
        newsletter,
        fields.pop("issue", None),
        **{
            "title": "SECRET",
            "slug": "hidden",
            "status": "published" if state == "scheduled" else state,
            "published_at": None if state == "draft" else moment,
            **fields,
        },
    )
