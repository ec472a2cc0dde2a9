"""What docs/security.md claims can be looked up."""

import re
from pathlib import Path

import pytest

from tests.house.test_layers import LAYERS
from tests.house.test_settings import start

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/security.md").read_text()
#: OWASP ASVS 5.0.0: how many requirements of levels 1 and 2 each section has; they stand at its beginning.
SECTIONS = {
    "1.1": 2,
    "1.2": 9,
    "1.3": 11,
    "1.4": 3,
    "1.5": 2,
    "2.1": 3,
    "2.2": 3,
    "2.3": 4,
    "2.4": 1,
    "3.2": 2,
    "3.3": 4,
    "3.4": 6,
    "3.5": 5,
    "3.7": 2,
    "4.1": 3,
    "4.2": 1,
    "4.3": 2,
    "4.4": 4,
    "5.1": 1,
    "5.2": 3,
    "5.3": 2,
    "5.4": 3,
    "6.1": 3,
    "6.2": 12,
    "6.3": 4,
    "6.4": 4,
    "6.5": 5,
    "6.6": 3,
    "6.8": 4,
    "7.1": 3,
    "7.2": 4,
    "7.3": 2,
    "7.4": 5,
    "7.5": 2,
    "7.6": 2,
    "8.1": 2,
    "8.2": 3,
    "8.3": 1,
    "8.4": 1,
    "9.1": 3,
    "9.2": 4,
    "10.1": 2,
    "10.2": 2,
    "10.3": 4,
    "10.4": 11,
    "10.5": 5,
    "10.6": 2,
    "10.7": 3,
    "11.1": 2,
    "11.2": 3,
    "11.3": 3,
    "11.4": 4,
    "11.5": 1,
    "11.6": 1,
    "12.1": 3,
    "12.2": 2,
    "12.3": 4,
    "13.1": 1,
    "13.2": 5,
    "13.3": 2,
    "13.4": 5,
    "14.1": 2,
    "14.2": 4,
    "14.3": 3,
    "15.1": 3,
    "15.2": 3,
    "15.3": 7,
    "16.1": 1,
    "16.2": 5,
    "16.3": 4,
    "16.4": 3,
    "16.5": 3,
    "17.1": 1,
    "17.2": 4,
    "17.3": 2,
}
ITEMS = [f"{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)]


def answered():
    for row in re.findall(r"^\| ([\d.]+\.\d[^|]*) \|", PAGE, re.MULTILINE):
        for part in row.split(", "):
            first, _, last = part.partition("-")
            yield from ITEMS[ITEMS.index(first) : ITEMS.index(last or first) + 1]


def test_each_requirement_of_levels_1_and_2_is_answered_once():
    assert len(ITEMS) == 253
    assert sorted(answered(), key=ITEMS.index) == ITEMS


def test_each_test_that_is_named_exists():
    names = re.findall(r"`(?:(\w+/test_\w+\.py)|(test_\w+|…\w+))`", PAGE)
    assert len(names) > 150
    file = ""
    for path, name in names:
        file = path or file
        text = (ROOT / "tests" / file).read_text()
        assert not name or re.search(rf"^def {name.replace('…', r'test_\w+')}\(", text, re.MULTILINE), (file, name)


def test_no_hash_that_is_broken_guards_anything():
    for path in (path for app in LAYERS for path in (ROOT / app).rglob("*.py")):
        assert not re.search(r"\b(md5|sha1)\b", path.read_text()), path


@pytest.mark.parametrize("name", ["SESSION_COOKIE", "CSRF_COOKIE"])
def test_https_switches_on_all_that_goes_with_it(tmp_path, name):
    made = start(tmp_path, SITE_URL="https://news.example.org", TRUST_PROXY_TLS="true")
    assert made[f"{name}_NAME"].startswith("__Host-")
    assert made[f"{name}_SECURE"]
    assert made["SECURE_HSTS_SECONDS"] >= 31_536_000
