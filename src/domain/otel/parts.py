"""The parts that the OTel summary is made of, and what a part knows about itself.

One part is one shared scan of the store. Parts age and fail on their own: a store that cannot answer one question
still answers the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Generic, TypeVar

from domain.otel.apm import ApmService, ApmServiceTimeSeries, OperationStats
from domain.otel.logs import LogEntry, LogSummary
from domain.otel.node_metrics import NodeMetrics, NodeMetricsTimeSeries
from domain.otel.slo import IngressSlo, ServiceEdge, ServiceSlo, SloServiceTimeSeries
from domain.time_range import TimeRange

ContentT_co = TypeVar("ContentT_co", covariant=True)


class SloWindow(Enum):
    """The long windows over which service levels are judged, with the step of their history.

    Source: wire contract 3.3; the keys are the ones that the Master looks up.
    """

    DAY = ("1d", 86_400, 3_600)
    WEEK = ("7d", 604_800, 21_600)
    MONTH = ("30d", 2_592_000, 86_400)

    def __init__(self, key: str, length_seconds: int, bucket_seconds: int) -> None:
        self.key = key
        self.length_seconds = length_seconds
        self.bucket_seconds = bucket_seconds


class PartName(StrEnum):
    """The parts, in the order in which a round asks for them: what the snapshot waits for comes first."""

    APM = "apm"
    SLO = "slo"
    NODES = "nodes"
    TOPOLOGY = "topology"
    SERIES = "series"
    LOGS = "logs"
    RECENT_TRACES = "recent_traces"
    SLO_DAY = "slo_1d"
    SLO_WEEK = "slo_7d"
    SLO_MONTH = "slo_30d"


SLO_WINDOW_PARTS: Mapping[SloWindow, PartName] = {
    SloWindow.DAY: PartName.SLO_DAY,
    SloWindow.WEEK: PartName.SLO_WEEK,
    SloWindow.MONTH: PartName.SLO_MONTH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan(Generic[ContentT_co]):
    """What the store answered to one question, and the window that the answer covers, by the store's clock."""

    content: ContentT_co
    window: TimeRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[ContentT_co]):
    """A part as it is known at one moment."""

    content: ContentT_co
    """The last good content; empty while the store has no such data at all."""
    window: TimeRange
    """What the content covers."""
    read_at: datetime
    """When it was read, by the agent's clock; UTC."""
    error: str = ""
    """What keeps it from being newer; empty while it is as new as it should be."""
    absent: str = ""
    """Why the store has no such data, if so; the content is then empty and known to be."""
    expired: bool = False
    """Too old to be shown. The scalars of the summary still rest on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApmContent:
    """Services and operations of one scan over the entry spans."""

    services: tuple[ApmService, ...] = ()
    operations: tuple[OperationStats, ...] = ()
    overview: tuple[ApmService, ...] = ()
    """The services once more over the last `OVERVIEW_SECONDS` of the window: the scalars look at no more."""


OVERVIEW_SECONDS = 300
"""Source: wire contract 3.6: the scalars are about five minutes, the lists of services about fifteen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SloContent:
    """Service levels of a short window."""

    ingress: tuple[IngressSlo, ...] = ()
    services: tuple[ServiceSlo, ...] = ()
    edges: tuple[ServiceEdge, ...] = ()
    inbound_requests: float = 0.0
    """Increase of the requests that reached workloads of the mesh."""
    mtls_requests: float = 0.0
    """Those of them that came over mutual TLS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodesContent:
    """The nodes that reported, and the cluster's nodes they are held against."""

    nodes: tuple[NodeMetrics, ...] = ()
    """Sorted by name. A node that fell silent stays while the window holds a sample of it."""
    cluster_nodes: tuple[str, ...] | None = None
    """Names of the cluster's nodes; None while the cluster has not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsContent:
    """Logs of a short window."""

    summary: LogSummary
    recent: tuple[LogEntry, ...] | None = None
    """Newest first; None when not collected, which is the rule: pages search the store by command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesContent:
    """The last hour minute by minute; at most 60 points each, ascending, minutes without samples left out."""

    nodes: tuple[NodeMetricsTimeSeries, ...] = ()
    slo: tuple[SloServiceTimeSeries, ...] = ()
    apm: tuple[ApmServiceTimeSeries, ...] = ()
