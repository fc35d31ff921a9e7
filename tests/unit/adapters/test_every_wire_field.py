"""Every member that the Master reads of the twenty kinds comes from something in Kubernetes, or it is known why not."""

import json
from collections.abc import Iterator
from typing import Any, Final

from adapters.gateway.wire.names import LIST_NAMES
from adapters.gateway.wire.snapshot import SnapshotEncoder
from adapters.kubernetes.kinds import KINDS
from adapters.kubernetes.mappers.options import MappingOptions
from domain.cluster.usage import Usage, usage_of
from tests.support.domain_objects import NOW, a_snapshot
from tests.support.full_kinds import FULL
from tests.support.golden_files import golden
from tests.support.objects import raw

SCHEMA: dict[str, list[dict[str, Any]]] = golden("wire-schema.json")
WITHOUT_SOURCE: Final = {
    "$.ingresses[].spec.defaultBackend.resource.namespace": "a reference within the namespace has none of its own",
    "$.ingresses[].spec.rules[].paths[].backend.resource.namespace": "as above",
    **{
        f"$.{name}[].nodeName": "no object of this kind is on a node; Events name the one that reported them"
        for name in ("replicaSets", "jobs", "cronJobs", "configMaps", "secrets", "pvs", "pvcs")
    },
    **{
        f"$.{name}[].{member}": "the contract gives an owner to ReplicaSets and Jobs only"
        for name in ("cronJobs", "configMaps", "secrets", "pvs", "pvcs", "events")
        for member in ("ownerKind", "ownerName")
    },
    "$.pvs[].namespace": "volumes are in no namespace",
    "$.statefulSets[].spec.updateStrategy.maxSurge": "StatefulSets have no surge",
    "$.daemonSets[].spec.updateStrategy.partition": "DaemonSets have no partitions",
}
ONE_OF_SEVERAL: Final = {
    "$.ingresses[].spec.defaultBackend.service": "the full Ingress has a default backend of the other type",
    "$.pods[].initContainers[].stateReason": "a sidecar that serves has no reason; the container beside it has one",
    "$.pods[].initContainers[].stateMessage": "as above",
    "$.pods[].initContainers[].lastTerminationReason": "as above",
    "$.pods[].initContainers[].lastTerminationMessage": "as above",
    "$.pods[].initContainers[].lastTerminationTime": "as above",
}
_PROBES: Final = {
    "livenessProbe": {"command"},
    "readinessProbe": {"path", "port"},
    "startupProbe": {"path", "command"},
}
"""What the three probes of the full container, each of another type, do not have."""


def members(go_type: str, path: str) -> Iterator[str]:
    """Paths of all members below a type of the schema."""
    package = go_type.split(".", maxsplit=1)[0]
    for member in SCHEMA[go_type]:
        inner = member["goType"].lstrip("*")
        is_list = inner.startswith("[]")
        inner = inner.lstrip("[]*")
        inner = inner if "." in inner else f"{package}.{inner}"
        if member["json"] == "<embed>":
            yield from members(inner, path)
            continue
        here = f"{path}.{member['json']}"
        yield here
        if inner in SCHEMA:
            yield from members(inner, f"{here}[]" if is_list else here)


def paths(value: Any, path: str) -> Iterator[str]:
    """Paths of all members of a body."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}.{key}"
            yield from paths(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{path}[]")


def is_another_type_of_probe(path: str) -> bool:
    _, probe, member = f"..{path}".rsplit(".", maxsplit=2)
    return member in _PROBES.get(probe, ())


async def test_every_member_is_produced_but_those_without_a_source() -> None:
    objects = [row.read(raw(FULL[row.resource.kind]()), MappingOptions()) for row in KINDS]
    usage = Usage(pods={("shop", "web-1"): usage_of("1m", "1Mi")}, nodes={"node-1": usage_of("1", "1Gi")})
    snapshot = a_snapshot(others=objects, usage=usage, collected_at=NOW)
    body = json.loads(b"".join(await SnapshotEncoder().encode(snapshot)))
    produced = set(paths(body, "$"))
    wanted = set()
    for member in SCHEMA["cluster.ClusterSnapshot"]:
        if member["json"] in LIST_NAMES.values():
            go_type = member["goType"].lstrip("[]*")
            wanted |= set(members(go_type if "." in go_type else f"cluster.{go_type}", f"$.{member['json']}[]"))
    missing = {path for path in wanted - produced if not is_another_type_of_probe(path)}
    below = {path for path in missing if any(path.startswith(f"{known}.") for known in ONE_OF_SEVERAL)}
    assert missing - below == WITHOUT_SOURCE.keys() | ONE_OF_SEVERAL.keys()
    assert len(wanted) > 700
