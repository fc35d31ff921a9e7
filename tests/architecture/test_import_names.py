"""The five generic package names mean this checkout's packages (docs/adr/0001)."""

import importlib
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
PACKAGES = ("adapters", "application", "bootstrap", "domain", "ports")


@pytest.mark.parametrize("name", PACKAGES)
def test_each_package_is_this_checkouts(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__file__ is not None
    assert Path(module.__file__) == SOURCE / name / "__init__.py"


def test_the_source_folder_holds_exactly_the_five_packages() -> None:
    assert tuple(sorted(path.name for path in SOURCE.iterdir() if path.name != "__pycache__")) == PACKAGES


@pytest.mark.parametrize("name", PACKAGES)
def test_each_package_says_that_it_is_typed(name: str) -> None:
    assert (SOURCE / name / "py.typed").is_file()
