"""The style sheet: one file per part in the tree, one file in all for readers."""

import json
import logging
import re
from contextlib import closing
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client, override_settings

from core.staticfiles import BundledStaticFilesStorage

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
        assert (STATIC / part).read_text().strip() in collected


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


def test_every_style_sheet_of_the_site_is_imported():
    parts = set(re.findall(r'@import url\("([\w.-]+)"\)', (STATIC / "site.css").read_text()))
    assert {sheet.name for sheet in STATIC.glob("*.css")} == parts | {"site.css"}
