"""What the text editor asks of the server: a preview, a place for a dropped picture, a page about the dialect."""

import re

import pytest
from django.test import Client

from newsletter.models import Article, Picture
from tests import cast
from tests.newsletter.crowd import multiply
from tests.newsletter.filling import send

pytestmark = pytest.mark.django_db


BESIDE = "/admin/newsletter/article/beside/"


def test_the_page_beside_a_text_shows_what_readers_will_get_and_stores_nothing(desk, low_tide):
    cast.picture("mud", caption="At low water")
    text = "A **bold** word.\n\n![Ripples](picture:mud)\n\n<script>alert(1)</script>"
    form = {"title": "Ripples", "body": text, "newsletter": low_tide.pk, "kicker": "Shore"}
    page = desk.post(BESIDE, form).content.decode()
    for seen in ("<strong>bold</strong>", "At low water", "Ripples", "Shore", "Low Tide", "noindex"):
        assert seen in page
    assert "<script" not in page
    answer = desk.post(f"{BESIDE}?of=&live", form).json()
    assert answer["page"] == page
    assert "3 words" in answer["length"]
    assert not Article.objects.exists()


def test_the_page_beside_a_stored_thing_shows_what_is_typed_and_keeps_what_is_stored(desk, published):
    mud = Article.objects.get(title="Mud")
    page = desk.post(f"{BESIDE}?of={mud.pk}", {"title": "Silt", "body": "Now *wet*."}).content.decode()
    assert "Silt" in page
    assert "<em>wet</em>" in page
    typed = {"title": "", "body": "Opening *wet*.", "closing": "Closing *wet*."}
    page = desk.post(f"/admin/newsletter/issue/beside/?of={published.pk}", typed).content.decode()
    assert page.count("<em>wet</em>") == 2
    assert published.title in page  # it cannot be empty
    page = desk.post(f"/admin/newsletter/newsletter/beside/?of={published.newsletter_id}", {"about": "All *wet*."})
    assert "<em>wet</em>" in page.content.decode()
    mud.refresh_from_db()
    assert mud.title == "Mud"


def test_the_mail_beside_a_text_has_what_is_typed_and_its_weight(desk, published):
    mud = Article.objects.get(title="Mud")
    form = {"body": "Now *wet*.", "issue": published.pk}
    for kind, thing, typed in (("article", mud, form), ("issue", published, {"body": "So *wet*."})):
        address = f"/admin/newsletter/{kind}/beside/?of={thing.pk}&mail"
        answer = desk.post(address, typed)
        assert "wet</em>" in answer.content.decode()
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert " of 80 kB" in desk.post(f"{address}&live", typed).json()["weight"]
    assert mud.body == Article.objects.get(title="Mud").body


def test_words_are_counted_as_readers_of_each_script_read(desk, low_tide):
    answer = desk.post(f"{BESIDE}?live", {"title": "潮", "body": "海水先从高处撤走。" * 40}).json()
    assert answer["length"].split()[0] == "200"


def test_the_page_beside_is_asked_for_with_a_token(edda):
    client = Client(enforce_csrf_checks=True)
    client.force_login(edda)
    assert client.post(BESIDE, {"body": "x"}).status_code == 403
    assert client.get(BESIDE).status_code in {403, 405}


@pytest.mark.parametrize("path", ["/admin/newsletter/article/beside/", "/admin/newsletter/picture/upload/"])
def test_a_moderator_gets_neither_preview_nor_upload(client, milo, path):
    client.force_login(milo)
    assert client.post(path, {"text": "x"}).status_code == 403


def test_a_dropped_picture_is_stored_under_the_name_of_its_file(desk):
    answer = desk.post(
        "/admin/newsletter/picture/upload/", {"file": cast.image_file("Shore Crab.jpg"), "alt": "A crab"}
    )
    assert answer.status_code == 201
    told = answer.json()
    assert (told["name"], told["alt"], told["markdown"]) == ("shore-crab", "A crab", "![A crab](picture:shore-crab)")
    assert Picture.objects.get().alt == "A crab"


def test_a_dropped_picture_without_words_is_refused_with_what_to_do(desk):
    answer = desk.post("/admin/newsletter/picture/upload/", {"file": cast.image_file(), "alt": ""})
    assert answer.status_code == 400
    assert "Say in a sentence what the picture shows" in answer.json()["errors"]["alt"][0]
    assert not Picture.objects.exists()


def test_the_dialect_is_explained_by_examples_that_work(desk):
    page = desk.get("/admin/newsletter/article/dialect/")
    assert page.status_code == 200
    results = "".join(re.findall(r'<div class="reading">(.*?)</div></div>', page.text, re.DOTALL))
    for made in ("<strong>", "<em>", "<h2", "<ol", "<blockquote", "<figure", "<table", "<dl", "footnote", "<code>"):
        assert made in results


def test_a_text_is_rendered_when_it_is_saved(desk, published):
    mud = Article.objects.get(title="Mud")
    send(desk, f"/admin/newsletter/article/{mud.pk}/change/", body="Now *wet*.", _update="1")
    send(desk, f"/admin/newsletter/newsletter/{published.newsletter_id}/change/", about="All *wet*.")
    send(
        desk,
        f"/admin/newsletter/issue/{published.pk}/change/",
        body="Opening *wet*.",
        closing="Closing *wet*.",
        _update="1",
        **{"sections-0-intro": "Section *wet*."},
    )
    mud.refresh_from_db()
    published.refresh_from_db()
    texts = [mud.body_html, published.body_html, published.closing_html, published.sections.get().intro_html]
    assert all("<em>wet</em>" in html for html in [*texts, published.newsletter.about_html])


def test_an_article_begun_as_a_line_of_its_issue_is_rendered_too(desk, published):
    send(desk, f"/admin/newsletter/issue/{published.pk}/change/", **{"articles-0-title": "New"})
    assert Article.objects.get(title="New").renderer_version > 0


FINDER = "/admin/newsletter/article/finder/"


def test_own_issues_articles_and_tags_are_found_by_their_titles(desk, published, django_assert_num_queries):
    cast.article(
        published.newsletter, published, title="潮间带的泥", slug="mud-flat", status="draft", published_at=None
    )
    found = desk.get(FINDER, {"live": "", "q": "潮间"}).json()["results"]
    assert found == [
        {
            "title": "潮间带的泥",
            "address": "https://courant.example/low-tide/march/mud-flat/",
            "in": "March",
            "state": "Draft",
        }
    ]
    with django_assert_num_queries(8):
        few = desk.get(FINDER, {"live": ""}).json()["results"]
    multiply(Article.objects.get(title="Mud"), 40)
    with django_assert_num_queries(8):
        many = desk.get(FINDER, {"live": ""}).json()["results"]
    assert len(few) < len(many) <= 20
    assert "[Terns](https://courant.example/low-tide/march/terns/)" in desk.get(FINDER, {"q": "tern"}).content.decode()


def test_only_who_may_see_drafts_finds_them(client, milo, published):
    client.force_login(milo)
    assert client.get(FINDER, {"q": "Mud"}).status_code == 403
