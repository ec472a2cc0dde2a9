"""Files on the site's own disk."""

from typing import Any

from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    """Keeps a file whole or not at all: what a full disk cuts off is deleted, as whoever finds a file takes it for
    whole. So a picture's size for mail is made once, and never looked at again."""

    def _save(self, name: str, content: Any) -> str:
        try:
            return super()._save(name, content)  # type: ignore[misc]  # of no type, and Django's way to extend it
        except OSError:
            self.delete(name)
            raise
