"""The house stands: layers, sizes, names. Figures are the alarm values of the house style."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = {"core": 0, "accounts": 1, "newsletter": 2, "site_project": 5}
LAYERS |= dict.fromkeys(["comments", "mailing", "participation", "readership"], 3)
LAYERS |= dict.fromkeys(["interchange", "deliverability", "correspondence"], 4)
MODULES = [path for app in LAYERS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def name(path):
    return str(path.relative_to(ROOT))


@cache
def syntax(module):
    return ast.parse(module.read_text())


def own_imports(tree):
    """The apps that a syntax tree imports from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_a_module_imports_only_from_layers_below():
    upward = {
        name(module): forbidden
        for module in MODULES
        if (
            forbidden := {
                other for other in own_imports(syntax(module)) if other in LAYERS and not is_below(other, module)
            }
        )
    }
    assert upward == {}


def is_below(other, module):
    app = module.relative_to(ROOT).parts[0]
    return other == app or LAYERS[other] < LAYERS[app]


def test_one_module_looks_into_allauth():
    assert {name(module) for module in MODULES if re.search(r"allauth[\w.]*\.internal", module.read_text())} == {
        "accounts/identifying.py"
    }


def test_no_import_hides_in_a_function():
    hidden = [
        f"{name(module)}: {function.name}"
        for module in MODULES
        for function in functions(syntax(module))
        if set(own_imports(function)) & set(LAYERS)
    ]
    assert hidden == []


def test_modules_and_functions_stay_small():
    assert [name(module) for module in MODULES if len(module.read_text().splitlines()) > 400] == []
    too_long = {
        f"{name(module)}: {function.name}": size
        for module in MODULES
        for function in functions(syntax(module))
        if (size := (function.end_lineno or 0) - function.lineno + 1) > 60
    }
    assert too_long == {}


def test_no_docstring_counts_queries():
    """What a page or a step may cost is asserted by tests; a number that nothing checks is soon wrong."""
    counted = re.compile(
        r"\b(one|two|three|four|five|six|seven|eight|nine|ten|\d+)\s+(more\s+)?quer(y|ies)\b", re.IGNORECASE
    )
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        f"{name(module)}: {getattr(node, 'name', '')}": ast.get_docstring(node) or ""
        for module in MODULES
        for node in ast.walk(syntax(module))
        if isinstance(node, kinds)
    }
    assert [place for place, text in docstrings.items() if counted.search(text)] == []


def test_a_module_is_named_after_what_it_is_for():
    vague = {"utils", "helpers", "services", "common", "misc", "managers"}
    assert [name(module) for module in MODULES if module.stem in vague] == []


def test_templates_are_short_and_hold_no_script_or_style():
    inside = re.compile(r"<script(?![^>]*(\bsrc=|application/ld\+json))|<style|\sstyle=\"|\son\w+=\"")
    assert [name(template) for template in TEMPLATES if len(template.read_text().splitlines()) > 150] == []
    assert [name(template) for template in TEMPLATES if inside.search(template.read_text())] == []
    wide = [
        name(template) for template in TEMPLATES if any(len(line) > 140 for line in template.read_text().splitlines())
    ]
    assert wide == [], "conditions and what they guard stand on lines of their own"


def test_a_partial_says_what_it_needs():
    partials = [path for path in TEMPLATES if path.name.startswith("_")]
    assert partials
    assert [name(partial) for partial in partials if "{# needs:" not in partial.read_text()[:400]] == []


def test_no_rule_is_forced_in_the_style_sheets():
    assert [name(sheet) for sheet in (ROOT / "static").glob("*.css") if "!important" in sheet.read_text()] == []


def test_migrations_are_named_for_their_intent():
    names = [path.stem for app in LAYERS for path in (ROOT / app / "migrations").glob("0*.py")]
    assert names
    assert [found for found in names if re.search(r"_auto_|_alter_.*_and_more", found)] == []
