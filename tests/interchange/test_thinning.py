"""Which backups stay: each of the last day, then fewer and fewer, and always the newest."""

import itertools
from datetime import datetime, timedelta

import pytest

from interchange.keeping import staying

NOON = datetime(2026, 11, 30, 12)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def every(pause, first, last=NOON):
    return [last - pause * number for number in range((last - first) // pause + 1)]


def lived(moments):
    """What is there after each backup was made in its turn, and the others thinned out each time."""
    there = set()
    for moment in sorted(moments):
        there = staying([*there, moment])
    return sorted(there)


def test_nothing_is_kept_of_nothing():
    assert staying([]) == set()


def test_the_only_one_stays_however_old():
    assert staying([datetime(2001, 1, 1)]) == {datetime(2001, 1, 1)}


def test_each_of_the_last_day_stays_and_the_one_before_it_does_not():
    morning = datetime(2026, 11, 29, 0, 5)
    hourly = [morning, *every(HOUR, NOON - DAY)]
    assert staying(hourly) == {morning, *every(HOUR, NOON - DAY + HOUR)}


def test_after_a_year_there_are_days_of_a_week_weeks_of_two_months_and_months_of_a_year():
    there = lived(every(8 * HOUR, NOON - 400 * DAY))
    days = sorted({moment.date() for moment in there})
    assert len([moment for moment in there if moment > NOON - DAY]) == 3
    assert days[-7:] == [NOON.date() - DAY * number for number in range(6, -1, -1)]
    weeks = [day for day in days if NOON.date() - day <= 62 * DAY]
    assert max(later - earlier for earlier, later in itertools.pairwise(weeks)) <= 7 * DAY
    assert NOON.date() - weeks[0] >= 56 * DAY
    assert {(day.year, day.month) for day in days} == {(2025, 12), *((2026, month) for month in range(1, 12))}
    assert len(there) <= 3 + 7 + 9 + 12


@pytest.mark.parametrize("pause", [DAY, DAY * 5, DAY * 7, DAY * 31])
def test_however_often_a_year_back_there_is_one_of_each_month_that_had_any(pause):
    moments = every(pause, NOON - 360 * DAY)
    months = {(moment.year, moment.month) for moment in moments}
    assert {(moment.year, moment.month) for moment in lived(moments)} >= set(sorted(months)[-12:])


def test_to_thin_twice_takes_nothing_more():
    once = staying(every(HOUR, NOON - 100 * DAY))
    assert staying(once) == once


def test_a_clock_that_was_a_year_ahead_costs_no_backup_of_before():
    before = lived(every(DAY, NOON - 300 * DAY))
    after = lived([*before, NOON + 365 * DAY])
    assert len(set(before) - set(after)) <= 2
    assert NOON in after


def test_a_year_without_backups_costs_none():
    before = lived(every(DAY, NOON - 300 * DAY, NOON))
    assert set(lived([*before, NOON + 400 * DAY])) >= set(before[-6:])
