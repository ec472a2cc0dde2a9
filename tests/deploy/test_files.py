"""What stands in deploy/ is what this program is: each variable, command and path of it exists, and each file is taken
by the program that reads it."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*@.service"))
KNOWN = set(re.findall(r"^#?\s?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
#: What Python itself reads.
PYTHON = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}

compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
ours = {name: service for name, service in compose["services"].items() if service["image"] == "courant"}
containerfile = (DEPLOY / "Containerfile").read_text()


@pytest.fixture(autouse=True)
def _as_in_earnest(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def needed(program):
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    return found or pytest.skip(f"needs {program} (see `make services`)")


def commands_of(words):
    """Each `manage.py` command in a line, with what follows it."""
    for part in re.split(r"&&|;", words):
        if "manage.py" in part:
            yield shlex.split(part.partition("manage.py")[2])


def assert_runs(words):
    for name, *arguments in commands_of(words):
        command = load_command_class(get_commands()[name], name)
        command.create_parser("manage.py", name).parse_args(arguments)


def unit_lines(path, key):
    return re.findall(rf"^{key}=(.*)$", path.read_text(), re.MULTILINE)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_sets_what_the_program_reads_and_runs_what_it_has(unit):
    (variables,) = unit_lines(unit, "Environment")
    assert {each.partition("=")[0] for each in variables.split()} <= KNOWN | PYTHON
    (command,) = unit_lines(unit, "ExecStart")
    assert command.startswith("/opt/courant/.venv/bin/python manage.py ")
    assert_runs(command)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_unit_and_finds_little_that_it_may_do(unit, tmp_path):
    program = needed("systemd-analyze")
    copy = tmp_path / unit.name
    # Where these are not installed, the programs are missing, and nothing else.
    copy.write_text(
        unit.read_text().replace("/opt/courant/.venv/bin/python", "/bin/true").replace("/opt/courant", "/")
    )
    shutil.copy(DEPLOY / "systemd/courant.target", tmp_path)
    verified = subprocess.run(  # noqa: S603
        [program, "verify", copy], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert unit.name not in verified.stderr
    security = [program, "security", "--offline=yes", "--threshold=20", copy]
    judged = subprocess.run(security, capture_output=True, text=True, check=False, cwd=tmp_path)  # noqa: S603
    assert judged.returncode == 0, judged.stdout[-400:]


def test_each_container_of_ours_sets_what_the_program_reads_and_runs_what_it_has():
    example = (DEPLOY / "compose.env.example").read_text()
    given = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    assert asked <= given
    assert given - asked <= KNOWN
    assert len(ours) == 5
    for service in ours.values():
        assert set(service["environment"]) <= KNOWN
        assert_runs(shlex.join(service["command"]) if "sh" not in service["command"] else service["command"][-1])


def test_containers_of_ours_write_nothing_but_data():
    for service in ours.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["volumes"] == ["data:/data"]


def test_what_containers_are_told_of_each_other_is_there():
    proxy = compose["services"]["proxy"]["environment"]
    assert {server.partition(":")[0] for server in proxy["COURANT_SERVERS"].split()} == {"web1", "web2"}
    settings = ours["web1"]["environment"]
    assert {"database", "cache"} <= set(compose["services"])
    assert "@database/" in settings["DATABASE_URL"]
    assert settings["CACHE_URL"].startswith("redis://cache:")


def test_the_image_names_what_is_there_and_leaves_secrets_out():
    variables = re.findall(r"(\w+)=\S+", " ".join(re.findall(r"^ENV (.*)$", containerfile, re.MULTILINE)))
    assert set(variables) <= KNOWN | PYTHON
    for command in re.findall(r"^CMD (.*)$", containerfile, re.MULTILINE):
        assert_runs(shlex.join(yaml.safe_load(command)))
    compiled = re.search(r"compileall .*tests/ (.*)$", containerfile, re.MULTILINE)
    apps = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert set(compiled[1].split()) == apps
    assert {".git", ".env", "var", ".venv", "deploy/compose.env"} <= set((ROOT / ".dockerignore").read_text().split())
    assert re.search(r"^USER (?!0|root)", containerfile, re.MULTILINE)
    assert "--require-hashes" in containerfile


def test_caddy_takes_its_file():
    command = [needed("caddy"), "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    for more in ({}, {"COURANT_HOST": "a.example", "COURANT_SERVERS": "web1:8000 web2:8000", "COURANT_FILES": "/srv"}):
        environment = {"HOME": "/nonexistent", "XDG_DATA_HOME": "/tmp", **more}  # noqa: S108
        checked = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        assert checked.returncode == 0, checked.stderr
