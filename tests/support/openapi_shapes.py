"""The shapes of the followed kinds as the API server describes them (OpenAPI v3), reduced to what makes objects.

The checked-in copy, tests/support/openapi/kinds.json, was taken from the API server of the test bed, and tests/kube
compares the two. To take it again:

    python -m tests.kube.take_openapi_shapes
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from adapters.kubernetes.kind_row import KindRow
from adapters.kubernetes.kinds import KINDS

Json = dict[str, Any]

SHAPES_FILE: Final = Path(__file__).parent / "openapi" / "kinds.json"
_REFERENCE: Final = "#/components/schemas/"
_KIND: Final = "x-kubernetes-group-version-kind"
_KEPT: Final = (
    "$ref",
    "additionalProperties",
    "allOf",
    "enum",
    "format",
    "items",
    "oneOf",
    "properties",
    "required",
    "type",
)
"""What an object follows from; descriptions are nine tenths of a document."""


def document_path(row: KindRow[Any, Any]) -> str:
    """Where the API server describes a kind."""
    return f"/openapi/v3/apis/{row.group}/{row.version}" if row.group else f"/openapi/v3/api/{row.version}"


def reduced(documents: Mapping[str, Json], rows: Sequence[KindRow[Any, Any]] = KINDS) -> Json:
    """The schemas of the rows' kinds and of everything they consist of.

    Args:
        documents: by path, as `document_path` gives it.
        rows: the kinds.
    """
    kinds: dict[str, str] = {}
    schemas: dict[str, Json] = {}
    for row in rows:
        described = documents[document_path(row)]["components"]["schemas"]
        wanted = {"group": row.group, "version": row.version, "kind": row.resource.kind.value}
        (root,) = [name for name, schema in described.items() if schema.get(_KIND) == [wanted]]
        kinds[row.resource.kind.value] = root
        _take(root, described, schemas)
    return {"kinds": kinds, "schemas": dict(sorted(schemas.items()))}


def _take(name: str, described: Mapping[str, Json], schemas: dict[str, Json]) -> None:
    if name in schemas:
        return
    schemas[name] = _stripped(described[name])
    for other in _references(schemas[name]):
        _take(other, described, schemas)


def _stripped(schema: Json) -> Json:
    kept: Json = {}
    for key in sorted(schema.keys() & set(_KEPT)):
        value = schema[key]
        match key:
            case "$ref":
                kept[key] = value.removeprefix(_REFERENCE)
            case "properties":
                kept[key] = {name: _stripped(value[name]) for name in sorted(value)}
            case "items" | "additionalProperties":
                kept[key] = _stripped(value) if isinstance(value, dict) else value
            case "allOf" | "oneOf":
                kept[key] = [_stripped(one) for one in value]
            case _:
                kept[key] = value
    return kept


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def as_text(shapes: Json) -> str:
    """The file: a schema a line, so that a change of the API is a readable diff."""
    lines = [f'"kinds": {json.dumps(shapes["kinds"])},', '"schemas": {']
    schemas = shapes["schemas"]
    for number, (name, schema) in enumerate(schemas.items(), start=1):
        comma = "," if number < len(schemas) else ""
        lines.append(f"{json.dumps(name)}: {json.dumps(schema, separators=(',', ':'))}{comma}")
    return "\n".join(["{", *lines, "}", "}", ""])


@cache
def shapes() -> Json:
    """The checked-in copy."""
    loaded: Json = json.loads(SHAPES_FILE.read_text(encoding="utf-8"))
    return loaded
