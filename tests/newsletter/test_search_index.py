"""What search knows keeps in step with what is written."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.models import Article, SearchEntry
from newsletter.rendering import render_texts, render_texts_with
from newsletter.searching.indexing import index
from newsletter.searching.queries import parse
from tests import cast
from tests.newsletter.filling import send
from tests.newsletter.searching import titles

pytestmark = pytest.mark.django_db

#: Latin, Greek and Cyrillic, Arabic, kana and Han. Of some other scripts the databases do not know every letter.
LETTERS = ["Lu", "Ll", "Lo", "Nd"]
SCRIPTS = (
    st.characters(max_codepoint=0x052F, categories=LETTERS)
    | st.characters(min_codepoint=0x0620, max_codepoint=0x064A, categories=LETTERS)
    | st.characters(min_codepoint=0x3041, max_codepoint=0x9FFF, categories=LETTERS)
)


def test_an_edited_text_is_found_by_its_new_words_alone(client, low_tide):
    mud = cast.article(low_tide, title="Mud", body="Eels.")
    mud.body = "Gulls."
    mud.save()
    render_texts(mud)
    assert titles(client, "eels") == []
    assert titles(client, "gulls") == ["Mud"]


def test_saving_in_the_admin_is_enough(client, desk, low_tide):
    mud = cast.article(low_tide, title="Mud")
    send(
        desk,
        f"/admin/newsletter/article/{mud.pk}/change/",
        title="Sand",
        tags="eels",
        summary="Of gulls.",
        _update="1",
    )
    for typed in ("sand", "eels", "gulls"):
        assert titles(client, typed) == ["Sand"], typed


def test_a_renamed_contributor_is_found_by_the_new_name(client, low_tide):
    ada = cast.contributor("Ada Moor")
    cast.article(low_tide, title="Mud", by=[ada])
    ada.name = "Ada Shore"
    ada.save()
    render_texts(ada)
    assert titles(client, "ada moor") == []
    assert titles(client, "ada shore") == ["Mud"]


def test_a_tag_renamed_in_the_admin_is_found_by_its_new_name(client, desk, low_tide):
    mud = cast.article(low_tide, title="Mud", tags=["eels"])
    send(desk, f"/admin/taggit/tag/{mud.tags.get().pk}/change/", name="gulls")
    assert titles(client, "eels") == []
    assert titles(client, "gulls") == ["Mud"]


def test_a_tag_deleted_in_the_admin_finds_nothing_any_more(client, desk, low_tide):
    mud = cast.article(low_tide, title="Mud", tags=["eels"])
    desk.post(f"/admin/taggit/tag/{mud.tags.get().pk}/delete/", {"post": "yes"})
    assert titles(client, "eels") == []


@pytest.mark.parametrize("place", ["text", "lead"])
def test_a_changed_caption_is_found(client, low_tide, place):
    ripples = cast.picture("ripples", caption="Eels")
    shown = {"body": "![Ripples](picture:ripples)"} if place == "text" else {"lead_picture": ripples}
    cast.article(low_tide, title="Mud", **shown)
    ripples.caption = "Gulls"
    ripples.save()
    render_texts_with(ripples)
    assert titles(client, "eels") == []
    assert titles(client, "gulls") == ["Mud"]


def test_a_renamed_newsletter_is_found_by_its_issues(client, low_tide):
    cast.issue(low_tide, 3, title="May")
    low_tide.title = "High Water"
    low_tide.save()
    render_texts(low_tide)
    assert titles(client, "high water 3") == ["May"]


def test_what_is_deleted_is_forgotten(client, published):
    published.articles.get(title="Mud").delete()
    assert titles(client, "mud") == []
    published.delete()
    assert not SearchEntry.objects.exists()


def test_indexing_twice_changes_nothing(client, low_tide):
    mud = cast.article(low_tide, title="Mud")
    index(mud)
    assert SearchEntry.objects.count() == 1
    assert titles(client, "mud") == ["Mud"]


def test_indexing_costs_the_same_however_much_there_is_to_know(low_tide, django_assert_max_num_queries):
    many = [cast.contributor(f"Ada {number}") for number in range(5)]
    mud = cast.article(low_tide, title="Mud", tags=["a", "b", "c"], by=many)
    with django_assert_max_num_queries(5):
        index(mud)


def test_reindex_makes_the_index_anew(client, published):
    SearchEntry.objects.all().delete()
    out = StringIO()
    call_command("reindex", stdout=out)
    assert "4 issues and articles can be found." in out.getvalue()
    assert titles(client, "mud") == ["Mud"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its index by itself")
def test_reindex_mends_what_lost_its_way(client, published):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO newsletter_searchindex (newsletter_searchindex) VALUES ('delete-all')")
    assert titles(client, "mud") == []
    call_command("reindex", stdout=StringIO())
    assert titles(client, "mud") == ["Mud"]


def test_a_very_long_text_is_taken_in_and_found_by_its_beginning(client, low_tide):
    words = " ".join(f"word{number}" for number in range(60_000))
    Article.objects.filter(pk=cast.article(low_tide, title="Long").pk).update(body_html=f"<p>{words}</p>")
    index(Article.objects.get())
    assert titles(client, "word123") == ["Long"]


@given(words=st.lists(st.text(SCRIPTS, min_size=1, max_size=12), min_size=1, max_size=5))
@example(words=["The", "Who"])
@example(words=["低空经济", "and", "NEAR"])
@example(words=["1e5", "0x1f", "3rd"])
def test_every_word_of_a_public_title_finds_it(published, words):
    mud, title = published.articles.get(slug="mud"), " ".join(words)
    Article.objects.filter(pk=mud.pk).update(title=title)
    index(mud)
    for typed in (*words, words[0].upper(), title, f'"{title}"'):
        found = SearchEntry.objects.matching(parse(typed)).published()
        assert found.filter(article=mud).exists(), typed
