"""Letters at the desk."""

import pytest

from correspondence.filing import file
from correspondence.models import Letter, Thread

pytestmark = pytest.mark.django_db


def letter(newsletter, text, **fields):
    made = Letter(newsletter=newsletter, email="sumi@example.org", name="Sumi", text=text, message_id=text, **fields)
    file(made)
    made.save()
    return made


def test_letters_of_a_reader_to_a_newsletter_are_one_thread(low_tide):
    letter(low_tide, "Which mud?")
    Thread.objects.update(is_open=False)
    second = letter(low_tide, "That mud.")
    thread = Thread.objects.get()
    assert [each.text for each in thread.letters.all()] == ["Which mud?", "That mud."]
    assert (thread.is_open, thread.last_at, second.state) == (True, second.at, Letter.State.DESK)


def test_an_answer_goes_into_the_thread_that_it_answers(low_tide):
    thread = letter(low_tide, "Which mud?").thread
    moved = Letter(newsletter=low_tide, email="sumi@example.net", text="I moved.", message_id="2")
    assert file(moved, thread) == thread
    assert (thread.name, thread.email) == ("Sumi", "sumi@example.org")
