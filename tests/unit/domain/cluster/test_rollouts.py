"""Rollout phases and badges: the precedence is fixed, whatever the order of the API's conditions."""

from itertools import permutations

import pytest

from domain.cluster.deployments import DeploymentCondition, DeploymentSpec, DeploymentStatus
from domain.cluster.rollouts import PodCounts, deployment_rollout, pods_to_update, workload_rollout
from domain.cluster.templates import Rollout

AVAILABLE = DeploymentCondition(type="Available", status="True", reason="MinimumReplicasAvailable", message="fine")
UNAVAILABLE = DeploymentCondition(type="Available", status="False", reason="MinimumReplicasUnavailable")
ROLLED_OUT = DeploymentCondition(type="Progressing", status="True", reason="NewReplicaSetAvailable", message="over")
MOVING = DeploymentCondition(type="Progressing", status="True", reason="ReplicaSetUpdated", message="moving")
STUCK = DeploymentCondition(
    type="Progressing", status="False", reason="ProgressDeadlineExceeded", message="timed out progressing"
)
PAUSED = DeploymentCondition(type="Progressing", status="Unknown", reason="DeploymentPaused")
REFUSED = DeploymentCondition(type="ReplicaFailure", status="True", reason="FailedCreate", message="quota exceeded")
NOT_REFUSED = DeploymentCondition(type="ReplicaFailure", status="False")


def rollout(
    *conditions: DeploymentCondition,
    replicas: int | None = 3,
    total: int = 3,
    updated: int = 3,
    available: int = 3,
    observed: int = 2,
    generation: int = 2,
    is_paused: bool = False,
) -> Rollout:
    """Of a Deployment that has finished, but for what is given."""
    status = DeploymentStatus(
        observed_generation=observed,
        replicas=total,
        updated_replicas=updated,
        ready_replicas=available,
        available_replicas=available,
        conditions=conditions,
    )
    return deployment_rollout(DeploymentSpec(replicas=replicas), status, generation=generation, is_paused=is_paused)


def test_a_deployment_whose_rollout_is_over_is_available_though_progressing_stays_true() -> None:
    assert rollout(AVAILABLE, ROLLED_OUT) == Rollout(phase="Available", badges=("Available",))


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"observed": 1}, "waiting for the controller to see the new spec"),
        ({"updated": 1}, "1 of 3 new pods have been created"),
        ({"total": 4}, "1 old pods are to be removed"),
        ({"available": 2}, "2 of 3 pods are available"),
    ],
)
def test_what_is_left_to_do_is_progress_and_is_said(numbers: dict[str, int], message: str) -> None:
    assert rollout(AVAILABLE, MOVING, **numbers) == Rollout(  # type: ignore[arg-type] # numbers only
        phase="Progressing", message=message, badges=("Available", "Progressing")
    )


@pytest.mark.parametrize(
    ("conditions", "is_paused", "phase", "badges", "message"),
    [
        ((AVAILABLE, STUCK), False, "Failed", ("Available", "Failed"), "timed out progressing"),
        (
            (AVAILABLE, MOVING, REFUSED),
            False,
            "Failed",
            ("Available", "Progressing", "ReplicaFailure"),
            "quota exceeded",
        ),
        (
            (AVAILABLE, STUCK, REFUSED),
            True,
            "Failed",
            ("Available", "Failed", "ReplicaFailure", "Paused"),
            "timed out progressing",
        ),
        ((AVAILABLE, PAUSED), True, "Paused", ("Available", "Paused"), "paused; 1 of 3 new pods have been created"),
        (
            (UNAVAILABLE, MOVING, NOT_REFUSED),
            False,
            "Progressing",
            ("Progressing",),
            "1 of 3 new pods have been created",
        ),
        ((), False, "Progressing", ("Progressing",), "1 of 3 new pods have been created"),
    ],
)
def test_failed_goes_before_paused_before_progressing_in_every_order_of_conditions(
    conditions: tuple[DeploymentCondition, ...], *, is_paused: bool, phase: str, badges: tuple[str, ...], message: str
) -> None:
    for order in permutations(conditions):
        found = rollout(*order, updated=1, available=1, is_paused=is_paused)
        assert found == Rollout(phase=phase, message=message, badges=badges)


def test_a_deployment_that_wants_no_pods_has_nothing_left_to_do() -> None:
    assert rollout(AVAILABLE, replicas=0, total=0, updated=0, available=0).phase == "Available"
    assert rollout(replicas=None, total=0, updated=0, available=0).phase == "Available"


def test_a_paused_deployment_that_has_finished_is_paused_and_no_more() -> None:
    assert rollout(AVAILABLE, PAUSED, is_paused=True) == Rollout(
        phase="Paused", message="paused", badges=("Available", "Paused")
    )


def test_finished_without_being_available_is_said() -> None:
    found = rollout(UNAVAILABLE, ROLLED_OUT)
    assert (found.phase, found.badges) == ("Available", ())
    assert found.message


@pytest.mark.parametrize(
    ("wanted", "ready", "updated", "to_update", "phase", "badges"),
    [
        (3, 3, 3, 3, "Complete", ()),
        (3, 2, 1, 3, "Progressing", ("Updating",)),
        (3, 0, 1, 3, "Progressing", ("Updating",)),
        (3, 2, 3, 3, "Progressing", ("Scaling",)),
        (3, 0, 3, 3, "Degraded", ()),
        (0, 0, 0, 0, "Complete", ()),
        (3, 3, 1, 1, "Complete", ()),
        (3, 0, 0, 0, "Degraded", ()),
    ],
)
def test_stateful_sets_and_daemon_sets(
    wanted: int, ready: int, updated: int, to_update: int, phase: str, badges: tuple[str, ...]
) -> None:
    found = workload_rollout(PodCounts(wanted=wanted, ready=ready, updated=updated, to_update=to_update), "More")
    assert (found.phase, found.badges) == (phase, (*badges, "More"))
    assert bool(found.message) is (phase != "Complete")


@pytest.mark.parametrize(
    ("strategy", "partition", "expected"),
    [
        ("RollingUpdate", None, 5),
        ("RollingUpdate", 2, 3),
        ("RollingUpdate", 9, 0),
        ("RollingUpdate", -1, 5),
        ("", None, 5),
        ("OnDelete", None, 0),
        ("OnDelete", 2, 0),
    ],
)
def test_a_controller_replaces_only_the_pods_that_its_strategy_lets_it(
    strategy: str, partition: int | None, expected: int
) -> None:
    assert pods_to_update(5, strategy, partition) == expected
