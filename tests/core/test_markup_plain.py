"""The same text for those who read mail without markup."""

from django.utils import translation

from core.markup import Figure, to_text

BOAT = Figure("boat", "/boat.jpg", "A boat", 8, 5, "Waiting for water", "Photo: Ada", "https://example.org/ada")


def test_paragraphs_headings_and_emphasis():
    assert to_text("# 潮 *tide*\n\nIt **turns**\ntwice\\\na day.") == "潮 tide\n-------\n\nIt turns twice\na day."


def test_links_say_where_they_lead():
    text = "[Sea](https://example.org/sea), https://example.org, <me@example.org>, [write](mailto:me@example.org)."
    assert to_text(text) == (
        "Sea (https://example.org/sea), https://example.org, me@example.org, write (me@example.org)."
    )


def test_link_whose_words_end_its_address_says_where_it_leads():
    assert to_text("[sea](https://example.org/sea)") == "sea (https://example.org/sea)"


def test_link_within_the_text_is_its_words():
    assert to_text("# Sea\n\n[up](#sea)") == "Sea\n---\n\nup"


def test_lists():
    assert to_text("- sea\n  - tide\n    more\n- land\n\n7. one\n8. two") == (
        "- sea\n  - tide more\n- land\n\n7. one\n8. two"
    )


def test_list_of_paragraphs():
    assert to_text("- sea\n\n  wide\n\n- land") == "- sea\n\n  wide\n\n- land"


def test_quotation_code_and_rule():
    text = "> sea\n>\n> - land\n\n***\n\n```\nif x:\n    y\n```"
    assert to_text(text) == "> sea\n>\n> - land\n\n* * *\n\n    if x:\n        y"


def test_picture_with_caption_and_credit():
    text = "![](picture:boat)\n\n![Waiting](picture:boat)\n\n![x](picture:ship) ![in](picture:boat) line"
    assert to_text(text, figures={"boat": BOAT}) == (
        "[Picture: A boat — Waiting for water. Photo: Ada (https://example.org/ada)]\n\n"
        "[Picture: Waiting for water. Photo: Ada (https://example.org/ada)]\n\n"
        "x [in] line"
    )


def test_picture_without_caption():
    bare = Figure("bare", "/bare.jpg", "Bare", 8, 5)
    assert to_text("![](picture:bare)", figures={"bare": bare}) == "[Picture: Bare]"


def test_video():
    assert to_text("https://youtu.be/aqz-KE-bpKQ\n*Harbour*\n\nhttps://vimeo.com/76979871") == (
        "[Video: Harbour]\nhttps://youtu.be/aqz-KE-bpKQ\n\n[Video]\nhttps://vimeo.com/76979871"
    )


def test_words_for_picture_and_video_follow_the_language():
    with translation.override("de"):
        assert to_text("https://vimeo.com/76979871").startswith("[Video]")


def test_questions_and_answers():
    assert (
        to_text("Q: Why?\n\nA: Moon.\n\n**问：**为什么？\n\n答：月亮。")
        == "Q: Why?\n\nA: Moon.\n\n问：为什么？\n\n答：月亮。"
    )


def test_notes():
    assert to_text("Sea[^a] land[^b]\n\n[^a]: wet\n[^b]: dry") == "Sea[1] land[2]\n\n* * *\n\n[1] wet\n\n[2] dry"


def test_table_in_columns():
    assert to_text("| 海 | Land |\n|---|---|\n| 0 | *high* |\n| deep | |") == (
        "海   | Land\n-----+-----\n0    | high\ndeep |"
    )


def test_wide_table_runs_free():
    long = "word " * 12
    assert to_text(f"| a | b |\n|---|---|\n| {long}| {long}|") == f"a | b\n{long}| {long}".rstrip()


def test_definitions_and_html():
    text = "Ebb\n: falling\n\n<details><summary>More</summary>x</details>\n\n漢<ruby>字<rt>zi</rt></ruby> <q>so</q>"
    assert to_text(text) == "Ebb\n    falling\n\nMore\n\nx\n\n漢字(zi) “so”"
