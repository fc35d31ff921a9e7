"""RefreshOTelSummary, rule by rule, on a clock that the test moves."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

import anyio
import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.otel import InMemoryOTelParts
from adapters.memory.otel_traffic import Shop
from application.otel_part import OTelTimings
from application.otel_plan import RECENT_TRACES_LIMIT
from application.refresh_otel_summary import RefreshOTelSummary
from domain.cluster.nodes import Node, NodeAddress, NodeAddresses, NodeInfo, NodeResources, NodeSpec, NodeSummary
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.usage import Usage
from domain.otel.parts import PartName, SloWindow
from domain.otel.status import PartState, PartStatus
from domain.otel.summary import OTelSummary, node_metrics_summary, scalars
from ports.cluster import ClusterReader, R
from ports.errors import AccessDenied, NotFound, PortError, Unavailable, UnexpectedAnswer

ADDRESSES = ("10.0.0.1", "10.0.0.2")
FAST = (PartName.APM, PartName.SLO, PartName.NODES, PartName.SERIES)
SLOW = (PartName.TOPOLOGY, PartName.LOGS, PartName.RECENT_TRACES)
SHORT = (*FAST, *SLOW)
DOWN = Unavailable("read telemetry", "connection refused")


def a_node(name: str, address: str, *others: str) -> Node:
    nothing = NodeResources()
    every = tuple(NodeAddress(type="ExternalIP", address=other) for other in others)
    return Node(
        summary=NodeSummary(name=name, ready="True", schedulable=True),
        spec=NodeSpec(),
        capacity=nothing,
        allocatable=nothing,
        addresses=NodeAddresses(internal_ip=address, all=every),
        info=NodeInfo(),
    )


class NodesOnly(ClusterReader):
    """A cluster that knows its nodes and nothing else."""

    def __init__(self, nodes: Sequence[Node] = (), state: ReadingState = ReadingState.LIVE) -> None:
        self.reading = Reading(objects=tuple(nodes), state=state)

    def read(self, resource: type[R]) -> Reading[R]:
        assert resource is Node
        return self.reading  # type: ignore[return-value] # R is Node here, which the assertion says

    def read_usage(self) -> Usage:
        raise NotImplementedError


@dataclass
class World:
    """The use case with everything it touches."""

    clock: ManualClock = field(default_factory=ManualClock)
    cluster: NodesOnly = field(
        default_factory=lambda: NodesOnly([a_node("alpha", ADDRESSES[0]), a_node("beta", ADDRESSES[1])])
    )
    timings: OTelTimings = field(default_factory=OTelTimings)
    shop: Shop = field(default_factory=Shop)

    def __post_init__(self) -> None:
        self.store = InMemoryOTelParts(self.clock, lambda: ADDRESSES if self.shop.services else (), shop=self.shop)
        self.otel = RefreshOTelSummary(self.store, self.cluster, self.clock, timings=self.timings)

    async def round_after(self, seconds: float) -> None:
        """One round, this much later."""
        await self.clock.advance(seconds)
        await self.otel.refresh()

    def known(self) -> OTelSummary:
        """The summary; there must be one."""
        summary = self.otel.current()
        assert summary is not None
        return summary

    def status(self, name: PartName) -> PartStatus:
        """How one part is doing."""
        return next(status for status in self.otel.status() if status.name is name)

    def states(self) -> set[PartState]:
        """The states that occur."""
        return {status.state for status in self.otel.status()}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def quiet_world() -> World:
    """A store without data, where hours pass quickly."""
    return World(shop=Shop(services=()))


async def _keep_trying(world: World, seconds: float) -> None:
    """Let this much time pass with a loop that asks whenever something is due, as the scheduler does."""
    end = world.clock.monotonic() + seconds
    while (now := world.clock.monotonic()) < end:
        await world.round_after(min(end - now, max(1.0, world.otel.seconds_until_due())))


def test_before_the_first_round_there_is_no_summary_and_everything_is_due(world: World) -> None:
    assert world.otel.current() is None
    assert world.otel.seconds_until_due() == 0.0
    assert world.states() == {PartState.UNKNOWN}


async def test_the_first_round_asks_every_part_once_and_knows_everything(world: World) -> None:
    await world.otel.refresh()
    assert world.store.asked == dict.fromkeys(PartName, 1)
    summary = world.known()
    assert set(summary.slo_windows) == set(SloWindow)
    assert all((summary.topology, summary.series, summary.logs, summary.recent_traces))
    assert world.states() == {PartState.FRESH}
    assert scalars(summary).total_services > 0


async def test_every_part_knows_its_window_and_the_moment_it_was_read(world: World) -> None:
    await world.clock.advance(5.0)
    await world.otel.refresh()
    summary = world.known()
    assert summary.apm.read_at == world.clock.now()
    assert (summary.apm.window.seconds, summary.slo.window.seconds, summary.nodes.window.seconds) == (900, 300, 300)
    assert summary.series is not None
    assert summary.series.window.seconds == 3600
    assert {window: part.window.seconds for window, part in summary.slo_windows.items()} == {
        SloWindow.DAY: 86_400,
        SloWindow.WEEK: 604_800,
        SloWindow.MONTH: 2_592_000,
    }


async def test_a_second_round_at_once_asks_nothing(world: World) -> None:
    await world.otel.refresh()
    await world.otel.refresh()
    assert set(world.store.asked.values()) == {1}


async def test_parts_live_as_long_as_the_table_says(quiet_world: World) -> None:
    await quiet_world.otel.refresh()
    await _keep_trying(quiet_world, 7200.0)
    times = {name: quiet_world.store.asked[name] - 1 for name in PartName}
    assert times == {
        **dict.fromkeys(FAST, 120),
        **dict.fromkeys((*SLOW, PartName.SLO_DAY), 24),
        PartName.SLO_WEEK: 4,
        PartName.SLO_MONTH: 1,
    }


async def test_the_fast_lifetime_is_never_above_the_cache_lifetime() -> None:
    world = World(timings=OTelTimings(cache_ttl_seconds=20.0, fast_ttl_seconds=60.0))
    await world.otel.refresh()
    assert world.otel.seconds_until_due() == 20.0
    await world.round_after(20.0)
    assert {world.store.asked[name] for name in SHORT} == {2}
    assert world.store.asked[PartName.SLO_DAY] == 1, "a day has a lifetime of its own"


async def test_a_lifetime_that_equals_the_period_of_its_user_is_not_missed_by_a_moment(quiet_world: World) -> None:
    await quiet_world.otel.refresh()
    for _ in range(10):
        await quiet_world.round_after(59.9)
    assert quiet_world.store.asked[PartName.APM] == 11


async def test_it_says_how_long_there_is_nothing_to_do(world: World) -> None:
    await world.otel.refresh()
    await world.clock.advance(10.0)
    assert world.otel.seconds_until_due() == 50.0
    await world.clock.advance(47.0)
    assert world.otel.seconds_until_due() == 0.0


@pytest.mark.parametrize("missing", [PartName.APM, PartName.SLO, PartName.NODES])
async def test_there_is_no_summary_before_services_levels_and_nodes_are_each_known(
    world: World, missing: PartName
) -> None:
    world.store.fail_with(DOWN, missing)
    await world.otel.refresh()
    assert world.otel.current() is None
    world.store.fail_with(None, missing)
    await world.round_after(60.0)
    assert world.otel.current() is not None


@pytest.mark.parametrize("missing", [*SLOW, PartName.SERIES])
async def test_any_other_part_may_be_missing(world: World, missing: PartName) -> None:
    world.store.fail_with(DOWN, missing)
    await world.otel.refresh()
    assert getattr(world.known(), missing.value) is None


async def test_a_window_that_was_never_read_is_missing_among_the_windows(world: World) -> None:
    world.store.fail_with(DOWN, PartName.SLO_WEEK)
    await world.otel.refresh()
    assert set(world.known().slo_windows) == {SloWindow.DAY, SloWindow.MONTH}


@pytest.mark.parametrize("absent", list(PartName))
async def test_a_part_that_the_store_does_not_have_is_known_and_empty_with_a_reason(
    world: World, absent: PartName
) -> None:
    world.store.fail_with(NotFound("read telemetry", "no table otel_traces"), absent)
    await world.otel.refresh()
    assert world.otel.current() is not None
    status = world.status(absent)
    assert (status.state, status.error) == (PartState.ABSENT, "read telemetry: no table otel_traces")
    assert status.failing_since is None


async def test_a_store_without_any_data_is_known_to_be_empty(world: World) -> None:
    world.store.fail_with(NotFound("read telemetry", "no such table"))
    await world.otel.refresh()
    summary = world.known()
    figures = scalars(summary)
    assert (figures.total_services, figures.monitored_nodes) == (0, 0)
    assert summary.logs is not None
    assert (summary.logs.content.summary.total_entries, summary.logs.content.recent) == (0, None)
    nodes = node_metrics_summary(summary)
    assert nodes is not None
    assert (nodes.total_nodes, nodes.online_nodes) == (2, 0), "the cluster has them although none reports"


async def test_data_that_appears_later_is_found(world: World) -> None:
    world.store.fail_with(NotFound("read telemetry", "no such table"), PartName.SLO_MONTH)
    await world.otel.refresh()
    world.store.fail_with(None)
    await world.round_after(300.0)
    assert world.status(PartName.SLO_MONTH).state is PartState.FRESH


async def test_what_cannot_be_renewed_is_shown_as_it_was_with_its_age_and_the_error(world: World) -> None:
    await world.otel.refresh()
    before = world.known()
    world.store.fail_with(DOWN)
    await world.round_after(120.0)
    after = world.known()
    assert after.apm.content is before.apm.content
    assert after.apm.error == "read telemetry: connection refused"
    assert not after.apm.expired
    status = world.status(PartName.APM)
    assert (status.state, status.age_seconds) == (PartState.STALE, 120.0)
    assert status.failing_since == world.clock.now()
    assert world.status(PartName.LOGS).state is PartState.FRESH, "it was not due yet"


async def test_a_failure_of_one_part_touches_no_other(world: World) -> None:
    await world.otel.refresh()
    world.store.fail_with(DOWN, PartName.SLO)
    await world.round_after(60.0)
    summary = world.known()
    assert (summary.slo.error != "", summary.apm.error, summary.nodes.error) == (True, "", "")


async def test_failures_are_never_zeros(world: World) -> None:
    await world.otel.refresh()
    before = scalars(world.known())
    world.store.fail_with(DOWN)
    await _keep_trying(world, 850.0)
    assert scalars(world.known()) == before


async def test_a_part_is_left_out_once_it_is_older_than_the_limit(world: World) -> None:
    await world.otel.refresh()
    world.store.fail_with(DOWN, PartName.APM)
    await _keep_trying(world, 900.0)
    assert not world.known().apm.expired
    await _keep_trying(world, 1.0)
    summary = world.known()
    assert summary.apm.expired
    assert not summary.slo.expired
    assert world.status(PartName.APM).state is PartState.EXPIRED
    assert scalars(summary).total_services > 0, "the figures keep their last value while anything is fresh"


async def test_a_part_expires_without_anybody_asking_for_it(world: World) -> None:
    await world.otel.refresh()
    await world.clock.advance(901.0)
    assert world.otel.current() is None


async def test_a_long_window_is_not_left_out_while_nothing_is_wrong_with_it(quiet_world: World) -> None:
    await quiet_world.otel.refresh()
    quiet_world.store.fail_with(DOWN, PartName.SLO_WEEK)
    await _keep_trying(quiet_world, 1800.0 + 900.0)
    assert not quiet_world.known().slo_windows[SloWindow.WEEK].expired
    assert not quiet_world.known().slo_windows[SloWindow.MONTH].expired
    await _keep_trying(quiet_world, 1.0)
    assert quiet_world.known().slo_windows[SloWindow.WEEK].expired


async def test_there_is_no_summary_when_every_short_window_is_too_old(world: World) -> None:
    await world.otel.refresh()
    world.store.fail_with(DOWN, *SHORT)
    await _keep_trying(world, 901.0)
    assert world.status(PartName.SLO_MONTH).state is PartState.FRESH
    assert world.otel.current() is None
    world.store.fail_with(None)
    await _keep_trying(world, 60.0)
    assert world.states() == {PartState.FRESH}
    assert world.otel.current() is not None


async def test_a_dead_store_is_tried_again_within_a_minute_and_more_rarely_after_each_failure(world: World) -> None:
    world.store.fail_with(DOWN)
    await world.otel.refresh()
    assert 0.0 < world.otel.seconds_until_due() <= 5.0
    await _keep_trying(world, 600.0)
    assert 10 <= world.store.asked[PartName.APM] <= 120
    world.store.fail_with(None)
    await _keep_trying(world, 60.0)
    assert world.otel.current() is not None


async def test_when_one_part_answers_again_the_others_are_asked_at_once(world: World) -> None:
    world.store.fail_with(Unavailable("read telemetry", "too many queries", retry_after_seconds=50.0), *SLOW)
    world.store.fail_with(Unavailable("read telemetry", "too many queries", retry_after_seconds=20.0), *FAST)
    await world.otel.refresh()
    world.store.fail_with(None)
    await world.round_after(20.0)
    assert world.states() == {PartState.FRESH}


async def test_the_scan_of_a_month_that_fails_is_not_repeated_every_minute(quiet_world: World) -> None:
    quiet_world.store.fail_with(Unavailable("read telemetry", "took too long"), PartName.SLO_MONTH)
    await _keep_trying(quiet_world, 7200.0)
    assert 20 <= quiet_world.store.asked[PartName.SLO_MONTH] <= 80


async def test_the_store_may_ask_for_a_pause(world: World) -> None:
    world.store.fail_with(Unavailable("read telemetry", "too many queries", retry_after_seconds=40.0))
    await world.otel.refresh()
    assert world.otel.seconds_until_due() == 40.0


@pytest.mark.parametrize(
    "error", [AccessDenied("read telemetry", "no grant"), UnexpectedAnswer("read telemetry", "no such column")]
)
async def test_what_trying_again_will_not_help_is_not_tried_in_a_loop(world: World, error: PortError) -> None:
    world.store.fail_with(error)
    await world.otel.refresh()
    assert world.otel.seconds_until_due() == 300.0


async def test_a_round_has_its_own_deadline_and_counts_as_failed_for_what_did_not_answer(world: World) -> None:
    world.store.slow_down(1000.0)
    async with anyio.create_task_group() as group:
        group.start_soon(world.otel.refresh)
        await world.clock.advance(29.0)
        assert world.otel.status()[0].error == ""
        await world.clock.advance(1.0)
    assert world.otel.current() is None
    assert {status.error for status in world.otel.status()} == {"no answer within 30 s"}


async def test_what_answered_within_the_deadline_is_kept(world: World) -> None:
    await world.otel.refresh()
    read_at = world.known().apm.read_at
    await world.clock.advance(60.0)
    world.store.slow_down(20.0)
    async with anyio.create_task_group() as group:
        group.start_soon(world.otel.refresh)
        await world.clock.advance(20.0)
    assert world.known().apm.read_at > read_at
    assert world.states() == {PartState.FRESH}


async def test_what_is_known_is_there_at_once_while_a_round_hangs(world: World) -> None:
    await world.otel.refresh()
    before = world.known()
    await world.clock.advance(60.0)
    world.store.slow_down(1000.0)
    async with anyio.create_task_group() as group:
        group.start_soon(world.otel.refresh)
        await anyio.wait_all_tasks_blocked()
        assert world.known().apm == before.apm
        group.cancel_scope.cancel()


async def test_only_one_round_runs_at_a_time_and_who_waits_finds_nothing_due(world: World) -> None:
    world.store.slow_down(10.0)
    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(world.otel.refresh)
        await world.clock.advance(10.0)
    assert world.store.asked == dict.fromkeys(PartName, 1)


async def test_a_cancelled_round_leaves_everything_as_it_was_and_due(world: World) -> None:
    world.store.slow_down(10.0)
    async with anyio.create_task_group() as group:
        group.start_soon(world.otel.refresh)
        await anyio.wait_all_tasks_blocked()
        group.cancel_scope.cancel()
    assert world.states() == {PartState.UNKNOWN}
    assert world.otel.seconds_until_due() == 0.0
    world.store.slow_down(0.0)
    await world.otel.refresh()
    assert world.otel.current() is not None


async def test_a_clock_that_jumps_ages_nothing(world: World) -> None:
    await world.otel.refresh()
    world.clock.jump_wall_clock(-86_400.0)
    assert world.known().apm.expired is False
    world.clock.jump_wall_clock(2 * 86_400.0)
    assert world.known().apm.expired is False
    assert world.status(PartName.APM).age_seconds == 0.0


async def test_nodes_and_their_series_carry_the_clusters_names(world: World) -> None:
    await world.otel.refresh()
    summary = world.known()
    assert [node.node_name for node in summary.nodes.content.nodes] == ["alpha", "beta"]
    assert summary.series is not None
    assert [line.node_name for line in summary.series.content.nodes] == ["alpha", "beta"]


async def test_nodes_without_series_are_named_too(world: World) -> None:
    world.store.fail_with(DOWN, PartName.SERIES)
    await world.otel.refresh()
    assert [node.node_name for node in world.known().nodes.content.nodes] == ["alpha", "beta"]


async def test_the_named_content_is_the_same_instance_until_something_changes(world: World) -> None:
    await world.otel.refresh()
    first, second = world.known(), world.known()
    assert first.nodes.content is second.nodes.content
    assert first.series is not None
    assert second.series is not None
    assert first.series.content is second.series.content


async def test_a_node_that_joins_is_named_without_another_round() -> None:
    world = World(cluster=NodesOnly([a_node("alpha", ADDRESSES[0])]))
    await world.otel.refresh()
    assert [node.node_name for node in world.known().nodes.content.nodes] == [ADDRESSES[1], "alpha"]
    world.cluster.reading = NodesOnly([a_node("alpha", ADDRESSES[0]), a_node("beta", ADDRESSES[1])]).reading
    summary = world.known()
    assert [node.node_name for node in summary.nodes.content.nodes] == ["alpha", "beta"]
    assert summary.nodes.content.cluster_nodes == ("alpha", "beta")


async def test_nodes_are_found_under_any_of_their_addresses_and_their_host_name() -> None:
    cluster = NodesOnly([a_node(ADDRESSES[0], ""), a_node("gamma", "192.0.2.1", ADDRESSES[1])])
    world = World(cluster=cluster)
    await world.otel.refresh()
    assert [node.node_name for node in world.known().nodes.content.nodes] == [ADDRESSES[0], "gamma"]


async def test_an_internal_address_wins_over_an_external_one_of_another_node() -> None:
    cluster = NodesOnly([a_node("gateway", "192.0.2.1", ADDRESSES[0]), a_node("alpha", ADDRESSES[0])])
    world = World(cluster=cluster)
    await world.otel.refresh()
    assert "alpha" in {node.node_name for node in world.known().nodes.content.nodes}


@pytest.mark.parametrize("state", [ReadingState.SYNCING, ReadingState.FORBIDDEN, ReadingState.ABSENT])
async def test_while_the_cluster_does_not_say_the_nodes_that_report_are_all_there_are(state: ReadingState) -> None:
    world = World(cluster=NodesOnly(state=state))
    await world.otel.refresh()
    summary = node_metrics_summary(world.known())
    assert summary is not None
    assert (summary.total_nodes, summary.online_nodes) == (2, 2)


async def test_online_nodes_are_counted_against_the_clusters() -> None:
    nodes = [a_node("alpha", ADDRESSES[0]), a_node("beta", ADDRESSES[1]), a_node("gamma", "10.0.0.3")]
    world = World(cluster=NodesOnly(nodes, ReadingState.STALE))
    await world.otel.refresh()
    summary = node_metrics_summary(world.known())
    assert summary is not None
    assert (summary.total_nodes, summary.online_nodes) == (3, 2)


async def test_no_more_recent_traces_are_asked_for_than_the_master_shows(world: World) -> None:
    await world.otel.refresh()
    traces = world.known().recent_traces
    assert traces is not None
    assert 0 < len(traces.content) <= RECENT_TRACES_LIMIT


async def test_a_good_start_is_one_line_with_counts_and_seconds(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        await world.otel.refresh()
        await _keep_trying(world, 600.0)
    [record] = caplog.records
    assert record.getMessage() == "OTel summary refreshed"
    fields = record.__dict__
    assert (fields["services"], fields["nodes"], fields["ingress_services"], fields["seconds"]) == (7, 2, 2, 0.0)


async def test_an_outage_is_told_when_it_begins_when_data_vanishes_and_when_it_ends(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.otel.refresh()
    began_at = world.clock.now()
    world.store.fail_with(DOWN, *FAST)
    with caplog.at_level(logging.INFO):
        await _keep_trying(world, 1200.0)
        world.store.fail_with(None)
        await _keep_trying(world, 60.0)
    messages = [record.getMessage() for record in caplog.records]
    assert messages == ["OTel summary is stale", "OTel data is unavailable", "OTel summary refreshed"]
    stale, unavailable, refreshed = (record.__dict__ for record in caplog.records)
    assert stale["parts"] == refreshed["parts"] == ["apm", "slo", "nodes", "series"]
    assert 50.0 <= stale["age_seconds"] <= 61.0
    assert stale["error"] == "read telemetry: connection refused"
    assert began_at.isoformat() < unavailable["since"] < world.clock.now().isoformat()
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING", "INFO"]


async def test_a_store_that_is_down_from_the_start_is_told_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.store.fail_with(DOWN)
    with caplog.at_level(logging.INFO):
        await _keep_trying(world, 600.0)
    assert [record.getMessage() for record in caplog.records] == ["OTel data is unavailable"]


async def test_missing_tables_are_told_once(quiet_world: World, caplog: pytest.LogCaptureFixture) -> None:
    quiet_world.store.fail_with(NotFound("read telemetry", "no table otel_logs"), PartName.LOGS)
    with caplog.at_level(logging.INFO):
        await _keep_trying(quiet_world, 900.0)
    told = [record.__dict__ for record in caplog.records if record.getMessage() == "OTel store has no such data"]
    assert [(fields["parts"], fields["reason"]) for fields in told] == [
        (["logs"], "read telemetry: no table otel_logs")
    ]


async def test_nothing_known_is_counted_as_nothing_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.store.fail_with(DOWN, PartName.APM, PartName.SLO, PartName.NODES)
    with caplog.at_level(logging.INFO):
        await world.otel.refresh()
    refreshed = next(record.__dict__ for record in caplog.records if record.getMessage() == "OTel summary refreshed")
    assert (refreshed["services"], refreshed["mesh_services"], refreshed["nodes"]) == (0, 0, 0)


async def test_foreign_text_in_an_error_is_cut(world: World) -> None:
    world.store.fail_with(Unavailable("read telemetry", "x" * 10_000))
    await world.otel.refresh()
    assert len(world.otel.status()[0].error) == 256
