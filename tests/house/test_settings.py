"""Every setting is documented, and odd values stop the start."""

import os
import re
import subprocess
import sys
from pathlib import Path
from runpy import run_path
from unittest.mock import patch

import pytest
from django.core.exceptions import ImproperlyConfigured
from environs import EnvError

ROOT = Path(__file__).resolve().parents[2]


def start(tmp_path, **variables):
    """The settings as a process with this environment has them."""
    with patch.dict(os.environ, {"DATA_DIR": str(tmp_path), **variables}, clear=True):
        return run_path(str(ROOT / "site_project/settings.py"))


def test_the_example_names_every_variable_and_no_other():
    settings = (ROOT / "site_project/settings.py").read_text()
    read = set(re.findall(r"""(?:env\.\w+|words)\(\s*"(\w+)\"""", settings))
    documented = set(re.findall(r"^#?\s?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read == documented


def test_settings_stay_short():
    assert len((ROOT / "site_project/settings.py").read_text().splitlines()) <= 250


def test_without_any_variable_the_site_starts(tmp_path):
    variables = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "site_project.settings",
    }
    command = [sys.executable, "-c", "import django; django.setup()"]
    subprocess.run(command, cwd=ROOT, env=variables, check=True)  # noqa: S603


def test_the_site_makes_its_own_secret_and_keeps_it_to_itself(tmp_path):
    first = start(tmp_path)["SECRET_KEY"]
    key = tmp_path / "secret.key"
    assert len(first) >= 50
    assert key.read_text() == first
    assert key.stat().st_mode & 0o777 == 0o600
    assert start(tmp_path)["SECRET_KEY"] == first


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DEBUG", "perhaps"),
        ("PORT", "eighty"),
        ("MAIL_URL", "gopher://x"),
        ("BOUNCE_MAILBOX", "pop3://x"),
        ("DATABASE_URL", "nonsense://x"),
        ("SITE_URL", "here"),
        ("TRUSTED_PROXIES", "-1"),
    ],
)
def test_an_odd_value_is_refused_by_name(tmp_path, variable, value):
    with pytest.raises((EnvError, ImproperlyConfigured), match=variable):
        start(tmp_path, **{variable: value})


def test_every_odd_value_is_reported_at_once(tmp_path):
    with pytest.raises(EnvError, match=r"DEBUG.*PORT|PORT.*DEBUG"):
        start(tmp_path, DEBUG="perhaps", PORT="eighty")


def test_lists_forgive_spaces(tmp_path):
    assert start(tmp_path, ALLOWED_HOSTS="a.example, b.example")["ALLOWED_HOSTS"] == ["a.example", "b.example"]


def test_a_mail_service_is_told_what_the_environment_says_but_no_empty_key(tmp_path):
    variables = {"ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY": "key", "ANYMAIL_RESEND_SIGNING_SECRET": ""}
    told = start(tmp_path, **variables, ANYMAIL_DEBUG_API_REQUESTS="False")["ANYMAIL"]
    assert told == {"WEBHOOK_SECRET": "", "MAILGUN_WEBHOOK_SIGNING_KEY": "key", "DEBUG_API_REQUESTS": False}
