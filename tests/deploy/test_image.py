"""What deploy/Containerfile does, without containers: its steps are done in a fresh folder, and its program runs there
without the right to change it."""

import os
import re
import shlex
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.core.test_serve import answers, free_port, wait_until
from tests.deploy.topology import HUMBLY, ROOT, Unit

STEPS = re.findall(r"^(COPY|RUN|ENV|CMD) (.*)$", (ROOT / "deploy/Containerfile").read_text(), re.MULTILINE)

pytestmark = [
    pytest.mark.slow,  # starts a site
    pytest.mark.enable_socket,
]


def left_out():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def is_left_out(path):
    return any(
        path == one or path.startswith(f"{one}/") or (one.startswith("**/") and fnmatch(Path(path).name, one[3:]))
        for one in left_out()
    )


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The folder /opt/courant of the image, which nobody can write; its packages are ours."""
    folder = tmp_path_factory.mktemp("image") / "courant"
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S607
    for name in filter(None, files.split("\0")):
        if not is_left_out(name) and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    for kind, words in STEPS:
        if kind == "RUN" and words.startswith(".venv/bin/python -m compileall"):
            subprocess.run(shlex.split(words), cwd=folder, check=True)  # noqa: S603
    for path in [folder, *(path for path in folder.rglob("*") if not path.is_symlink())]:
        path.chmod(path.stat().st_mode & ~0o222)
    yield folder
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())]:
        path.chmod(0o755)


def surroundings(data):
    """The variables of the image, for this machine."""
    given = dict(each.split("=", 1) for kind, words in STEPS if kind == "ENV" for each in shlex.split(words))
    path = given["PATH"].replace("/opt/courant/", f"{ROOT}/").replace("$PATH", os.environ["PATH"])
    return {**given, "PATH": path, "DATA_DIR": str(data), "LISTEN": "127.0.0.1", "PORT": str(free_port())}


def test_the_image_serves_and_works_from_a_tree_that_it_cannot_write(image, tmp_path):
    environment = surroundings(tmp_path / "data")
    for command in ("migrate --verbosity=0", "collectstatic --noinput --clear --verbosity=0", "render"):
        words = [*HUMBLY, "python", "manage.py", *command.split()]
        subprocess.run(words, cwd=image, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    (command,) = [words for kind, words in STEPS if kind == "CMD"]
    serving = Unit(
        [*HUMBLY, *re.findall(r'"([^"]+)"', command)], environment=environment, folder=image, log=tmp_path / "log"
    )
    try:
        wait_until(lambda: answers(int(environment["PORT"])))
    finally:
        serving.stop()
    assert serving.starts == 1
    assert "Error" not in (tmp_path / "log").read_text()
    assert not [path for path in image.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o222]


def test_the_image_takes_along_no_secret_and_no_test(image):
    names = {path.name for path in image.iterdir()}
    assert {"manage.py", "requirements.txt", "locale", "static", "templates"} <= names
    assert not names & {".git", ".env", "var", "tests"}


@pytest.mark.skipif(os.environ.get("FAULTS") != "full", reason="fetches all packages anew: FAULTS=full")
def test_packages_are_installed_by_their_hashes_into_a_fresh_folder(tmp_path):
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    install = [words for kind, words in STEPS if kind == "RUN" and re.search("-m venv|bin/pip", words)]
    assert len(install) == 2
    for words in install:
        given = shlex.split(words.replace("python -m venv", f"{ROOT}/.venv/bin/python -m venv"))
        subprocess.run([*HUMBLY, *given], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    check = [tmp_path / ".venv/bin/python", ROOT / "manage.py", "check"]
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data")}
    subprocess.run(check, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
