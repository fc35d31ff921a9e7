"""The kinds that the page must know, and where a snapshot lists each: by the domain's enum and the Master's schema."""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Final
from urllib.parse import quote

from domain.cluster.all_readings import COLLECTED_KINDS
from domain.cluster.kinds import Kind
from tests.browser.snapshots import JsonObject

_SCHEMA = json.loads(resources.files("adapters.embedded.demo_master").joinpath("wire-schema.json").read_text())
_LISTS = {
    field["goType"].removeprefix("[]"): field["json"]
    for field in _SCHEMA["cluster.ClusterSnapshot"]
    if field["goType"].startswith("[]")
}

LIST_OF: Final[Mapping[Kind, str]] = {kind: _LISTS[kind.value] for kind in COLLECTED_KINDS}
"""The list that carries a kind. A kind without one, or a list without a kind, fails here."""
assert len(LIST_OF) == len(_LISTS), "the schema lists something that is no kind"


def name_of(entry: JsonObject) -> str:
    """The name of an object of any shape."""
    return str(entry.get("summary", entry)["name"])


def namespace_of(entry: JsonObject) -> str:
    """The namespace of an object of any shape, empty for a cluster-scoped one."""
    return str(entry.get("summary", entry).get("namespace", ""))


def address(kind: Kind, name: str = "", namespace: str = "") -> str:
    """The hash of an object's panel, or of the kind's table without a name."""
    parts = [LIST_OF[kind], *filter(None, (namespace, name))] if name else [LIST_OF[kind]]
    return "#/" + "/".join(quote(part, safe="") for part in parts)
