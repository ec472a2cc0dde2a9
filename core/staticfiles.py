"""Static files for production: hashed names, compressed, and the style sheet in one piece."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r'@import url\("(?P<file>[\w.-]+)"\) layer\((?P<layer>\w+)\);')


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Put the local, layered `@import`s of `site.css` in their place, so that a page loads one file.

    The sources stay one file per part and work as they are while developing.
    """

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            self.bundle(Path(self.path("site.css")))
        yield from super().post_process(paths, dry_run, **options)

    def bundle(self, sheet: Path) -> None:
        def part(found: re.Match[str]) -> str:
            return f"@layer {found['layer']} {{\n{(sheet.parent / found['file']).read_text()}}}"

        sheet.write_text(IMPORT.sub(part, sheet.read_text()))
