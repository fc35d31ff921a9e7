"""What every WorkloadOperator promises (ports.cluster)."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

import pytest
from typing_extensions import override

from adapters.kubernetes.operator import KubernetesWorkloadOperator
from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from domain.commands.requests import Target
from domain.commands.workload_requests import ScaleRequest
from ports.cluster import WorkloadOperator
from ports.errors import AccessDenied, Conflict, InvalidRequest, NotFound, Unavailable
from tests.support.api_answers import with_status
from tests.support.api_client import connected
from tests.support.api_objects import a_workload
from tests.support.api_server import ApiServer

PORT = WorkloadOperator
ADAPTERS = (KubernetesWorkloadOperator, InMemoryCluster)

DEPLOYMENT = Target(kind="Deployment", namespace="shop", name="web")
STATEFUL_SET = Target(kind="StatefulSet", namespace="data", name="postgres")


class Cluster(Protocol):
    """A cluster with these two workloads, that ask for more than one replica."""

    operator: WorkloadOperator

    @abstractmethod
    def replicas(self, target: Target) -> int:
        """How many a workload asks for now."""

    @abstractmethod
    def refuse(self) -> None:
        """Take the right to change away."""

    @abstractmethod
    def fall_silent(self) -> None:
        """Be unavailable from now on."""


class LoopbackCluster(Cluster):
    """The Kubernetes adapter against an API server on loopback."""

    def __init__(self, operator: WorkloadOperator, server: ApiServer) -> None:
        self.operator = operator
        self._server = server

    @override
    def replicas(self, target: Target) -> int:
        plural = {"Deployment": "deployments", "StatefulSet": "statefulsets"}[target.kind]
        return int(self._server.get(plural, target.name, target.namespace)["spec"]["replicas"])

    @override
    def refuse(self) -> None:
        self._server.denied |= {(verb, "deployments") for verb in ("patch", "update")}

    @override
    def fall_silent(self) -> None:
        self._server.fail(with_status(503, "down"), times=1_000_000)


@asynccontextmanager
async def _kubernetes(folder: Path) -> AsyncIterator[Cluster]:
    server = ApiServer()
    server.put("deployments", a_workload())
    server.put("statefulsets", a_workload("StatefulSet", "postgres", "data"))
    async with server.serving(), connected(server, folder) as connection:
        yield LoopbackCluster(KubernetesWorkloadOperator(connection), server)


class SimulatedCluster(Cluster):
    """The in-memory cluster."""

    def __init__(self, cluster: InMemoryCluster) -> None:
        self.operator = cluster
        self._cluster = cluster

    @override
    def replicas(self, target: Target) -> int:
        return self._cluster.replicas_of(target)

    @override
    def refuse(self) -> None:
        self._cluster.fail_next("scale", AccessDenied("scale", "planned"))

    @override
    def fall_silent(self) -> None:
        self._cluster.fail_next("scale", Unavailable("scale", "planned"))


@asynccontextmanager
async def _memory(folder: Path) -> AsyncIterator[Cluster]:
    yield SimulatedCluster(InMemoryCluster(ManualClock()))


Opener = Callable[[Path], AbstractAsyncContextManager[Cluster]]
CLUSTERS: dict[str, Opener] = {"kubernetes": _kubernetes, "memory": _memory}


@pytest.fixture(params=sorted(CLUSTERS))
async def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Cluster]:
    async with CLUSTERS[request.param](tmp_path) as cluster:
        yield cluster


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
    result = await cluster.operator.scale(_scale(replicas, target))
    assert (result.previous_replicas, result.replicas, result.changed) == (before, replicas, True)
    assert cluster.replicas(target) == replicas


async def test_a_number_that_it_has_already_changes_nothing(cluster: Cluster) -> None:
    before = cluster.replicas(DEPLOYMENT)
    result = await cluster.operator.scale(_scale(before))
    assert (result.previous_replicas, result.replicas, result.changed) == (before, before, False)
    assert cluster.replicas(DEPLOYMENT) == before


async def test_a_number_that_is_as_the_caller_said_is_changed(cluster: Cluster) -> None:
    before = cluster.replicas(DEPLOYMENT)
    assert (await cluster.operator.scale(_scale(before + 1, current_replicas=before))).changed
    assert cluster.replicas(DEPLOYMENT) == before + 1


async def test_another_number_than_the_caller_said_is_a_conflict(cluster: Cluster) -> None:
    before = cluster.replicas(DEPLOYMENT)
    with pytest.raises(Conflict, match="scale Deployment shop/web"):
        await cluster.operator.scale(_scale(before + 1, current_replicas=before + 7))
    assert cluster.replicas(DEPLOYMENT) == before


async def test_another_version_than_the_caller_said_is_a_conflict(cluster: Cluster) -> None:
    before = cluster.replicas(DEPLOYMENT)
    with pytest.raises(Conflict):
        await cluster.operator.scale(_scale(before + 1, resource_version="no-such-version"))
    assert cluster.replicas(DEPLOYMENT) == before


async def test_what_must_hold_is_looked_at_even_if_nothing_would_change(cluster: Cluster) -> None:
    before = cluster.replicas(DEPLOYMENT)
    with pytest.raises(Conflict):
        await cluster.operator.scale(_scale(before, current_replicas=before + 7))


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
        await cluster.operator.scale(_scale(3, target))


@pytest.mark.parametrize("kind", ["DaemonSet", "Pod", "Service", "Unheard"])
async def test_a_kind_that_cannot_be_scaled_names_those_that_can(cluster: Cluster, kind: str) -> None:
    with pytest.raises(InvalidRequest, match=r"Deployment.*StatefulSet"):
        await cluster.operator.scale(_scale(3, Target(kind=kind, namespace="shop", name="web")))


async def test_a_right_that_is_missing_is_access_denied_and_nothing_changes(cluster: Cluster) -> None:
    before = cluster.replicas(DEPLOYMENT)
    cluster.refuse()
    with pytest.raises(AccessDenied):
        await cluster.operator.scale(_scale(before + 1))
    assert cluster.replicas(DEPLOYMENT) == before


async def test_an_api_server_that_is_down_is_unavailable(cluster: Cluster) -> None:
    cluster.fall_silent()
    with pytest.raises(Unavailable):
        await cluster.operator.scale(_scale(7))
