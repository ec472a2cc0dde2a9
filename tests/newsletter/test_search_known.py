"""Words that readers do not finish, mistype, or write without the marks they have: they find what was meant."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.models import Article, SearchWord, Status
from newsletter.searching.known import distance, learn, slips
from newsletter.searching.queries import MAX_TERMS
from tests import cast
from tests.newsletter.pages import in_one_line
from tests.newsletter.searching import titles

pytestmark = pytest.mark.django_db

MARKED = [
    ("Đường về nhà", "duong ve nha"),
    ("Søren, Øresund", "soren oresund"),
    ("Łódź", "lodz"),
    ("Große Straße", "grosse strasse"),
    ("Ægir", "aegir"),
    ("Iğdır, ısı", "igdir isi"),
    ("كِتَابُ البَحْرِ", "كتاب البحر"),
    ("إلى آخر", "الى اخر"),
    ("كتـــاب", "كتاب"),
    ("سفر کوتاه", "سفر كوتاه"),
    ("שָׁלוֹם לַיָּם", "שלום לים"),
]


@pytest.mark.parametrize(("title", "typed"), [*MARKED, *(pair[::-1] for pair in MARKED)])
def test_words_are_found_with_and_without_their_marks(client, low_tide, title, typed):
    cast.article(low_tide, title=title, slug="marked")
    assert titles(client, typed) == [title]
    assert "<mark>" in client.get("/search/", {"q": typed}).content.decode()


@pytest.fixture
def shelf(low_tide):
    cast.article(low_tide, title="Newsletters", body="About governments, relatives and the café. Technology is meant.")
    cast.article(low_tide, title="Relay", body="The relief of tides. Receive and achieve. 低空经济")
    learn()


def suggestion(client, typed, **filters):
    page = in_one_line(client.get("/search/", {"q": typed, **filters}).content.decode())
    _, found, rest = page.partition("Did you mean <a href=")
    return rest.partition(">")[2].partition("</a>")[0] if found else ""


@pytest.mark.parametrize("typed", ["newsle", "newslette", "technolo", "relati", "the gover", "relative", "RELATIVE"])
def test_unfinished_last_word_is_found(client, shelf, typed):
    assert "Newsletters" in titles(client, typed) or typed == "relati"


def test_beginning_that_ends_like_an_english_word_finds_no_strangers(client, shelf):
    assert titles(client, "relative") == ["Newsletters"]
    assert titles(client, "newsle tides") == []
    assert titles(client, '"newsle"') == []


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("goverment", "governments"),
        ("newslettr", "newsletters"),
        ("nwesletters", "newsletters"),
        ("recieve tides", "receive tides"),
        ("tecnology meant", "technology meant"),
        ("technlogoy", "technology"),
        ("caffe", "café"),
        ("Goverments -tides", "governments -tides"),
        ("zebra", ""),
        ("tides", ""),
        ("recieve zebra", ""),
        ("cat", ""),
        ("低空", ""),
        ("12345", ""),
        ('"nwesletters" <', "&quot;newsletters&quot; &lt;"),
    ],
)
def test_what_was_meant_is_offered(client, shelf, typed, offered):
    assert suggestion(client, typed).lower() == offered


def test_the_offer_leads_to_what_is_found_and_keeps_the_filters(client, shelf):
    page = client.get("/search/", {"q": "tecnology & meant", "newsletter": "low-tide", "page": "3"}).content.decode()
    assert '<a href="?q=Technology+%26+meant&amp;newsletter=low-tide">' in page
    assert titles(client, "technology & meant", newsletter="low-tide") == ["Newsletters"]


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_no_word_of_what_is_hidden_is_offered(client, low_tide, state):
    status = Status.PUBLISHED if state == "scheduled" else Status(state)
    date = timezone.now() + timedelta(days=2) if state == "scheduled" else cast.PUBLISHED_AT
    cast.article(low_tide, title="Zanzibarian", status=status, published_at=date)
    learn(anew=True)
    assert not SearchWord.objects.filter(word="zanzibarian").exists()
    assert suggestion(client, "zanzibaran") == ""


def test_word_of_what_was_withdrawn_is_offered_no_more_even_at_once(client, low_tide):
    article = cast.article(low_tide, title="Zanzibarian")
    learn()
    assert suggestion(client, "zanzibaran") == "Zanzibarian"
    Article.objects.filter(pk=article.pk).update(status=Status.WITHDRAWN)
    assert suggestion(client, "zanzibaran") == ""
    learn()
    assert not SearchWord.objects.filter(word="zanzibarian").exists()


def test_words_are_learnt_only_where_something_changed(shelf, low_tide, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert learn() == 0
    cast.article(low_tide, title="Gulls")
    assert learn() > 0
    assert SearchWord.objects.get(word="gulls").uses == 1


def test_a_question_costs_the_same_however_odd(client, shelf, django_assert_max_num_queries):
    for typed in ("zebra", "qqqq " * MAX_TERMS, "x" * 200, "abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz2"):
        with django_assert_max_num_queries(12):
            client.get("/search/", {"q": typed})


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ("tide", "tide", 0),
        ("tide", "tied", 1),
        ("tide", "tid", 1),
        ("tide", "stide", 1),
        ("tide", "tape", 2),
        ("a", "", 1),
    ],
)
def test_distance_counts_slips(one, other, far):
    assert distance(one, other) == distance(other, one) == far
    assert far != 1 or not other or other in slips(one)
