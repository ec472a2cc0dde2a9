"""`make run` finds a Python wherever it is kept, and says in a sentence what to install where there is none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BASH = "/bin/bash"


def program(path, does="exit 0"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{BASH}\n{does}\n")
    path.chmod(0o755)
    return path


def search(home, *arguments, **variables):
    environment = {"HOME": str(home), "PATH": f"{home}/bin", **variables}
    command = [BASH, ".ci/python", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)  # noqa: S603


@pytest.fixture
def home(tmp_path):
    """Of somebody whose chosen Python is too old."""
    for name in ("python3", "python"):
        program(tmp_path / "bin" / name, "exit 1")
    return tmp_path


def only_where_none_is_installed_for_all(found):
    if found.startswith(("/usr/local", "/opt/homebrew")):
        pytest.skip("this machine has one for everybody")


def test_one_of_the_path_is_taken(home):
    program(home / "bin/python3.12")
    assert search(home).stdout == "python3.12\n"


@pytest.mark.parametrize(
    "place",
    [".pyenv/versions/3.13.0/bin/python3", ".local/share/uv/python/cpython-3.12.9-linux-x86_64-gnu/bin/python3"],
)
def test_one_that_pyenv_or_uv_keeps_is_found_beside_another_chosen_version(home, place):
    program(home / ".pyenv/versions/3.9.18/bin/python3", "exit 1")
    kept = program(home / place)
    assert search(home).stdout == f"{kept}\n"


def test_one_that_pyenv_keeps_elsewhere_is_found(home):
    kept = program(home / "elsewhere/versions/3.14.1/bin/python3")
    assert search(home, PYENV_ROOT=f"{home}/elsewhere").stdout == f"{kept}\n"


def test_the_one_that_is_named_comes_first(home):
    program(home / "bin/python3.13")
    named = program(home / "mine")
    assert search(home, str(named)).stdout == f"{named}\n"


@pytest.mark.parametrize("place", ["bin/uv", ".local/bin/uv"])
def test_uv_brings_one_where_there_is_none(home, place):
    brought = home / "brought"
    script = f'if [ "$2" = install ]; then echo -e "#!{BASH}\\nexit 0" >{brought}; /bin/chmod +x {brought}; '
    program(home / place, f"{script}else echo {brought}; fi")
    found = search(home).stdout
    only_where_none_is_installed_for_all(found)
    assert found == f"{brought}\n"


def test_else_it_says_what_to_install(home):
    answer = search(home)
    only_where_none_is_installed_for_all(answer.stdout)
    assert answer.returncode == 1
    assert len(answer.stderr.splitlines()) == 1
    assert [name for name in ("Debian", "Ubuntu", "Fedora", "macOS", "uv") if name not in answer.stderr] == []


def test_the_one_that_runs_this_is_good_enough():
    assert search(Path("/nowhere"), sys.executable).stdout == f"{sys.executable}\n"


def test_make_says_it_too_and_stops(home, tmp_path):
    for name in ("Makefile", "requirements.txt", ".ci"):
        (tmp_path / name).symlink_to(ROOT / name)
    environment = {"HOME": str(home), "PATH": f"{home}/bin"}
    for tool in ("make", "sed", "expand", "touch"):
        if not (found := next((path for path in ("/usr/bin", "/bin") if os.access(f"{path}/{tool}", os.X_OK)), "")):
            pytest.skip(f"needs {tool}")
        (home / "bin" / tool).symlink_to(f"{found}/{tool}")
    (home / "bin/env").symlink_to("/usr/bin/env")
    (home / "bin/bash").symlink_to(BASH)
    answer = subprocess.run(  # noqa: S603
        [f"{home}/bin/make", "run"], cwd=tmp_path, env=environment, text=True, capture_output=True, check=False
    )
    only_where_none_is_installed_for_all(answer.stdout)
    assert answer.returncode != 0
    assert "Courant needs Python 3.12 or newer" in answer.stderr
