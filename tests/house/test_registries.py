"""Every list that apps above add to stands in `docs/registries.md`, with those who do."""

import ast
import re
from collections import defaultdict

from tests.house.test_layers import MODULES, ROOT, syntax


def dotted(module):
    return ".".join(module.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def empty_lists():
    """The module-level lists that begin empty."""
    return {
        f"{dotted(module)}.{node.target.id}"
        for module in MODULES
        for node in syntax(module).body
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.List) and not node.value.elts
    }


def additions():
    """The apps that add to each list from another module, by its dotted name."""
    found = defaultdict(set)
    for module in MODULES:
        names = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(syntax(module))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(syntax(module)):
            if isinstance(node, ast.Attribute) and node.attr in ("append", "extend"):
                first, *rest = ast.unparse(node.value).split(".")
                if first in names:
                    found[".".join([names[first], *rest])].add(module.relative_to(ROOT).parts[0])
    return found


def test_the_page_of_registries_is_complete():
    page = (ROOT / "docs/registries.md").read_text()
    rows = re.findall(r"^\| `([\w.]+)` \| [^|]+ \| ([^|]+) \|$", page, re.MULTILINE)
    added = additions()
    assert {name: set(apps.split(", ")) for name, apps in rows} == {name: added[name] for name in empty_lists()}
