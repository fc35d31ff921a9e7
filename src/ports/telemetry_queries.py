"""Questions to the OTel store on demand: each answers one page of the product.

What all methods have in common: a window without data gives an empty answer in the shape of the answer, never NaN.
Times are UTC-aware. A call may be cancelled at any time, and what it started outside is then stopped. Every method may
raise Unavailable, AccessDenied, NotFound (no such data, or what was asked for is not there), InvalidRequest (it would
read or return more than the store allows) and UnexpectedAnswer, as in `ports.errors`.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from domain.otel.answers import (
    DbOperationStats,
    HttpStats,
    LevelPoint,
    LogHistogram,
    LogPage,
    MetricPoint,
    NodeHistory,
    TraceDetail,
)
from domain.otel.apm import ApmService, ApmTimePoint, OperationStats, Topology, TraceSummary
from domain.otel.node_metrics import NodeMetrics
from domain.otel.parts import SloContent
from domain.otel.queries import LogFilter, LogSearch, Period, TraceFilter


class TraceQueries(Protocol):
    """Traces, and what follows from their spans."""

    @abstractmethod
    async def list_traces(self, wanted: TraceFilter) -> tuple[TraceSummary, ...]:
        """Whole traces of which one span has all that is wanted; newest first, or slowest first."""

    @abstractmethod
    async def list_services(self, period: Period) -> tuple[ApmService, ...]:
        """Services by entry spans, sorted by namespace and name."""

    @abstractmethod
    async def get_topology(self, period: Period) -> Topology:
        """Who calls whom."""

    @abstractmethod
    async def list_operations(self, period: Period) -> tuple[OperationStats, ...]:
        """Operations of all services, most spans first."""

    @abstractmethod
    async def http_stats(self, service: str, period: Period) -> tuple[HttpStats, ...]:
        """Requests that a service served, most first; an unknown service served none."""

    @abstractmethod
    async def db_stats(self, service: str, period: Period) -> tuple[DbOperationStats, ...]:
        """Calls of a service to databases, most first."""

    @abstractmethod
    async def service_series(self, service: str, period: Period) -> tuple[ApmTimePoint, ...]:
        """A service over time, ascending; steps without spans are missing."""

    @abstractmethod
    async def get_trace(self, trace_id: str) -> TraceDetail:
        """One trace with at most 5000 spans.

        Raises:
            NotFound: there is no such trace.
        """


class LogQueries(Protocol):
    """Log entries."""

    @abstractmethod
    async def search(self, wanted: LogSearch) -> LogPage:
        """One page of entries, newest first, with how many there are and what they could be narrowed to."""

    @abstractmethod
    async def histogram(self, wanted: LogFilter) -> LogHistogram:
        """Entries over time by severity, ascending by time, then severity."""


class NodeMetricQueries(Protocol):
    """Hardware of nodes, which go by the addresses they report from."""

    @abstractmethod
    async def list_nodes(self) -> tuple[NodeMetrics, ...]:
        """Every node with a sample in the last minutes, sorted by address."""

    @abstractmethod
    async def get_series(self, addresses: Sequence[str], metric: str, period: Period) -> tuple[MetricPoint, ...]:
        """One metric of one node, ascending: its series added up, gauges by their mean, counters by their rate.

        Raises:
            NotFound: no node reports from one of these addresses.
        """

    @abstractmethod
    async def get_history(self, addresses: Sequence[str], period: Period) -> NodeHistory:
        """One node over time.

        Raises:
            NotFound: as `get_series`.
        """


class SloQueries(Protocol):
    """Service levels."""

    @abstractmethod
    async def get_levels(self, period: Period) -> SloContent:
        """Ingress, mesh and edges, each sorted as in the summary."""

    @abstractmethod
    async def get_series(self, name: str, period: Period) -> tuple[LevelPoint, ...]:
        """A workload (bare or `namespace/name`) or a service behind the ingress over time, ascending.

        Raises:
            NotFound: nothing of this name has a level.
        """
