"""What editors see before readers do: page and mail as they will be, in any state."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from newsletter import sharing
from newsletter.models import Status
from tests import cast

pytestmark = pytest.mark.django_db

STATES = ["draft", "scheduled", "withdrawn"]


@pytest.mark.parametrize("state", STATES)
def test_page_and_mail_of_an_issue_are_shown_as_they_will_be(desk, secrets, state):
    issue = secrets[state]
    issue.articles.update(status=Status.DRAFT)
    preview = f"/admin/newsletter/issue/{issue.pk}/preview/"
    assert f'href="{preview}"' in desk.get(f"/admin/newsletter/issue/{issue.pk}/change/").text
    page = desk.get(f"{preview}?scheme=dark")
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    for address in (f"{preview}page/", f"/admin/mailing/dispatch/preview/{issue.pk}/"):
        assert f'src="{address}?scheme=dark"' in page.text
        frame = desk.get(f"{address}?scheme=dark")
        assert "SECRET opening" in frame.text
        assert "SECRET text about mud" in frame.text
        assert "only editors see this" not in frame.text
        assert "Edda" not in frame.text
        assert '<base target="_blank">' in frame.text
        assert frame["X-Frame-Options"] == "SAMEORIGIN"
        assert "script-src" not in frame["Content-Security-Policy"]
        assert "default-src 'none'" in frame["Content-Security-Policy"]
    assert "SECRET text about mud" in page.context["mail"]["text"]


def test_an_article_is_shown_alone_and_in_the_mail_of_its_issue(desk, secrets):
    article = secrets["draft"].articles.get()
    preview = f"/admin/newsletter/article/{article.pk}/preview/"
    page = desk.get(preview)
    assert f'src="/admin/mailing/dispatch/preview/{article.issue_id}/?scheme=light#a{article.pk}"' in page.text
    assert "SECRET text about mud" in desk.get(f"{preview}page/").text
    alone = cast.article(article.newsletter, title="Alone", status=Status.DRAFT, published_at=None)
    page = desk.get(f"/admin/newsletter/article/{alone.pk}/preview/")
    assert "/admin/mailing/dispatch/preview/" not in page.text


def test_light_and_dark_are_chosen_without_scripts(desk, secrets):
    issue = secrets["draft"]
    frame = f"/admin/newsletter/issue/{issue.pk}/preview/page/"
    assert 'data-scheme="dark"' in desk.get(f"{frame}?scheme=dark").text
    assert 'data-scheme="light"' in desk.get(f"{frame}?scheme=pink").text
    assert "data-scheme" not in Client().get("/").text
    mail = f"/admin/mailing/dispatch/preview/{issue.pk}/"
    assert "@media all" in desk.get(f"{mail}?scheme=dark").text
    assert "@media not all" in desk.get(f"{mail}?scheme=light").text


def test_its_pages_ask_no_more_for_many_articles(desk, low_tide, edda):
    issue = cast.issue(low_tide, status=Status.DRAFT)
    address = sharing.address(sharing.share(issue, edda)).removeprefix("https://courant.example")
    admin = f"/admin/newsletter/issue/{issue.pk}"
    pages = [f"{admin}/preview/", f"{admin}/preview/page/", f"{admin}/publish/", address]
    asked: list[list[int]] = []
    for numbers in (range(10), range(10, 50)):
        for number in numbers:
            cast.article(low_tide, issue, title=f"No {number}", status=Status.DRAFT, published_at=None)
        asked.append([])
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(page).status_code == 200
            asked[-1].append(len(queries))
    assert asked[0] == asked[1]


def test_only_who_may_edit_sees_it(secrets, milo, rita):
    issue = secrets["draft"]
    for person in (None, milo, rita):
        browser = Client()
        if person:
            browser.force_login(person)
        for address in (f"newsletter/issue/{issue.pk}/preview/", f"mailing/dispatch/preview/{issue.pk}/"):
            assert browser.get(f"/admin/{address}").status_code in {302, 403}
