"""What reads any kind of object can do nothing else: it knows nothing that could."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "src" / "adapters" / "kubernetes"
READING = sorted([*(ROOT / "dynamic").rglob("*.py"), *(ROOT / "discovery").rglob("*.py")])
HARMLESS = (
    "adapters.kubernetes.depth",
    "adapters.kubernetes.discovery",
    "adapters.kubernetes.dynamic",
    "adapters.kubernetes.errors",
    "adapters.kubernetes.paths",
    "adapters.kubernetes.read_only",
    "adapters.kubernetes.schema",
    "domain",
    "ports",
)
LIBRARIES = {
    "anyio",
    "collections",
    "dataclasses",
    "functools",
    "logging",
    "msgspec",
    "re",
    "typing",
    "typing_extensions",
}


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", READING, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_is_imported_that_can_change_a_cluster(path: Path) -> None:
    unknown = {
        name
        for name in _imported(path)
        if not any(name == one or name.startswith(f"{one}.") for one in HARMLESS)
        and name.split(".")[0] not in LIBRARIES
    }
    assert not unknown


@pytest.mark.parametrize("path", READING, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_reaches_into_what_it_was_given(path: Path) -> None:
    tree = ast.parse(path.read_text())
    private = {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and not (isinstance(node.value, ast.Name) and node.value.id == "self")
    }
    assert not private
