"""A letter has at most 80 kB of HTML: Gmail hides what comes after 102, with the way out."""

import pytest

from mailing.letter.printing import cut_at
from tests import cast
from tests.mailing.reading import Reader, letter, links_of_text

LONG = "The tide went out and came in again, as it does. " * 400  # 20 kB


@pytest.fixture
def long(low_tide):
    issue = cast.issue(low_tide, title="March", slug="march")
    for position, title in enumerate(["Mud", "Crabs", "Terns", "Gulls", "Eels"]):
        cast.article(low_tide, issue, title=title, position=position, body=f"{LONG}\n\nThe end of {title}.")
    return issue


def test_short_issue_is_whole(published):
    assert cut_at(published) is None
    assert "The rest of this issue" not in letter(published).html


def test_long_issue_ends_after_an_article_and_leads_to_the_others(long):
    assert cut_at(long).title == "Gulls"
    mail = letter(long)
    assert 60_000 < len(mail.html.encode()) <= 80_000
    page = Reader(mail.html)
    for part in (page.words, mail.text):
        assert "The end of Terns." in part
        assert "The end of Gulls." not in part
        assert "The rest of this issue is on the web" in part
        assert "Tell us what you found." in part
    assert page.outward == links_of_text(mail.text)
    assert {"https://courant.example/low-tide/march/eels/", "xxunsubscribexx"} <= page.outward
    assert [link for link in page.links if link.startswith("#")] == [f"#{anchor}" for anchor in page.anchors]


def test_first_article_alone_may_be_too_long(long):
    long.articles.filter(slug="mud").update(body=LONG * 5)
    assert cut_at(long).title == "Mud"
    assert len(letter(long).html.encode()) <= 80_000


def test_length_is_counted_in_bytes(long):
    long.articles.update(body="潮" * 20_000)
    assert cut_at(long).title == "Crabs"
    assert len(letter(long).html.encode()) <= 80_000
