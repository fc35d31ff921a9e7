"""The agent's stages one after the other, in process, fed by the synthetic cluster."""

import gc
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar, cast

from synthetic_churn import Churn
from synthetic_cluster import SyntheticCluster
from synthetic_parts import Json, encode
from synthetic_usage import SyntheticUsage
from typing_extensions import override

from adapters.gateway.wire.gzip_stream import compressed
from adapters.gateway.wire.snapshot import SnapshotEncoder
from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.decoding import ObjectDecoder
from adapters.kubernetes.hooks import SILENT
from adapters.kubernetes.kind_row import KindRow
from adapters.kubernetes.kinds import KINDS
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.schema.envelopes import WATCH_LINE
from adapters.kubernetes.store import Entry, ObjectStore
from adapters.kubernetes.usage import UsagePoller
from adapters.system.clock import SystemClock
from application.collect_snapshot import CollectSnapshot
from domain.cluster.kinds import Kind
from domain.cluster.metadata import Resource
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.snapshot import ClusterSnapshot
from domain.cluster.usage import Usage
from ports.cluster import ClusterReader

R = TypeVar("R", bound=Resource)

_CYCLE_SECONDS: Final = 10.0


class Timed:
    """Milliseconds of CPU time of this thread, by stage; several runs of one stage."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what is inside."""
        began = time.process_time()
        yield
        self.milliseconds[name].append((time.process_time() - began) * 1000)

    def least(self, name: str) -> float:
        """Of one stage: the machine is shared, and others only ever add."""
        return min(self.milliseconds[name])


class _CannedConnection:
    """Answers with the synthetic metrics-server's lists."""

    def __init__(self, cluster: SyntheticCluster) -> None:
        self._cluster = cluster
        self._usage = SyntheticUsage()
        self.bodies: dict[str, bytes] = {}

    def scrape(self) -> None:
        """New numbers."""
        self.bodies = {
            "metrics.k8s.io": b'{"versions":[{"version":"v1beta1"}]}',
            "pods.metrics.k8s.io": self._usage.pods(self._cluster.pods.values()),
            "nodes.metrics.k8s.io": self._usage.nodes(name for _, name in self._cluster.objects["nodes"]),
        }

    async def get(self, _path: str, *, resource: str, **_: object) -> bytes:
        return self.bodies[resource]


class _Reader(ClusterReader):
    """The stores, read as the inventory does."""

    def __init__(self, stores: dict[Kind, ObjectStore[Any]], usage: UsagePoller) -> None:
        self._stores = stores
        self._usage = usage

    @override
    def read(self, resource: type[R]) -> Reading[R]:
        store = self._stores.get(resource.kind)
        return Reading(store.ordered() if store else (), ReadingState.LIVE)

    @override
    def read_usage(self) -> Usage:
        return self._usage.current()


class Pipeline:
    """The agent's stages, one after the other."""

    def __init__(self, pods: int) -> None:
        self.cluster = SyntheticCluster(pods)
        self.rows = {row.plural: row for row in KINDS}
        self.stores: dict[Kind, ObjectStore[Any]] = {
            row.resource.kind: ObjectStore(row.retention, SystemClock().now) for row in KINDS
        }
        self.connection = _CannedConnection(self.cluster)
        self.usage = UsagePoller(cast("KubernetesConnection", self.connection), SystemClock())
        self.collect = CollectSnapshot(
            _Reader(self.stores, self.usage),
            lambda: None,
            lambda: "bench-cluster",
            SystemClock(),
            initial_sync_timeout_seconds=60,
        )
        self.encoder = SnapshotEncoder()
        self.lines: list[tuple[str, str, bytes]] = []
        self.churn = Churn(self.cluster, self._publish)
        self._version = 10**6

    def _publish(self, plural: str, event_type: str, made: Json) -> None:
        self._version += 1
        metadata = made["metadata"]
        metadata["resourceVersion"] = str(self._version)
        body = encode(made)
        key = metadata.get("namespace", ""), metadata["name"]
        if event_type == "DELETED":
            self.cluster.objects[plural].pop(key, None)
        else:
            self.cluster.objects[plural][key] = body
        self.lines.append((plural, event_type, b'{"type":"%b","object":%b}' % (event_type.encode(), body)))

    def sync(self) -> None:
        """Every list."""
        for plural, row in self.rows.items():
            decoder: ObjectDecoder[Any] = ObjectDecoder(row, MappingOptions(), SILENT)
            for raw in self.cluster.objects[plural].values():
                head, entry = decoder.decode(raw)  # type: ignore[arg-type] # msgspec decodes bytes and Raw alike
                if entry is not None:
                    self.stores[row.resource.kind].put(head.key, entry)
            gc.freeze()

    def happen(self, churn_percent: float) -> None:
        """What happens in ten seconds."""
        self.lines.clear()
        pods_per_second = self.cluster.size.pods * churn_percent / 100 / _CYCLE_SECONDS
        due = [
            act
            for per_second, act in self.churn.rates(pods_per_second)
            for _ in range(round(per_second * _CYCLE_SECONDS))
        ]
        random.Random(len(due)).shuffle(due)
        for act in due:
            act()

    def apply(self, timed: Timed) -> None:
        """Take in what has happened."""
        with timed.stage("split and decode events"):
            decoded: list[tuple[KindRow[Any, Any], str, Any]] = []
            for plural, event_type, line in self.lines:
                row = self.rows.get(plural)
                if row is not None:
                    decoded.append((row, event_type, row.decoder.decode(WATCH_LINE.decode(line).object)))
        options = MappingOptions()
        with timed.stage("map"):
            mapped = [
                (row, event_type, one.metadata, row.to_domain(one, options) if event_type != "DELETED" else None)
                for row, event_type, one in decoded
            ]
        with timed.stage("store"):
            for row, _, metadata, resource in mapped:
                store, key = self.stores[row.resource.kind], (metadata.namespace or "", metadata.name or "")
                if resource is None:
                    store.remove(key)
                else:
                    store.put(key, Entry(metadata.uid or "", metadata.resource_version or "", resource))

    async def pieces(self, snapshot: ClusterSnapshot) -> list[bytes]:
        """The snapshot's text, in pieces."""
        return list(await self.encoder.encode(snapshot))

    async def cycle(self, timed: Timed, churn_percent: float) -> None:
        """One cycle, every stage for itself."""
        self.happen(churn_percent)
        self.apply(timed)
        with timed.stage("read and join"):
            snapshot = self.collect.collect()
        with timed.stage("encode and walk"):
            pieces = await self.pieces(snapshot)
        with timed.stage("walk"):
            pieces = await self.pieces(snapshot)
        with timed.stage("gzip"):
            compressed(pieces)
        self.connection.scrape()
        with timed.stage("poll usage"):
            await self.usage.poll()
        snapshot = self.collect.collect()
        with timed.stage("splice and walk"):
            await self.pieces(snapshot)
