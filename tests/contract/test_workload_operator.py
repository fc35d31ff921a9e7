"""What every WorkloadOperator promises (ports.cluster)."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

import pytest
from typing_extensions import override

from adapters.kubernetes.operator import KubernetesWorkloadOperator
from domain.commands.requests import ScaleRequest, Target
from ports.cluster import WorkloadOperator
from ports.errors import AccessDenied, Conflict, InvalidRequest, NotFound, Unavailable
from tests.support.api_answers import with_status
from tests.support.api_client import connected
from tests.support.api_objects import a_workload
from tests.support.api_server import ApiServer


class Cluster(Protocol):
    """A cluster with Deployment shop/web and StatefulSet shop/db, two replicas each."""

    operator: WorkloadOperator

    @abstractmethod
    def replicas(self, kind: str, name: str) -> int:
        """How many a workload asks for now."""

    @abstractmethod
    def writes(self) -> int:
        """How often anything was changed by the operator."""

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
    def replicas(self, kind: str, name: str) -> int:
        plural = {"Deployment": "deployments", "StatefulSet": "statefulsets"}[kind]
        return int(self._server.get(plural, name, "shop")["spec"]["replicas"])

    @override
    def writes(self) -> int:
        return self._server.count("patch") + self._server.count("update")

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
    server.put("statefulsets", a_workload("StatefulSet", "db"))
    async with server.serving(), connected(server, folder) as connection:
        yield LoopbackCluster(KubernetesWorkloadOperator(connection), server)


Opener = Callable[[Path], AbstractAsyncContextManager[Cluster]]
CLUSTERS: dict[str, Opener] = {"kubernetes": _kubernetes}


@pytest.fixture(params=sorted(CLUSTERS))
async def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Cluster]:
    async with CLUSTERS[request.param](tmp_path) as cluster:
        yield cluster


def _scale(
    replicas: int,
    *,
    kind: str = "Deployment",
    name: str = "web",
    namespace: str = "shop",
    current_replicas: int | None = None,
    resource_version: str = "",
) -> ScaleRequest:
    return ScaleRequest(
        target=Target(kind=kind, namespace=namespace, name=name),
        replicas=replicas,
        current_replicas=current_replicas,
        resource_version=resource_version,
    )


@pytest.mark.parametrize(("kind", "name"), [("Deployment", "web"), ("StatefulSet", "db")])
@pytest.mark.parametrize("replicas", [0, 1, 5])
async def test_a_workload_gets_the_number_that_was_asked_for(
    cluster: Cluster, kind: str, name: str, replicas: int
) -> None:
    result = await cluster.operator.scale(_scale(replicas, kind=kind, name=name))
    assert (result.previous_replicas, result.replicas, result.changed) == (2, replicas, True)
    assert cluster.replicas(kind, name) == replicas


async def test_a_number_that_it_has_already_changes_nothing(cluster: Cluster) -> None:
    result = await cluster.operator.scale(_scale(2))
    assert (result.previous_replicas, result.replicas, result.changed) == (2, 2, False)
    assert cluster.writes() == 0


async def test_a_number_that_holds_as_the_caller_said_is_changed(cluster: Cluster) -> None:
    assert (await cluster.operator.scale(_scale(3, current_replicas=2))).changed
    assert cluster.replicas("Deployment", "web") == 3


async def test_another_number_than_the_caller_said_is_a_conflict(cluster: Cluster) -> None:
    with pytest.raises(Conflict, match="scale Deployment shop/web"):
        await cluster.operator.scale(_scale(3, current_replicas=7))
    assert cluster.replicas("Deployment", "web") == 2


async def test_another_version_than_the_caller_said_is_a_conflict(cluster: Cluster) -> None:
    with pytest.raises(Conflict):
        await cluster.operator.scale(_scale(3, resource_version="1"))
    assert cluster.replicas("Deployment", "web") == 2


async def test_what_must_hold_is_looked_at_even_if_nothing_would_change(cluster: Cluster) -> None:
    with pytest.raises(Conflict):
        await cluster.operator.scale(_scale(2, current_replicas=7))


@pytest.mark.parametrize(
    "target", [{"name": "gone"}, {"namespace": "gone"}, {"kind": "StatefulSet"}, {"kind": "StatefulSet", "name": "x"}]
)
async def test_a_workload_that_is_not_there_is_not_found(cluster: Cluster, target: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        await cluster.operator.scale(_scale(3, **target))  # type: ignore[arg-type] # parts of the target only


@pytest.mark.parametrize("kind", ["DaemonSet", "Pod", "Service", "Unheard"])
async def test_a_kind_that_cannot_be_scaled_names_those_that_can(cluster: Cluster, kind: str) -> None:
    with pytest.raises(InvalidRequest, match=r"Deployment.*StatefulSet"):
        await cluster.operator.scale(_scale(3, kind=kind))


async def test_a_right_that_is_missing_is_access_denied_and_nothing_changes(cluster: Cluster) -> None:
    cluster.refuse()
    with pytest.raises(AccessDenied):
        await cluster.operator.scale(_scale(3))
    assert cluster.replicas("Deployment", "web") == 2


async def test_an_api_server_that_is_down_is_unavailable(cluster: Cluster) -> None:
    cluster.fall_silent()
    with pytest.raises(Unavailable):
        await cluster.operator.scale(_scale(3))
