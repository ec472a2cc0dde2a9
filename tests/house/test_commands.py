"""Every word of the Makefile and every command that README and documents name is run, by a test or by CI."""

import re
import shlex
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
CI = "\n".join(re.sub(r"^\s*#.*", "", path.read_text(), flags=re.MULTILINE) for path in (ROOT / ".ci").iterdir())
DOCUMENTS = {
    path: path.read_text() for path in (*ROOT.glob("*.md"), ROOT / ".env.example", *(ROOT / "docs").rglob("*.md"))
}
#: What stands as code in a line of its own is complete, what stands in a sentence may be the beginning.
LINES = sorted(
    {line for text in DOCUMENTS.values() for line in re.findall(r"^ {4}manage\.py ([^\n#>]+)", text, re.MULTILINE)}
)
BEGINNINGS = sorted({line for text in DOCUMENTS.values() for line in re.findall(r"`manage\.py ([^`]+)`", text)})


def test_every_word_of_the_makefile_is_run_by_ci():
    words = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    assert words - set(re.findall(r"\b(?:make|serves) ([a-z]+)", CI)) == set()


def test_documents_name_only_words_of_the_makefile():
    named = {word for text in DOCUMENTS.values() for word in re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE)}
    assert named - set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE)) == set()


def test_every_command_that_documents_name_is_run():
    tests = "\n".join(path.read_text() for path in (*(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").glob("*.py")))
    run = {*re.findall(r"manage\.py ([a-z_]+)", MAKEFILE + CI)}
    run |= {*re.findall(r'(?:call_command\(\s*|"manage\.py", |"django", )"([a-z_]+)"', tests)}
    named = {name for text in DOCUMENTS.values() for name in re.findall(r"manage\.py ([a-z_]+)", text)}
    assert named - run == set()


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_documents_is_understood(line):
    name, *words = shlex.split(re.sub(r"[][]", "", line))
    parser_of(name).parse_args(words)


@pytest.mark.parametrize("line", BEGINNINGS)
def test_the_options_that_the_documents_name_exist(line):
    name, *words = line.split()
    options = {word for word in words if word.startswith("--")}
    assert options - set(parser_of(name)._option_string_actions) == set()


def parser_of(name):
    app = get_commands()[name]
    return (load_command_class(app, name) if isinstance(app, str) else app).create_parser("manage.py", name)
