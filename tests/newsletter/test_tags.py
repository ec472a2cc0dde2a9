"""There is one tag for each word, however it is written."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from taggit.models import Tag

from newsletter.composing import compose, from_text, read
from newsletter.models import Redirect
from tests import cast
from tests.newsletter.filling import send

pytestmark = pytest.mark.django_db

TWINS = [
    ("Café", "Cafe\u0301"),
    ("été", "ÉTÉ"),
    ("Tide", "tIDE"),
    ("salt marsh", " salt\u00a0 marsh "),
    ("coast", "\u200bcoast\ufeff"),
    ("Ö", "o\u0308"),
    ("вода", "ВОДА"),
    ("Straße", "straße"),
]


@pytest.mark.parametrize(("first", "second"), [*TWINS, *(twins[::-1] for twins in TWINS)])
def test_one_word_is_one_tag(low_tide, first, second):
    one, other = cast.article(low_tide, title="One"), cast.article(low_tide, title="Other", slug="other")
    one.tags.add(first)
    other.tags.add(second, first)
    assert Tag.objects.count() == 1
    assert list(one.tags.all()) == list(other.tags.all())


def test_two_spellings_at_once_are_one_tag(low_tide):
    mud = cast.article(low_tide, title="Mud")
    mud.tags.set(["ÉTÉ", "Café", "e\u0301te\u0301", "Cafe\u0301", ""])
    assert sorted(mud.tags.names()) in (["Café", "ÉTÉ"], ["Café", "été"])


def test_documents_and_forms_find_the_tag_that_is_there(desk, low_tide):
    tag = Tag.objects.create(name="Café", slug="cafe")
    article = compose(read(from_text("---\nkind: article\ntags: [CAFE\u0301]\n---\n# Mud\n\nIt is.")), low_tide).thing
    assert list(article.tags.all()) == [tag]
    send(desk, "/admin/newsletter/article/add/", title="Salt", newsletter=low_tide.pk, tags="Cafe\u0301, wind")
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["Café", "wind"]
    assert "There is a tag “Café” already" in send(desk, "/admin/taggit/tag/add/", name="CAFE\u0301").content.decode()
    send(desk, f"/admin/taggit/tag/{tag.pk}/change/", name="Cafe\u0301s")
    assert Tag.objects.get(pk=tag.pk).name == "Cafés"


def test_tags_are_looked_up_together(low_tide, django_assert_max_num_queries):
    mud = cast.article(low_tide, title="Mud")
    names = [f"tag {number}" for number in range(20)]
    mud.tags.add(*names)
    other = cast.article(low_tide, title="Other", slug="other")
    with django_assert_max_num_queries(2 + 4 * len(names)):
        other.tags.add(*names)
    assert Tag.objects.count() == 20


def test_twins_of_before_are_merged_and_lead_on(client, published):
    mud, crabs = (published.articles.get(title=title) for title in ("Mud", "Crabs"))
    twins = Tag.objects.bulk_create(
        [Tag(name="Cafe\u0301", slug="cafe-2"), Tag(name="Café", slug="café"), Tag(name="CAFÉ", slug="cafe-3")]
    )
    alone = Tag.objects.create(name="e\u0301tude", slug="etude")
    for article, tag in [(mud, twins[0]), (mud, twins[1]), (crabs, twins[1]), (crabs, twins[2]), (mud, alone)]:
        article.tagged.create(tag=tag)
    Redirect.objects.create(old_path="/tags/old/", new_path="/tags/cafe-2/")
    import_module("newsletter.migrations.0018_one_tag_for_each_word").merge(apps, connection.schema_editor())
    assert {tag.name for tag in mud.tags.all()} >= {"Café", "étude"}
    assert [tag.name for tag in crabs.tags.all()].count("Café") == 1
    assert Tag.objects.filter(name__icontains="caf").count() == 1
    for old in ("/tags/cafe-2/", "/tags/cafe-3/", "/tags/old/"):
        assert client.get(old, follow=True).redirect_chain[-1] == ("/tags/caf%C3%A9/", 301)
    assert client.get("/feeds/tags/cafe-3/rss.xml")["Location"] == "/feeds/tags/caf%C3%A9/rss.xml"
