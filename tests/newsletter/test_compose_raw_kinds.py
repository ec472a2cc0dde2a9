"""Text without marks, kind by kind: what a line is taken for, and what the editor can say to it."""

import pytest

from newsletter.composing import Answers, Document, Unreadable, from_text, read
from newsletter.composing.plan import Source, Tail
from newsletter.composing.raw.lines import mend_text
from tests import cast
from tests.newsletter.test_compose_structure import outline

PROSE = "The tide went out at six and did not come back before we had counted every bird on the mud twice over."
NEWS = f"""March

NEWS

1. Crabs walk home

{PROSE}

2. Terns are back (link in Dutch)

{PROSE}

Terns above the quay. Photo: Ada Moor

Let us know what you have seen!
"""
MARKED = "# March\n\n## News\n\n### 1. [Crabs](https://example.org/crabs)\n\n"
THREAD = """
Ada Moor

Keeper of tides

2 months ago

I have seen the crabs, too.

Reply

Otto

1 month ago

@Ada Moor where was that?

Reply
"""


def plan(text, **answers):
    return read(from_text(text), Answers(**answers))


def line_of(words, text=NEWS):
    return next(number for number, line in enumerate(text.split("\n"), start=1) if words in line)


def test_sections_items_and_the_closing_are_found():
    assert outline(NEWS) == [
        "issue: March",
        "section: News",
        f"item: Crabs walk home | {PROSE}",
        f"item: Terns are back (nl) | {PROSE}\n\n*Terns above the quay. Photo: Ada Moor*",
        "closing: Let us know what you have seen!",
    ]


def test_what_is_a_guess_is_proposed():
    messages = [proposal.message for proposal in plan(NEWS).proposals]
    assert messages == ["Two lines look like items.", "Of the lines that stand alone, one looks like a section."]


def test_a_guess_that_is_refused_is_text():
    refused = plan(NEWS, refused=frozenset({line_of("NEWS")}))
    assert [section.title for section in refused.sections] == [""]
    assert refused.opening.source == "NEWS"
    assert len(refused.articles) == 2


def test_a_link_that_did_not_come_along_is_asked_for():
    terns = plan(NEWS).articles[1]
    assert terns.source_language == "nl"
    assert "“(link in Dutch)”: the link did not come along" in terns.text.remarks[-1].message
    told = plan(NEWS, sources={terns.line: Source("https://example.org/terns", "The Shore", "nl")}).articles[1]
    assert (told.source_url, told.source_name) == ("https://example.org/terns", "The Shore")
    assert not any("did not come along" in remark.message for remark in told.text.remarks)


def test_a_picture_that_did_not_come_along_leaves_a_gap_to_fill():
    [gap] = plan(NEWS).articles[1].text.gaps
    assert gap.words == "Terns above the quay. Photo: Ada Moor"
    filled = read(Document(NEWS, {gap.key: cast.image_file(size=(24, 16)).read()})).articles[1].text
    assert filled.gaps == []
    [picture] = filled.pictures
    assert (picture.alt, picture.caption, picture.credit) == (
        "Terns above the quay.",
        "Terns above the quay.",
        "Photo: Ada Moor",
    )


def test_a_video_that_did_not_come_along_is_set_by_its_address():
    text = NEWS.replace("Terns above the quay. Photo: Ada Moor", "Terns above the quay. Click for YouTube video")
    [gap] = plan(text).articles[1].text.gaps
    assert gap.is_video
    address = "https://www.youtube.com/watch?v=aqz-KE-bpKQ"
    told = plan(text, videos={gap.line: address}).articles[1].text
    assert told.gaps == []
    assert f"{address}\n\n*Terns above the quay. Click for YouTube video*" in told.source


def test_a_thread_below_is_a_conversation():
    found = plan(NEWS + THREAD)
    assert [(each.name, each.headline, each.written, each.text) for each in found.conversation] == [
        ("Ada Moor", "Keeper of tides", "2 months ago", "I have seen the crabs, too."),
        ("Otto", "", "1 month ago", "@Ada Moor where was that?"),
    ]
    assert [each.answers for each in found.conversation] == [None, 0]
    assert "conversation of two" in found.proposals[-1].message
    assert "Keeper" not in "".join(text.source for text in found.texts)


