"""Nobody is misquoted."""

import pytest

from participation.voices.excerpts import Misquoted, excerpt

TEXT = "I do not think that we like it. But the ferry is late, and we are “unable” to leave. Ask again…"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (TEXT, TEXT),
        ("  I do not think   that we like it. ", "I do not think that we like it."),
        ("But the ferry is late … to leave.", "But the ferry is late … to leave."),
        ("But the ferry is late ... to leave.", "But the ferry is late ... to leave."),
        ('we are "unable" to leave.', '… we are "unable" to leave.'),
        ("we like it", "… we like it"),
        ("But the ferry", "But the ferry …"),
        ("… the ferry is late …", "… the ferry is late …"),
        ("But the ferry is late …\n\n… to leave.", "But the ferry is late …\n\n… to leave."),
    ],
)
def test_own_words_in_their_order_are_kept_and_cuts_within_a_sentence_marked(typed, kept):
    assert excerpt(typed, TEXT) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "…", "we hate it", "I do think that we like it.", "to leave. … But the ferry",
        "we are able to leave", "we are “un…able” to leave … we like it", "late, and we are “una…",
    ],
)  # fmt: skip
def test_other_words_another_order_and_parts_of_words_are_refused(typed):
    with pytest.raises(Misquoted):
        excerpt(typed, TEXT)


def test_chinese_is_cut_between_any_two_signs():
    text = "我在山里住了三十年，没有见过这样的雪。明年再来。"
    assert excerpt("没有见过这样的雪。", text) == "… 没有见过这样的雪。"
    assert excerpt("我在山里 … 没有见过", text) == "我在山里 … 没有见过 …"
