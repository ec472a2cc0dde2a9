"""Words become parts of addresses in one place, and no script loses a letter there."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.markup import render
from core.slugs import SLUG, first_free, slug_of


@pytest.mark.parametrize(
    "word",
    [
        "हिन्दी",
        "தமிழ்",
        "বাংলা",
        "ภาษาไทย",
        "น้ำ",
        "ລາວນ້ຳ",
        "ខ្មែរ",
        "မြန်မာ",
        "བོད",
        "שָׁלוֹם",
        "مُحَمَّد",
        "می‌خواهم",
        "ශ්‍රී",
        "മലയാളം",
        "山间来信",
        "ガギグ",
        "đẹp",
        "ẹ̀kọ́",
    ],
)
def test_a_word_of_any_script_stays_itself(word):
    assert slug_of(word) == unicodedata.normalize("NFC", word).lower()
    assert SLUG.fullmatch(slug_of(word))


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Mud & Crabs, part 2", "mud-crabs-part-2"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full-width"),
        ("İstanbul", "istanbul"),
        ("e\u0301te\u0301", "été"),
        ("བོད་སྐད་", "བོད-སྐད"),
        ("ខ្ញុំ\u200bទៅ", "ខ្ញុំ-ទៅ"),
        ("-_ a _-", "a"),
        ("a\u200db", "ab"),
        ("I ❤️ 1️⃣", "i-1"),
    ],
)
def test_what_is_not_a_letter_goes(text, slug):
    assert slug_of(text) == slug


@pytest.mark.parametrize(
    "text", ["🎉", "❤️", "👩‍👩‍👧", "!?", "…", "", " ", "-", "___", "\u0301", "\u200d", "\ud800", "\0"]
)
def test_what_has_no_letter_gets_another_word(text):
    assert slug_of(text, otherwise="tag") == "tag"


@given(st.text(), st.integers(5, 40))
@example("क्षत्रिय" * 20, 10)
@example("น้ำ" * 20, 7)
@example("a" * 30 + " b", 10)
@example("می‌" * 20, 6)
def test_a_slug_is_always_one_and_stays_one(text, longest):
    slug = slug_of(text, longest, "tag")
    assert SLUG.fullmatch(slug)
    assert len(slug) <= longest
    assert unicodedata.is_normalized("NFC", slug)
    assert slug_of(slug, longest, "tag") == slug


def test_a_long_one_is_cut_between_words_and_never_between_a_letter_and_its_marks():
    assert slug_of("one two three", 8) == "one-two"
    assert slug_of("one two three", 7) == "one-two"
    cut = slug_of("हिन्दी" * 10, 10)
    assert unicodedata.category("हिन्दीहिन्दी"[len(cut)])[0] != "M"


def test_a_name_that_is_taken_gets_a_number():
    assert first_free("mud", {"crab"}) == "mud"
    assert first_free("mud", {"mud", "mud-2"}) == "mud-3"


def test_headings_keep_their_letters_in_their_anchors():
    assert 'id="हिन्दी-में"' in render("## हिन्दी में").html
    assert 'id="section"' in render("## 🎉").html


def test_a_text_names_pictures_in_any_script():
    assert render("![x](picture:हिन्दी)").pictures == ("हिन्दी",)
