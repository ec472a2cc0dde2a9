"""Dates and ages as they stand beside comments, in five languages, and lines that only resemble them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.moments import Exactness, looks_like_moment, moment

SEEN_ON = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)

DAY, MONTH, YEAR = Exactness.DAY, Exactness.MONTH, Exactness.YEAR

DATES = {
    "Oct 29, 2025 at 9:14 am": date(2025, 10, 29),
    "29. Oktober 2025": date(2025, 10, 29),
    "29. Oktober 2025 um 9:14 Uhr": date(2025, 10, 29),
    "29 octobre 2025 à 9 h 14 min": date(2025, 10, 29),
    "29 okt 2025 om 09:14": date(2025, 10, 29),
    "2025年10月29日 下午9:14": date(2025, 10, 29),
    "10月29日": date(2025, 10, 29),
    "2025-10-29": date(2025, 10, 29),
    "2025-10-29T10:00:00+08:00": date(2025, 10, 29),
    "2025/10/29": date(2025, 10, 29),
    "29.10.2025": date(2025, 10, 29),
    "10/29/2025": date(2025, 10, 29),
    "Wed, 29 Oct 2025 10:00:00 +0000": date(2025, 10, 29),
    "Posted on October 29th, 2025 (edited)": date(2025, 10, 29),
    "le 1er mars 2026": date(2026, 3, 1),
    "29 October": date(2025, 10, 29),
    "Yesterday at 10:15": date(2026, 3, 30),
}
AGES = {
    "3d": (date(2026, 3, 28), DAY),
    "5h · Edited": (date(2026, 3, 31), DAY),
    "just now": (date(2026, 3, 31), DAY),
    "刚刚": (date(2026, 3, 31), DAY),
    "4 j": (date(2026, 3, 27), DAY),
    "vor 3 Tg.": (date(2026, 3, 28), DAY),
    "2w": (date(2026, 3, 17), MONTH),
    "7 个月": (date(2025, 8, 1), MONTH),
    "７ 個月": (date(2025, 8, 1), MONTH),
    "7mo": (date(2025, 8, 1), MONTH),
    "1mo Edited": (date(2026, 2, 1), MONTH),
    "7 mos ago": (date(2025, 8, 1), MONTH),
    "2 months ago": (date(2026, 1, 1), MONTH),
    "vor 2 Monaten": (date(2026, 1, 1), MONTH),
    "il y a 3 mois": (date(2025, 12, 1), MONTH),
    "3 maanden geleden": (date(2025, 12, 1), MONTH),
    "een jaar geleden": (date(2025, 1, 1), YEAR),
    "2 yrs": (date(2024, 1, 1), YEAR),
}
#: Each could be a date to somebody who wants one; as a line of a text it is something else.
OTHER_LINES = [
    *("May", "March", "12", "2024", "March 2024 was wet", "Hier", "we", "5M", "10:30", "3.5", "4.5.10", "a day"),
    *("One year", "12 boats", "1 June was wet", "Tide 3d model", "Low Water, March 2024", "7 months of mud", ""),
    *("Sunday", "So", "Mo", "12. Monat der Flut", "3 月亮", "un an", "Photo: 12 May 2024", "x" * 500),
]


@pytest.mark.parametrize("words", DATES)
def test_date_is_read_in_any_usual_form(words):
    found = moment(words, "en", SEEN_ON)
    assert (found.at.date(), found.exactness) == (DATES[words], DAY)
    assert looks_like_moment(words)


@pytest.mark.parametrize("words", AGES)
def test_age_is_reckoned_from_the_day_on_which_it_was_seen(words):
    found = moment(words, "en", SEEN_ON)
    assert (found.at.date(), found.exactness) == AGES[words]
    assert looks_like_moment(words)


@pytest.mark.parametrize("words", ["March 2024", "2024年3月", "maart 2024", "März 2024", "mars 2024", "2024-03"])
def test_month_is_known_to_the_month(words):
    found = moment(words, "en", SEEN_ON)
    assert (found.at.date(), found.exactness) == (date(2024, 3, 1), MONTH)


@pytest.mark.parametrize("words", ["2024", "2024 年"])
def test_year_is_known_to_the_year(words):
    assert moment(words, "en", SEEN_ON).exactness == YEAR
    assert moment(words, "en", SEEN_ON).at.year == 2024


@pytest.mark.parametrize(
    ("language", "month"), [("en", 12), ("en-gb", 3), ("de", 3), ("nl", 3), ("fr", 3), ("zh-hans", 3), ("tlh", 12)]
)
def test_order_of_day_and_month_is_the_one_of_the_language(language, month):
    assert moment("12.03.2024", language, SEEN_ON).at.month == month


@pytest.mark.parametrize(("language", "exactness"), [("fr", DAY), ("en", DAY), ("de", YEAR), ("nl", YEAR)])
def test_one_letter_means_what_it_means_in_the_language(language, exactness):
    assert moment("2 j", language, SEEN_ON).exactness == exactness


def test_time_of_the_day_is_kept_and_its_zone_is_that_of_the_reader_unless_said():
    assert moment("29 Oct 2025, 20:05", "en", SEEN_ON).at == datetime(2025, 10, 29, 20, 5, tzinfo=UTC)
    assert moment("2025-10-29T10:00:00+08:00", "en", SEEN_ON).at == datetime(2025, 10, 29, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "is_age", "has_year"),
    [
        ("7mo", True, True),
        ("just now", True, True),
        ("yesterday", True, True),
        ("3 May", False, False),
        ("10月29日", False, False),
        ("3 May 2025", False, True),
        ("03.05.25", False, True),
    ],
)
def test_it_is_known_what_was_reckoned(words, is_age, has_year):
    found = moment(words, "en", SEEN_ON)
    assert (found.is_age, found.has_year) == (is_age, has_year)


def test_language_that_is_not_listed_is_read_too():
    assert moment("12 de marzo de 2024", "es", SEEN_ON).at.date() == date(2024, 3, 12)


@pytest.mark.parametrize(
    "words", ["May", "12", "10:30", "soon", "March 2024 was wet", "31/02/2024", "3.5", "", "x" * 500]
)
def test_what_is_no_date_gives_nothing(words):
    assert moment(words, "en", SEEN_ON) is None


@pytest.mark.parametrize("line", OTHER_LINES)
def test_line_that_only_resembles_a_date_is_none(line):
    assert not looks_like_moment(line)


@given(st.text(alphabet="0123456789 .-/:年月日个前adhmoywTZ+Marché()", max_size=20))
def test_any_text_gives_a_moment_or_nothing(words):
    found = moment(words, "en", SEEN_ON)
    assert found is None or found.at.tzinfo is not None
