"""The style sheet: one file per part in the tree, one file in all for readers."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

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


def test_every_style_sheet_of_the_site_is_imported():
    parts = set(re.findall(r'@import url\("([\w.-]+)"\)', (STATIC / "site.css").read_text()))
    assert {sheet.name for sheet in STATIC.glob("*.css")} == parts | {"site.css"}
