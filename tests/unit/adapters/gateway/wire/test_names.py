"""Names, widths and the omit rule, held against the schema of the Master."""

from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from adapters.gateway.wire.names import INT32_FIELDS, LIST_NAMES, NARROWED, NOT_SENT, WIRE_NAMES, wire_name
from domain.cluster.all_readings import COLLECTED_KINDS, RESOURCES
from domain.cluster.deployments import ReplicaSetBrief
from domain.cluster.metadata import CommonMeta
from domain.cluster.namespace_contents import NamespaceResources
from domain.cluster.node_usage import NodeResourceUsage
from domain.cluster.services import ServiceBackends
from domain.cluster.summary import ClusterSummary
from tests.support.golden_files import golden

SCHEMA: dict[str, list[dict[str, Any]]] = golden("wire-schema.json")
ROOTS = {
    **{of: f"cluster.{of.__name__}" for of in RESOURCES.values() if of.kind in LIST_NAMES},
    ClusterSummary: "cluster.ClusterSummary",
    NodeResourceUsage: "cluster.NodeResourceUsage",
    NamespaceResources: "cluster.NamespaceResources",
    ReplicaSetBrief: "cluster.ReplicaSetBrief",
    ServiceBackends: "cluster.ServiceBackends",
}
SPLICED = {
    ("cluster.PodStatus", "cpuUsage"),
    ("cluster.PodStatus", "memoryUsage"),
    ("cluster.Node", "metrics"),
    ("cluster.Namespace", "resources"),
    ("cluster.Namespace", "quotas"),
    ("cluster.Namespace", "limitRanges"),
    ("cluster.Deployment", "replicaSets"),
    ("cluster.Service", "backends"),
    *((name, "age") for name, members in SCHEMA.items() if any(member["json"] == "age" for member in members)),
    *((f"cluster.{of.__name__}", "kind") for of in RESOURCES.values() if issubclass(of, CommonMeta)),
}
"""Members that are no fields of their object: they change without it, or are the same for a whole kind."""
WITHOUT_SOURCE = {("cluster.IngressResourceRef", "namespace")}
"""A reference within the namespace has no namespace of its own."""
MAY_BE_UNKNOWN = {"created_at", "creation_time", "first_timestamp", "last_timestamp"}
"""Left out where the API object has no time, although the Master's own agent always writes one."""


def pairs() -> Iterator[tuple[type[Any], str]]:
    """Every dataclass of the snapshot with the name of its type in the schema."""
    waiting = list(ROOTS.items())
    seen = set()
    while waiting:
        of, name = waiting.pop()
        if of in seen:
            continue
        seen.add(of)
        yield of, name
        members = {member["json"]: member for member in flat(name)}
        hints = get_type_hints(of)
        for field in fields(of):
            inner = unwrapped(hints[field.name])
            if isinstance(inner, type) and is_dataclass(inner):
                go_type = members[wire_name(field.name)]["goType"].lstrip("[]*")
                waiting.append((inner, go_type if "." in go_type else f"{name.split('.')[0]}.{go_type}"))


def flat(name: str) -> Iterator[dict[str, Any]]:
    for member in SCHEMA[name]:
        if member["json"] == "<embed>":
            embedded = member["goType"]
            yield from flat(embedded if "." in embedded else f"{name.split('.', maxsplit=1)[0]}.{embedded}")
        else:
            yield member


def unwrapped(hint: Any) -> Any:
    arguments = [argument for argument in get_args(hint) if argument not in {NoneType, Ellipsis}]
    if get_origin(hint) is tuple or NoneType in get_args(hint):
        return arguments[0]
    return hint


PAIRS = list(pairs())
WITH_OMIT_RULE = [(of, name) for of, name in PAIRS if of is not NamespaceResources]
"""Counts are always sent, 0 included."""
EVERY_TYPE = pytest.mark.parametrize(("of", "name"), PAIRS, ids=[of.__name__ for of, _ in PAIRS])


@EVERY_TYPE
def test_a_type_has_exactly_the_members_that_the_master_reads(of: type[Any], name: str) -> None:
    ours = {wire_name(field.name) for field in fields(of) if field.name not in NOT_SENT.get(of, ())}
    spliced = {member for owner, member in SPLICED | WITHOUT_SOURCE if owner == name}
    assert ours | spliced == {member["json"] for member in flat(name)}
    assert not ours & spliced


@EVERY_TYPE
def test_a_field_has_the_type_that_the_master_reads(of: type[Any], name: str) -> None:
    readable: dict[str, set[Any]] = {
        "string": {str, datetime},
        "bool": {bool},
        "int": {int},
        "int32": {int},
        "int64": {int},
        "float64": {float},
        "time.Time": {datetime},
    }
    hints = get_type_hints(of)
    for member in flat(name):
        field = next((field for field in fields(of) if wire_name(field.name) == member["json"]), None)
        go_type = member["goType"].lstrip("*")
        if field is None:
            continue
        if go_type == "map[string]string":
            assert get_args(hints[field.name]) == (str, str)
        elif go_type.startswith("[]"):
            assert get_origin(hints[field.name]) is tuple
        elif go_type in readable:
            assert unwrapped(hints[field.name]) in readable[go_type], field.name
        else:
            assert is_dataclass(unwrapped(hints[field.name])), field.name


@EVERY_TYPE
def test_a_field_is_narrow_exactly_when_the_wire_is(of: type[Any], name: str) -> None:
    members = {member["json"]: member for member in flat(name)}
    hints = get_type_hints(of)
    for field in fields(of):
        if unwrapped(hints[field.name]) is int:
            is_narrow = members[wire_name(field.name)]["goType"].lstrip("*") == "int32"
            is_narrow |= (of.__name__, field.name) in NARROWED
            assert (field.name in INT32_FIELDS) == is_narrow, field.name


@pytest.mark.parametrize(("of", "name"), WITH_OMIT_RULE, ids=[of.__name__ for of, _ in WITH_OMIT_RULE])
def test_a_field_has_a_default_exactly_when_the_wire_may_leave_it_out(of: type[Any], name: str) -> None:
    members = {member["json"]: member for member in flat(name)}
    for field in fields(of):
        has_default = field.default is not MISSING or field.default_factory is not MISSING
        if field.name in NOT_SENT.get(of, ()):
            continue
        if field.name in MAY_BE_UNKNOWN:
            assert has_default
        elif not is_dataclass(get_type_hints(of)[field.name]):
            assert has_default == members[wire_name(field.name)]["omitempty"], field.name


def test_every_exception_to_camel_case_is_used() -> None:
    names = {field.name for of, _ in PAIRS for field in fields(of)}
    assert set(WIRE_NAMES) <= names
    assert names >= INT32_FIELDS


def test_the_lists_of_the_envelope_are_those_of_the_master_and_one_for_each_kind() -> None:
    lists = [member["json"] for member in SCHEMA["cluster.ClusterSnapshot"] if member["goType"].startswith("[]")]
    assert list(LIST_NAMES.values()) == lists
    assert set(LIST_NAMES) == set(COLLECTED_KINDS)
