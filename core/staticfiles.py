"""Static files for production: hashed names, compressed, and the style sheet in one piece."""

import logging
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.files.storage import storages
from whitenoise.storage import CompressedManifestStaticFilesStorage

COLLECT = "run manage.py collectstatic."
IMPORT = re.compile(r'@import url\("(?P<file>[\w.-]+)"\) layer\((?P<layer>\w+)\);')

logger = logging.getLogger(__name__)


def uncollected() -> str:
    """Which static file is not here as this code has it, as a sentence; empty where all are, or none is to be."""
    here: Any = storages["staticfiles"]
    if not isinstance(here, BundledStaticFilesStorage):
        return ""
    manifest = Path(here.path(here.manifest_name))
    return (
        first_uncollected(here, manifest.stat().st_mtime) if manifest.exists() else f"nothing is collected: {COLLECT}"
    )


@lru_cache(1)
def first_uncollected(here: "BundledStaticFilesStorage", collected_at: float) -> str:
    """Looked at once after each collecting, and when a process begins."""
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            there = Path(here.path(name))
            with storage.open(name) as source:
                wanted = source.read()
            if name == "site.css":
                wanted = here.bundle(wanted.decode()).encode()
            if not there.exists() or there.read_bytes() != wanted:
                return f"{name} is not collected as this code has it: {COLLECT}"
    return ""


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Put the local, layered `@import`s of `site.css` in their place, so that a page loads one file. The sources stay
    one file per part and work as they are while developing, and where `collectstatic` was forgotten."""

    support_js_module_import_aggregation = True
    has_complained = False

    def stored_name(self, name: str) -> str:
        """The hashed name; the plain one, under which the source is served, of a file that was not collected."""
        try:
            return super().stored_name(name)
        except ValueError:
            if not finders.find(name):
                raise
            if not self.has_complained:
                self.has_complained = True
                logger.warning(
                    "%s was not collected: it is served from its source. Run manage.py collectstatic.", name
                )
            return name

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            storage, name = paths["site.css"]
            with storage.open(name) as sheet:
                Path(self.path("site.css")).write_text(self.bundle(sheet.read().decode()))
            paths = {**paths, "site.css": (self, "site.css")}
        yield from super().post_process(paths, dry_run, **options)

    def bundle(self, sheet: str) -> str:
        def part(found: re.Match[str]) -> str:
            return f"@layer {found['layer']} {{\n{Path(self.path(found['file'])).read_text()}}}"

        return IMPORT.sub(part, sheet)
