"""Questions about telemetry: each goes to the port that knows, and comes back in the shape of the answer.

Nodes go by the cluster's names outside and by addresses in the store; the translation is made here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from application.otel_node_names import names_by_address
from domain.cluster.nodes import Node
from domain.cluster.readings import ReadingState
from domain.commands.results import TelemetryResult
from domain.commands.telemetry_requests import (
    GetDbStats,
    GetHttpStats,
    GetLevelSeries,
    GetNode,
    GetNodeHistory,
    GetNodesSummary,
    GetServiceSeries,
    GetSloSummary,
    GetTopology,
    ListIngress,
    ListMeshEdges,
    ListMeshServices,
    ListNodes,
    ListOperations,
    ListServices,
    QueryLogsRequest,
    QueryMetricsRequest,
    QuerySloRequest,
    QueryTraceDetailRequest,
    QueryTracesRequest,
)
from domain.otel.answers import LevelSeries, ServiceSeries, TelemetryAnswer
from domain.otel.naming import name_nodes
from domain.otel.parts import NodesContent, Part
from domain.otel.queries import LogFilter, LogSearch, NodeSeriesQuestion, Period, TraceFilter
from domain.otel.slo import summarize
from domain.otel.summary import summarize_nodes
from domain.time_range import TimeRange
from ports.clock import Clock
from ports.cluster import ClusterReader
from ports.errors import NotFound
from ports.telemetry_queries import LogQueries, NodeMetricQueries, SloQueries, TraceQueries

_NOW = Period(seconds=300.0)
"""Of questions that are about now. Source: wire contract 3.7."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryStores:
    """Who answers."""

    traces: TraceQueries
    logs: LogQueries
    nodes: NodeMetricQueries
    slo: SloQueries


class TelemetryHandlers:
    """Carries out what is asked of telemetry; errors of the ports pass through."""

    def __init__(self, stores: TelemetryStores | None, cluster: ClusterReader, clock: Clock) -> None:
        """Without stores every question is answered that none is configured."""
        self._configured = stores
        self._cluster = cluster
        self._clock = clock

    async def traces(self, request: QueryTracesRequest) -> TelemetryResult:
        """What `query_traces` asks."""
        return TelemetryResult(answer=await self._of_traces(request))

    async def trace_detail(self, request: QueryTraceDetailRequest) -> TelemetryResult:
        """One trace."""
        return TelemetryResult(answer=await self._stores.traces.get_trace(request.trace_id))

    async def logs(self, request: QueryLogsRequest) -> TelemetryResult:
        """Entries, or how many there are over time."""
        match request.question:
            case LogSearch() as search:
                return TelemetryResult(answer=await self._stores.logs.search(search))
            case LogFilter() as wanted:
                return TelemetryResult(answer=await self._stores.logs.histogram(wanted))
            case _ as never:
                assert_never(never)

    async def metrics(self, request: QueryMetricsRequest) -> TelemetryResult:
        """What `query_metrics` asks."""
        return TelemetryResult(answer=await self._of_nodes(request))

    async def slo(self, request: QuerySloRequest) -> TelemetryResult:
        """What `query_slo` asks."""
        return TelemetryResult(answer=await self._of_levels(request))

    @property
    def _stores(self) -> TelemetryStores:
        if self._configured is None:
            raise NotFound("query telemetry", "no telemetry store is configured (AGENT_CLICKHOUSE_ENDPOINT)")
        return self._configured

    async def _of_traces(self, request: QueryTracesRequest) -> TelemetryAnswer:  # noqa: PLR0911 - a row a question
        store = self._stores.traces
        match request.question:
            case TraceFilter() as wanted:
                return await store.list_traces(wanted)
            case ListServices(period=period):
                return await store.list_services(period)
            case GetTopology(period=period):
                return await store.get_topology(period)
            case ListOperations(period=period):
                return await store.list_operations(period)
            case GetHttpStats(service=service, period=period):
                return await store.http_stats(service, period)
            case GetDbStats(service=service, period=period):
                return await store.db_stats(service, period)
            case GetServiceSeries(service=service, period=period):
                return ServiceSeries(service=service, points=await store.service_series(service, period))
            case _ as never:
                assert_never(never)

    async def _of_nodes(self, request: QueryMetricsRequest) -> TelemetryAnswer:
        store = self._stores.nodes
        match request.question:
            case GetNodesSummary():
                now = self._clock.now()
                part = Part(content=await self._nodes(), window=TimeRange.last(_NOW.seconds, now), read_at=now)
                return summarize_nodes(part)
            case ListNodes():
                return (await self._nodes()).nodes
            case GetNode(node_name=name):
                nodes = {key: node for node in (await self._nodes()).nodes for key in (node.node_ip, node.node_name)}
                if name not in nodes:
                    raise NotFound("read a node's metrics", f"no node {name[:64]!r} reports")
                return nodes[name]
            case GetNodeHistory(node_name=name, period=period):
                return await store.get_history(self._addresses(name), period)
            case NodeSeriesQuestion(node_name=name, metric=metric, period=period):
                return await store.get_series(self._addresses(name), metric, period)
            case _ as never:
                assert_never(never)

    async def _of_levels(self, request: QuerySloRequest) -> TelemetryAnswer:
        store = self._stores.slo
        match request.question:
            case ListIngress(period=period):
                return (await store.get_levels(period)).ingress
            case ListMeshServices():
                return (await store.get_levels(_NOW)).services
            case ListMeshEdges():
                return (await store.get_levels(_NOW)).edges
            case GetSloSummary():
                levels = await store.get_levels(_NOW)
                return summarize(levels.ingress, levels.services)
            case GetLevelSeries(name=name, period=period):
                namespace, _, bare = name.rpartition("/")
                points = await store.get_series(name, period)
                return LevelSeries(namespace=namespace, name=bare, points=points)
            case _ as never:
                assert_never(never)

    async def _nodes(self) -> NodesContent:
        """Every node under the cluster's name, held against the cluster's nodes."""
        known = self._known_nodes()
        cluster_nodes = None if known is None else tuple(node.name for node in known)
        content = NodesContent(nodes=await self._stores.nodes.list_nodes())
        return name_nodes(content, names_by_address(known or ()), cluster_nodes)

    def _addresses(self, name: str) -> Sequence[str]:
        """The addresses that a node of this name may report from; the name itself when the cluster has none such."""
        names = names_by_address(self._known_nodes() or ())
        return [address for address, named in names.items() if named == name] or [name]

    def _known_nodes(self) -> Sequence[Node] | None:
        reading = self._cluster.read(Node)
        is_said = reading.state in {ReadingState.LIVE, ReadingState.STALE}
        return reading.objects if is_said else None
