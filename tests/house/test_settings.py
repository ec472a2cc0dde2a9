"""Every setting is documented, and odd values stop the start."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def start(tmp_path, **variables):
    """Load the settings in a process of its own, as every command does."""
    return run("import site_project.settings", tmp_path, **variables)


def run(code, tmp_path, **variables):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **variables}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603


def test_the_example_names_every_variable_and_no_other():
    settings = (ROOT / "site_project/settings.py").read_text()
    read = set(re.findall(r"""(?:env\.\w+|words)\(\s*"(\w+)\"""", settings))
    documented = set(re.findall(r"^#?\s?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read == documented


def test_settings_stay_short():
    assert len((ROOT / "site_project/settings.py").read_text().splitlines()) <= 250


def test_without_any_variable_the_site_starts(tmp_path):
    assert start(tmp_path).returncode == 0


def test_the_site_makes_its_own_secret_and_keeps_it_to_itself(tmp_path):
    start(tmp_path)
    key = tmp_path / "secret.key"
    assert len(key.read_text()) >= 50
    assert key.stat().st_mode & 0o777 == 0o600
    first = key.read_text()
    start(tmp_path)
    assert key.read_text() == first


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DEBUG", "perhaps"),
        ("PORT", "eighty"),
        ("MAIL_URL", "gopher://x"),
        ("DATABASE_URL", "nonsense://x"),
        ("SITE_URL", "here"),
    ],
)
def test_an_odd_value_is_refused_by_name(tmp_path, variable, value):
    result = start(tmp_path, **{variable: value})
    assert result.returncode != 0
    assert variable in result.stderr


def test_every_odd_value_is_reported_at_once(tmp_path):
    result = start(tmp_path, DEBUG="perhaps", PORT="eighty")
    assert "DEBUG" in result.stderr
    assert "PORT" in result.stderr


def test_lists_forgive_spaces(tmp_path):
    code = "from site_project import settings; print(settings.ALLOWED_HOSTS)"
    result = run(code, tmp_path, ALLOWED_HOSTS="a.example, b.example")
    assert result.stdout.strip() == "['a.example', 'b.example']"
