"""Edda composes in the admin: a form, a preview that stores nothing, then a draft."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from newsletter.models import Article, Issue, Picture
from tests import cast
from tests.newsletter.previewing import FORM, held_uploads
from tests.newsletter.test_compose_uploads import archive

TEXT = """# March

## News

### 1. [Crabs](https://example.org/crabs) (in Dutch)

They walk.

![Mud](mud.jpg)

### 2. Terns

They fly.
"""
CRABS, TERNS = "5", "11"
KEEP = {f"{CRABS}-action": "keep", f"{CRABS}-kind": "item", f"{TERNS}-action": "keep", f"{TERNS}-kind": "item"}


@pytest.fixture(autouse=True)
def _sizes_can_wait(settings):
    settings.TASKS = {"default": {**settings.TASKS["default"], "BACKEND": "django.tasks.backends.dummy.DummyBackend"}}


def zipped(picture=None):
    content = archive({"march.md": TEXT, "mud.jpg": picture or cast.image_file(size=(24, 16)).read()})
    return SimpleUploadedFile("march.zip", content, content_type="application/zip")


@pytest.fixture
def preview(desk, low_tide):
    """The address of a preview of TEXT with its picture."""
    return desk.post(FORM, {"newsletter": low_tide.pk, "upload": zipped()})["Location"]


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_the_list_of_issues_leads_to_the_form(desk, low_tide):
    assert f'href="{FORM}"' in desk.get("/admin/newsletter/issue/").text
    assert desk.get(FORM).status_code == 200


def test_the_preview_shows_everything_and_stores_nothing(desk, preview):
    page = desk.get(preview).text
    for words in ("March", "No.\u00a01", "News", "Crabs", "https://example.org/crabs", "Dutch", "Terns", "mud.jpg"):
        assert words in page
    assert 'src="data:image/jpeg;base64,' in page
    assert "Merge into the one before" in page
    assert not Issue.objects.exists()
    assert not Picture.objects.exists()


def test_a_draft_is_made_and_shown(desk, preview):
    answer = desk.post(preview, KEEP, follow=True)
    issue = Issue.objects.get()
    assert answer.redirect_chain == [(f"/admin/newsletter/issue/{issue.pk}/change/", 302)]
    assert said(answer) == ["No.\u00a01 “March” is a draft now. Look it over, then publish it."]
    assert not Issue.objects.published().exists()
    assert [article.kind for article in issue.articles.all()] == ["item", "item"]
    assert Picture.objects.get().name == "mud"


def test_the_editors_choices_count(desk, preview):
    choices = KEEP | {f"{CRABS}-kind": "essay", f"{TERNS}-action": "merge"}
    desk.post(preview, choices)
    article = Article.objects.get()
    assert (article.kind, article.title) == ("essay", "Crabs")
    assert "### 2. Terns" in article.body


def test_what_is_left_out_is_said(desk, preview):
    answer = desk.post(preview, KEEP | {f"{CRABS}-action": "leave out"}, follow=True)
    assert "Left out: “Crabs”." in said(answer)
    assert [article.title for article in Article.objects.all()] == ["Terns"]
    assert not Picture.objects.exists()


def test_the_whole_can_be_made_one_article(desk, preview):
    page = desk.post(preview, KEEP | {"as_article": "on", "again": "Look again"}).text
    assert "outside any issue" in page
    assert 'name="as_article" id="id_as_article" checked' in page
    desk.post(preview, {"as_article": "on"})
    assert Article.objects.get().issue is None


def test_a_second_click_changes_nothing(desk, preview):
    desk.post(preview, KEEP)
    answer = desk.post(preview, KEEP, follow=True)
    assert said(answer)[1:] == ["No.\u00a01 “March” is there already. Nothing was changed."]
    assert Issue.objects.count() == 1


def test_the_same_text_again_offers_to_replace(desk, preview, low_tide):
    desk.post(preview, KEEP)
    Article.objects.filter(slug="terns").update(body="Changed by hand.")
    Article.objects.filter(slug="crabs").update(slug="old", title="Old", body="Old.", source_url="")
    page = desk.get(preview).text
    assert "The very same text was composed before" in page
    answer = desk.post(preview, KEEP | {"replace": "Replace its texts", "remove_missing": "on"}, follow=True)
    assert "No.\u00a01 “March” has the texts of the document now." in said(answer)
    assert "No longer in the document, and deleted: “Old”." in said(answer)
    assert {article.slug: article.body for article in Article.objects.all()}["terns"] == "They fly."


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({}, "Choose a file, or paste the text"),
        ({"text": TEXT, "upload": True}, "Choose a file, or paste the text"),
        ({"text": "No title."}, "The document has no title"),
        ({"text": "---\nnumber: x\n---\n## My words"}, "The document has no title"),
    ],
)
def test_a_refused_document_keeps_the_words(desk, low_tide, data, why):
    data = {**data, **({"upload": zipped()} if "upload" in data else {})}
    page = desk.post(FORM, {"newsletter": low_tide.pk, **data})
    assert page.status_code == 200
    assert why in page.text
    assert data.get("text", "").splitlines()[-1:] == [] or data["text"].splitlines()[-1] in page.text


def test_a_refused_picture_is_named_before_anything_is_kept(desk, low_tide):
    before = held_uploads()
    page = desk.post(FORM, {"newsletter": low_tide.pk, "upload": zipped(b"no picture")})
    assert "mud.jpg: This file is no picture" in page.text
    assert held_uploads() == before


def test_a_pasted_text_can_be_changed_after_the_preview(desk, low_tide):
    preview = desk.post(FORM, {"newsletter": low_tide.pk, "text": TEXT})["Location"]
    ticket = preview.removeprefix(FORM).strip("/")
    assert f"{FORM}?again={ticket}" in desk.get(preview).text.replace("%3A", ":")
    assert "They walk." in desk.get(FORM, {"again": ticket}).text


def test_only_those_who_may_add_issues_and_articles_compose(milo, low_tide):
    client = Client()
    client.force_login(milo)
    assert client.get(FORM).status_code == 403
    assert client.post(FORM, {"newsletter": low_tide.pk, "text": TEXT}).status_code == 403
