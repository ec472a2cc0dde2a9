"""Editors see their drafts where readers will, and a way back to the desk."""

import pytest

from newsletter.models import Status
from tests.newsletter.pages import main_of

pytestmark = pytest.mark.django_db

STATES = [("draft", "Draft"), ("scheduled", "Scheduled for"), ("withdrawn", "Withdrawn")]


@pytest.mark.parametrize(("state", "words"), STATES)
def test_editor_sees_a_hidden_issue_under_its_state(desk, secrets, state, words):
    html = main_of(desk, f"/low-tide/secret-{state}/")
    assert "SECRET opening" in html
    assert f"<strong>{words}" in html
    assert "only editors see this" in html


@pytest.mark.parametrize(("state", "words"), STATES)
def test_editor_sees_a_hidden_article_under_its_state(desk, secrets, state, words):
    html = main_of(desk, f"/low-tide/secret-{state}/secret-{state}-article/")
    assert "SECRET text about mud" in html
    assert f"<strong>{words}" in html


def test_editor_sees_that_a_finished_article_waits_for_its_issue(desk, secrets):
    secrets["draft"].articles.update(status=Status.PUBLISHED, published_at="2026-01-01T00:00Z")
    assert "Waits for its issue" in main_of(desk, "/low-tide/secret-draft/secret-draft-article/")


def test_editor_sees_a_draft_with_the_articles_that_would_go_along(desk, secrets):
    assert "SECRET text about mud" in main_of(desk, "/low-tide/secret-draft/")
    secrets["draft"].articles.update(status=Status.WITHDRAWN)
    assert "SECRET text about mud" not in main_of(desk, "/low-tide/secret-draft/")


def test_editor_sees_a_public_issue_as_readers_do(desk, published):
    published.articles.filter(slug="crabs").update(status=Status.DRAFT)
    html = main_of(desk, "/low-tide/march/")
    assert "Crabs" not in html
    assert '<span class="numeral">1</span> <a href="https://example.org/terns">' in html


def test_editor_gets_a_link_to_the_desk(desk, published):
    mud = published.articles.get(slug="mud")
    assert f'href="/admin/newsletter/issue/{published.pk}/change/">Edit' in main_of(desk, "/low-tide/march/")
    assert f'href="/admin/newsletter/article/{mud.pk}/change/">Edit' in main_of(desk, "/low-tide/march/mud/")


def test_readers_get_no_such_link(client, rita, published):
    assert "/admin/" not in main_of(client, "/low-tide/march/")
    client.force_login(rita)
    assert "/admin/" not in main_of(client, "/low-tide/march/mud/")


def test_page_of_an_editor_is_kept_nowhere(desk, client, secrets, published):
    assert "no-store" in desk.get("/low-tide/march/").headers["Cache-Control"]
    desk.get("/low-tide/secret-draft/")
    assert client.get("/low-tide/secret-draft/").status_code == 404
