"""What `check --deploy` says of settings that would harm a site that others reach."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import checks

from site_project.checks import addresses_lead_somewhere, nothing_stands_open
from site_project.environment import cache, mailer

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "SITE_URL": "https://news.tholemouth.uk",
    "SECURE_SITE": True,
    "DEBUG": False,
    "ALLOWED_HOSTS": ["news.tholemouth.uk"],
    "MAILER": mailer("smtp://user:secret@mail.tholemouth.uk"),
    "CACHE_URL": cache("redis://:secret@cache.tholemouth.uk:6379/0"),
    "DATABASE": {"HOST": "db.tholemouth.uk", "PASSWORD": "secret"},
    "DEFAULT_FROM_EMAIL": "Low Water <news@tholemouth.uk>",
    "EDITOR_EMAIL": "ada@tholemouth.uk",
}


def said(settings, **changed):
    for name, value in (GOOD | changed).items():
        setattr(settings, name, value)
    return {message.id for check in (addresses_lead_somewhere, nothing_stands_open) for message in check()}


def test_of_a_site_that_is_set_up_well_nothing_is_said(settings):
    assert said(settings) == set()
    assert said(settings, DATABASE={"NAME": "here.sqlite3"}, CACHE_URL="", MAILER=mailer("file:///here")) == set()


@pytest.mark.parametrize("name", ["DEFAULT_FROM_EMAIL", "BOUNCE_ADDRESS", "UNSUBSCRIBE_ADDRESS", "EDITOR_EMAIL"])
@pytest.mark.parametrize(
    "address",
    [
        *("courant@localhost", "Courant <courant@localhost>", "news@LOCALHOST", "news@mailserver", "news@box.local"),
        *("editor@example.org", "news@example.com", "news@mail.example.net", "news@here.invalid", "news@10.0.0.7"),
    ],
)
def test_an_address_that_leads_nowhere_is_an_error(settings, name, address):
    assert said(settings, **{name: address}) == {"courant.E002"}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"DEBUG": True}, "courant.E003"),
        ({"SITE_URL": "http://news.tholemouth.uk", "SECURE_SITE": False}, "courant.E004"),
        ({"SITE_URL": "http://192.168.1.7:8000", "SECURE_SITE": False}, "courant.E004"),
        ({"ALLOWED_HOSTS": ["*"]}, "courant.W002"),
        ({"MAILER": mailer("smtp://user:secret@mail.tholemouth.uk?tls=never")}, "courant.E005"),
        ({"MAILER": mailer("smtp://user:secret@mail.tholemouth.uk?tls=offered")}, "courant.E005"),
        ({"CACHE_URL": cache("redis://cache.tholemouth.uk:6379/0")}, "courant.W003"),
        ({"CACHE_URL": cache("rediss://valkey/0")}, "courant.W003"),
        ({"DATABASE": {"HOST": "db", "PASSWORD": ""}}, "courant.W003"),
    ],
)
def test_what_stands_open_is_named(settings, changed, code):
    assert said(settings, **changed) == {code}


@pytest.mark.parametrize(
    "changed",
    [
        {"SITE_URL": "http://localhost:8000", "SECURE_SITE": False, "DEBUG": True},
        {"SITE_URL": "http://[::1]:8000", "SECURE_SITE": False, "DEBUG": True},
        {"CACHE_URL": cache("redis://127.0.0.1:6379/0")},
        {"CACHE_URL": cache("unix:///run/valkey.sock")},
        {"DATABASE": {"HOST": "/run/postgresql", "PASSWORD": ""}},
        {"MAILER": mailer("smtp://user:secret@localhost?tls=never")},
    ],
)
def test_what_no_other_machine_reaches_may_stand_open(settings, changed):
    assert said(settings, **changed) == set()


@pytest.mark.slow  # a process of its own, as an operator runs it
def test_the_command_fails_for_the_defaults_and_a_short_key(tmp_path):
    variables = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "SECRET_KEY": "short"}
    command = [sys.executable, "manage.py", "check", "--deploy"]
    run = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)  # noqa: S603
    assert run.returncode == 1
    for words in ("DEFAULT_FROM_EMAIL is courant@localhost", "EDITOR_EMAIL is editor@example.org", "security.W009"):
        assert words in run.stderr


def test_they_are_asked_by_the_command_alone():
    assert {addresses_lead_somewhere, nothing_stands_open} <= set(checks.registry.registry.deployment_checks)
