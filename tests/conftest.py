"""Fixtures for all tests: the cast of `tests.cast`, and a clean cache."""

import os
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, settings

from tests import cast

# A few random examples in every run, many in CI. Time is no criterion: a busy machine proves nothing.
settings.register_profile(
    "quick", max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=60)
settings.load_profile("thorough" if os.environ.get("CI") else "quick")


@pytest.fixture(autouse=True)
def _clean_cache():
    cache.clear()


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


@pytest.fixture
def low_tide(db):
    return cast.low_tide()


@pytest.fixture
def published(low_tide):
    """No. 1 of *Low Tide*: an essay before the first section, and two items in the section News."""
    number_one = cast.issue(low_tide, 1, title="March", slug="march")
    news = cast.section(number_one, "News")
    ada = cast.contributor()
    cast.article(low_tide, number_one, title="Mud", tags=["mud", "coast"], by=[ada])
    for position, title in enumerate(["Crabs", "Terns"], start=1):
        cast.article(
            low_tide,
            number_one,
            title=title,
            section=news,
            position=position,
            kind="item",
            source_url=f"https://example.org/{title.lower()}",
            source_name="The Shore",
            tags=["coast"],
        )
    return number_one


@pytest.fixture
def secrets(low_tide):
    """A draft, a scheduled and a withdrawn issue, each with an article, all marked SECRET."""
    states = enumerate(["draft", "scheduled", "withdrawn"], start=101)
    return {state: cast.secret_issue(low_tide, number, state) for number, state in states}


@pytest.fixture
def real():
    """The folder with real documents; tests that want it are skipped where it is absent."""
    folder = Path(os.environ.get("COURANT_REAL") or Path(__file__).resolve().parents[2] / "shared/real")
    if not folder.is_dir():
        pytest.skip("the real documents are not here")
    return folder
