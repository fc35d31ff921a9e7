"""Projections of the parts: the lists and the fourteen figures."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.otel import summary as projections
from domain.otel.apm import ApmService
from domain.otel.logs import LogSummary
from domain.otel.node_metrics import NodeCpu, NodeMemory, NodeMetrics, NodeTemperature
from domain.otel.parts import ApmContent, LogsContent, NodesContent, SloContent, SloWindow
from domain.otel.slo import IngressSlo, ServiceSlo, SloWindowData
from domain.otel.summary import NODE_SILENT_AFTER_SECONDS, OTelSummary, scalars, summarize_nodes
from tests.support.otel import NOW, a_full_summary, a_part, a_service, a_summary, filled

LISTS: list[Callable[[OTelSummary], object]] = [
    projections.apm_services,
    projections.apm_operations,
    projections.slo_summary,
    projections.ingress_slos,
    projections.service_slos,
    projections.service_edges,
    projections.node_metrics,
    projections.node_metrics_summary,
]
OPTIONAL: list[Callable[[OTelSummary], object]] = [
    projections.topology,
    projections.logs_summary,
    projections.recent_logs,
    projections.recent_traces,
    projections.series,
    projections.slo_windows,
]


def _node(
    name: str, *, cpu: float = 10.0, memory: float = 20.0, temperature: float = 40.0, age: float = 0.0
) -> NodeMetrics:
    return filled(
        NodeMetrics,
        node_name=name,
        timestamp=NOW - timedelta(seconds=age),
        cpu=filled(NodeCpu, usage_pct=cpu, cores=4),
        memory=filled(NodeMemory, usage_pct=memory),
        temperature=filled(NodeTemperature, cpu_temp_c=temperature),
    )


@pytest.mark.parametrize("projection", [*LISTS, *OPTIONAL])
def test_every_projection_shows_something_of_a_full_summary(projection: Callable[[OTelSummary], object]) -> None:
    assert projection(a_full_summary()) is not None


@pytest.mark.parametrize("projection", LISTS)
def test_an_expired_part_is_not_shown(projection: Callable[[OTelSummary], object]) -> None:
    expired = a_summary(
        apm=a_part(filled(ApmContent), expired=True),
        slo=a_part(filled(SloContent), expired=True),
        nodes=a_part(filled(NodesContent), expired=True),
    )
    assert projection(expired) is None


@pytest.mark.parametrize("projection", OPTIONAL)
def test_a_part_that_was_never_read_is_not_shown(projection: Callable[[OTelSummary], object]) -> None:
    assert projection(a_summary()) is None


@pytest.mark.parametrize("projection", [projections.apm_services, projections.ingress_slos, projections.node_metrics])
def test_a_store_that_is_known_to_be_empty_gives_an_empty_list(projection: Callable[[OTelSummary], object]) -> None:
    assert projection(a_summary()) == ()


def test_logs_that_were_not_collected_are_not_shown_although_they_were_counted() -> None:
    counted = LogsContent(summary=filled(LogSummary))
    summary = a_summary(logs=a_part(counted))
    assert projections.recent_logs(summary) is None
    assert projections.logs_summary(summary) == counted.summary


def test_a_window_that_expired_is_missing_among_the_windows() -> None:
    data = filled(SloWindowData)
    windows = {SloWindow.DAY: a_part(data, expired=True), SloWindow.WEEK: a_part(data)}
    assert projections.slo_windows(a_summary(slo_windows=windows)) == {"7d": data}


def test_the_keys_of_the_windows_are_the_ones_that_the_master_looks_up() -> None:
    assert list(projections.slo_windows(a_full_summary()) or ()) == ["1d", "7d", "30d"]


def test_nothing_shown_is_older_than_the_summary_says() -> None:
    old = a_part(ApmContent(), read_at=NOW - timedelta(seconds=90))
    older = a_part(SloContent(), read_at=NOW - timedelta(hours=1), expired=True)
    assert projections.fetched_at(a_summary(apm=old, slo=older)) == NOW - timedelta(seconds=90)


def test_long_windows_do_not_make_the_summary_old() -> None:
    window = a_part(filled(SloWindowData), read_at=NOW - timedelta(hours=1))
    assert projections.fetched_at(a_summary(slo_windows={SloWindow.MONTH: window})) == NOW


def test_a_summary_of_which_everything_expired_is_as_old_as_its_youngest_part() -> None:
    summary = a_summary(
        apm=a_part(ApmContent(), read_at=NOW - timedelta(hours=3), expired=True),
        slo=a_part(SloContent(), read_at=NOW - timedelta(hours=2), expired=True),
        nodes=a_part(NodesContent(), read_at=NOW - timedelta(hours=1), expired=True),
    )
    assert projections.fetched_at(summary) == NOW - timedelta(hours=1)


def test_the_figures_of_services_are_unweighted_and_look_at_the_last_minutes_only() -> None:
    overview = (
        a_service("a", span_count=1000, error_count=0, success_ratio=1.0, p99_ms=100.0, rps=3.0),
        a_service("b", span_count=100, error_count=5, success_ratio=0.95, p99_ms=300.0, rps=0.5),
        a_service("idle", span_count=0, error_count=0, success_ratio=1.0, p99_ms=0.0, rps=0.0),
    )
    figures = scalars(a_summary(apm=a_part(ApmContent(services=(filled(ApmService),) * 9, overview=overview))))
    assert figures.total_services == 3
    assert figures.healthy_services == 2, "5 % of errors are too many"
    assert figures.total_rps == 3.5
    assert figures.avg_success_percent == pytest.approx(100 * (1.0 + 0.95 + 1.0) / 3)
    assert figures.avg_p99_ms == pytest.approx(400.0 / 3)


def test_the_figures_of_ingress_and_mesh_follow_from_their_lists() -> None:
    content = SloContent(
        ingress=(filled(IngressSlo, rps=4.0), filled(IngressSlo, rps=1.0)),
        services=(filled(ServiceSlo),) * 3,
        inbound_requests=200.0,
        mtls_requests=150.0,
    )
    figures = scalars(a_summary(slo=a_part(content)))
    assert (figures.ingress_services, figures.ingress_avg_rps) == (2, 2.5)
    assert (figures.mesh_services, figures.mesh_avg_mtls_percent) == (3, 75.0)


def test_nothing_at_all_gives_zeros_and_no_nan() -> None:
    figures = scalars(a_summary())
    assert {getattr(figures, name) for name in figures.__slots__} == {0}


def test_the_figures_rest_on_a_part_that_is_too_old_to_be_listed() -> None:
    content = ApmContent(overview=(a_service(rps=7.0),))
    assert scalars(a_summary(apm=a_part(content, expired=True))).total_rps == 7.0


def test_the_figures_of_nodes_equal_those_of_the_node_summary() -> None:
    nodes = NodesContent(nodes=(_node("a", cpu=10.0, memory=30.0), _node("b", cpu=50.0, memory=40.0)))
    figures = scalars(a_summary(nodes=a_part(nodes)))
    assert (figures.monitored_nodes, figures.avg_cpu_pct, figures.avg_mem_pct) == (2, 30.0, 35.0)
    assert (figures.max_cpu_pct, figures.max_mem_pct) == (50.0, 40.0)


def test_a_node_without_processor_counters_is_not_monitored() -> None:
    silent = filled(NodeMetrics, cpu=filled(NodeCpu, cores=0))
    assert scalars(a_summary(nodes=a_part(NodesContent(nodes=(silent, _node("b")))))).monitored_nodes == 1


def test_online_nodes_are_those_of_the_cluster_that_reported_lately() -> None:
    content = NodesContent(
        nodes=(
            _node("alive", cpu=20.0, temperature=50.0),
            _node("dead", cpu=99.0, temperature=99.0, age=NODE_SILENT_AFTER_SECONDS + 1),
            _node("stranger", cpu=99.0),
        ),
        cluster_nodes=("alive", "dead", "silent"),
    )
    together = summarize_nodes(a_part(content))
    assert (together.total_nodes, together.online_nodes) == (3, 1)
    assert (together.avg_cpu_pct, together.max_cpu_pct, together.max_cpu_temp_c) == (20.0, 20.0, 50.0)


def test_while_the_cluster_has_not_said_the_nodes_that_report_are_all_there_are() -> None:
    content = NodesContent(nodes=(_node("a"), _node("b", age=NODE_SILENT_AFTER_SECONDS + 1)))
    together = summarize_nodes(a_part(content))
    assert (together.total_nodes, together.online_nodes) == (2, 1)


def test_the_age_of_a_sample_is_measured_at_the_end_of_the_stores_window() -> None:
    node = _node("a", age=NODE_SILENT_AFTER_SECONDS)
    assert summarize_nodes(a_part(NodesContent(nodes=(node,)))).online_nodes == 1
