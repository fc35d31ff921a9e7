"""domain.commands.drain: against kubectl's rules, stated a second time and in another way."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commands.drain import (
    Block,
    DaemonSetSight,
    DrainCandidate,
    DrainPlan,
    PodIdentity,
    Skip,
    Warn,
    is_waited_for,
    listed,
    plan_drain,
)
from domain.commands.node_requests import DrainOptions

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
PHASES = ("Running", "Pending", "Unknown", "Succeeded", "Failed", "")


def a_candidate(
    name: str = "web-1",
    *,
    phase: str = "Running",
    has_controller: bool = True,
    daemon_set: DaemonSetSight = DaemonSetSight.NONE,
    is_mirror: bool = False,
    has_empty_dir: bool = False,
    deletion_at: datetime | None = None,
    is_own: bool = False,
) -> DrainCandidate:
    return DrainCandidate(
        pod=PodIdentity(namespace="shop", name=name, uid=f"uid-{name}"),
        phase=phase,
        has_controller=has_controller,
        daemon_set=daemon_set,
        daemon_set_problem="is forbidden" if daemon_set is DaemonSetSight.UNKNOWN else "",
        is_mirror=is_mirror,
        has_empty_dir=has_empty_dir,
        deletion_at=deletion_at,
        is_own=is_own,
    )


@st.composite
def candidates(draw: st.DrawFn) -> list[DrainCandidate]:
    deletions = st.none() | st.integers(-90, 90).map(lambda seconds: NOW + timedelta(seconds=seconds / 2))
    return [
        a_candidate(
            f"web-{number}",
            phase=draw(st.sampled_from(PHASES)),
            has_controller=draw(st.booleans()),
            daemon_set=draw(st.sampled_from(DaemonSetSight)),
            is_mirror=draw(st.booleans()),
            has_empty_dir=draw(st.booleans()),
            deletion_at=draw(deletions),
        )
        for number in range(draw(st.integers(0, 6)))
    ]


OPTIONS = st.builds(
    DrainOptions,
    ignore_daemon_sets=st.booleans(),
    delete_empty_dir_data=st.booleans(),
    force=st.booleans(),
    skip_wait_for_delete_timeout_seconds=st.sampled_from([0, 0, 1, 30]),
)


def kubectl(pod: DrainCandidate, options: DrainOptions) -> Skip | Block | None:
    """What kubectl's documentation and its filters come to for one pod, as a table; None: it goes."""
    limit, sight = options.skip_wait_for_delete_timeout_seconds, pod.daemon_set
    is_old = limit > 0 and pod.deletion_at is not None and int((NOW - pod.deletion_at).total_seconds()) > limit
    is_finished = pod.phase in ("Succeeded", "Failed")
    table: tuple[tuple[bool, Skip | Block | None], ...] = (
        (is_old, Skip.DELETED_LONG_AGO),
        (is_finished and pod.is_mirror, Skip.MIRROR),
        (is_finished, None),
        (sight is DaemonSetSight.UNKNOWN, Block.DAEMON_SET_UNKNOWN),
        (sight is DaemonSetSight.MISSING and not options.force, Block.DAEMON_SET_MISSING),
        (sight is DaemonSetSight.FOUND and not options.ignore_daemon_sets, Block.DAEMON_SET),
        (sight is DaemonSetSight.FOUND, Skip.DAEMON_SET),
        (pod.is_mirror, Skip.MIRROR),
        (pod.has_empty_dir and not options.delete_empty_dir_data, Block.LOCAL_DATA),
        (not pod.has_controller and not options.force, Block.UNMANAGED),
    )
    return next((verdict for applies, verdict in table if applies), None)


@given(candidates(), OPTIONS)
def test_every_pod_meets_what_kubectl_has_for_it(pods: list[DrainCandidate], options: DrainOptions) -> None:
    plan = plan_drain(pods, options, NOW)
    verdicts = {pod.pod: kubectl(pod, options) for pod in pods}
    assert [eviction.pod for eviction in plan.evictions] == [pod for pod, verdict in verdicts.items() if not verdict]
    assert dict(plan.skipped) == {pod: verdict for pod, verdict in verdicts.items() if isinstance(verdict, Skip)}
    assert {candidate.pod: block for candidate, block in plan.blocked} == {
        pod: verdict for pod, verdict in verdicts.items() if isinstance(verdict, Block)
    }
    assert bool(plan.objection) is bool(plan.blocked)


