"""What was taken out comes back: into an empty site with every number and page, elsewhere beside what is there."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from core import page_cache
from interchange.returning.archive import Archive
from interchange.taking.writing import write
from newsletter import demo
from tests.interchange import places

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]

LINK = re.compile(r'(?:href|<loc>https?://[^/<]+|<link>https?://[^/<]+)(?:=")?(/[^"#<>?]*)')
ELSEWHERE = ("/static/", "/media/", "/account", "/admin", "/theme")


class Zipped:
    """An archive as `interchange.bringing.opening` gives it."""

    def __init__(self, content):
        self.zip = ZipFile(BytesIO(content))
        self.names = sorted(self.zip.namelist())

    def open(self, name):
        return self.zip.open(name)

    def size(self, name):
        return self.zip.getinfo(name).file_size


def taken(**wishes):
    file = BytesIO()
    write(file, **wishes)
    return file.getvalue()


def bring(content):
    """All of it; returns what became of its rows, and the remarks."""
    archive = Archive(Zipped(content))
    archive.begin()
    counts, remarks = {}, []
    for piece in archive.pieces:
        for outcome, _last in archive.store(piece):
            remarks += outcome.remarks
            for what, number in outcome.counts.items():
                counts[what] = counts.get(what, 0) + number
    return {what: number for what, number in counts.items() if number}, remarks


def pages():
    """Whatever anybody can reach from the home page and the sitemap."""
    page_cache.forget()
    browser, found, waiting = Client(), {}, {"/", "/sitemap.xml", "/search/?q=tide"}
    while waiting:
        path = waiting.pop()
        answer = browser.get(path)
        found[path] = (answer.status_code, answer.content)
        if answer.status_code == 200 and "text" in answer["Content-Type"] + "xml":
            linked = {each for each in LINK.findall(answer.content.decode(errors="replace")) if is_page(each)}
            waiting |= linked - found.keys()
    return found


def statuses(found):
    return {path: status for path, (status, _content) in found.items()}


def is_page(path):
    return not path.startswith(ELSEWHERE)


@pytest.fixture
def media(settings, folders):
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folders[0] / "media"}}
    settings.STORAGES = settings.STORAGES | {"default": files}
    later = {**settings.TASKS["default"], "BACKEND": "django.tasks.backends.dummy.DummyBackend"}
    settings.TASKS = {"default": later}  # sizes of pictures can wait
    return folders[0]


@pytest.mark.parametrize("engine", places.ENGINES)
def test_the_demo_comes_back_as_it_was_with_every_page_and_permalink(media, tmp_path, engine):
    engine_here = connection.vendor
    with places.on_disk(media):
        demo.load()
        content, before = taken(), pages()
    assert any(path.startswith("/comments/") for path in before)
    with places.empty(engine, tmp_path):
        call_command("migrate", verbosity=0)
        _counts, remarks = bring(content)
        assert remarks == []
        after = pages()
        if engine == engine_here:  # each ranks what it finds in its own way
            assert [path for path in before if before[path] != after[path]] == []
        assert statuses(after) == statuses(before)
        assert taken() == content
        counts, remarks = bring(content)  # again
        assert counts.keys() == {"same"}
        assert remarks == []
        assert taken() == content
