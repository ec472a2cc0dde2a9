"""What one process changes, every process that serves shows at once: with each database, one web process and two."""

import os
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.core import test_serve as serving
from tests.core.test_serve import environment, migrated  # noqa: F401 - fixtures

pytestmark = serving.pytestmark

NEWSROOM = "from tests.site_project.newsroom import work; work()"


@contextmanager
def database_of(kind):
    """What of the surroundings names a database; gone afterwards."""
    if kind == "sqlite":
        yield {}
        return
    server = urlsplit(os.environ["POSTGRES_URL"])
    with psycopg.connect(server.geturl(), autocommit=True) as connection:
        name = f"courant_fresh_{os.getpid()}"  # as another process may run this, too
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        yield {"DATABASE_URL": server._replace(path=f"/{name}").geturl(), "CACHE_URL": os.environ["REDIS_URL"]}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("processes", ["1", "2"])
@pytest.mark.parametrize(
    "kind",
    [
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.skipif("POSTGRES_URL" not in os.environ, reason="POSTGRES_URL")),
    ],
)
def test_no_process_gives_out_what_another_has_changed(environment, kind, processes):  # noqa: F811
    with database_of(kind) as database:
        here = {**environment, **database, "WEB_WORKERS": processes}
        assert serving.manage(here, "migrate", "--verbosity=0").wait() == 0
        with serving.serving_site(here):
            assert serving.manage(here, "shell", "--no-imports", "--command", NEWSROOM).wait() == 0
