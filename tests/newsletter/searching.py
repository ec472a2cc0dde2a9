"""What the tests of search share: asking, and reading the answer as a reader does."""

import re
from html import unescape
from typing import Any

from django.test import Client


def titles(client: Client, typed: str, **filters: Any) -> list[str]:
    """The titles that a search finds, in order, on one page."""
    page = client.get("/search/", {"q": typed, **filters}).content.decode()
    return [plain(title) for title in re.findall(r"<h2[^>]*><a [^>]*>(.*?)</a></h2>", page)]


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))
