"""The OTel summary that travels with a snapshot, and what follows from its parts by computation alone.

The parts hold what was read. The lists and totals that the Master asks for are projections of them: pure functions,
so that two keys of the wire with the same meaning cannot disagree. A projection is None where nothing is known, or
what is known has become too old to be shown; it is `()` where the store is known to hold nothing.
Source: wire contract 0.1 and 3.6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.otel.apm import ApmService, OperationStats, Topology, TraceSummary
from domain.otel.logs import LogEntry, LogSummary
from domain.otel.node_metrics import NodeMetrics, NodeMetricsSummary
from domain.otel.parts import (
    ApmContent,
    ContentT_co,
    LogsContent,
    NodesContent,
    Part,
    SeriesContent,
    SloContent,
    SloWindow,
)
from domain.otel.slo import IngressSlo, ServiceEdge, ServiceSlo, SloSummary, SloWindowData, summarize

MAX_HEALTHY_ERROR_RATIO = 0.05
"""A service counts as healthy while fewer of its spans than this have failed."""
NODE_SILENT_AFTER_SECONDS = 120.0
"""A node whose newest sample is older is offline: two missed scrapes of a minute, eight of fifteen seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OTelSummary:
    """Everything known of the telemetry at one moment. A part is None until it was read for the first time."""

    apm: Part[ApmContent]
    slo: Part[SloContent]
    nodes: Part[NodesContent]
    topology: Part[Topology] | None = None
    series: Part[SeriesContent] | None = None
    logs: Part[LogsContent] | None = None
    recent_traces: Part[tuple[TraceSummary, ...]] | None = None
    slo_windows: Mapping[SloWindow, Part[SloWindowData]]
    """A window that was never read is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OTelScalars:
    """The fourteen figures of the overview page. Source: wire contract 3.6."""

    total_services: int
    healthy_services: int
    total_rps: float
    avg_success_percent: float
    """Unweighted mean over the services; a percentage although the services carry ratios."""
    avg_p99_ms: float
    ingress_services: int
    ingress_avg_rps: float
    mesh_services: int
    mesh_avg_mtls_percent: float
    monitored_nodes: int
    avg_cpu_pct: float
    avg_mem_pct: float
    max_cpu_pct: float
    max_mem_pct: float


def shown(part: Part[ContentT_co] | None) -> ContentT_co | None:
    """Content of a part that may be shown: read at least once and not too old."""
    return None if part is None or part.expired else part.content


def fetched_at(summary: OTelSummary) -> datetime:
    """The oldest moment of reading among the parts that may be shown: nothing shown is older.

    The long windows do not count: they are meant to be old.
    """
    short = (summary.apm, summary.slo, summary.nodes, summary.topology, summary.series, summary.logs)
    parts = [part for part in (*short, summary.recent_traces) if part is not None]
    return min((part.read_at for part in parts if not part.expired), default=max(part.read_at for part in parts))


def apm_services(summary: OTelSummary) -> tuple[ApmService, ...] | None:
    """Services of the last quarter of an hour."""
    content = shown(summary.apm)
    return None if content is None else content.services


def apm_operations(summary: OTelSummary) -> tuple[OperationStats, ...] | None:
    """Their operations."""
    content = shown(summary.apm)
    return None if content is None else content.operations


def topology(summary: OTelSummary) -> Topology | None:
    """Who calls whom."""
    return shown(summary.topology)


def slo_summary(summary: OTelSummary) -> SloSummary | None:
    """All services of ingress and mesh together."""
    content = shown(summary.slo)
    return None if content is None else summarize(content.ingress, content.services)


def ingress_slos(summary: OTelSummary) -> tuple[IngressSlo, ...] | None:
    """Service levels at the ingress."""
    content = shown(summary.slo)
    return None if content is None else content.ingress


def service_slos(summary: OTelSummary) -> tuple[ServiceSlo, ...] | None:
    """Service levels in the mesh."""
    content = shown(summary.slo)
    return None if content is None else content.services


def service_edges(summary: OTelSummary) -> tuple[ServiceEdge, ...] | None:
    """Calls in the mesh."""
    content = shown(summary.slo)
    return None if content is None else content.edges


def node_metrics(summary: OTelSummary) -> tuple[NodeMetrics, ...] | None:
    """Every node that reported in the window."""
    content = shown(summary.nodes)
    return None if content is None else content.nodes


def node_metrics_summary(summary: OTelSummary) -> NodeMetricsSummary | None:
    """All nodes together."""
    return None if summary.nodes.expired else summarize_nodes(summary.nodes)


def logs_summary(summary: OTelSummary) -> LogSummary | None:
    """Entries of the last minutes, counted."""
    content = shown(summary.logs)
    return None if content is None else content.summary


def recent_logs(summary: OTelSummary) -> tuple[LogEntry, ...] | None:
    """Entries themselves, where they were collected."""
    content = shown(summary.logs)
    return None if content is None else content.recent


def recent_traces(summary: OTelSummary) -> tuple[TraceSummary, ...] | None:
    """Newest traces."""
    return shown(summary.recent_traces)


def slo_windows(summary: OTelSummary) -> Mapping[str, SloWindowData] | None:
    """The long windows by key; None while there is none."""
    windows = {window.key: part.content for window, part in summary.slo_windows.items() if not part.expired}
    return windows or None


def series(summary: OTelSummary) -> SeriesContent | None:
    """The last hour, minute by minute."""
    return shown(summary.series)


def summarize_nodes(part: Part[NodesContent]) -> NodeMetricsSummary:
    """Hold the nodes that reported against the cluster's, and average those that are online.

    A node is online when its newest sample is young at the end of the window, and the cluster knows it. While the
    cluster has not said which nodes it has, the nodes that reported are all there are.
    """
    silent_before = part.window.end_at - timedelta(seconds=NODE_SILENT_AFTER_SECONDS)
    known = part.content.cluster_nodes
    reporting = [node for node in part.content.nodes if known is None or node.node_name in known]
    online = [node for node in reporting if node.timestamp >= silent_before]
    cpu = [node.cpu.usage_pct for node in online]
    memory = [node.memory.usage_pct for node in online]
    return NodeMetricsSummary(
        total_nodes=len(reporting) if known is None else len(known),
        online_nodes=len(online),
        avg_cpu_pct=_mean(cpu),
        avg_mem_pct=_mean(memory),
        max_cpu_pct=max(cpu, default=0.0),
        max_mem_pct=max(memory, default=0.0),
        max_cpu_temp_c=max((node.temperature.cpu_temp_c for node in online), default=0.0),
    )


def scalars(summary: OTelSummary) -> OTelScalars:
    """The fourteen figures.

    They rest on the last good parts even when these are too old to be listed: the Master would read a missing figure
    as 0, and a 0 that nobody measured is worse than an old figure.
    """
    services = summary.apm.content.overview
    slo = summary.slo.content
    nodes = summarize_nodes(summary.nodes)
    return OTelScalars(
        total_services=len(services),
        healthy_services=sum(_error_ratio(service) < MAX_HEALTHY_ERROR_RATIO for service in services),
        total_rps=sum((service.rps for service in services), start=0.0),
        avg_success_percent=100.0 * _mean([service.success_ratio for service in services]),
        avg_p99_ms=_mean([service.p99_ms for service in services]),
        ingress_services=len(slo.ingress),
        ingress_avg_rps=_mean([service.rps for service in slo.ingress]),
        mesh_services=len(slo.services),
        mesh_avg_mtls_percent=100.0 * slo.mtls_requests / slo.inbound_requests if slo.inbound_requests > 0 else 0.0,
        monitored_nodes=sum(node.cpu.cores > 0 for node in summary.nodes.content.nodes),
        avg_cpu_pct=nodes.avg_cpu_pct,
        avg_mem_pct=nodes.avg_mem_pct,
        max_cpu_pct=nodes.max_cpu_pct,
        max_mem_pct=nodes.max_mem_pct,
    )


def _error_ratio(service: ApmService) -> float:
    return service.error_count / service.span_count if service.span_count > 0 else 0.0


def _mean(values: Sequence[float]) -> float:
    """Unweighted; 0 over nothing, never NaN."""
    return sum(values) / len(values) if values else 0.0
