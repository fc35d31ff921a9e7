"""Ports and adapters: every adapter of every port is held to the port's contract by a test that names it.

A contract test says what it covers in two constants: `PORT`, and `ADAPTERS`, the classes its fixture builds. This test
collects the classes that implement a port from the source and fails on one that no contract test names.
"""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Protocol

import adapters
import ports

ROOT = Path(__file__).parents[2]
WRAPPERS = {"MeasuredMasterGateway"}
"""Wrappers are held to their port by passing every call on; the wrapped adapter runs in the contract test."""


def _modules(package: ModuleType) -> list[ModuleType]:
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [importlib.import_module(module.name) for module in found]


def _ports() -> dict[str, type]:
    return {
        name: thing
        for module in _modules(ports)
        for name, thing in vars(module).items()
        if inspect.isclass(thing) and thing.__module__ == module.__name__ and Protocol in thing.__bases__
    }


def _implementations() -> dict[str, set[str]]:
    matrix: dict[str, set[str]] = {name: set() for name in _ports()}
    for module in _modules(adapters):
        for name, thing in vars(module).items():
            if inspect.isclass(thing) and thing.__module__ == module.__name__:
                for port, protocol in _ports().items():
                    if protocol in thing.__mro__[1:] and name not in WRAPPERS:
                        matrix[port].add(name)
    return matrix


def _contracts() -> dict[str, set[str]]:
    covered: dict[str, set[str]] = {}
    for path in sorted((ROOT / "tests" / "contract").glob("test_*.py")):
        constants = {
            target.id: node.value
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        port, classes = constants.get("PORT"), constants.get("ADAPTERS")
        if port is None:
            continue  # what only one adapter of a port can show
        assert isinstance(port, ast.Name), f"{path.name} names no class as PORT"
        assert isinstance(classes, ast.Tuple), f"{path.name} names no ADAPTERS"
        names = {element.id for element in classes.elts if isinstance(element, ast.Name)}
        covered.setdefault(port.id, set()).update(names)
    return covered


def test_every_adapter_of_every_port_passes_the_ports_contract() -> None:
    implementations, contracts = _implementations(), _contracts()
    width = max(map(len, implementations))
    for port, classes in sorted(implementations.items()):
        cells = (f"{name} {'yes' if name in contracts.get(port, set()) else 'NO'}" for name in sorted(classes))
        print(f"{port:<{width}}  {', '.join(cells)}")  # noqa: T201 - the matrix is for people
    assert all(implementations.values()), "a port without an adapter"
    holes = {port: sorted(classes - contracts.get(port, set())) for port, classes in implementations.items()}
    assert {port: names for port, names in holes.items() if names} == {}
