"""A node as the Master expects it: wire contract 2.4.4."""

import ipaddress
from collections.abc import Sequence
from datetime import datetime

from tests.kube.oracles.matching import AnyOf, Anything, Expected, Shape
from tests.kube.oracles.quantities import Quantity, Usage, node_resources, percent, value_of
from tests.kube.oracles.texts import Instant, Redactable, age
from tests.kube.testbed.errors import Json

_ROLE = "node-role.kubernetes.io/"
_INFO = (
    "osImage",
    "operatingSystem",
    "architecture",
    "kernelVersion",
    "containerRuntimeVersion",
    "kubeletVersion",
    "kubeProxyVersion",
)
_PRESSURES = {
    "MemoryPressure": "memoryPressure",
    "DiskPressure": "diskPressure",
    "PIDPressure": "pidPressure",
    "NetworkUnavailable": "networkUnavailable",
}
_ENDED = ("Succeeded", "Failed")


def node(raw: Json, fetched_at: datetime, pods: Sequence[Json], usages: Sequence[Json] = ()) -> Shape:
    """What the wire must say about this node.

    Args:
        raw: the object as the API server gives it.
        fetched_at: the snapshot's own time, from which it counts ages.
        pods: all pods of the cluster at that time; those on the node that have not ended are counted.
        usages: NodeMetrics of this node from about that time; without any, usage is not looked at.
    """
    metadata, spec, status = raw["metadata"], raw["spec"], raw["status"]
    labels = metadata.get("labels") or {}
    conditions = {item["type"]: item["status"] for item in status.get("conditions") or []}
    created = metadata["creationTimestamp"]
    return Shape(
        required={
            "summary": Shape(
                required={
                    "name": metadata["name"],
                    "ready": conditions.get("Ready", "Unknown"),
                    "schedulable": not spec.get("unschedulable", False),
                    "age": age(created, fetched_at),
                    "creationTime": Instant(created),
                },
                optional={
                    "roles": sorted(name.removeprefix(_ROLE) for name in labels if name.startswith(_ROLE)),
                    "badges": Anything(),
                    "reason": Anything(),
                    "message": Anything(),
                },
            ),
            "spec": Shape(optional={name: spec.get(name) for name in ("podCIDRs", "providerID", "unschedulable")}),
            "capacity": Shape(optional=node_resources(status.get("capacity") or {})),
            "allocatable": Shape(optional=node_resources(status.get("allocatable") or {})),
            "addresses": _addresses(status.get("addresses") or []),
            "info": Shape(optional={name: (status.get("nodeInfo") or {}).get(name) for name in _INFO}),
            "metrics": _metrics(raw, conditions, pods, usages),
        },
        optional={
            "conditions": [_condition(item) for item in status.get("conditions") or []],
            "taints": [_taint(item) for item in spec.get("taints") or []],
            "labels": labels,
        },
    )


def _addresses(raw: Sequence[Json]) -> Shape:
    every = [Shape(required={"type": item["type"], "address": item["address"]}) for item in raw]
    return Shape(
        optional={
            "hostname": next((item["address"] for item in raw if item["type"] == "Hostname"), None),
            "internalIP": _preferred(raw, "InternalIP"),
            "externalIP": _preferred(raw, "ExternalIP"),
            "all": every,
        }
    )


def _preferred(raw: Sequence[Json], kind: str) -> str | None:
    """The first IPv4 address of this type, else the first of any family."""
    found = [str(item["address"]) for item in raw if item["type"] == kind]
    return next((text for text in found if ipaddress.ip_address(text).version == 4), found[0] if found else None)


def _condition(raw: Json) -> Shape:
    return Shape(
        required={"type": raw["type"], "status": raw["status"]},
        optional={
            "reason": raw.get("reason"),
            "message": Redactable(raw.get("message") or ""),
            "lastHeartbeatTime": Instant(raw.get("lastHeartbeatTime")),
            "lastTransitionTime": Instant(raw.get("lastTransitionTime")),
        },
    )


def _taint(raw: Json) -> Shape:
    return Shape(
        required={"key": raw["key"], "effect": raw["effect"]},
        optional={"value": raw.get("value"), "timeAdded": Instant(raw.get("timeAdded"))},
    )


def _metrics(raw: Json, conditions: Json, pods: Sequence[Json], usages: Sequence[Json]) -> Shape:
    status = raw["status"]
    here = [item for item in pods if item["spec"].get("nodeName") == raw["metadata"]["name"]]
    used = sum(item["status"].get("phase") not in _ENDED for item in here)
    room = (status.get("allocatable") or {}).get("pods") or (status.get("capacity") or {}).get("pods") or "0"
    share = percent(value_of(str(used)), value_of(room))
    pressures = {wire: conditions.get(name) == "True" for name, wire in _PRESSURES.items()}
    return Shape(
        required={
            "cpu": _resource(status, "cpu", usages),
            "memory": _resource(status, "memory", usages),
            "pods": Shape(required={"used": used, "capacity": int(value_of(room))}, optional={"utilPct": share}),
        },
        # Nothing presses: the flags, and the object around them, may be left out.
        optional={"pressure": Shape(optional=pressures) if any(pressures.values()) else AnyOf([None, Shape()])},
    )


def _resource(status: Json, name: str, usages: Sequence[Json]) -> Shape:
    usage: Expected = AnyOf([Usage(item["usage"][name], name) for item in usages]) if usages else Anything()
    texts = {
        key: Quantity(raw[name], name) if name in raw else None
        for key, raw in (("allocatable", status.get("allocatable") or {}), ("capacity", status.get("capacity") or {}))
    }
    return Shape(required={"usage": usage}, optional=texts | {"utilPct": Anything()})


def utilisation_problems(wire: Json) -> list[str]:
    """Whether a node's percentages follow from its own usage and allocatable, to two decimals."""
    problems = []
    for name in ("cpu", "memory"):
        metric = wire["metrics"][name]
        if metric.get("usage") and metric.get("allocatable"):
            problem = percent(value_of(metric["usage"]), value_of(metric["allocatable"])).problem(metric.get("utilPct"))
            problems += [f"{wire['summary']['name']} metrics.{name}.utilPct {problem}"] if problem else []
    return problems