def test_a_thread_can_stay_text():
    kept = plan(NEWS + THREAD, tail=Tail.KEEP)
    assert "I have seen the crabs, too." in "".join(text.source for text in kept.texts)


def test_a_text_goes_on_behind_a_thread():
    long = " ".join([PROSE] * 4)
    found = plan(f"{NEWS}{THREAD}\n\n{long}\n")
    assert len(found.conversation) == 2
    assert long in "".join(text.source for text in found.texts)


def test_a_thread_pasted_below_markdown_is_a_conversation():
    thread = THREAD.replace("\n\n", "\n")
    found = plan(
        f"# March\n\n## News\n\n### 1. [Crabs](https://example.org/crabs)\n\n{PROSE} {PROSE} {PROSE}\n{thread}"
    )
    assert [each.name for each in found.conversation] == ["Ada Moor", "Otto"]
    assert found.articles[0].text.source.startswith(PROSE)
    assert "Ada Moor" not in found.articles[0].text.source


@pytest.mark.parametrize("heading", ["Related", "Comments", "More from the harbour", "Share this"])
def test_a_heading_that_an_author_marked_stays(heading):
    text = f"# March\n\n## News\n\n{PROSE}\n\n## {heading}\n\n- [Crabs](https://example.org/crabs)\n\n{PROSE}\n"
    assert heading in [section.title for section in plan(text).sections]


@pytest.mark.parametrize("mark", ["1.", "1)", "(1)", "１．", "١.", "1、", "1\ufe0f\u20e3"])
def test_numbers_of_every_kind_begin_items(mark):
    other = mark.translate(str.maketrans("1１١", "2２٢"))
    text = f"March\n\nNEWS\n\n{mark} Crabs\n\n{PROSE}\n\n{other} Terns\n\n{PROSE}\n"
    assert [(article.number, article.title) for article in plan(text).articles] == [(1, "Crabs"), (2, "Terns")]


@pytest.mark.parametrize("bullet", ["•", "‣", "▪", "-", "*", "–", "●", "\uf0b7"])
def test_signs_of_every_kind_make_lists(bullet):
    text = f"March\n\n{PROSE} We saw:\n\n{bullet} crabs\n\n{bullet} terns\n\n{PROSE}\n"
    assert "\n\n- crabs\n- terns\n\n" in plan(text).articles[0].text.source


def test_a_dialogue_is_no_list():
    text = f"March\n\n{PROSE}\n\n– Where is it?\n\n– At the quay.\n\n{PROSE}\n"
    assert "– Where is it?\n\n– At the quay." in plan(text).articles[0].text.source


def test_plain_text_is_no_html_and_no_markdown():
    text = f"March\n\n{PROSE}\n\n#mud and <script>alert(1)</script> and [1]: no link\n\n{PROSE}\n"
    assert "\\#mud and &lt;script>alert(1)&lt;/script> and" in plan(text).articles[0].text.source


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("?In September", "In September"),
        ("has 12? times more", "has 12 times more"),
        ("don\ufffdt", "don’t"),
        ("one \ufffd two", "one – two"),
        ("an edge.?", "an edge."),
        ("Why? The fact", "Why? The fact"),
        ("in 2030? According", "in 2030? According"),
        ("Really!?", "Really!?"),
        ("pourquoi ?", "pourquoi ?"),
    ],
)
def test_signs_of_lost_characters_are_mended_where_that_is_certain(written, meant):
    assert mend_text(written, has_lost=False) == meant


def test_a_document_that_lost_signs_elsewhere_lost_those_at_ends_too():
    assert mend_text("for my newsletter!?", has_lost=True) == "for my newsletter!"
    assert mend_text("until 2035. ?", has_lost=True) == "until 2035."


def test_a_text_too_long_to_look_at_is_refused_in_words():
    with pytest.raises(Unreadable, match="more than 5000 lines"):
        plan("March\n\n" + "A line of text\n" * 5001)


def test_the_same_text_with_marks_makes_no_proposals():
    assert (
        plan(
            f"# March\n\n## News\n\n### 1. [Crabs](https://example.org/crabs)\n\n{PROSE}\n\nSHORT LINE\n\n{PROSE}"
        ).proposals
        == []
    )
