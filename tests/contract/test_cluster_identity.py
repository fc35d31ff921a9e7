"""What every ClusterIdentity promises (ports.cluster)."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

import pytest
from typing_extensions import override

from adapters.kubernetes.identity import KubernetesClusterIdentity
from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from ports.cluster import ClusterIdentity
from ports.errors import AccessDenied, Unavailable
from tests.support.api_answers import with_status
from tests.support.api_client import connected
from tests.support.api_objects import a_namespace
from tests.support.api_server import ApiServer

PORT = ClusterIdentity
ADAPTERS = (KubernetesClusterIdentity, InMemoryCluster)


class Cluster(Protocol):
    """A cluster that can be asked who it is, and be made to refuse."""

    identity: ClusterIdentity

    @abstractmethod
    def refuse(self) -> None:
        """Let nobody read namespaces."""

    @abstractmethod
    def fall_silent(self) -> None:
        """Be unavailable once."""


class LoopbackCluster(Cluster):
    """The Kubernetes adapter against an API server on loopback."""

    def __init__(self, identity: ClusterIdentity, server: ApiServer) -> None:
        self.identity = identity
        self._server = server

    @override
    def refuse(self) -> None:
        self._server.denied |= {("get", "namespaces")}

    @override
    def fall_silent(self) -> None:
        self._server.fail(with_status(503, "down"))


@asynccontextmanager
async def _kubernetes(folder: Path, uid: str) -> AsyncIterator[Cluster]:
    server = ApiServer()
    server.put("namespaces", a_namespace("kube-system", uid=uid))
    async with server.serving(), connected(server, folder) as connection:
        yield LoopbackCluster(KubernetesClusterIdentity(connection), server)


class SimulatedCluster(Cluster):
    """The in-memory cluster."""

    def __init__(self, cluster: InMemoryCluster) -> None:
        self.identity = cluster
        self._cluster = cluster

    @override
    def refuse(self) -> None:
        self._cluster.fail_next("cluster_uid", AccessDenied("get namespace kube-system", "planned"))

    @override
    def fall_silent(self) -> None:
        self._cluster.fail_next("cluster_uid", Unavailable("get namespace kube-system", "planned"))


@asynccontextmanager
async def _memory(folder: Path, uid: str) -> AsyncIterator[Cluster]:
    yield SimulatedCluster(InMemoryCluster(ManualClock(), seed=UIDS.index(uid)))


Opener = Callable[[Path, str], AbstractAsyncContextManager[Cluster]]
CLUSTERS: dict[str, Opener] = {"kubernetes": _kubernetes, "memory": _memory}
UIDS = ("0b1e4f6e-8f2b-4d2c-9a53-8f1f6f0c0001", "0b1e4f6e-8f2b-4d2c-9a53-8f1f6f0c0002")


@pytest.fixture(params=sorted(CLUSTERS))
def opener(request: pytest.FixtureRequest) -> Opener:
    return CLUSTERS[request.param]


async def test_a_cluster_is_the_same_at_every_question(opener: Opener, tmp_path: Path) -> None:
    async with opener(tmp_path, UIDS[0]) as cluster:
        first = await cluster.identity.cluster_uid()
        assert first
        assert await cluster.identity.cluster_uid() == first


async def test_two_clusters_are_two(opener: Opener, tmp_path: Path) -> None:
    found = []
    for uid in UIDS:
        async with opener(tmp_path, uid) as cluster:
            found.append(await cluster.identity.cluster_uid())
    assert found[0] != found[1]


async def test_where_the_agent_may_not_ask_it_is_access_denied(opener: Opener, tmp_path: Path) -> None:
    async with opener(tmp_path, UIDS[0]) as cluster:
        cluster.refuse()
        with pytest.raises(AccessDenied):
            await cluster.identity.cluster_uid()


async def test_a_cluster_that_is_down_is_unavailable_and_can_be_asked_again(opener: Opener, tmp_path: Path) -> None:
    async with opener(tmp_path, UIDS[0]) as cluster:
        cluster.fall_silent()
        with pytest.raises(Unavailable):
            await cluster.identity.cluster_uid()
        assert await cluster.identity.cluster_uid()
