"""A newsletter and an article as their Markdown and as a page was copied: one document, whichever way it comes."""

from pathlib import Path

import pytest

from comments.bringing_in.reading import read_comments
from newsletter.composing import from_path, read

DOCUMENTS = Path(__file__).resolve().parents[1] / "documents" / "raw"


@pytest.mark.parametrize("name", ["linkedin-newsletter", "webinar-qa"])
def test_a_copied_page_says_what_its_markdown_says(name):
    copied, marked = (read(from_path(DOCUMENTS / f"{name}.{ending}")) for ending in ("txt", "md"))
    assert (copied.is_issue, copied.title) == (marked.is_issue, marked.title)
    assert (copied.about.date, copied.about.authors) == (marked.about.date, marked.about.authors)
    assert [section.title for section in copied.sections] == [section.title for section in marked.sections]
    assert list(map(facts, copied.articles)) == list(map(facts, marked.articles))
    assert [text.source for text in copied.texts] == [text.source for text in marked.texts]
    assert marked.proposals == []


def facts(article):
    return article.title, article.kind, article.number, article.source_language


@pytest.mark.django_db
def test_the_thread_below_it_is_that_of_its_file():
    copied = read(from_path(DOCUMENTS / "linkedin-newsletter.txt"))
    stored = read_comments((DOCUMENTS / "linkedin-newsletter.comments.json").read_bytes())
    assert [(each.name, each.headline, each.text) for each in copied.conversation] == [
        (each.name, each.headline, each.text) for each in stored
    ]
    assert [each.written for each in copied.conversation] == [each.written for each in stored]
    assert {each.said_at for each in stored} == {"LinkedIn"}
