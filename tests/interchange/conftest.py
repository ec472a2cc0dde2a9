"""A site whose backups go into a folder of the test, by a process that has written nothing down yet."""

import pytest

from interchange import keeping, remembering
from tests.interchange import places
from tests.newsletter.test_pictures_elsewhere import bucket, server  # noqa: F401 - fixtures


@pytest.fixture
def folders(settings, tmp_path, monkeypatch):
    """DATA_DIR, and the folder of the backups."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.BACKUP_HOURS = 24
    backups = tmp_path / "backups"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(backups)}}
    settings.STORAGES = settings.STORAGES | {"backup": files}
    monkeypatch.setattr(remembering, "written", {"until": None, "lines": frozenset()})
    return settings.DATA_DIR, backups


@pytest.fixture
def on_disk(folders, transactional_db, monkeypatch):
    """A backup is read on a connection of its own: no database in memory has two, nor would its thread that shows life
    leave it closed."""
    monkeypatch.setattr(keeping, "SECONDS_BETWEEN_SIGNS", 3600)
    with places.on_disk(folders[0]):
        yield