@given(candidates(), OPTIONS)
def test_no_pod_is_lost_and_none_counts_twice(pods: list[DrainCandidate], options: DrainOptions) -> None:
    plan = plan_drain(pods, options, NOW)
    found = [
        *(one.pod for one in plan.evictions),
        *(pod for pod, _ in plan.skipped),
        *(one.pod for one, _ in plan.blocked),
    ]
    assert sorted(found, key=str) == sorted((pod.pod for pod in pods), key=str)


@given(candidates(), OPTIONS)
def test_to_permit_more_never_blocks_a_pod_that_went_before(pods: list[DrainCandidate], options: DrainOptions) -> None:
    generous = DrainOptions(
        ignore_daemon_sets=options.ignore_daemon_sets,
        delete_empty_dir_data=True,
        force=True,
        skip_wait_for_delete_timeout_seconds=options.skip_wait_for_delete_timeout_seconds,
    )
    before = {one.pod for one in plan_drain(pods, options, NOW).evictions}
    assert before <= {one.pod for one in plan_drain(pods, generous, NOW).evictions}


@given(candidates(), st.integers(0, 5))
def test_the_agents_own_pod_goes_last(pods: list[DrainCandidate], place: int) -> None:
    pods.insert(min(place, len(pods)), a_candidate("agent", is_own=True))
    generous = DrainOptions(delete_empty_dir_data=True, force=True)
    assert plan_drain(pods, generous, NOW).evictions[-1].pod.name == "agent"


@pytest.mark.parametrize(
    ("candidate", "warnings"),
    [
        (a_candidate(), ()),
        (a_candidate(has_empty_dir=True), (Warn.LOCAL_DATA,)),
        (a_candidate(has_controller=False), (Warn.UNMANAGED,)),
        (
            a_candidate(daemon_set=DaemonSetSight.MISSING, has_empty_dir=True),
            (Warn.DAEMON_SET_MISSING, Warn.LOCAL_DATA),
        ),
        (a_candidate(phase="Succeeded", has_empty_dir=True, has_controller=False), ()),
    ],
)
def test_what_is_lost_with_a_pod_is_said_all_of_it(candidate: DrainCandidate, warnings: tuple[Warn, ...]) -> None:
    (eviction,) = plan_drain([candidate], DrainOptions(delete_empty_dir_data=True, force=True), NOW).evictions
    assert eviction.warnings == warnings


def test_an_objection_names_each_reason_with_its_pods_and_what_permits_it() -> None:
    plan = plan_drain(
        [
            a_candidate("cache", has_empty_dir=True),
            a_candidate("single", has_controller=False),
            a_candidate("other", has_controller=False),
            a_candidate("agent", daemon_set=DaemonSetSight.UNKNOWN),
        ],
        DrainOptions(),
        NOW,
    )
    assert plan.objection == (
        "1 pod with data in an emptyDir (deleteEmptyDirData gives it up): shop/cache; "
        "2 pods without a controller that would make them again (force evicts them): shop/single, shop/other; "
        "1 pod of a DaemonSet that cannot be looked up: is forbidden: shop/agent"
    )


@pytest.mark.parametrize("block", Block)
def test_every_reason_for_not_going_is_said(block: Block) -> None:
    assert block.value in DrainPlan(blocked=((a_candidate(), block),)).objection


def test_a_plan_for_no_pods_has_nothing_to_object_to() -> None:
    assert plan_drain([], DrainOptions(), NOW) == DrainPlan()
    assert DrainPlan().objection == ""


@pytest.mark.parametrize(
    ("age_seconds", "limit_seconds", "is_worth_it"),
    [(None, 5, True), (900, 0, True), (5, 5, True), (5.9, 5, True), (6, 5, False), (-30, 5, True)],
)
def test_an_old_deletion_is_not_waited_for(age_seconds: float | None, limit_seconds: int, is_worth_it: bool) -> None:
    deletion_at = None if age_seconds is None else NOW - timedelta(seconds=age_seconds)
    assert is_waited_for(deletion_at, limit_seconds, NOW) is is_worth_it


def test_a_list_of_names_stays_readable() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed(str(number) for number in range(23)).endswith("18, 19 and 3 more")
