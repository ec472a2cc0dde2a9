"""What was changed between two texts, marked word by word."""

import random
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import differing
from core.differing import difference, words_changed

dice = random.Random(5)
LONG = " ".join(f"w{dice.randrange(4000)}" for _ in range(18_000))
HAN = "".join(chr(0x4E00 + int(dice.paretovariate(0.7)) % 3000) for _ in range(33_000))


def taken_apart(pieces):
    return tuple("".join(text for kind, text in pieces if kind != other) for other in ("ins", "del"))


def test_words_that_were_changed_are_marked():
    assert difference("It was the moon.", "It was the sun.") == [
        ("", "It was the "),
        ("del", "moon"),
        ("ins", "sun"),
        ("", "."),
    ]


def test_words_side_by_side_are_one_change():
    assert difference("The quick fox", "A slow fox") == [("del", "The quick"), ("ins", "A slow"), ("", " fox")]


def test_a_character_of_chinese_is_a_word_and_so_is_one_with_a_hyphen_or_an_apostrophe():
    assert difference("潮水退了", "潮水来了") == [("", "潮水"), ("del", "退"), ("ins", "来"), ("", "了")]
    assert words_changed(difference("don't well-known", "do well-read 好")) == (3, 2)


def test_a_moved_paragraph_leaves_the_others_alone():
    kept = "The sea keeps to no plan, and the town has learnt to wait for it."
    pieces = difference(f"Moved.\n\n{kept}", f"{kept}\n\nMoved.")
    assert ("", kept) in pieces


@given(st.text("ab 中\n", max_size=60), st.text("ab 中\n", max_size=60), st.integers(0, 50))
def test_nothing_is_lost_whatever_is_compared(old, new, stretch):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(differing, "LARGEST_STRETCH", stretch)
        assert taken_apart(difference(old, new)) == (old, new)


@pytest.mark.parametrize("text", [LONG, HAN], ids=["english", "chinese"])
def test_a_long_text_is_marked_as_finely_as_a_short_one(text):
    """And at once: difflib alone takes a minute here."""
    places = range(500, len(text), 5000)
    changed = text
    for place in reversed(places):
        changed = changed[:place] + ("变" if text is HAN else " zebra ") + changed[place:]
    pieces = difference(text, changed)
    assert taken_apart(pieces) == (text, changed)
    assert words_changed(pieces)[0] <= 3 * len(places)


def test_texts_without_a_word_in_common_are_told_at_once():
    mixed = partial(dice.choices, "ab", k=20_000)
    old, new = " ".join(mixed()), " ".join(mixed())
    assert taken_apart(difference(old, new)) == (old, new)
