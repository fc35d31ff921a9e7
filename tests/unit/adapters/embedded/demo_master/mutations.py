"""Every place of a snapshot with its type, walked by the schema file and not by the judge that is being tested."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

SCALARS = frozenset({"string", "bool", "int", "int32", "int64", "float64", "time.Time", "model_v3.HealthStatus"})


Schema = Mapping[str, list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Place:
    """One value in a document."""

    steps: tuple[str | int, ...]
    go_type: str

    @property
    def path(self) -> str:
        return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.steps)

    def put(self, document: Mapping[str, Any], value: object) -> bytes:
        """The document's member that holds the place, alone, with another value there."""
        first = self.steps[0]
        changed: Any = {first: copy.deepcopy(document[str(first)])}
        holder = changed
        for step in self.steps[:-1]:
            holder = holder[step]
        holder[self.steps[-1]] = value
        return json.dumps(changed).encode()

    def get(self, document: Mapping[str, Any]) -> Any:
        value: Any = document
        for step in self.steps:
            value = value[step]
        return value


def places(document: Mapping[str, Any]) -> Iterator[Place]:
    """Every place below the root, outer before inner."""
    text = resources.files("adapters.embedded.demo_master").joinpath("wire-schema.json").read_text("utf-8")
    return _walk(json.loads(text), document, "cluster.ClusterSnapshot", ())


def _walk(schema: Schema, value: Any, go_type: str, steps: tuple[str | int, ...]) -> Iterator[Place]:
    go_type = go_type.replace("*", "")
    if steps:
        yield Place(steps, go_type)
    if go_type.startswith("[]"):
        for position, element in enumerate(value):
            yield from _walk(schema, element, go_type[2:], (*steps, position))
    elif go_type.startswith("map[string]"):
        for name, member in value.items():
            yield from _walk(schema, member, go_type.removeprefix("map[string]"), (*steps, name))
    elif go_type not in SCALARS:
        for name, inner in _fields(schema, go_type).items():
            yield from _walk(schema, value[name], inner, (*steps, name))


def _fields(schema: Schema, name: str) -> dict[str, str]:
    """Member to type, embedded ones on the same level, types with their package."""
    found: dict[str, str] = {}
    for field in schema[name]:
        if field["json"] == "<embed>":
            found |= _fields(schema, field["goType"])
        else:
            found[field["json"]] = _qualified(field["goType"], name.partition(".")[0])
    return found


def _qualified(go_type: str, package: str) -> str:
    prefix, bare = re.fullmatch(r"((?:\[\]|\*|map\[string\])*)(.+)", go_type).groups()  # type: ignore[union-attr] # always matches
    return go_type if bare in SCALARS or "." in bare else f"{prefix}{package}.{bare}"
