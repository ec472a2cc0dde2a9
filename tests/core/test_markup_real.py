"""Two real documents, as their editors wrote them."""

import re

import pytest

from core.markup import render, to_text

pytestmark = pytest.mark.real


@pytest.fixture
def webinar(real):
    return (real / "emerging-tech-webinar-qa.md").read_text(encoding="utf-8")


@pytest.fixture
def newsletter(real):
    return (real / "this-month-in-china-2024-03.md").read_text(encoding="utf-8")


def test_sixteen_questions_are_answered(webinar):
    questions = render(webinar).questions
    assert len(questions) == 16
    assert all(answer.startswith("<p>") for _, _, answer in questions)
    assert len({anchor for anchor, _, _ in questions}) == 16


def test_answer_of_two_paragraphs_is_whole(webinar):
    (answer,) = (answer for _, question, answer in render(webinar).questions if "stand on climate change" in question)
    assert answer.count("<p>") == 2


def test_addresses_in_answers_are_links(webinar):
    assert re.findall(r'href="(https://[^/"]+)', render(webinar).html) == [
        "https://www.clingendael.org",
        "https://www.government.nl",
        "https://www.clingendael.org",
        "https://youtu.be",
    ]


def test_newsletter_keeps_its_outline_and_video(newsletter):
    result = render(newsletter)
    assert [level for level, _, _ in result.headings] == [2, 3, 4, 5, 3, *[4] * 7, *[5] * 8]
    assert result.html.count('<figure class="video">') == 1
    assert "<figcaption>Xiaomi" in result.html


@pytest.mark.parametrize("name", ["webinar", "newsletter"])
def test_no_word_is_lost(name, request):
    source = request.getfixturevalue(name)
    words = re.findall(r"\w+", re.sub(r"\]\([^)]*\)|https?://\S+", "", source))
    html = re.sub(r"<[^>]+>", " ", render(source).html).replace("&nbsp;", " ").replace("&amp;", "&")
    for shown in (html, to_text(source)):
        found = iter(re.findall(r"\w+", shown))
        assert [word for word in words if word not in found] == []
