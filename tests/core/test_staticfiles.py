"""The style sheet: one file per part in the tree, one file in all for readers."""

import gzip
import json
import logging
import os
import re
from contextlib import closing
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.http import Http404
from django.test import Client, RequestFactory, override_settings

from core.staticfiles import COMMENT, BundledStaticFilesStorage, of_another_version

STATIC = Path(__file__).resolve().parents[2] / "static"


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    storages = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "core.staticfiles.BundledStaticFilesStorage"},
    }
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static"), STORAGES=storages):
        for _ in range(2):  # the second run finds the bundle of the first in its way
            call_command(
                "collectstatic", verbosity=0, interactive=False, ignore_patterns=["admin", "vendor", "taggit"]
            )
        yield Path(staticfiles_storage.path(staticfiles_storage.stored_name("site.css"))).read_text()


def test_every_part_of_the_style_sheet_reaches_readers_in_one_file(collected):
    parts = re.findall(r'@import url\("([\w.-]+)"\)', (STATIC / "site.css").read_text())
    assert parts
    assert "@import" not in collected
    for part in parts:
        assert COMMENT.sub("", (STATIC / part).read_text()).strip() in collected
    assert "/*" not in collected


def test_every_part_keeps_its_layer(collected):
    layers = re.findall(r"layer\((\w+)\)", (STATIC / "site.css").read_text())
    assert [layer for layer in layers if f"@layer {layer} {{" not in collected] == []


def test_what_was_not_collected_is_served_from_where_it_is_and_said_once(db, tmp_path, settings, caplog):
    settings.STATIC_ROOT, settings.WHITENOISE_AUTOREFRESH = tmp_path, False
    (tmp_path / "staticfiles.json").write_text(json.dumps({"version": "1.1", "paths": {"icon.svg": "icon.1.svg"}}))
    with caplog.at_level(logging.WARNING):
        storage = BundledStaticFilesStorage()
        names = [storage.stored_name(name) for name in ("icon.svg", "site.css", "js/video.js", "site.css")]
    assert names == ["icon.1.svg", "site.css", "js/video.js", "site.css"]
    (line,) = caplog.messages
    assert "site.css was not collected" in line
    for name in names[1:3]:
        with closing(Client().get(f"/static/{name}")) as answer:
            assert answer.status_code == 200


def test_a_file_that_is_nowhere_is_an_error_as_before(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    with pytest.raises(ValueError, match=r"nothing\.css"):
        BundledStaticFilesStorage().stored_name("nothing.css")


@pytest.fixture
def version(tmp_path, settings):
    """Collects a version of the program, whose files have the time of a commit long ago."""
    settings.STATIC_ROOT, settings.STATICFILES_DIRS = tmp_path / "collected", [tmp_path / "sources"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "core.staticfiles.BundledStaticFilesStorage"}}
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/site.css").write_text('@import url("base.css") layer(base);')

    def collect(sheet, **options):
        (tmp_path / "sources/base.css").write_text(sheet)
        os.utime(tmp_path / "sources/base.css", (0, 0))
        finders.get_finder.cache_clear()
        call_command("collectstatic", verbosity=0, interactive=False, **options)
        return {path.name: path for path in (tmp_path / "collected").iterdir()}, staticfiles_storage.url("site.css")

    yield collect
    finders.get_finder.cache_clear()


def test_a_new_version_is_collected_by_its_content_though_its_files_are_older(version):
    version("p { color: teal }")
    files, address = version("p { color: plum }" * 100)
    assert "plum" in files["base.css"].read_text()
    assert "plum" in files[address.removeprefix("/static/")].read_text()
    assert "plum" in gzip.decompress(files["site.css.gz"].read_bytes()).decode()
    assert [name for name in files if name.endswith(".new")] == []


def test_pages_of_the_version_before_find_their_sheet(version):
    _files, before = version("p { color: teal }" * 100)
    files, now = version("p { color: plum }")
    assert before != now
    assert "teal" in files[before.removeprefix("/static/")].read_text()
    cleared, again = version("p { color: plum }", clear=True)
    assert again == now
    assert [before.removeprefix("/static/") in each for each in (files, cleared)] == [True, False]


def test_what_is_the_same_already_is_left_alone(version):
    before = {name: path.stat().st_mtime_ns for name, path in version("p { color: teal }" * 100)[0].items()}
    files, _address = version("p { color: teal }" * 100)
    assert {name for name, path in files.items() if path.stat().st_mtime_ns != before[name]} <= {
        "site.css",
        "site.css.br",
        "site.css.gz",
    }


def test_a_sheet_of_another_version_leads_to_the_one_that_is_here(db, version):
    _files, now = version("p { color: teal }")
    answer = Client().get("/static/site.0123456789ab.css")
    assert (answer.status_code, answer["Location"]) == (302, now)
    assert "no-store" in answer["Cache-Control"]
    for name in ("nothing.0123456789ab.css", now.removeprefix("/static/")):
        with pytest.raises(Http404):
            of_another_version(RequestFactory().get(f"/static/{name}"), name.split(".")[0], "css")


def test_every_style_sheet_of_the_site_is_imported():
    parts = set(re.findall(r'@import url\("([\w.-]+)"\)', (STATIC / "site.css").read_text()))
    assert {sheet.name for sheet in STATIC.glob("*.css")} == parts | {"site.css"}
