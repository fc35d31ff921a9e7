"""Which fields of the wire some object has filled, and which none can.

The types and their fields come from the schema file, read here without the product's code.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from tests.kube.testbed.errors import Json

FieldName: TypeAlias = tuple[str, str]
"""A type of the schema without its package, and the name of a field; what is inlined counts for the outer type."""

_ROOT = "cluster.ClusterSnapshot"
_SCHEMA = Path(__file__).parents[3] / "src" / "adapters" / "embedded" / "demo_master" / "wire-schema.json"
_WRAPPING = re.compile(r"^(?:\*|\[\]|map\[string\])*")
_INLINED = "<embed>"

_ONE_NODE = "kind that is tied to a node: only an event names the one that its source ran on"
_OWNER = "the contract has the owner of a ReplicaSet and of a Job only"
_NODE_KINDS = (
    "ConfigMap",
    "CronJob",
    "Job",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "ReplicaSet",
    "Secret",
)
_OWNED_NOT = ("ConfigMap", "CronJob", "Event", "PersistentVolume", "PersistentVolumeClaim", "Secret")

WITHOUT_SOURCE: Mapping[FieldName, str] = {
    **{(kind, "nodeName"): f"no {_ONE_NODE}" for kind in _NODE_KINDS},
    **{(kind, name): _OWNER for kind in _OWNED_NOT for name in ("ownerKind", "ownerName")},
    ("PersistentVolume", "namespace"): "a volume is in no namespace",
    ("IngressResourceRef", "namespace"): "the API's reference is local: to the namespace of the Ingress",
}
"""Fields that no object of Kubernetes can fill, each with the reason."""


class Schema:
    """The types below the twenty lists of a snapshot."""

    def __init__(self, text: str) -> None:
        self._types: Mapping[str, list[Json]] = json.loads(text)
        # What is a pointer in Go.
        self._nullable = {
            (kind, entry["json"])
            for kind, entries in self._types.items()
            for entry in entries
            if entry["goType"][0] == "*"
        }
        self._lists = {
            entry["json"]: kind
            for entry, (_, kind) in zip(self._types[_ROOT], self._fields(_ROOT), strict=True)
            if entry["goType"].startswith("[]")
        }

    @property
    def lists(self) -> set[str]:
        """The lists of a snapshot."""
        return set(self._lists)

    @property
    def declared(self) -> set[FieldName]:
        """Every field of every type that an object of the twenty kinds may carry."""
        found: set[FieldName] = set()
        waiting = list(self._lists.values())
        while waiting:
            kind = waiting.pop()
            for name, inner in self._fields(kind):
                if (_short(kind), name) not in found:
                    found.add((_short(kind), name))
                    waiting += [inner] if inner in self._types else []
        return found

    def produced(self, snapshot: Json) -> set[FieldName]:
        """The fields that some object of this snapshot fills; zero counts where it is not the same as none."""
        return {field for name, kind in self._lists.items() for field in self._filled(kind, snapshot[name])}

    def _filled(self, kind: str, value: object) -> Iterator[FieldName]:
        if kind not in self._types:
            return
        if isinstance(value, list):
            for item in value:
                yield from self._filled(kind, item)
        elif isinstance(value, dict):
            for name, inner in self._fields(kind):
                given = value.get(name)
                if given not in (None, "", 0, [], {}) or (given is not None and (kind, name) in self._nullable):
                    yield _short(kind), name
                    yield from self._filled(inner, given)

    def _fields(self, kind: str) -> Iterator[tuple[str, str]]:
        """Names with their types; the package of a type is that of the type that mentions it unless it says so."""
        for entry in self._types[kind]:
            inner = _WRAPPING.sub("", entry["goType"])
            inner = inner if "." in inner or inner in self._types else f"{kind.partition('.')[0]}.{inner}"
            if entry["json"] == _INLINED:
                yield from self._fields(inner)
            else:
                yield entry["json"], inner


def read_schema() -> Schema:
    """The schema of the Master that the product carries."""
    return Schema(_SCHEMA.read_text(encoding="utf-8"))


def _short(kind: str) -> str:
    return kind.rpartition(".")[2]
