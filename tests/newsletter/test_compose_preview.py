"""Edda decides in the preview: about guesses, sources and articles. What she typed is never lost."""

import pytest

from newsletter.models import Article, Issue
from tests.newsletter.previewing import BRIDGE, EELGRASS, FOGHORN, SHORE, preview_of

WHOLE = [("item", FOGHORN), ("item", EELGRASS), ("item", BRIDGE)]


@pytest.fixture
def sheet(desk, low_tide):
    return preview_of(desk, low_tide)


def items():
    return [(article.kind, article.title) for article in Article.objects.filter(kind="item").in_reading_order()]


def test_what_is_guessed_stands_at_the_top_and_is_ticked(sheet):
    assert sheet.text.index("Three lines look like items.") < sheet.text.index("Opening")
    assert sheet.guess(FOGHORN).checked
    line = max(number for number, words in enumerate(SHORE.split("\n"), start=1) if words == f"1. {FOGHORN}")
    assert f"{FOGHORN} Item line {line}" in sheet.text


def test_everything_is_made_as_proposed(sheet):
    sheet.send()
    assert Issue.objects.get().title == "Low Water, October"
    assert items() == WHOLE


def test_what_is_unticked_stays_text_and_can_be_ticked_again(sheet):
    sheet.guess(EELGRASS).checked = False
    sheet.look_again()
    assert not sheet.guess(EELGRASS).checked
    assert sheet.guess(FOGHORN).checked
    assert not Issue.objects.exists()
    sheet.look_again()
    sheet.send()
    assert items() == [WHOLE[0], WHOLE[2]]
    assert EELGRASS in Article.objects.get(title=FOGHORN).body


def test_what_was_unticked_by_mistake_is_ticked_again(sheet):
    sheet.guess(EELGRASS).checked = False
    sheet.look_again()
    sheet.guess(EELGRASS).checked = True
    sheet.send()
    assert items() == WHOLE


def test_a_source_is_set_in_place(sheet):
    sheet.fill(FOGHORN, url="https://example.org/foghorn", name="Tholemouth Packet", language="fr")
    sheet.look_again()
    assert sheet.article(FOGHORN).xpath('.//input[contains(@name, "-url")]')[0].value == "https://example.org/foghorn"
    sheet.send()
    foghorn = Article.objects.get(title=FOGHORN)
    assert (foghorn.source_url, foghorn.source_name, foghorn.source_language) == (
        "https://example.org/foghorn",
        "Tholemouth Packet",
        "fr",
    )


def test_the_language_of_a_source_needs_no_address(sheet):
    assert sheet.article(EELGRASS).xpath(".//option[@selected]/text()")[-1] == "Dutch"
    sheet.send()
    eelgrass = Article.objects.get(title=EELGRASS)
    assert (eelgrass.source_url, eelgrass.source_language) == ("", "nl")


def test_a_source_that_is_emptied_is_none(desk, low_tide):
    sheet = preview_of(desk, low_tide, "# A\n\n### 1. [B](https://example.org/b) (in Dutch)\n\nText.\n")
    sheet.fill("B", url="", language="")
    sheet.send()
    article = Article.objects.get()
    assert (article.source_url, article.source_language) == ("", "")


def test_a_wrong_address_keeps_everything_and_says_so_beside_it(sheet):
    sheet.fill(FOGHORN, url="example org", name="Tholemouth Packet")
    sheet.fill(BRIDGE, url="https://example.org/bridge", action="leave out")
    sheet.guess(EELGRASS).checked = False
    answer = sheet.send()
    assert answer.status_code == 200
    assert "One answer below cannot be right" in sheet.text
    assert "Enter a valid URL." in sheet.article(FOGHORN).text_content()
    values = [field.value for field in sheet.article(FOGHORN).xpath(".//input[@type='url' or @type='text']")]
    assert values == ["example org", "Tholemouth Packet"]
    assert not sheet.guess(EELGRASS).checked
    assert not Issue.objects.exists()
    sheet.fill(FOGHORN, url="https://example.org/foghorn")
    sheet.send()
    assert items() == [("item", FOGHORN)]


def test_a_wrong_address_of_what_is_not_made_hinders_nobody(sheet):
    sheet.fill(FOGHORN, url="no address", action="leave out")
    sheet.fill(EELGRASS, url="no address")
    sheet.guess(EELGRASS).checked = False
    sheet.send()
    assert items() == [("item", BRIDGE)]


def test_an_address_without_its_beginning_gets_one(sheet):
    sheet.fill(FOGHORN, url="example.org/foghorn")
    sheet.send()
    assert Article.objects.get(title=FOGHORN).source_url == "https://example.org/foghorn"


def test_an_article_that_was_set_aside_can_be_taken_back(sheet):
    sheet.fill(BRIDGE, action="leave out")
    sheet.fill(EELGRASS, action="merge", name="The Shore")
    sheet.look_again()
    assert BRIDGE in sheet.text.partition("You set these aside")[2]
    [action] = sheet.form.xpath(f'.//p[contains(., "{EELGRASS}")]//select[contains(@name, "-action")]')
    action.value = "keep"
    sheet.look_again()
    sheet.send()
    assert items() == WHOLE[:2]
    assert Article.objects.get(title=EELGRASS).source_name == "The Shore"


def test_answers_outlive_a_look_at_the_whole_as_one_article(sheet):
    sheet.fill(FOGHORN, name="Tholemouth Packet", kind="essay")
    sheet.form.fields["as_article"] = True
    sheet.look_again()
    assert "outside any issue" in sheet.page.text
    sheet.form.fields["as_article"] = False
    sheet.look_again()
    sheet.send()
    foghorn = Article.objects.get(title=FOGHORN)
    assert (foghorn.kind, foghorn.source_name) == ("essay", "Tholemouth Packet")


def test_the_enter_key_only_looks_again(sheet):
    first = sheet.form.xpath('.//input[@type="submit"] | .//button')[0]
    assert first.get("name") == "again"


def test_a_value_that_the_database_refuses_brings_the_preview_back(desk, low_tide):
    sheet = preview_of(desk, low_tide, f"---\nslug: about\n---\n\n{SHORE}")
    sheet.fill(FOGHORN, name="Tholemouth Packet")
    assert sheet.send().status_code == 200
    assert "Nothing was made of it yet." in sheet.text
    assert sheet.article(FOGHORN).xpath('.//input[contains(@name, "-name")]')[0].value == "Tholemouth Packet"


@pytest.mark.slow
def test_a_long_document_is_asked_about_without_more_queries(desk, low_tide, django_assert_max_num_queries):
    long = "# Long\n\n## News\n\n" + "".join(f"### {number}. Item {number}\n\nText.\n\n" for number in range(1, 251))
    with django_assert_max_num_queries(15):
        sheet = preview_of(desk, low_tide, long)
    sheet.look_again()
    assert "Item 250" in sheet.text
