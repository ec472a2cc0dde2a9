"""The list of threads and the page of one: what waits first, as a conversation, in as many queries for many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from correspondence.desk.counting import answers_to
from correspondence.models import Letter, Thread
from tests import cast
from tests.correspondence.letters import decide, letter, page_of
from tests.mailing.post import subscribed
from tests.participation.tips import words_of

pytestmark = pytest.mark.django_db

LIST = "/admin/correspondence/thread/"


def listed(page):
    return [row.email for row in page.context["cl"].result_list]


def test_what_waits_comes_first_and_of_that_what_came_last(desk, low_tide):
    for name in ("answered", "early", "late"):
        letter(low_tide, email=f"{name}@example.org")
    decide(desk, Thread.objects.get(email="answered@example.org"), "send", text="Thank you!")
    assert listed(desk.get(LIST)) == ["late@example.org", "early@example.org", "answered@example.org"]
    assert listed(desk.get(f"{LIST}?waits=editors")) == ["late@example.org", "early@example.org"]
    assert listed(desk.get(f"{LIST}?waits=nobody")) == ["answered@example.org"]


def test_a_thread_is_found_by_how_address_or_name_begin(desk, low_tide):
    letter(low_tide, email="rita@example.org", name="Margarita")
    letter(low_tide, email="otto@example.org", name="Otto")
    for words, found in (("RITA", 1), ("marga", 1), ("tto", 0), ("o", 1)):
        assert len(listed(desk.get(LIST, {"q": words}))) == found


def test_a_list_of_another_newsletter_is_another_list(desk, low_tide):
    letter(low_tide)
    other = letter(cast.low_tide(title="High Tide", slug="high-tide"))
    assert other.thread.email == Thread.objects.exclude(pk=other.thread.pk).get().email
    found = desk.get(f"{LIST}?newsletter__id__exact={other.newsletter.pk}")
    assert [row.pk for row in found.context["cl"].result_list] == [other.thread.pk]
    page = words_of(desk.get(page_of(other.thread)))
    assert "Has also written to Low Tide" in page


def test_an_empty_list_says_how_letters_come_here(desk, low_tide):
    assert "Nobody has written yet." in desk.get(LIST).text


@pytest.mark.parametrize("number", [10, 1000])
def test_the_list_takes_as_many_queries_however_many_threads(desk, low_tide, number):
    Thread.objects.bulk_create(
        Thread(newsletter=low_tide, email=f"r{each}@example.org", last_at=timezone.now()) for each in range(number)
    )
    letter(low_tide)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = desk.get(LIST)
    assert len(listed(page)) == min(number + 1, 50)
    assert len(queries) <= 14


@pytest.mark.parametrize("number", [10, 1000])
def test_a_long_thread_is_read_page_by_page(desk, low_tide, published, number):
    thread = letter(low_tide, "The newest").thread
    Letter.objects.bulk_create(
        Letter(
            newsletter=low_tide,
            thread=thread,
            email=thread.email,
            issue=published,
            text=f"Number {each}.",
            state="sent" if each % 2 else "desk",
            message_id=f"<long-{each}@example.org>",
        )
        for each in range(number)
    )
    with CaptureQueriesContext(connection) as queries:
        page = desk.get(page_of(thread))
    assert len(queries) <= 28
    assert f"Number {number - 1}." in page.text
    assert ("Older letters" in page.text) == (number > 40)
    if number > 40:
        older = desk.get(f"{page_of(thread)}?before={page.context['older']}")
        assert f"Number {number - 41}." in older.text
        assert 'name="text"' not in older.text


def test_letters_stand_in_order_with_what_they_answer_and_what_was_left_out(desk, low_tide, published):
    first = letter(low_tide, "One.", issue=published, attachments=["mud.jpg", "<b>.pdf"])
    decide(desk, first.thread, "send", text="Two.")
    letter(low_tide, "Three.", article=published.articles.first())
    page = desk.get(page_of(first.thread))
    assert page.text.index("One.") < page.text.index("Two.") < page.text.index("Three.")
    words = words_of(page)
    assert f"Answers {published.title}" in words
    assert f"Answers {published.articles.first().title}" in words
    assert "Attached, and left out here: mud.jpg, &lt;b&gt;.pdf" in words


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "> <img src=x onerror=alert(1)>", "&lt;b&gt; {{ x }} </textarea>"]
)
def test_what_readers_write_is_text_and_never_html(desk, low_tide, text):
    thread = letter(low_tide, text, name=text[:80], attachments=[text]).thread
    for address in (page_of(thread), LIST):
        page = desk.get(address).text
        assert text not in page


def test_the_page_says_who_they_are(desk, low_tide, rita):
    subscribed(low_tide, "rita@example.org")
    words = words_of(desk.get(page_of(letter(low_tide).thread)))
    assert "Subscriber since" in words
    assert "Low Tide Subscribed" in words
    assert "Account Rita since" in words
    assert "Comments 0" in words
    stranger = words_of(desk.get(page_of(letter(low_tide, email="nobody@example.org").thread)))
    assert "Subscriber no" in stranger
    assert "Account no" in stranger


def test_the_front_page_says_how_many_wait(desk, low_tide):
    assert "for an answer to a letter" not in desk.get("/admin/").text
    letter(low_tide)
    letter(low_tide, email="otto@example.org")
    assert "2 readers wait for an answer to a letter" in desk.get("/admin/").text


def test_to_delete_a_thread_is_to_delete_its_letters(desk, low_tide):
    thread = letter(low_tide).thread
    desk.post(f"{LIST}{thread.pk}/delete/", {"post": "yes"})
    assert (Thread.objects.count(), Letter.objects.count()) == (0, 0)


def test_a_letter_outlives_the_account_of_the_editor_who_answered(desk, low_tide):
    thread = letter(low_tide).thread
    decide(desk, thread, "send", text="Thank you!")
    Letter.objects.update(by=None)
    assert "An editor" in desk.get(page_of(thread)).text


def test_answers_to_an_issue_are_counted_and_lead_to_their_threads(desk, low_tide, published):
    own = letter(low_tide, issue=published)
    letter(low_tide, issue=published)
    other = letter(low_tide, article=published.articles.first(), email="otto@example.org")
    letter(low_tide, email="sumi@example.org")
    decide(desk, own.thread, "send", text="Thank you!")
    assert Letter.objects.by_issue([published.pk, 0]) == {published.pk: 3}
    rows = [row.pk for row in desk.get(answers_to(published.pk)).context["cl"].result_list]
    assert rows == [other.thread.pk, own.thread.pk]
    page = words_of(desk.get(f"/admin/readership/pageviews/issue/{published.pk}/"))
    assert "Answers by mail" in page


def test_where_answers_go_into_the_discussion_the_count_leads_there(march):
    assert answers_to(march.pk) == f"{march.get_absolute_url()}comments/"
