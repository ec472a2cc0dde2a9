"""Fixtures for all tests: the cast of `tests.cast`, and a clean cache."""

import gc
import os
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, settings

from core import page_cache
from tests import cast
from tests.scenes import keep_numbers_free, record, rehearsal

# Collecting what thousands of tests leave behind, as often as a server would, takes a tenth of the time of a run.
gc.set_threshold(100_000, 20, 20)

#: What takes long by its size or its waits is left to CI.
IS_THOROUGH = os.environ.get("SLOW") == "1" or "FAULTS" in os.environ
DRILLS = {"deploy", "faults"}

# A few random examples in every run, many in CI on SQLite. Time is no criterion: a busy machine proves nothing.
settings.register_profile(
    "quick", max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=60)
settings.load_profile("thorough" if IS_THOROUGH and not os.environ.get("DATABASE_URL") else "quick")


def pytest_collection_modifyitems(config, items):
    """What breaks real processes on purpose wants the machine for itself: `make faults` runs it."""
    drills = [item for item in items if item.get_closest_marker("slow") and DRILLS & {*item.path.parts}]
    if "FAULTS" not in os.environ:
        config.hook.pytest_deselected(items=drills)
        items[:] = [item for item in items if item not in drills]
    for item in items:
        if not IS_THOROUGH and item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="takes long: SLOW=1"))


@pytest.fixture(autouse=True)
def _clean_cache():
    cache.clear()
    page_cache.forget()


@pytest.fixture(autouse=True)
def _numbers_of_scenes_are_free(request):
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        request.getfixturevalue("_django_db_helper")
        if connection.in_atomic_block:
            keep_numbers_free()


@pytest.fixture
def edda(db):
    return cast.edda()


@pytest.fixture
def milo(db):
    return cast.milo()


@pytest.fixture
def rita(db):
    return cast.rita()


@pytest.fixture
def desk(edda):
    """A browser in which Edda has signed in."""
    client = Client()
    client.force_login(edda)
    return client


@pytest.fixture(scope="session")
def scenes(django_db_setup, django_db_blocker):
    """*Low Tide*, its first issue, and what is secret of it: recorded once, played in each test that begins so."""
    recorded = {}
    with django_db_blocker.unblock(), rehearsal():
        recorded["low tide"] = tide = record(cast.low_tide)
        with rehearsal():
            recorded["secrets"] = record(cast.secret_issues, tide.made)
        recorded["march"] = record(cast.march, tide.made)
        recorded["secrets beside march"] = record(cast.secret_issues, tide.made)
    return recorded


@pytest.fixture
def low_tide(scenes, db):
    # A test whose transactions are real has the real thing, with all that it sets going.
    return scenes["low tide"].play() if connection.in_atomic_block else cast.low_tide()


@pytest.fixture
def published(scenes, low_tide):
    """No. 1 of *Low Tide*: an essay before the first section, and two items in the section News."""
    if not connection.in_atomic_block:
        return cast.march(low_tide)
    number_one = scenes["march"].play()
    number_one.newsletter = low_tide
    return number_one


@pytest.fixture
def secrets(request, scenes, low_tide):
    """A draft, a scheduled and a withdrawn issue, each with an article, all marked SECRET."""
    beside_march = "published" in request.fixturenames and request.getfixturevalue("published")
    if not connection.in_atomic_block:
        return cast.secret_issues(low_tide)
    hidden = scenes["secrets beside march" if beside_march else "secrets"].play()
    for issue in hidden.values():
        issue.newsletter = low_tide
    return hidden


@pytest.fixture
def real():
    """The folder with real documents; tests that want it are skipped where it is absent."""
    folder = Path(os.environ.get("COURANT_REAL") or Path(__file__).resolve().parents[2] / "shared/real")
    if not folder.is_dir():
        pytest.skip("the real documents are not here")
    return folder
