"""What every WorkloadOperator promises (ports.workloads)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.kubernetes.operations.workloads import KubernetesWorkloadOperator
from adapters.memory.workload_operator import InMemoryWorkloadOperator
from domain.commands.target import Target
from domain.commands.workload_requests import DeletionOptions, Propagation, ScaleRequest, UpdateImageRequest
from domain.commands.workload_results import DeleteResult, DeletionState, RestartResult, ScaleResult, UpdateImageResult
from domain.errors import InvalidCommandError
from ports.errors import AccessDenied, Conflict, NotFound, Unavailable
from ports.workloads import WorkloadOperator
from tests.contract.workload_clusters import CLUSTERS, CRON_JOB, DAEMON_SET, DEPLOYMENT, STATEFUL_SET, Cluster
from tests.support.workloads import served

PORT = WorkloadOperator
ADAPTERS = (KubernetesWorkloadOperator, InMemoryWorkloadOperator)

ASKED_AT = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)
RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
IMAGE = "registry.example/new:2"


@pytest.fixture(params=sorted(CLUSTERS))
async def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Cluster]:
    async with CLUSTERS[request.param](tmp_path) as cluster:
        yield cluster


async def _restart(cluster: Cluster, target: Target = DEPLOYMENT, asked_at: datetime = ASKED_AT) -> RestartResult:
    return await cluster.operator.restart(served(target.kind), target, asked_at)


async def _update_image(
    cluster: Cluster, target: Target = DEPLOYMENT, container: str = "web", image: str = IMAGE
) -> UpdateImageResult:
    request = UpdateImageRequest(target=target, image=image, container=container)
    return await cluster.operator.update_image(served(target.kind), request)


async def _delete(cluster: Cluster, target: Target = DEPLOYMENT, **options: object) -> DeleteResult:
    return await cluster.operator.delete(served(target.kind), target, DeletionOptions(**options))  # type: ignore[arg-type] # as its fields say


async def _scaled(cluster: Cluster, request: ScaleRequest) -> ScaleResult:
    return await cluster.operator.scale(served(request.target.kind), request)


Change = Callable[[Cluster], Awaitable[object]]
CHANGES: dict[str, Change] = {
    "scale": lambda cluster: _scaled(cluster, _scale(7)),
    "restart": _restart,
    "update_image": _update_image,
    "delete": _delete,
}
"""One change of the Deployment by each method."""


def _scale(
    replicas: int, target: Target = DEPLOYMENT, *, current_replicas: int | None = None, resource_version: str = ""
) -> ScaleRequest:
    return ScaleRequest(
        target=target, replicas=replicas, current_replicas=current_replicas, resource_version=resource_version
    )


@pytest.mark.parametrize("target", [DEPLOYMENT, STATEFUL_SET], ids=str)
@pytest.mark.parametrize("replicas", [0, 1, 5])
async def test_a_workload_gets_the_number_that_was_asked_for(cluster: Cluster, target: Target, replicas: int) -> None:
    before = cluster.replicas(target)
    result = await _scaled(cluster, _scale(replicas, target))
    assert (result.previous_replicas, result.replicas, result.changed) == (before, replicas, True)
    assert cluster.replicas(target) == replicas


async def test_a_number_that_it_has_already_changes_nothing(cluster: Cluster) -> None:
    before = cluster.replicas(DEPLOYMENT)
    result = await _scaled(cluster, _scale(before))
    assert (result.previous_replicas, result.replicas, result.changed) == (before, before, False)
    assert cluster.replicas(DEPLOYMENT) == before


async def test_a_number_that_is_as_the_caller_said_is_changed(cluster: Cluster) -> None:
    before = cluster.replicas(DEPLOYMENT)
    assert (await _scaled(cluster, _scale(before + 1, current_replicas=before))).changed
    assert cluster.replicas(DEPLOYMENT) == before + 1


async def test_another_number_than_the_caller_said_is_a_conflict(cluster: Cluster) -> None:
    before = cluster.replicas(DEPLOYMENT)
    with pytest.raises(Conflict, match="scale Deployment shop/web"):
        await _scaled(cluster, _scale(before + 1, current_replicas=before + 7))
    assert cluster.replicas(DEPLOYMENT) == before


async def test_another_version_than_the_caller_said_is_a_conflict(cluster: Cluster) -> None:
    before = cluster.replicas(DEPLOYMENT)
    with pytest.raises(Conflict):
        await _scaled(cluster, _scale(before + 1, resource_version="no-such-version"))
    assert cluster.replicas(DEPLOYMENT) == before


async def test_what_must_hold_is_looked_at_even_if_nothing_would_change(cluster: Cluster) -> None:
    before = cluster.replicas(DEPLOYMENT)
    with pytest.raises(Conflict):
        await _scaled(cluster, _scale(before, current_replicas=before + 7))


@pytest.mark.parametrize(
    "target",
    [
        Target(kind="Deployment", namespace="shop", name="gone"),
        Target(kind="Deployment", namespace="gone", name="web"),
        Target(kind="StatefulSet", namespace="shop", name="web"),
    ],
    ids=str,
)
async def test_a_workload_that_is_not_there_is_not_found(cluster: Cluster, target: Target) -> None:
    with pytest.raises(NotFound):
        await _scaled(cluster, _scale(3, target))


async def test_a_precondition_that_holds_is_no_hindrance(cluster: Cluster) -> None:
    before = cluster.replicas(DEPLOYMENT)
    assert (await _scaled(cluster, _scale(before, current_replicas=before))).changed is False


@pytest.mark.parametrize("target", [DEPLOYMENT, STATEFUL_SET, DAEMON_SET], ids=str)
async def test_a_restart_is_written_on_the_template_with_the_time_of_the_command(
    cluster: Cluster, target: Target
) -> None:
    result = await _restart(cluster, target)
    assert (result.restarted_at, result.changed) == ("2026-03-04T05:06:07Z", True)
    assert cluster.template_annotations(target) == {RESTARTED_AT: "2026-03-04T05:06:07Z"}


async def test_the_same_restart_again_changes_nothing(cluster: Cluster) -> None:
    await _restart(cluster)
    result = await _restart(cluster)
    assert (result.restarted_at, result.changed) == ("2026-03-04T05:06:07Z", False)


async def test_a_later_restart_is_another_one(cluster: Cluster) -> None:
    await _restart(cluster)
    assert (await _restart(cluster, asked_at=ASKED_AT + timedelta(seconds=1))).changed
    assert cluster.template_annotations(DEPLOYMENT) == {RESTARTED_AT: "2026-03-04T05:06:08Z"}


@pytest.mark.parametrize("target", [STATEFUL_SET, DAEMON_SET, CRON_JOB], ids=str)
async def test_the_only_container_gets_the_image_without_being_named(cluster: Cluster, target: Target) -> None:
    ((name, before),) = cluster.images(target).items()
    result = await _update_image(cluster, target, container="")
    assert (result.container, result.previous_image, result.image, result.changed) == (name, before, IMAGE, True)
    assert cluster.images(target) == {name: IMAGE}


async def test_of_several_containers_the_named_one_gets_the_image(cluster: Cluster) -> None:
    before = cluster.images(DEPLOYMENT)
    assert len(before) > 1
    for name, image in before.items():
        result = await _update_image(cluster, container=name)
        assert (result.container, result.previous_image) == (name, image)
        assert cluster.images(DEPLOYMENT)[name] == IMAGE
    assert set(cluster.images(DEPLOYMENT).values()) == {IMAGE}


async def test_which_of_several_containers_is_never_guessed(cluster: Cluster) -> None:
    before = cluster.images(DEPLOYMENT)
    for name in ("", "nobody"):
        with pytest.raises(InvalidCommandError, match=r"container: .*there are: .*web"):
            await _update_image(cluster, container=name)
    assert cluster.images(DEPLOYMENT) == before


async def test_an_image_that_it_has_already_changes_nothing(cluster: Cluster) -> None:
    before = cluster.images(DEPLOYMENT)
    result = await _update_image(cluster, image=before["web"])
    assert (result.previous_image, result.image, result.changed) == (before["web"], before["web"], False)
    assert cluster.images(DEPLOYMENT) == before


async def test_a_pod_gets_the_image_itself(cluster: Cluster) -> None:
    pod = cluster.some_pod()
    assert (await _update_image(cluster, pod)).changed
    assert cluster.images(pod)["web"] == IMAGE
    assert cluster.images(DEPLOYMENT)["web"] != IMAGE


@pytest.mark.parametrize("target", [DEPLOYMENT, STATEFUL_SET, DAEMON_SET, CRON_JOB], ids=str)
async def test_what_is_deleted_is_gone(cluster: Cluster, target: Target) -> None:
    result = await _delete(cluster, target)
    assert (result.state, result.finalizers, result.grace_period_seconds) == (DeletionState.DELETED, (), None)
    assert result.uid
    assert not cluster.exists(target)
    with pytest.raises(NotFound):
        await _delete(cluster, target)


@pytest.mark.parametrize(
    ("propagation", "finalizer"), [(Propagation.FOREGROUND, "foregroundDeletion"), (Propagation.ORPHAN, "orphan")]
)
async def test_what_waits_for_its_dependents_says_so(
    cluster: Cluster, propagation: Propagation, finalizer: str
) -> None:
    result = await _delete(cluster, propagation=propagation)
    assert (result.state, result.finalizers) == (DeletionState.TERMINATING, (finalizer,))
    assert not cluster.exists(DEPLOYMENT)


async def test_a_pod_gets_its_time_to_end(cluster: Cluster) -> None:
    pod = cluster.some_pod()
    uid = cluster.uid(pod)
    result = await _delete(cluster, pod)
    assert (result.state, result.uid, result.grace_period_seconds) == (DeletionState.TERMINATING, uid, 30)
    assert not cluster.exists(pod)
    again = await _delete(cluster, pod, grace_period_seconds=5)
    assert any("terminating already" in warning for warning in again.warnings)


async def test_a_pod_can_be_given_another_time_to_end(cluster: Cluster) -> None:
    result = await _delete(cluster, cluster.some_pod(), grace_period_seconds=7)
    assert (result.state, result.grace_period_seconds) == (DeletionState.TERMINATING, 7)


@pytest.mark.parametrize("seconds", [None, 0])
async def test_a_pod_that_is_forced_is_gone_at_once(cluster: Cluster, seconds: int | None) -> None:
    pod = cluster.some_pod()
    result = await _delete(cluster, pod, force=True, grace_period_seconds=seconds)
    assert result.state is DeletionState.DELETED
    with pytest.raises(NotFound):
        await _delete(cluster, pod)


async def test_a_dry_run_deletes_nothing(cluster: Cluster) -> None:
    for target in (DEPLOYMENT, cluster.some_pod()):
        assert (await _delete(cluster, target, dry_run=True)).state is DeletionState.DRY_RUN
        assert cluster.exists(target)


@pytest.mark.parametrize("precondition", ["uid", "resource_version"])
async def test_another_object_than_the_caller_means_stays(cluster: Cluster, precondition: str) -> None:
    pod = cluster.some_pod()
    with pytest.raises(Conflict, match="not another"):
        await _delete(cluster, pod, **{precondition: "another"})
    assert cluster.exists(pod)


async def test_the_object_that_the_caller_means_goes(cluster: Cluster) -> None:
    pod = cluster.some_pod()
    assert (await _delete(cluster, pod, uid=cluster.uid(pod))).uid
    assert not cluster.exists(pod)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_right_that_is_missing_is_access_denied_and_nothing_changes(cluster: Cluster, change: Change) -> None:
    before = cluster.replicas(DEPLOYMENT), cluster.images(DEPLOYMENT), cluster.template_annotations(DEPLOYMENT)
    cluster.refuse()
    with pytest.raises(AccessDenied):
        await change(cluster)
    assert cluster.exists(DEPLOYMENT)
    after = cluster.replicas(DEPLOYMENT), cluster.images(DEPLOYMENT), cluster.template_annotations(DEPLOYMENT)
    assert after == before


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_an_api_server_that_is_down_is_unavailable(cluster: Cluster, change: Change) -> None:
    cluster.fall_silent()
    with pytest.raises(Unavailable):
        await change(cluster)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "Pod"])
async def test_what_is_not_there_is_not_found_by_any_change(cluster: Cluster, kind: str) -> None:
    gone = Target(kind=kind, namespace="shop", name="gone")
    for change in (_restart, _update_image, _delete) if kind != "Pod" else (_update_image, _delete):
        with pytest.raises(NotFound):
            await change(cluster, gone)
