"""A second, plain reading of the wire: the whole snapshot as a tree, nothing kept, nothing spliced.

Slow and simple on purpose; the encoder's fragments are held against it.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from typing import Any

from adapters.gateway.wire.names import LIST_NAMES, wire_name
from domain.cluster.ages import age_text
from domain.cluster.joins import NamespaceResources
from domain.cluster.kinds import Kind
from domain.cluster.snapshot import ClusterSnapshot


def naive_snapshot(snapshot: ClusterSnapshot) -> dict[str, Any]:
    lists: dict[Kind, list[dict[str, Any]]] = {kind: [] for kind in Kind}
    for kind, reading in snapshot.readings.by_kind().items():
        for source in reading.objects:
            tree = naive(source)
            tree["summary"]["age"] = age_text(source.created_at, snapshot.collected_at)
            lists[kind].append(tree)
    for pod, tree in zip(snapshot.readings.pods.objects, lists[Kind.POD], strict=True):
        if usage := snapshot.usage.pods.get((pod.namespace, pod.name)):
            texts = {"cpuUsage": usage.cpu, "memoryUsage": usage.memory}
            tree["status"] |= {name: text for name, text in texts.items() if text}
    for node, tree in zip(snapshot.readings.nodes.objects, lists[Kind.NODE], strict=True):
        tree["metrics"] = naive(snapshot.joins.nodes[node.name])
    for namespace, tree in zip(snapshot.readings.namespaces.objects, lists[Kind.NAMESPACE], strict=True):
        counts: NamespaceResources = snapshot.joins.namespaces[namespace.name]
        tree["resources"] = {wire_name(f.name): getattr(counts, f.name) for f in fields(counts)}
    return {
        "clusterId": snapshot.cluster_id,
        "fetchedAt": naive(snapshot.collected_at),
        **{LIST_NAMES[kind]: trees for kind, trees in lists.items()},
        "summary": naive(snapshot.summary),
    }


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
