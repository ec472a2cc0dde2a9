"""Parts of words are found at the desk through an index, and always what the database would find by looking at all."""

from functools import reduce
from operator import or_

import pytest
from django.db.models import Q

from accounts.models import User
from comments.models import Comment
from core.grams import holding
from newsletter.models import Article
from tests import cast
from tests.comments import talk

pytestmark = pytest.mark.django_db

FIELDS = {
    Comment: ("body", "name", "author__display_name", "author__email"),
    Article: ("title", "summary", "body", "source_name", "contributors__name", "tags__name"),
    User: ("email", "display_name", "headline"),
}
BODY = r"The Harbour's [map](https://example.org/a_map?x=%20) is 100% “new”, 低空经济论坛 \o/ — Größe 77"
PARTS = [
    *(
        "harbour",
        "ARB",
        "r's",
        "'s [",
        "https://example.org/a_map",
        "_",
        "%",
        "%20",
        "\\",
        "\\o/",
        "“new",
        '"',
        ":*",
        "&",
    ),
    *(
        "经",
        "经济",
        "空经济",
        "经济 ",
        "77",
        "7",
        "e 77",
        "GRÖSSE",
        "größe",
        "öß",
        "rita",
        "rita@",
        "oyster",
        "nowhere",
        "é",
    ),
]


def found(model, part):
    return set(model.objects.filter(pk__in=holding(model, FIELDS[model], part)))


def looked_at(model, part):
    return set(model.objects.filter(reduce(or_, (Q(**{f"{field}__icontains": part}) for field in FIELDS[model]))))


@pytest.fixture
def written(published, rita):
    """An article and a comment with the same text, tagged and signed, and a person."""
    article = cast.article(published.newsletter, title="On oysters", body=BODY)
    article.tags.add("Oyster beds")
    talk.say(talk.under(article), rita, BODY)
    return article


@pytest.mark.parametrize("part", PARTS)
def test_any_part_of_a_text_finds_it(written, part):
    for model in FIELDS:
        assert found(model, part) == looked_at(model, part)


def test_what_is_changed_or_deleted_is_found_as_it_is_now(written):
    assert found(Article, "harbour")
    Article.objects.filter(pk=written.pk).update(body="A lighthouse")
    assert (found(Article, "harbour"), found(Article, "ghtho")) == (set(), {written})
    Comment.objects.update(body="Nothing but fog")
    assert len(found(Comment, "but fog")) == 1
    Comment.objects.all().delete()
    assert found(Comment, "but fog") == set()


def test_the_desk_finds_what_has_each_word_and_each_phrase(desk, written):
    for query, number in {
        "harb oyst": 1,
        "“new 经济": 1,
        '"is 100%"': 1,
        '"100% is"': 0,
        "harbour nowhere": 0,
    }.items():
        page = desk.get("/admin/newsletter/article/", {"q": query})
        assert page.context["cl"].result_count == number, query
