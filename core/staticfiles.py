"""Static files for production: hashed names, compressed, and the style sheet in one piece.

`collectstatic` goes by what is in the files, never by their times: those of a new version may be older than the last
copy. Until all is in its place nothing is missing, and what has an older hash stays for pages that ask for it.
"""

import logging
import os
import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

COLLECT = "run manage.py collectstatic."
IMPORT = re.compile(r'@import url\("(?P<file>[\w.-]+)"\) layer\((?P<layer>\w+)\);')
#: For who reads the sources; a ninth of what pages would load.
COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.leaving = set[str]()
        super().__init__(*args, **kwargs)

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

    def get_modified_time(self, name: str) -> datetime:
        raise NotImplementedError("Times say nothing; `collectstatic` then copies every file.")

    def exists(self, name: str) -> bool:
        return name not in self.leaving and super().exists(name)

    def delete(self, name: str) -> None:
        """Nothing leaves before all else is in its place: readers ask for it meanwhile."""
        self.leaving.add(name)

    def _save(self, name: str, content: File) -> str:
        """Put a whole file in its place at once. One that is the same already stays, with its time."""
        self.leaving.discard(name)
        path, data = Path(self.path(name)), b"".join(content.chunks())
        if not path.is_file() or path.read_bytes() != data:
            new = super()._save(f"{name}.new", ContentFile(data))
            Path(self.path(new)).replace(path)
        return name

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            storage, name = paths["site.css"]
            with storage.open(name) as sheet:
                self._save("site.css", ContentFile(self.bundle(sheet.read().decode()).encode()))
            paths = {**paths, "site.css": (self, "site.css")}
        yield from super().post_process(paths, dry_run, **options)
        for left in self.leaving:
            super().delete(left)

    def bundle(self, sheet: str) -> str:
        def part(found: re.Match[str]) -> str:
            return f"@layer {found['layer']} {{\n{Path(self.path(found['file'])).read_text()}}}"

        return COMMENT.sub("", IMPORT.sub(part, sheet))

    def create_compressor(self, **kwargs: Any) -> Compressor:
        return CompressWhatChanged(**kwargs)


class CompressWhatChanged(Compressor):
    """A compressed file has the time of its source. Brotli takes nearly all the time of `collectstatic`."""

    def compress(self, path: str) -> list[str]:
        there = Path(f"{path}.br")
        if there.is_file() and there.stat().st_mtime_ns == Path(path).stat().st_mtime_ns:
            return []
        made = super().compress(path)
        for stale in {f"{path}.br", f"{path}.gz"} - {*made}:
            Path(stale).unlink(missing_ok=True)
        return made

    def write_data(self, path: str, data: bytes, suffix: str, stat_result: os.stat_result) -> str:
        new = Path(f"{path}{suffix}.new")
        new.write_bytes(data)
        os.utime(new, ns=(stat_result.st_atime_ns, stat_result.st_mtime_ns))
        return str(new.replace(f"{path}{suffix}"))


@never_cache
def of_another_version(request: HttpRequest, name: str, kind: str) -> HttpResponseRedirect:
    """Lead to the file as it is now: another machine, of an older or newer version, made the page that asks."""
    try:
        now = staticfiles_storage.url(f"{name}.{kind}")
    except ValueError:
        raise Http404 from None
    if now == request.path:
        raise Http404
    return HttpResponseRedirect(now)
