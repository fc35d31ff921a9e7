"""A second, plain reading of the wire: the whole snapshot as a tree, nothing kept, nothing spliced.

Slow and simple on purpose; the encoder's fragments are held against it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from typing import Any

from adapters.gateway.wire.names import LIST_NAMES, NOT_SENT, wire_name
from domain.cluster.ages import age_text
from domain.cluster.kinds import Kind
from domain.cluster.metadata import CommonMeta, PolicyMeta, Resource
from domain.cluster.snapshot import ClusterSnapshot


def naive_snapshot(snapshot: ClusterSnapshot) -> dict[str, Any]:
    now, joins = snapshot.collected_at, snapshot.joins
    lists: dict[Kind, list[dict[str, Any]]] = {kind: [] for kind in LIST_NAMES}
    for kind, reading in snapshot.readings.by_kind().items():
        if kind in LIST_NAMES:
            lists[kind] = [_object(source, now) for source in reading.objects]
    for pod, tree in zip(snapshot.readings.pods.objects, lists[Kind.POD], strict=True):
        if usage := snapshot.usage.pods.get((pod.namespace, pod.name)):
            texts = {"cpuUsage": usage.cpu, "memoryUsage": usage.memory}
            tree["status"] |= {name: text for name, text in texts.items() if text}
    for node, tree in zip(snapshot.readings.nodes.objects, lists[Kind.NODE], strict=True):
        tree["metrics"] = naive(joins.nodes[node.name])
    for namespace, tree in zip(snapshot.readings.namespaces.objects, lists[Kind.NAMESPACE], strict=True):
        contents = joins.namespaces[namespace.name]
        counts = contents.resources
        tree["resources"] = {wire_name(f.name): getattr(counts, f.name) for f in fields(counts)}
        tree.update(_aged("quotas", contents.quotas, now) | _aged("limitRanges", contents.limit_ranges, now))
    for deployment, tree in zip(snapshot.readings.deployments.objects, lists[Kind.DEPLOYMENT], strict=True):
        tree.update(_aged("replicaSets", joins.replica_sets.get((deployment.namespace, deployment.name), ()), now))
    for service, tree in zip(snapshot.readings.services.objects, lists[Kind.SERVICE], strict=True):
        if backends := joins.backends.get((service.namespace, service.name)):
            tree["backends"] = naive(backends)
    return {
        "clusterId": snapshot.cluster_id,
        "fetchedAt": naive(snapshot.collected_at),
        **{LIST_NAMES[kind]: trees for kind, trees in lists.items()},
        "summary": naive(snapshot.summary),
    }


def _object(source: Resource, now: datetime) -> dict[str, Any]:
    """An object with its age, or its kind where the Master computes the age."""
    tree: dict[str, Any] = naive(source)
    if isinstance(source, CommonMeta):
        for name in NOT_SENT.get(type(source), ()):
            tree.pop(wire_name(name), None)
        return tree | {"kind": source.kind.value}
    (tree if isinstance(source, PolicyMeta) else tree["summary"])["age"] = age_text(source.created_at, now)
    return tree


def _aged(name: str, items: Sequence[Any], now: datetime) -> dict[str, Any]:
    """A list of objects with their ages; nothing for none."""
    return {name: [naive(item) | {"age": age_text(item.created_at, now)} for item in items]} if items else {}


def naive(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            wire_name(field.name): naive(getattr(value, field.name))
            for field in fields(value)
            if getattr(value, field.name) != (field.default if field.default_factory is MISSING else {})
        }
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, tuple):
        return [naive(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    return value
