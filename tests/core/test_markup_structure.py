"""Questions, notes, tables, headings and their anchors."""

import pytest

from core.markup import render, shift_headings


def test_question_and_answer():
    result = render("Q: How *deep*?\n\nA: Very.\n\nMore.\n\nQ: Why?\n\nA: Moon.", prefix="a1-")
    assert result.html.replace("\n", "") == (
        '<div class="qa"><h2 class="question" id="a1-how-deep"><span class="mark">Q:</span> How <em>deep</em>?</h2>'
        '<div class="answer"><p><span class="mark">A:</span> Very.</p><p>More.</p></div></div>'
        '<div class="qa"><h2 class="question" id="a1-why"><span class="mark">Q:</span> Why?</h2>'
        '<div class="answer"><p><span class="mark">A:</span> Moon.</p></div></div>'
    )
    assert result.questions == (
        ("a1-how-deep", "How deep?", "<p>Very.</p>\n<p>More.</p>"),
        ("a1-why", "Why?", "<p>Moon.</p>"),
    )
    assert result.headings == ()


@pytest.mark.parametrize(
    "text",
    [
        "Q: Why?\nA: Moon.",
        "**Q:** Why?\n\n**A:** Moon.",
        "**Q: Why?**\n\nA: Moon.",
        "问：Why?\n\n答：Moon.",
        "Q：Why?\n\nMoon.",
    ],
)
def test_ways_to_write_a_question(text):
    assert render(text).questions == (("why", "Why?", "<p>Moon.</p>"),)


@pytest.mark.parametrize("end", ["# End", "---"])
def test_heading_or_rule_ends_an_answer(end):
    result = render(f"Q: Why?\n\nA: Moon.\n\n{end}\n\nClosing.")
    assert result.questions[0][2] == "<p>Moon.</p>"
    assert result.html.endswith("<p>Closing.</p>")


def test_question_without_answer_is_shown_and_not_counted():
    result = render("Q: Why?\n\nQ: How?\n\nA: Moon.")
    assert [question for _, question, _ in result.questions] == ["How?"]
    assert "Why?" in result.html


def test_answer_without_question_is_a_paragraph():
    assert render("A: Moon.").html == "<p>A: Moon.</p>"


def test_notes_stand_at_the_end_in_the_order_of_their_use():
    html = render("Sea[^b] land[^a] sea[^b]\n\n[^a]: dry\n[^b]: wet", prefix="a1-").html
    assert '<sup id="a1-fnref:b"><a class="footnote-ref" href="#a1-fn:b">1</a></sup>' in html
    assert '<sup id="a1-fnref2:b"><a class="footnote-ref" href="#a1-fn:b">1</a></sup>' in html
    assert html.index('<li id="a1-fn:b">') < html.index('<li id="a1-fn:a">')
    assert '<a class="footnote-backref" href="#a1-fnref:a">↩</a>' in html


def test_empty_note_is_no_error():
    assert "#fnref:a" in render("Sea[^a]\n\n[^a]:").html


def test_note_without_reference_is_kept():
    assert "dry" in render("Sea\n\n[^a]: dry").html


def test_table_scrolls_and_is_named_by_its_header():
    html = render("| Sea | Land |\n|:-:|--:|\n| 0 | 8 |").html
    assert html.startswith('<div class="table" role="group" tabindex="0" aria-label="Sea, Land"><table>')
    assert '<th class="align-center">Sea</th>' in html
    assert '<td class="align-right">8</td>' in html
    assert "style" not in html


def test_empty_corner_of_a_table_is_no_header():
    assert "<td></td>\n<th>Land</th>" in render("| | Land |\n|-|-|\n| a | b |").html


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        ([4, 4], [2, 2]),
        ([1, 2, 3], [2, 3, 4]),
        ([2, 4, 4, 3, 2], [2, 3, 3, 3, 2]),
        ([4, 3, 4], [2, 2, 3]),
        ([1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 6]),
    ],
)
def test_headings_skip_no_level(levels, shown):
    result = render("\n\n".join(f"{'#' * level} Title" for level in levels))
    assert [level for level, _, _ in result.headings] == shown


def test_headings_begin_where_the_page_wants_them():
    assert render("# Sea\n\n## Tide\n\nQ: Why?", heading_base=3).html.replace("\n", "") == (
        '<h3 id="sea">Sea</h3><h4 id="tide">Tide</h4>'
        '<div class="qa"><h5 class="question" id="why"><span class="mark">Q:</span> Why?</h5></div>'
    )


def test_stored_headings_can_be_shifted():
    html = '<h2 id="h2">A &lt;h2></h2><hr><h3>B</h3><h6>C</h6>'
    assert shift_headings(html, 2) == '<h4 id="h2">A &lt;h2></h4><hr><h5>B</h5><h6>C</h6>'


def test_heading_without_words_is_none():
    assert "<h" not in render("<h2></h2>\n\ntext").html


def test_anchors_are_made_of_words_and_unique():
    result = render("# Sea & “Land”\n\n# 潮 汐\n\n# Sea & Land\n\n# ?\n\n# Own {#sea-land-2}", prefix="x-")
    assert [anchor for _, anchor, _ in result.headings] == [
        "x-sea-land",
        "x-潮-汐",
        "x-sea-land-2-2",
        "x-section",
        "x-sea-land-2",
    ]


def test_anchor_stays_when_other_text_changes():
    anchors = [{anchor for _, anchor, _ in render(text).headings} for text in ("# Tide", "# Sea\n\ntext\n\n## Tide")]
    assert anchors == [{"tide"}, {"sea", "tide"}]


def test_long_anchor_ends_with_a_whole_word():
    ((_, anchor, _),) = render("# " + "wide sea " * 20).headings
    assert len(anchor) <= 60
    assert anchor.endswith(("wide", "sea"))


def test_links_within_the_text_carry_the_prefix():
    assert '<a href="#x-sea">' in render("# Sea\n\n[up](#sea)", prefix="x-").html


def test_marks_of_notes_are_no_words_of_a_heading():
    result = render(
        "## Tide[^1] and *ebb*[^tide]\n\n|[^1] sea | land |\n|---|---|\n| a | b |\n\n[^1]: One\n[^tide]: Two"
    )
    assert result.headings == ((2, "tide-and-ebb", "Tide and ebb"),)
    assert 'aria-label="sea, land"' in result.html
    assert result.html.count('class="footnote-ref"') == 3


@pytest.mark.parametrize("heading", ["# {}", "### {} ###", "{}\n===", "{}\n---", "- # {}", "> ## {} ##"])
@pytest.mark.parametrize("words", ["Why C#", "F#", "A # b", "A##", "C# and F#", "#1", "Tide \\#"])
def test_signs_in_a_heading_are_words(heading, words):
    assert render(heading.format(words)).headings[0][2] == words.replace("\\", "")


def test_empty_headings_and_signs_alone():
    assert render("# #\n\n## \n\n### ###").headings == ()
