"""Two documents as editors really write them."""

import json
import re
from typing import Any

import pytest

from newsletter.composing import compose, from_path, from_text, read
from newsletter.models import Article, Issue, Picture
from tests.newsletter.test_compose_loses_nothing import said

pytestmark = [pytest.mark.django_db, pytest.mark.real]


@pytest.fixture(autouse=True)
def _sizes_can_wait(settings):
    settings.TASKS = {"default": {**settings.TASKS["default"], "BACKEND": "django.tasks.backends.dummy.DummyBackend"}}


def test_a_newsletter_becomes_an_issue(real, low_tide):
    plan = read(from_path(real / "this-month-in-china-2024-03.md"))
    assert plan.all_remarks == []
    issue: Any = compose(plan, low_tide).thing
    assert (issue.title, issue.slug, issue.number) == ("March 2024", "march-2024", 1)
    assert issue.body.startswith("Want to stay ahead on China news")
    assert issue.closing.startswith("If you know of any other breaking China innovation news")
    first, second = issue.sections.all()
    assert first.title == "How China made a difference this month"
    assert second.title == "Chinese innovation news – March 2024"
    assert second.intro.startswith("(Click the links in titles below")
    has_its_essay(first.articles.get())
    has_its_items(list(second.articles.in_reading_order()))
    has_its_pictures()


def has_its_essay(essay):
    assert (essay.kind, essay.title) == ("essay", "“China’s next miracle”")
    marks = [essay.body_html.count(mark) for mark in ("<h2", "<blockquote>", "<li>")]
    assert marks == [1, 2, 3]


def has_its_items(items):
    assert [item.kind for item in items] == ["item"] * 7
    assert [bool(item.source_url) for item in items] == [True] * 6 + [False]
    assert [item.source_language for item in items] == ["", "", "nl", "", "", "", ""]
    assert 'data-embed="https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ"' in items[4].body_html
    assert "fully automated Super Factory" in items[4].body_html.partition("<figcaption")[2]
    assert items[6].title == "China Generative AI updates"
    assert items[6].body_html.count("<h2") == 8


def has_its_pictures():
    pictures = {picture.name: picture for picture in Picture.objects.all()}
    assert all(picture.alt for picture in pictures.values())
    assert {name: picture.credit for name, picture in pictures.items()} == {
        "pilot-zone": "Photo: Xinhua",
        "emissions": "",
        "rocket-parcel": "Image created by Dall-e",
        "seizure-chip": "Photo: Zhou Jun",
    }
    captions = {name: picture.caption.split(" ")[0] for name, picture in pictures.items()}
    assert captions == {"pilot-zone": "Premier", "emissions": "Annual", "rocket-parcel": "", "seizure-chip": "The"}
    for name in pictures:
        assert Article.objects.get(pictures__name=name).body_html.count("<figure") == 1


def test_no_word_of_it_is_lost(real):
    document = from_path(real / "this-month-in-china-2024-03.md")
    plan = read(document)
    articles = [f"{article.title} {article.source_url}" for article in plan.articles]
    pictures = [f"{picture.alt} {picture.caption} {picture.credit}" for picture in plan.pictures]
    sections = [section.title for section in plan.sections]
    said = " ".join([plan.title, *sections, *articles, *pictures, *(text.source for text in plan.texts)])
    written = re.sub(r"\(pictures/[^)]*\)|\(link in Dutch\)|### \d\.", " ", document.text)
    assert set(re.findall(r"\w+", written)) <= set(re.findall(r"\w+", said))


def test_questions_and_answers_become_one_article(real, low_tide):
    article: Any = compose(read(from_path(real / "emerging-tech-webinar-qa.md")), low_tide).thing
    assert not Issue.objects.exists()
    assert (article.issue, article.title) == (None, "Q&A Emerging Tech of China Webinar")
    assert len(article.questions) == 16
    assert 'href="https://youtu.be/DvmIelnCVJc"' in article.body_html


def test_the_newsletter_as_copied_makes_the_same_issue(real):
    """From the clipboard: the same titles, texts, headings and captions as from its Markdown; addresses apart."""
    copied = read(from_path(real / "this-month-in-china-2024-03.pasted.txt"))
    marked = read(from_path(real / "this-month-in-china-2024-03.md"))
    assert copied.title == marked.title
    assert copied.opening.source == marked.opening.source
    assert copied.closing.source == marked.closing.source
    assert [section.title for section in copied.sections] == [section.title for section in marked.sections]
    assert [shape(article) for article in copied.articles] == [shape(article) for article in marked.articles]
    assert len(copied.proposals) == 3


def shape(article) -> tuple[str, str, str, list[str]]:
    """Of an article, all but addresses and the lines of pictures and videos; signs that were lost stay lost."""
    lines = [line.rstrip(" ?") for line in article.text.source.split("\n")]
    kept = [line for line in lines if line[:1] not in {"", "!", "*", "h"}]
    return article.title, article.kind, article.source_language, kept


def test_its_gaps_are_the_pictures_of_its_markdown(real):
    gaps = [
        gap for text in read(from_path(real / "this-month-in-china-2024-03.pasted.txt")).texts for gap in text.gaps
    ]
    pictures = read(from_path(real / "this-month-in-china-2024-03.md")).pictures
    captions = [f"{picture.caption} {picture.credit}".strip() for picture in pictures]
    assert [gap.words for gap in gaps if not gap.is_video] == captions
    assert [gap.words.split(".")[0] for gap in gaps if gap.is_video] == ["Xiaomi’s SU7 fully automated Super Factory"]


def test_its_readers_are_found_below_it(real):
    found = read(from_path(real / "this-month-in-china-2024-03.pasted.txt")).conversation
    stored = json.loads((real / "this-month-in-china-2024-03.comments.json").read_text(encoding="utf-8"))
    assert [comment.headline for comment in found] == [comment["headline"] for comment in stored]
    assert [comment.text.split()[-5:] for comment in found] == [comment["text"].split()[-5:] for comment in stored]
    assert [comment.said_at for comment in found] == ["LinkedIn"] * 4


def test_no_word_of_the_copy_is_lost(real):
    text = (real / "this-month-in-china-2024-03.pasted.txt").read_text(encoding="utf-8")
    plan = read(from_text(text))
    parts = [part for each in plan.conversation for part in (each.text, each.name, each.headline, each.written)]
    everything = "\n".join([*said(plan), *parts, *(remark.message for remark in plan.all_remarks)])
    assert set(re.findall(r"[^\W\d]+", text.casefold())) <= set(re.findall(r"[^\W\d]+", everything.casefold()))
