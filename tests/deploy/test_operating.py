"""docs/operating.md can be pasted: what its blocks name is there, and what they do to a site's data is right."""

import os
import re
import subprocess
import sys

import pytest

from tests.deploy.test_files import DEPLOY, ROOT, UNITS, assert_runs

PAGE = (ROOT / "docs/operating.md").read_text()
LINES = [
    line for block in re.findall(r"^```\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) for line in block.splitlines()
]


@pytest.fixture(autouse=True)
def _as_in_earnest(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.mark.parametrize("line", [line for line in LINES if "manage.py" in line])
def test_each_command_is_understood(line):
    assert_runs(line)


def test_each_word_of_make_file_and_unit_is_there():
    text = "\n".join(LINES)
    targets = set(re.findall(r"^([\w./]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make ([\w./]+)$", text, re.MULTILINE)) <= targets
    assert all((ROOT / name).exists() for name in re.findall(r"deploy/[\w./]+\w", text))
    assert {f"{name}@.service" for name in re.findall(r"(courant-\w+)@", text)} <= {unit.name for unit in UNITS}


def test_each_setting_is_one_and_means_what_the_units_and_the_proxy_mean(tmp_path):
    settings = dict(re.findall(r"^([A-Z_]+)=(.*?)(?: {2,}#.*)?$", "\n".join(LINES), re.MULTILINE))
    known = set(re.findall(r"^#?\s?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(settings) <= known
    assert settings["DATA_DIR"] in (DEPLOY / "nginx.conf").read_text()
    assert all(f"DATA_DIR={settings['DATA_DIR']}" in unit.read_text() for unit in UNITS)


@pytest.mark.slow  # migrates two databases
def test_a_site_is_taken_from_one_folder_to_another_by_the_commands_of_the_page(tmp_path):
    def manage(folder, *arguments):
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / folder)}
        run = [sys.executable, "manage.py", *arguments]
        return subprocess.run(run, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout  # noqa: S603

    assert manage("here", "migrate", "--verbosity=0") == ""
    manage("here", "editor")
    take, bring = [sys.executable, "manage.py", "backup"], [sys.executable, "manage.py", "restore"]
    manage("here", *take[2:], str(tmp_path / "site.tar"))
    manage("there", *bring[2:], str(tmp_path / "site.tar"))
    who = ("shell", "--no-imports", "--command", "from accounts.models import User; print(User.objects.get().email)")
    assert manage("there", *who) == manage("here", *who)
    assert (tmp_path / "there/secret.key").read_text() == (tmp_path / "here/secret.key").read_text()
