"""Where files are kept: on the site's own disk, or in an object store."""

from collections.abc import Iterator
from contextlib import suppress

from django.core.files.storage import Storage


def names_in(store: Storage, folder: str = "") -> Iterator[str]:
    """Every file of a store, with its folders. A folder that goes meanwhile is left out."""
    with suppress(FileNotFoundError):
        folders, names = store.listdir(folder)
        yield from (f"{folder}{name}" for name in names if name)
        for each in folders:
            yield from names_in(store, f"{folder}{each}/")
