"""How each kind looks on the wire: where its age stands, and what is joined at its end.

Source: wire contract 2.4. Nested kinds carry their age in `summary`; policies and service accounts at the top; of the
other flat kinds the Master computes it, and they name their kind.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from adapters.gateway.wire.cleaning import clean_text
from adapters.gateway.wire.fragments import Head, KindForm
from adapters.gateway.wire.objects import ObjectEncoder
from domain.cluster.ages import age_text
from domain.cluster.batch import CronJob, Job
from domain.cluster.configuration import ConfigMap, Secret, ServiceAccount
from domain.cluster.daemon_sets import DaemonSet
from domain.cluster.deployments import Deployment, ReplicaSet, ReplicaSetBrief
from domain.cluster.events import Event
from domain.cluster.ingresses import Ingress
from domain.cluster.metadata import CommonMeta, PolicyMeta, Summarised
from domain.cluster.namespace_contents import NamespaceContents, NamespaceResources
from domain.cluster.namespaces import Namespace
from domain.cluster.network_policies import NetworkPolicy
from domain.cluster.node_usage import NodeResourceUsage
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.cluster.policy import LimitRange, ResourceQuota
from domain.cluster.services import Service, ServiceBackends
from domain.cluster.stateful_sets import StatefulSet
from domain.cluster.storage import PersistentVolume, PersistentVolumeClaim
from domain.cluster.usage import ResourceUsage

_NESTED: Final = Head(b'{"summary":{', b'{"summary":{"age":"', b'",')
_AGED: Final = Head(b"{", b'{"age":"', b'",')

_COUNTS: Final = ObjectEncoder(NamespaceResources, with_defaults=True)
_QUOTA: Final = ObjectEncoder(ResourceQuota)
_LIMIT_RANGE: Final = ObjectEncoder(LimitRange)
_NODE_USAGE: Final = ObjectEncoder(NodeResourceUsage)
_BRIEF: Final = ObjectEncoder(ReplicaSetBrief)
_BACKENDS: Final = ObjectEncoder(ServiceBackends)
_EMPTY: Final = NamespaceContents(resources=NamespaceResources())

_BY_SUMMARY_KEY: Final = attrgetter("summary.namespace", "summary.name")
_BY_SUMMARY_NAME: Final = attrgetter("summary.name")


def json_text(text: str) -> bytes:
    """A text as JSON; what UTF-8 cannot carry is replaced."""
    if text.isascii() and text.isalnum():  # nearly every quantity: ten thousand pods have two each
        return b'"%b"' % text.encode()
    return json.dumps(clean_text(text)).encode()


def _pod_closing(usage: ResourceUsage | None, _now: datetime) -> bytes:
    """Usage at the end of `status`; empty texts are left out."""
    if usage is None:
        return b"}}"
    both = usage.cpu + usage.memory
    if usage.cpu and usage.memory and both.isalnum() and both.isascii():  # ten thousand at every poll
        return f',"cpuUsage":"{usage.cpu}","memoryUsage":"{usage.memory}"}}}}'.encode()
    cpu = b',"cpuUsage":' + json_text(usage.cpu) if usage.cpu else b""
    memory = b',"memoryUsage":' + json_text(usage.memory) if usage.memory else b""
    return cpu + memory + b"}}"


def _node_closing(usage: NodeResourceUsage | None, _now: datetime) -> bytes:
    return b"}" if usage is None else b',"metrics":%b}' % _NODE_USAGE.encode(usage)


def _namespace_closing(contents: NamespaceContents | None, now: datetime) -> bytes:
    known = contents or _EMPTY
    quotas = _aged_list(b"quotas", _QUOTA, known.quotas, now)
    limit_ranges = _aged_list(b"limitRanges", _LIMIT_RANGE, known.limit_ranges, now)
    return b',"resources":%b%b%b}' % (_COUNTS.encode(known.resources), quotas, limit_ranges)


def _births_in_namespace(contents: NamespaceContents) -> Iterable[datetime | None]:
    return [one.created_at for one in (*contents.quotas, *contents.limit_ranges)]


def _deployment_closing(briefs: tuple[ReplicaSetBrief, ...] | None, now: datetime) -> bytes:
    return _aged_list(b"replicaSets", _BRIEF, briefs or (), now) + b"}"


def _births_of_replica_sets(briefs: tuple[ReplicaSetBrief, ...]) -> Iterable[datetime | None]:
    return [brief.created_at for brief in briefs]


def _service_closing(backends: ServiceBackends | None, _now: datetime) -> bytes:
    return b"}" if backends is None else b',"backends":%b}' % _BACKENDS.encode(backends)


def _aged_list(name: bytes, encoder: ObjectEncoder[Any], items: Iterable[Any], now: datetime) -> bytes:
    """A member with objects that carry their age; nothing for none."""
    pieces = [
        b'{"age":"%b",%b' % (age_text(item.created_at, now).encode(), encoder.encode(item).removeprefix(b"{"))
        for item in items
    ]
    return b',"%b":[%b]' % (name, b",".join(pieces)) if pieces else b""


def _nested(of: type[Summarised]) -> KindForm[Any, Any]:
    return KindForm(of=of, head=_NESTED)


def _policy(of: type[PolicyMeta]) -> KindForm[Any, Any]:
    return KindForm(of=of, head=_AGED)


def _common(of: type[CommonMeta]) -> KindForm[Any, Any]:
    return KindForm(of=of, head=Head(b"{", b'{"kind":"%b",' % of.kind.value.encode()))


FORMS: Final[tuple[KindForm[Any, Any], ...]] = (
    KindForm(
        of=Pod,
        head=_NESTED,
        ending=b"}}",
        key=_BY_SUMMARY_KEY,
        joined=lambda snapshot: snapshot.usage.pods,
        closing=_pod_closing,
    ),
    KindForm(
        of=Node,
        head=_NESTED,
        key=_BY_SUMMARY_NAME,
        joined=lambda snapshot: snapshot.joins.nodes,
        closing=_node_closing,
    ),
    KindForm(
        of=Deployment,
        head=_NESTED,
        key=_BY_SUMMARY_KEY,
        joined=lambda snapshot: snapshot.joins.replica_sets,
        closing=_deployment_closing,
        births=_births_of_replica_sets,
    ),
    KindForm(
        of=Service,
        head=_NESTED,
        key=_BY_SUMMARY_KEY,
        joined=lambda snapshot: snapshot.joins.backends,
        closing=_service_closing,
    ),
    KindForm(
        of=Namespace,
        head=_NESTED,
        key=_BY_SUMMARY_NAME,
        joined=lambda snapshot: snapshot.joins.namespaces,
        closing=_namespace_closing,
        births=_births_in_namespace,
    ),
    *map(_nested, (StatefulSet, DaemonSet, Ingress)),
    *map(_policy, (ResourceQuota, LimitRange, NetworkPolicy, ServiceAccount)),
    *map(_common, (ReplicaSet, Job, CronJob, ConfigMap, Secret, PersistentVolume, PersistentVolumeClaim, Event)),
)
"""The kinds that a snapshot carries; adding one adds a row."""
