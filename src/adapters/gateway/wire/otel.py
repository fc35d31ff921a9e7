"""The OTel summary on the wire: both generations of names, the overview's figures flattened among the lists.

The Master reads one set of keys, the original design asks for another; both are sent, and two keys with one meaning
carry the same bytes. A member that is not known is left out; an empty list is sent as `[]`, because for the Master
these are different answers. A member that cannot be encoded is left out, counted and logged: it never costs the
others, let alone the snapshot. Source: wire contract 0.1 and 3.6.
"""

import logging
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final, get_type_hints

from pydantic import ConfigDict, RootModel, create_model

from adapters.gateway.wire.cleaning import Cleaner, cleaner_of
from adapters.gateway.wire.otel_names import INT32_FIELDS, otel_wire_name
from domain.otel import summary as projections
from domain.otel.apm import ApmService, ApmServiceTimeSeries, OperationStats, Topology, TraceSummary
from domain.otel.logs import LogEntry, LogSummary
from domain.otel.node_metrics import NodeMetrics, NodeMetricsSummary, NodeMetricsTimeSeries
from domain.otel.slo import IngressSlo, ServiceEdge, ServiceSlo, SloServiceTimeSeries, SloSummary, SloWindowData
from domain.otel.summary import OTelSummary

logger = logging.getLogger(__name__)

_MAX_ERROR_CHARS = 256
_ELEMENTS_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class OTelWire:
    """The members of `otel`. None: not known, left out."""

    total_services: int
    healthy_services: int
    total_rps: float
    avg_success_percent: float
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
    metrics_summary: NodeMetricsSummary | None = None
    metrics_nodes: tuple[NodeMetrics, ...] | None = None
    apm_services: tuple[ApmService, ...] | None = None
    """The one key that both generations share."""
    apm_topology: Topology | None = None
    slo_summary: SloSummary | None = None
    slo_ingress: tuple[IngressSlo, ...] | None = None
    slo_services: tuple[ServiceSlo, ...] | None = None
    slo_edges: tuple[ServiceEdge, ...] | None = None
    apm_operations: tuple[OperationStats, ...] | None = None
    recent_traces: tuple[TraceSummary, ...] | None = None
    recent_logs: tuple[LogEntry, ...] | None = None
    logs_summary: LogSummary | None = None
    slo_windows: Mapping[str, SloWindowData] | None = None
    node_metrics_series: tuple[NodeMetricsTimeSeries, ...] | None = None
    slo_time_series: tuple[SloServiceTimeSeries, ...] | None = None
    apm_time_series: tuple[ApmServiceTimeSeries, ...] | None = None
    fetched_at: datetime
    slo: SloSummary | None = None
    ingress_slos: tuple[IngressSlo, ...] | None = None
    service_slos: tuple[ServiceSlo, ...] | None = None
    service_edges: tuple[ServiceEdge, ...] | None = None
    topology: Topology | None = None
    node_metrics: NodeMetricsSummary | None = None


TWINS: Final[Mapping[str, str]] = {
    "slo": "slo_summary",
    "ingress_slos": "slo_ingress",
    "service_slos": "slo_services",
    "service_edges": "slo_edges",
    "topology": "apm_topology",
    "node_metrics": "metrics_summary",
}
"""Members of the original design, each with the member of the Master that carries the same content."""


def to_wire(summary: OTelSummary) -> OTelWire:
    """The summary's projections, member by member."""
    series = projections.series(summary)
    nodes_summary = projections.node_metrics_summary(summary)
    slo_summary = projections.slo_summary(summary)
    return OTelWire(
        **asdict(projections.scalars(summary)),
        metrics_summary=nodes_summary,
        metrics_nodes=projections.node_metrics(summary),
        apm_services=projections.apm_services(summary),
        apm_topology=projections.topology(summary),
        slo_summary=slo_summary,
        slo_ingress=projections.ingress_slos(summary),
        slo_services=projections.service_slos(summary),
        slo_edges=projections.service_edges(summary),
        apm_operations=projections.apm_operations(summary),
        recent_traces=projections.recent_traces(summary),
        recent_logs=projections.recent_logs(summary),
        logs_summary=projections.logs_summary(summary),
        slo_windows=projections.slo_windows(summary),
        node_metrics_series=series.nodes if series else None,
        slo_time_series=series.slo if series else None,
        apm_time_series=series.apm if series else None,
        fetched_at=projections.fetched_at(summary),
        slo=slo_summary,
        ingress_slos=projections.ingress_slos(summary),
        service_slos=projections.service_slos(summary),
        service_edges=projections.service_edges(summary),
        topology=projections.topology(summary),
        node_metrics=nodes_summary,
    )


