"""The snapshot on the wire: the envelope with its twenty lists, built from pieces that are kept.

Every list is always there: the Master reads a missing one like an empty one, but pages that iterate it do not. `otel`
is there only when there is a summary: its absence means "not known". Source: wire contract 2.4.1.
"""

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

import anyio
import anyio.lowlevel

from adapters.gateway.wire.cleaning import clean_text, clean_time
from adapters.gateway.wire.fragments import KindEncoder, KindForm
from adapters.gateway.wire.names import LIST_NAMES
from adapters.gateway.wire.objects import ObjectEncoder
from adapters.gateway.wire.otel import OTelEncoder
from domain.cluster.joins import NamespaceResources, NodeResourceUsage
from domain.cluster.kinds import Kind
from domain.cluster.namespaces import Namespace
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.cluster.snapshot import ClusterSnapshot
from domain.cluster.summary import ClusterSummary
from domain.cluster.usage import ResourceUsage
from domain.otel.summary import OTelSummary

_COUNTS: Final = ObjectEncoder(NamespaceResources, with_defaults=True)
_NODE_USAGE: Final = ObjectEncoder(NodeResourceUsage)
_SUMMARY: Final = ObjectEncoder(ClusterSummary)


def json_text(text: str) -> bytes:
    """A text as JSON; what UTF-8 cannot carry is replaced."""
    if text.isascii() and text.isalnum():  # nearly every quantity: ten thousand pods have two each
        return b'"%b"' % text.encode()
    return json.dumps(clean_text(text)).encode()


def _pod_closing(usage: ResourceUsage | None) -> bytes:
    """Usage at the end of `status`; empty texts are left out."""
    if usage is None:
        return b"}}"
    cpu = b',"cpuUsage":' + json_text(usage.cpu) if usage.cpu else b""
    memory = b',"memoryUsage":' + json_text(usage.memory) if usage.memory else b""
    return cpu + memory + b"}}"


def _node_closing(usage: NodeResourceUsage | None) -> bytes:
    return b"}" if usage is None else b',"metrics":%b}' % _NODE_USAGE.encode(usage)


def _namespace_closing(counts: NamespaceResources | None) -> bytes:
    return b',"resources":%b}' % _COUNTS.encode(counts or NamespaceResources())


FORMS: Final[tuple[KindForm[Any, Any], ...]] = (
    KindForm(
        of=Pod,
        ending=b"}}",
        key=lambda pod: (pod.summary.namespace, pod.summary.name),
        joined=lambda snapshot: snapshot.usage.pods,
        closing=_pod_closing,
    ),
    KindForm(
        of=Node,
        ending=b"}",
        key=lambda node: node.summary.name,
        joined=lambda snapshot: snapshot.joins.nodes,
        closing=_node_closing,
    ),
    KindForm(
        of=Namespace,
        ending=b"}",
        key=lambda namespace: namespace.summary.name,
        joined=lambda snapshot: snapshot.joins.namespaces,
        closing=_namespace_closing,
    ),
)
"""The kinds that are collected; adding one adds a row."""
_FORM_OF: Final = {form.of.kind: form for form in FORMS}


class SnapshotEncoder:
    """Encodes snapshots one after the other and remembers what did not change."""

    def __init__(self) -> None:
        self.kinds: Final[dict[Kind, KindEncoder[Any, Any]]] = {form.of.kind: KindEncoder(form) for form in FORMS}
        self._otel = OTelEncoder()
        self._kept_otel: tuple[OTelSummary | None, list[bytes]] = (None, [])
        self._lock = anyio.Lock()

    @property
    def left_out(self) -> int:
        """How many objects the last snapshot lacks because they cannot be encoded."""
        return sum(kind.left_out for kind in self.kinds.values())

    async def encode(self, snapshot: ClusterSnapshot) -> Iterator[bytes]:
        """The whole snapshot as one JSON object in small pieces, in steps that let other tasks run."""
        async with self._lock:
            readings = snapshot.readings.by_kind()
            now = clean_time(snapshot.collected_at)
            time_text = now.replace(tzinfo=None).isoformat() + "Z"
            parts = [[b'{"clusterId":%b,"fetchedAt":"%b"' % (json_text(snapshot.cluster_id), time_text.encode())]]
            for kind, name in LIST_NAMES.items():
                parts.append([b',"%b":[' % name.encode()])
                if kind in readings:
                    joined = _FORM_OF[kind].joined(snapshot)
                    parts.append(await self.kinds[kind].encode(readings[kind].objects, joined, now))
                parts.append([b"]"])
            if snapshot.otel is not None:
                parts += [[b',"otel":'], await self._encode_otel(snapshot.otel)]
            parts.append([b',"summary":', _SUMMARY.encode(snapshot.summary), b"}"])
            return chain.from_iterable(parts)

    async def _encode_otel(self, summary: OTelSummary) -> list[bytes]:
        kept, pieces = self._kept_otel
        if kept is not summary:
            pieces = []
            for piece in self._otel.encode_in_steps(summary):
                pieces.append(piece)
                await anyio.lowlevel.checkpoint()
            self._kept_otel = (summary, pieces)
        return pieces
