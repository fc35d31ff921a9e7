"""The table of kinds: paths, completeness against the wire, and what no object may make it do."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.kubernetes.kind_row import KindRow, RbacRole
from adapters.kubernetes.kinds import KINDS, NODES, PODS
from adapters.kubernetes.mappers.options import MappingOptions
from domain.cluster.all_readings import COLLECTED_KINDS, FOLLOWED_KINDS
from domain.cluster.kinds import Kind
from domain.cluster.metadata import Resource
from tests.support.full_kinds import FULL
from tests.support.objects import Json, a_pod, raw

_OPTIONS = MappingOptions()
_FULL = [(row, FULL[row.resource.kind]()) for row in KINDS]


def test_the_rows_are_the_kinds_of_the_snapshot() -> None:
    assert tuple(row.resource.kind for row in KINDS) == FOLLOWED_KINDS
    assert tuple(row.resource.kind for row in KINDS if row.in_snapshot) == COLLECTED_KINDS
    assert [row.resource.kind for row in KINDS if row.role is not RbacRole.READ] == [Kind.SECRET]


def test_paths_of_lists() -> None:
    assert PODS.list_path() == "/api/v1/pods"
    assert PODS.list_path("shop") == "/api/v1/namespaces/shop/pods"
    assert NODES.list_path("shop") == "/api/v1/nodes"
    apps = KindRow(
        resource=PODS.resource, group="apps", plural="deployments", decoder=PODS.decoder, to_domain=PODS.to_domain
    )
    assert apps.list_path() == "/apis/apps/v1/deployments"
    assert apps.list_path("shop") == "/apis/apps/v1/namespaces/shop/deployments"


def test_the_type_checker_refuses_a_struct_beside_another_kinds_mapper(tmp_path: Path) -> None:
    template = """
import msgspec
from adapters.kubernetes.kind_row import KindRow
from adapters.kubernetes.mappers.nodes import to_node
from adapters.kubernetes.mappers.pods import to_pod
from adapters.kubernetes.schema.nodes import NodeStruct
from adapters.kubernetes.schema.pods import PodStruct
from domain.cluster.pods import Pod
KindRow(resource=Pod, plural="pods", decoder=msgspec.json.Decoder({struct}), to_domain={mapper})
"""
    programs = {}
    for struct, mapper in (("PodStruct", "to_pod"), ("NodeStruct", "to_pod"), ("PodStruct", "to_node")):
        programs[struct, mapper] = tmp_path / f"{struct}_{mapper}.py"
        programs[struct, mapper].write_text(template.format(struct=struct, mapper=mapper))
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path), *map(str, programs.values())]
    output = subprocess.run(command, capture_output=True, check=False, text=True).stdout
    assert {pair for pair, program in programs.items() if f"{program.name}:" in output} == {
        ("NodeStruct", "to_pod"),
        ("PodStruct", "to_node"),
    }


def _defaults(value: object, path: str) -> Iterator[str]:
    """Paths of fields of the object that say nothing."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _defaults(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        # One element that says something is enough for each field of a list.
        silent = [{p.split("]", 1)[1] for p in _defaults(item, "[]")} for item in value]
        yield from (f"{path}[]{rest}" for rest in set.intersection(*silent))
    elif value in (None, "", 0, False, (), {}):
        yield path


_SILENT_ON_PURPOSE = {
    # What one object cannot be at once: a kind of probe, the value of a variable that comes from elsewhere, a node that
    # is cordoned and schedulable.
    "Pod.containers[].liveness_probe.command",
    "Pod.containers[].readiness_probe.path",
    "Pod.containers[].readiness_probe.port",
    "Pod.containers[].startup_probe.path",
    "Pod.containers[].startup_probe.command",
    "Pod.containers[].ready",
    "Node.summary.schedulable",
    *(
        f"{kind}.template.containers[].{probe}"
        for kind in ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")
        for probe in (
            "liveness_probe.command",
            "readiness_probe.path",
            "readiness_probe.port",
            "startup_probe.path",
            "startup_probe.command",
        )
    ),
    # Which strategy has which numbers.
    "StatefulSet.spec.update_strategy.max_surge",
    "DaemonSet.spec.update_strategy.partition",
    # Kinds that nobody owns, or whose owner the wire does not tell; only Events name a node.
    *(
        f"{kind}.{field}"
        for kind in ("ReplicaSet", "Job", "CronJob", "ConfigMap", "Secret", "PersistentVolume", "PersistentVolumeClaim")
        for field in ("node_name", "owner_kind", "owner_name")
        if not (kind in {"ReplicaSet", "Job"} and field != "node_name")
    ),
    "PersistentVolume.namespace",
    "Event.owner_kind",
    "Event.owner_name",
    "Ingress.spec.default_backend.service",
}


