"""Paths sort as threads are read."""

import random

import pytest

from comments import paths


def test_a_segment_is_the_id_in_base_36():
    assert paths.segment(0) == "00000000"
    assert paths.segment(36 * 36 + 35) == "0000010z"
    assert paths.segment(36**8 - 1) == "zzzzzzzz"


def test_ancestors_are_read_from_the_path():
    path = paths.child(paths.child(paths.child("", 5), 70), 900)
    assert paths.ancestors(path) == [5, 70]
    assert paths.depth(path) == 3
    assert paths.ancestors("") == []


def test_paths_sort_by_id_and_parents_before_their_replies():
    ids = random.Random(1).sample(range(1, 10**9), 200)
    family = [paths.child("", pk) for pk in sorted(ids)]
    assert sorted(family) == family
    assert paths.child("", 7) < paths.child(paths.child("", 7), 1_000_000) < paths.child("", 8)


def test_what_goes_deeper_than_eight_hangs_beside_its_parent():
    path = ""
    for number in range(1, 12):
        path = paths.child(path, number)
    assert paths.depth(path) == paths.DEEPEST
    assert paths.ancestors(path) == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("path", ["", paths.child("", 5), paths.child(paths.child("", 5), 6)])
def test_a_subtree_is_a_range(path):
    inside = [paths.child(path, 1), paths.child(paths.child(path, 1), 36**8 - 1)]
    assert all(path < each < path + paths.AFTER_ALL for each in inside)
    assert not paths.child("", 6) + "0" < paths.child("", 5) + paths.AFTER_ALL
