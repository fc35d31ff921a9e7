"""Files have one job, a reason to be, and a name that says what they are."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
BENCHMARKS = sorted((ROOT / "benchmarks").rglob("*.py"))
MAX_LINES = 300
EMPTY_NAMES = re.compile(r"^(utils?|helpers?|common|base|manager|service|impl|misc|data|info)$")


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES + TESTS + BENCHMARKS, ids=_id)
def test_no_file_has_two_jobs(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", SOURCES, ids=_id)
def test_every_module_says_why_it_exists(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", SOURCES, ids=_id)
def test_no_module_has_an_empty_name(path: Path) -> None:
    assert not EMPTY_NAMES.match(path.stem)


@pytest.mark.parametrize("folder", sorted({path.parent for path in TESTS}), ids=_id)
def test_every_test_folder_is_a_package_with_a_conftest(folder: Path) -> None:
    # Without the chain of packages pytest takes tests/unit/domain for the product's `domain` (docs/adr/0001).
    assert (folder / "__init__.py").is_file()
    assert folder == ROOT / "tests" / "support" or (folder / "conftest.py").is_file()


def test_only_two_places_catch_everything() -> None:
    catching = {
        _id(path)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node)
    }
    assert catching == {"src/adapters/scheduler/supervisor.py", "src/application/execute_command.py"}


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(_is_everything(name) for name in names)


def _is_everything(name: ast.expr | None) -> bool:
    return name is None or (isinstance(name, ast.Name) and name.id in {"Exception", "BaseException"})