@pytest.mark.parametrize(("row", "full"), _FULL)
def test_every_field_of_the_domain_is_filled_from_an_object_that_has_everything(
    row: KindRow[Any, Any], full: Json
) -> None:
    silent = set(_defaults(row.read(raw(full), _OPTIONS), row.resource.__name__))
    # A sidecar that serves has no reason, message or past; the container beside it has them.
    silent = {path for path in silent if not path.startswith("Pod.init_containers[]")}
    assert silent == {path for path in _SILENT_ON_PURPOSE if path.startswith(f"{row.resource.__name__}.")}


def _paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _paths(inner, (*path, index))


def _changed(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = _changed(value[path[0]], path[1:], new)
    return copy


_ALL_PATHS = [(row, full, path) for row, full in _FULL for path in _paths(full)]


@pytest.mark.parametrize(("row", "full"), _FULL)
def test_a_null_anywhere_is_a_default(row: KindRow[Any, Any], full: Json) -> None:
    for path in _paths(full):
        if path:
            mapped = row.read(raw(_changed(full, path, None)), _OPTIONS)
            assert mapped.kind is row.resource.kind


@pytest.mark.parametrize("row", KINDS)
@pytest.mark.parametrize("empty", [{}, {"metadata": {}}, {"metadata": {}, "spec": {}, "status": {}}])
def test_an_empty_object_is_mapped(row: KindRow[Any, Any], empty: Json) -> None:
    mapped: Resource = row.read(raw(empty), _OPTIONS)
    assert (mapped.name, mapped.namespace, mapped.created_at) == ("", "", None)


_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**200), max_value=2**200),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([2**31, -(2**31) - 1, 2**63, 2**64, 10**400, 1e308, -0.0]),
    st.text(max_size=30),
    st.sampled_from(
        ["9999-12-31T23:59:59-12:00", "0000-01-01T00:00:00Z", "1e999999", "-5", "9" * 50, "\u0000", "\U0001f9ea"]
    ),
    st.just([]),
    st.just({}),
    st.just([None]),
    st.just({"": None}),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
)


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_an_odd_object_is_mapped_or_refused_as_such(data: st.DataObject) -> None:
    row, full, path = data.draw(st.sampled_from(_ALL_PATHS))
    odd = raw(_changed(full, path, data.draw(_ODD)))
    try:
        mapped = row.read(odd, MappingOptions(env_values=data.draw(st.sampled_from(["redacted", "none"]))))
    except msgspec.DecodeError:
        return
    assert mapped.kind is row.resource.kind
    for number in _integers(mapped):
        assert -(2**63) <= number < 2**63


def _integers(value: object) -> Iterator[int]:
    if is_dataclass(value):
        for field in fields(value):
            yield from _integers(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _integers(item)
    elif isinstance(value, int):
        yield value


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_refused_as_such(noise: bytes) -> None:
    for row in KINDS:
        with pytest.raises(msgspec.DecodeError):
            row.read(b"\x00" + noise, _OPTIONS)


@pytest.mark.parametrize(
    "body",
    [
        b'{"metadata":{"name":"\xff"}}',
        b'{"metadata":{"name":"\\ud800"}}',
        b'{"unknown":' + b"[" * 200_000,
        b'{"metadata":[]}',
        b'{"metadata":{"name":1}}',
        b"null",
        b"",
    ],
)
def test_what_is_no_object_is_refused_and_nothing_else_is_raised(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        PODS.read(body, _OPTIONS)


def test_unknown_fields_are_not_read() -> None:
    pod = a_pod(spec={"ephemeralContainers": [{"name": "canary"}], "new": {"canary": [1]}})
    assert "canary" not in repr(PODS.read(raw(pod), _OPTIONS))