class _Body(RootModel[Any]):
    """A member on its own; the configuration reaches the dataclasses inside."""

    model_config = ConfigDict(alias_generator=otel_wire_name)


@dataclass(frozen=True, slots=True)
class _Member:
    """How one member is encoded."""

    name: str
    key: bytes
    """Wire name with quotes and colon."""
    body: type[_Body]
    clean: Cleaner | None

    def encode(self, value: object) -> Iterator[bytes]:
        """JSON of the member's value in pieces; a long list goes a few elements at a time.

        Raises:
            ValueError, TypeError, AttributeError, OverflowError: the value is not what its type says.
        """
        if not isinstance(value, tuple):
            yield self._encode(value)
            return
        yield b"["
        for start in range(0, len(value), _ELEMENTS_AT_ONCE):
            yield (b"," if start else b"") + self._encode(value[start : start + _ELEMENTS_AT_ONCE])[1:-1]
        yield b"]"

    def _encode(self, value: object) -> bytes:
        cleaned = value if self.clean is None else self.clean(value)
        body = self.body.model_construct(cleaned)
        return body.model_dump_json(by_alias=True, exclude_defaults=True, warnings="error").encode()


def _members() -> tuple[_Member, ...]:
    hints = get_type_hints(OTelWire)
    return tuple(
        _Member(
            field.name,
            f'"{otel_wire_name(field.name)}":'.encode(),
            create_model(f"OTelMember_{field.name}", __base__=_Body, root=(hints[field.name], ...)),
            cleaner_of(hints[field.name], int32_fields=INT32_FIELDS),
        )
        for field in fields(OTelWire)
    )


_MEMBERS: Final = _members()


class OTelEncoder:
    """Encodes summaries. What has not changed since the last one is not encoded again."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, bytes]] = {}
        self.failures: Counter[str] = Counter()
        """How many contents of each member could not be encoded, by wire name."""

    def encode(self, summary: OTelSummary) -> bytes:
        """One JSON object."""
        return b"".join(self.encode_in_steps(summary))

    def encode_in_steps(self, summary: OTelSummary) -> Iterator[bytes]:
        """One JSON object in pieces, some of them empty: after each the caller may let others run.

        A thousand nodes with an hour of points each take half a second in all; a step takes some milliseconds.
        """
        wire = to_wire(summary)
        encoded: dict[str, bytes] = {}
        opening = b"{"
        for member in _MEMBERS:
            twin = TWINS.get(member.name)
            if twin is None:
                encoded[member.name] = yield from self._encode(member, getattr(wire, member.name))
            else:
                encoded[member.name] = encoded[twin]
            if encoded[member.name]:
                yield opening + member.key + encoded[member.name]
                opening = b","
        yield b"}"

    def _encode(self, member: _Member, value: object) -> Generator[bytes, None, bytes]:
        """Yields nothing but pauses; returns the member's JSON, empty when it is to be left out."""
        if value is None:
            self._kept.pop(member.name, None)
            return b""
        kept = self._kept.get(member.name)
        if kept is not None and _is_unchanged(value, kept[0]):
            return kept[1]
        pieces: list[bytes] = []
        problem = ""
        try:
            for piece in member.encode(value):
                pieces.append(piece)
                yield b""
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            problem = str(error)[:_MAX_ERROR_CHARS] or type(error).__name__
        if problem:
            pieces.clear()
            key = otel_wire_name(member.name)
            self.failures[key] += 1
            logger.error("OTel content left out: it cannot be encoded", extra={"member": key, "error": problem})
        text = b"".join(pieces)
        self._kept[member.name] = (value, text)
        return text


def encode_otel(summary: OTelSummary) -> bytes:
    """One JSON object, without memory of earlier ones."""
    return OTelEncoder().encode(summary)


def _is_unchanged(value: object, kept: object) -> bool:
    """Whether it is the same content: the same instance, or a mapping of the same instances."""
    if isinstance(value, dict) and isinstance(kept, dict):
        return value.keys() == kept.keys() and all(value[key] is kept[key] for key in value)
    return value is kept
