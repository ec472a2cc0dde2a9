"""The house stands: layers, sizes, names. Figures are the alarm values of the house style."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYERS = {"core": 0, "accounts": 1, "newsletter": 2, "comments": 3, "mailing": 3, "interchange": 4, "site_project": 5}
MODULES = [path for app in LAYERS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def name(path):
    return str(path.relative_to(ROOT))


def own_imports(tree):
    """The apps that a syntax tree imports from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_imports_only_from_layers_below(module):
    app = module.relative_to(ROOT).parts[0]
    imported = {other for other in own_imports(ast.parse(module.read_text())) if other in LAYERS and other != app}
    assert {other for other in imported if LAYERS[other] >= LAYERS[app]} == set()


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_no_import_hides_in_a_function(module):
    hidden = [
        function.name
        for function in functions(ast.parse(module.read_text()))
        if set(own_imports(function)) & set(LAYERS)
    ]
    assert hidden == []


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_modules_and_functions_stay_small(module):
    text = module.read_text()
    assert len(text.splitlines()) <= 400
    too_long = {
        function.name: size
        for function in functions(ast.parse(text))
        if (size := (function.end_lineno or 0) - function.lineno + 1) > 60
    }
    assert too_long == {}


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_is_named_after_what_it_is_for(module):
    assert module.stem not in {"utils", "helpers", "services", "common", "misc", "managers"}


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_templates_are_short_and_hold_no_script_or_style(template):
    text = template.read_text()
    assert len(text.splitlines()) <= 150
    assert not re.search(r"<script(?![^>]*(\bsrc=|application/ld\+json))|<style|\sstyle=\"|\son\w+=\"", text)


@pytest.mark.parametrize("template", [path for path in TEMPLATES if path.name.startswith("_")], ids=name)
def test_a_partial_says_what_it_needs(template):
    assert "{# needs:" in template.read_text()[:400]


def test_no_rule_is_forced_in_the_style_sheets():
    assert [name(sheet) for sheet in (ROOT / "static").glob("*.css") if "!important" in sheet.read_text()] == []


def test_migrations_are_named_for_their_intent():
    names = [path.stem for app in LAYERS for path in (ROOT / app / "migrations").glob("0*.py")]
    assert names
    assert [found for found in names if re.search(r"_auto_|_alter_.*_and_more", found)] == []
