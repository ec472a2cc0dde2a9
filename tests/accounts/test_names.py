"""Names and headlines: what may be one, and what would pass for somebody else's."""

import pytest
from django.core.exceptions import ValidationError

from accounts.names import clean_headline, clean_name, skeleton

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nora \n Tide ", "Nora Tide"),
        ("Ｎｏｒａ", "Nora"),
        ("Zoe\u0308", "Zoë"),
        ("王小明", "王小明"),
        ("محمد", "محمد"),
        ("Nguyễn Thị Hương", "Nguyễn Thị Hương"),
        ("สมชาย ที่", "สมชาย ท\u0e35\u0e48"),
        ("علی\u200cرضا", "علیرضا"),
        ("O’Neill-Märtz, 3rd", "O’Neill-Märtz, 3rd"),
        ("Nora 👩\u200d🔬", "Nora 👩🔬"),
    ],
)
def test_a_name_is_stored_in_one_spelling(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    "twin",
    [
        "Edda",
        "edda",
        "E d d a",
        "Edda.",
        "Еdda",  # Cyrillic
        "Εdda",  # Greek
        "Eԁԁa",  # Cyrillic komi de
        "Eddа",  # Cyrillic a
        "Éddã",
        "𝐄𝐝𝐝𝐚",
        "ＥＤＤＡ",
        "Ed\u200dda",
        "✏️ Edda",
    ],
)
def test_no_reader_looks_like_edda(edda, rita, twin):
    with pytest.raises(ValidationError) as refusal:
        clean_name(twin, user=rita)
    assert refusal.value.code == "staff"


@pytest.mark.parametrize(
    "hidden",
    [
        "Ed\u200bda",  # zero width space
        "\u202eaddE",  # right-to-left override
        "Edda\u2066",
        "Ed\u00adda",  # soft hyphen
        "Edda\u2060",
        "Ed\x00da",
        "Ed\x1bda",
        "Edda\ue000",  # private use
        "Edda\u0378",  # unassigned
        "Edda\u3164",  # Hangul filler
        "Edda\u2800",  # Braille blank
        "Edda\U000e0041",  # a tag
    ],
)
def test_nothing_hides_in_a_name(hidden):
    with pytest.raises(ValidationError) as refusal:
        clean_name(hidden)
    assert refusal.value.code == "hidden"
    with pytest.raises(ValidationError):
        clean_headline(hidden)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Z" + "\u0301\u0302\u0303\u0304" * 50, "marks"),
        ("Editor", "reserved"),
        ("The Editors", "reserved"),
        ("Moderаtor", "reserved"),
        ("ADMlN", "reserved"),
        ("Nora (editor)", "reserved"),
        ("Cοurant", "reserved"),
        ("…", "no_letter"),
        ("\u0301", "no_letter"),
        ("n" * 81, "too_long"),
        ("ﷺ" * 6, "too_long"),
    ],
)
def test_what_is_no_name_is_refused_with_a_reason(name, why):
    with pytest.raises(ValidationError) as refusal:
        clean_name(name)
    assert refusal.value.code == why


def test_staff_keep_their_own_names_and_readers_the_ones_they_have(edda, milo, rita):
    assert clean_name("Edda", user=edda) == "Edda"
    assert clean_name("Edda, editor", user=edda) == "Edda, editor"
    with pytest.raises(ValidationError):
        clean_name("Edda", user=milo)
    rita.display_name = "Edda"
    assert clean_name("Edda", user=rita) == "Edda"


@pytest.mark.parametrize(
    "claim", ["Editor", "the Editor", "Editor-in-chief", "Deputy editor, Courant", "Mоderator", "主编"]
)
def test_a_headline_claims_no_office_here(claim, rita, edda):
    with pytest.raises(ValidationError):
        clean_headline(claim, user=rita)
    assert clean_headline(claim, user=edda)


@pytest.mark.parametrize(
    "headline", ["", "Editor, Harbour News", "Former editor of a village paper", "Reader", "编辑, 潮信"]
)
def test_a_headline_may_say_what_somebody_does_elsewhere(headline):
    assert clean_headline(headline) == headline


def test_names_that_differ_have_different_skeletons():
    names = ["Rita", "Otto", "Sumi", "Milo", "Mila", "Ada Moor", "王小明", "王小红", "Анна", "Иван", "محمد"]
    assert len({skeleton(name) for name in names}) == len(names)


@pytest.mark.parametrize("unseen", ["\u0301", "\u0301 \u0302", "\u200b", "\U000e0041", "\u3164", "\u2800", "\u00ad"])
def test_a_headline_that_nobody_sees_is_refused(unseen):
    with pytest.raises(ValidationError):
        clean_headline(unseen)
