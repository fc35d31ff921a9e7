"""Which parts there are, about which window each is, and how long each lives.

Source: wire contract 3.7 for the windows. What pages draw minute by minute lives for the fast lifetime; the long
windows have lifetimes of their own, since a month does not look different after five minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from application.otel_part import OTelPart, OTelTimings, PartPlan
from domain.otel.apm import Topology, TraceSummary
from domain.otel.logs import LogSummary
from domain.otel.parts import (
    SLO_WINDOW_PARTS,
    ApmContent,
    LogsContent,
    NodesContent,
    PartName,
    SeriesContent,
    SloContent,
    SloWindow,
)
from domain.otel.slo import SloWindowData
from domain.time_range import TimeRange
from ports.otel import OTelParts

RECENT_TRACES_LIMIT = 500
_APM_SECONDS = 900
_SHORT_SECONDS = 300
_SERIES_SECONDS = 3600
_WINDOW_TTL_SECONDS = {SloWindow.DAY: 300.0, SloWindow.WEEK: 1800.0, SloWindow.MONTH: 7200.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class OTelPartSet:
    """The parts, each with its memory, in the order in which a round asks for them."""

    apm: OTelPart[ApmContent]
    slo: OTelPart[SloContent]
    nodes: OTelPart[NodesContent]
    topology: OTelPart[Topology]
    series: OTelPart[SeriesContent]
    logs: OTelPart[LogsContent]
    recent_traces: OTelPart[tuple[TraceSummary, ...]]
    slo_windows: Mapping[SloWindow, OTelPart[SloWindowData]]

    def short(self) -> "tuple[OTelPart[Any], ...]":
        """All but the long windows; what the summary cannot do without comes first."""
        return (self.apm, self.slo, self.nodes, self.topology, self.series, self.logs, self.recent_traces)

    def all(self) -> "tuple[OTelPart[Any], ...]":
        """Every part."""
        return (*self.short(), *self.slo_windows.values())


def plan_parts(store: OTelParts, timings: OTelTimings) -> OTelPartSet:
    """One memory per part, nothing asked yet."""
    slow_seconds = timings.cache_ttl_seconds
    fast_seconds = min(timings.fast_ttl_seconds, slow_seconds)
    return OTelPartSet(
        apm=OTelPart(
            PartPlan(PartName.APM, _APM_SECONDS, fast_seconds, store.apm, lambda _: ApmContent()),
            timings,
        ),
        slo=OTelPart(
            PartPlan(PartName.SLO, _SHORT_SECONDS, fast_seconds, store.slo, lambda _: SloContent()),
            timings,
        ),
        nodes=OTelPart(
            PartPlan(PartName.NODES, _SHORT_SECONDS, fast_seconds, store.nodes, lambda _: NodesContent()),
            timings,
        ),
        topology=OTelPart(
            PartPlan(
                PartName.TOPOLOGY, _APM_SECONDS, slow_seconds, store.topology, lambda _: Topology(nodes=(), edges=())
            ),
            timings,
        ),
        series=OTelPart(
            PartPlan(PartName.SERIES, _SERIES_SECONDS, fast_seconds, store.series, lambda _: SeriesContent()),
            timings,
        ),
        logs=OTelPart(
            PartPlan(PartName.LOGS, _SHORT_SECONDS, slow_seconds, store.logs, _no_logs),
            timings,
        ),
        recent_traces=OTelPart(
            PartPlan(
                PartName.RECENT_TRACES,
                _APM_SECONDS,
                slow_seconds,
                lambda seconds: store.recent_traces(seconds, RECENT_TRACES_LIMIT),
                lambda _: (),
            ),
            timings,
        ),
        slo_windows={window: _long_window(store, window, timings) for window in SloWindow},
    )


def _long_window(store: OTelParts, window: SloWindow, timings: OTelTimings) -> OTelPart[SloWindowData]:
    plan = PartPlan(
        SLO_WINDOW_PARTS[window],
        window.length_seconds,
        _WINDOW_TTL_SECONDS[window],
        lambda _: store.slo_window(window),
        lambda _: SloWindowData(current=()),
    )
    return OTelPart(plan, timings)


def _no_logs(window: TimeRange) -> LogsContent:
    return LogsContent(
        summary=LogSummary(total_entries=0, severity_counts={}, top_services=(), latest_at=window.start_at)
    )
