"""What every NodeOperator promises (ports.nodes)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from adapters.kubernetes.operations.nodes import KubernetesNodeOperator
from adapters.memory.node_operator import OPERATIONS, InMemoryNodeOperator
from domain.commands.drain import DaemonSetSight, DrainCandidate, PodIdentity
from ports.errors import AccessDenied, InvalidRequest, NotFound, Unavailable
from ports.nodes import Eviction, NodeOperator, Removal
from tests.support.node_clusters import CLUSTERS, NODE, Cluster

PORT = NodeOperator
ADAPTERS = (KubernetesNodeOperator, InMemoryNodeOperator)

NOBODY = PodIdentity(namespace="shop", name="nobody", uid="uid-nobody")


@pytest.fixture(params=sorted(CLUSTERS))
async def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Cluster]:
    async with CLUSTERS[request.param](tmp_path) as cluster:
        yield cluster


async def candidate(cluster: Cluster, prefix: str, node: str = NODE) -> DrainCandidate:
    candidates = await cluster.operator.drain_candidates(node)
    return next(one for one in candidates if one.pod.name.startswith(prefix))


async def pod(cluster: Cluster, prefix: str, node: str = NODE) -> PodIdentity:
    return (await candidate(cluster, prefix, node)).pod


async def test_a_node_is_taken_out_of_service_and_back(cluster: Cluster) -> None:
    out = await cluster.operator.cordon(NODE)
    assert (out.node, out.unschedulable, out.changed, bool(out.uid)) == (NODE, True, True, True)
    assert cluster.is_unschedulable(NODE)
    back = await cluster.operator.uncordon(NODE)
    assert (back.node, back.unschedulable, back.changed, back.uid) == (NODE, False, True, out.uid)
    assert not cluster.is_unschedulable(NODE)


async def test_a_node_that_is_so_already_is_no_change(cluster: Cluster) -> None:
    assert not (await cluster.operator.cordon("worker-4")).changed
    assert cluster.is_unschedulable("worker-4")
    assert not (await cluster.operator.uncordon(NODE)).changed
    assert not cluster.is_unschedulable(NODE)


async def test_a_dry_run_says_what_would_change_and_changes_nothing(cluster: Cluster) -> None:
    would = await cluster.operator.cordon(NODE, dry_run=True)
    assert (would.unschedulable, would.changed) == (True, True)
    assert not cluster.is_unschedulable(NODE)


async def test_a_node_that_is_not_there_is_not_found_and_has_no_pods(cluster: Cluster) -> None:
    with pytest.raises(NotFound, match="cordon node worker-99"):
        await cluster.operator.cordon("worker-99")
    with pytest.raises(NotFound):
        await cluster.operator.uncordon("worker-99")
    assert await cluster.operator.drain_candidates("worker-99") == ()


async def test_the_pods_of_a_node_come_sorted_and_each_once(cluster: Cluster) -> None:
    pods = [one.pod for one in await cluster.operator.drain_candidates(NODE)]
    assert len(pods) >= 4
    assert pods == sorted(set(pods), key=lambda pod: (pod.namespace, pod.name))
    assert all(pod.uid for pod in pods)


async def test_what_the_filters_look_at_is_told_of_every_pod(cluster: Cluster) -> None:
    plain = await candidate(cluster, "postgres-0")
    assert (plain.phase, plain.has_controller, plain.daemon_set) == ("Running", True, DaemonSetSight.NONE)
    assert (plain.is_mirror, plain.has_empty_dir, plain.deletion_at, plain.is_own) == (False, False, None, False)
    assert (await candidate(cluster, "web-")).has_empty_dir
    assert (await candidate(cluster, "kube-proxy-")).daemon_set is DaemonSetSight.FOUND
    assert not (await candidate(cluster, "toolbox", "worker-4")).has_controller
    assert (await candidate(cluster, "etcd-", "control-plane-1")).is_mirror
    assert (await candidate(cluster, "backup-postgres-", "worker-1")).phase == "Succeeded"


async def test_the_agents_own_pod_is_known(cluster: Cluster) -> None:
    own = [one.pod.name for one in await cluster.operator.drain_candidates(NODE) if one.is_own]
    assert [name.rpartition("-")[0].startswith("otel-collector") for name in own] == [True]


async def test_a_selector_leaves_other_pods_out(cluster: Cluster) -> None:
    found = [one.pod.name for one in await cluster.operator.drain_candidates(NODE, "tier=backend")]
    assert any(name.startswith("web-") for name in found)
    assert not any(name.startswith("postgres") for name in found)
    assert await cluster.operator.drain_candidates(NODE, "tier=nothing") == ()


async def test_a_text_that_is_no_selector_is_an_invalid_request(cluster: Cluster) -> None:
    with pytest.raises(InvalidRequest):
        await cluster.operator.drain_candidates(NODE, "!!")


@pytest.mark.parametrize("removal", [Removal(), Removal(by_deletion=True), Removal(grace_period_seconds=5)])
async def test_a_pod_that_is_told_to_end_is_there_until_it_has_ended(cluster: Cluster, removal: Removal) -> None:
    web = await pod(cluster, "web-")
    assert (await cluster.operator.evict(web, removal)).eviction is Eviction.DONE
    remaining = await cluster.operator.remaining(NODE, [web, NOBODY])
    moment = remaining[web]
    assert moment is not None
    assert moment.tzinfo is UTC
    assert set(remaining) == {web}
    await cluster.let_endings_end()
    assert await cluster.operator.remaining(NODE, [web]) == {}


async def test_a_pod_that_nobody_has_deleted_remains_without_an_end(cluster: Cluster) -> None:
    web = await pod(cluster, "web-")
    assert await cluster.operator.remaining(NODE, [web]) == {web: None}


async def test_to_ask_again_for_the_end_of_a_pod_does_no_harm(cluster: Cluster) -> None:
    postgres = await pod(cluster, "postgres-0")
    for _ in range(2):
        assert (await cluster.operator.evict(postgres, Removal())).eviction is Eviction.DONE
    await cluster.let_endings_end()
    await cluster.operator.cordon(NODE)
    assert (await cluster.operator.evict(postgres, Removal())).eviction is Eviction.GONE


@pytest.mark.parametrize("by_deletion", [False, True])
async def test_another_pod_of_the_same_name_stays(cluster: Cluster, *, by_deletion: bool) -> None:
    web = await pod(cluster, "web-")
    answer = await cluster.operator.evict(replace(web, uid="uid-before"), Removal(by_deletion=by_deletion))
    assert answer.eviction is Eviction.GONE
    assert await cluster.operator.remaining(NODE, [web, replace(web, uid="uid-before")]) == {web: None}


@pytest.mark.parametrize("by_deletion", [False, True])
async def test_a_pod_that_is_not_there_is_gone(cluster: Cluster, *, by_deletion: bool) -> None:
    assert (await cluster.operator.evict(NOBODY, Removal(by_deletion=by_deletion))).eviction is Eviction.GONE


async def test_a_budget_blocks_what_it_does_not_permit_and_is_named(cluster: Cluster) -> None:
    assert (await cluster.operator.evict(await pod(cluster, "postgres-0"), Removal())).eviction is Eviction.DONE
    second = await pod(cluster, "postgres-1", "worker-3")
    for removal in (Removal(), Removal(dry_run=True)):
        answer = await cluster.operator.evict(second, removal)
        assert answer.eviction is Eviction.BLOCKED
        assert "The disruption budget postgres needs 1 healthy pods" in answer.why
    assert await cluster.operator.remaining("worker-3", [second]) == {second: None}
    assert (await cluster.operator.evict(second, Removal(by_deletion=True))).eviction is Eviction.DONE


@pytest.mark.parametrize("by_deletion", [False, True])
async def test_a_dry_run_ends_no_pod(cluster: Cluster, *, by_deletion: bool) -> None:
    web = await pod(cluster, "web-")
    removal = Removal(by_deletion=by_deletion, dry_run=True)
    assert (await cluster.operator.evict(web, removal)).eviction is Eviction.DONE
    assert await cluster.operator.remaining(NODE, [web]) == {web: None}


async def _every_call(cluster: Cluster) -> dict[str, Callable[[], Awaitable[object]]]:
    operator, web = cluster.operator, await pod(cluster, "web-")
    await operator.cordon("worker-3")
    return {
        "cordon": lambda: operator.cordon(NODE),
        "uncordon": lambda: operator.uncordon("worker-3"),
        "drain_candidates": lambda: operator.drain_candidates(NODE),
        "evict": lambda: operator.evict(web, Removal()),
        "remaining": lambda: operator.remaining(NODE, [web]),
    }


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_right_that_is_missing_is_access_denied(cluster: Cluster, operation: str) -> None:
    call = (await _every_call(cluster))[operation]
    cluster.refuse(operation)
    with pytest.raises(AccessDenied):
        await call()
    assert (cluster.is_unschedulable(NODE), cluster.is_unschedulable("worker-3")) == (False, True)


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_an_api_server_that_is_down_is_unavailable(cluster: Cluster, operation: str) -> None:
    call = (await _every_call(cluster))[operation]
    cluster.fall_silent()
    with pytest.raises(Unavailable):
        await call()
