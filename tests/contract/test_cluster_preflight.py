"""What every ClusterPreflight promises (ports.preflight)."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

import pytest
from typing_extensions import override

from adapters.kubernetes.preflight import KubernetesPreflight
from adapters.memory.preflight import InMemoryClusterPreflight
from domain.preflight.rights import Purpose, Right
from ports.errors import AccessDenied, NotFound, Unavailable
from ports.preflight import ClusterPreflight
from tests.support.api_answers import with_status
from tests.support.api_client import connected
from tests.support.api_objects import node_metrics, pod_metrics
from tests.support.api_server import ApiServer

PORT = ClusterPreflight
ADAPTERS = (KubernetesPreflight, InMemoryClusterPreflight)


class Cluster(Protocol):
    """A cluster in which everything is granted, and usage is served."""

    preflight: ClusterPreflight

    @abstractmethod
    def deny(self, right: Right) -> None:
        """Take one right away."""

    @abstractmethod
    def give_back(self, right: Right) -> None:
        """Grant it again."""

    @abstractmethod
    def fall_silent(self, operation: str) -> None:
        """Be unavailable from now on."""

    @abstractmethod
    def lose_usage(self) -> None:
        """Have no metrics-server."""


class LoopbackCluster(Cluster):
    """The Kubernetes adapter against an API server on loopback."""

    def __init__(self, preflight: ClusterPreflight, server: ApiServer) -> None:
        self.preflight = preflight
        self._server = server

    @override
    def deny(self, right: Right) -> None:
        self._server.denied_reviews.add((right.verb, right.group, right.resource, right.namespace))

    @override
    def give_back(self, right: Right) -> None:
        self._server.denied_reviews.remove((right.verb, right.group, right.resource, right.namespace))

    @override
    def fall_silent(self, operation: str) -> None:
        self._server.fail(with_status(503, "down"), times=1_000_000)

    @override
    def lose_usage(self) -> None:
        self._server.metrics.clear()


@asynccontextmanager
async def _kubernetes(folder: Path, namespaces: Sequence[str]) -> AsyncIterator[Cluster]:
    server = ApiServer()
    server.metrics = {"nodes": [node_metrics()], "pods": [pod_metrics()]}
    async with server.serving(), connected(server, folder) as connection:
        yield LoopbackCluster(KubernetesPreflight(connection, namespaces=namespaces), server)


class SimulatedCluster(Cluster):
    """The in-memory one."""

    def __init__(self, preflight: InMemoryClusterPreflight) -> None:
        self.preflight = preflight
        self._told = preflight

    @override
    def deny(self, right: Right) -> None:
        self._told.deny(right)

    @override
    def give_back(self, right: Right) -> None:
        self._told.grant(right)

    @override
    def fall_silent(self, operation: str) -> None:
        self._told.fail_until_told(operation, Unavailable(operation, "planned"))

    @override
    def lose_usage(self) -> None:
        self._told.fail_next("try_usage", NotFound("list usage", "planned"))


@asynccontextmanager
async def _memory(folder: Path, namespaces: Sequence[str]) -> AsyncIterator[Cluster]:
    yield SimulatedCluster(InMemoryClusterPreflight(namespaces=namespaces))


class Opener(Protocol):
    """Opens a cluster of one adapter."""

    def __call__(self, folder: Path, namespaces: Sequence[str]) -> AbstractAsyncContextManager[Cluster]:
        """For an agent that is restricted to these namespaces, if any."""


CLUSTERS: dict[str, Opener] = {"kubernetes": _kubernetes, "memory": _memory}


@pytest.fixture(params=sorted(CLUSTERS))
def opener(request: pytest.FixtureRequest) -> Opener:
    return CLUSTERS[request.param]


@pytest.fixture
async def cluster(opener: Opener, tmp_path: Path) -> AsyncIterator[Cluster]:
    async with opener(tmp_path, ()) as cluster:
        yield cluster


async def test_the_server_says_where_it_is_what_it_is_and_who_asks(cluster: Cluster) -> None:
    sight = await cluster.preflight.see()
    assert sight.address
    assert sight.version.startswith("v")
    assert sight.account


async def test_needs_are_told_apart_and_kinds_come_first(cluster: Cluster) -> None:
    needs = cluster.preflight.needs()
    assert len({need.subject for need in needs}) == len(needs)
    purposes = [need.purpose for need in needs]
    kinds = purposes.count(Purpose.KIND)
    assert purposes[:kinds] == [Purpose.KIND] * kinds
    assert set(purposes) == set(Purpose)
    for need in needs:
        assert need.rights
        assert len(set(need.rights)) == len(need.rights)
        assert (need.kind is not None) is (need.purpose is Purpose.KIND)
        assert bool(need.actions) is (need.purpose in {Purpose.COMMAND, Purpose.TARGET_EVENTS})


async def test_where_everything_is_granted_nothing_is_missing(cluster: Cluster) -> None:
    for need in cluster.preflight.needs():
        access = await cluster.preflight.access(need)
        assert (access.missing, access.grant) == ((), "")


@pytest.mark.parametrize("namespaces", [(), ("shop", "zoo")], ids=["everywhere", "in two namespaces"])
async def test_each_right_that_is_taken_away_is_missed_alone_until_it_is_given_back(
    opener: Opener, tmp_path: Path, namespaces: Sequence[str]
) -> None:
    async with opener(tmp_path, namespaces) as cluster:
        await cluster.preflight.see()
        for need in cluster.preflight.needs():
            for right in need.rights:
                cluster.deny(right)
                access = await cluster.preflight.access(need)
                assert access.missing == (right,)
                assert right.verb in access.grant
                assert right.qualified in access.grant
                assert len(access.grant.splitlines()) == 1
                cluster.give_back(right)
            assert not (await cluster.preflight.access(need)).missing


async def test_rights_are_missing_in_the_order_of_the_need(cluster: Cluster) -> None:
    for need in cluster.preflight.needs():
        for right in reversed(need.rights):
            cluster.deny(right)
        assert (await cluster.preflight.access(need)).missing == need.rights


async def test_restricted_to_namespaces_each_is_asked_about_and_what_has_none_is_optional(
    opener: Opener, tmp_path: Path
) -> None:
    async with opener(tmp_path, ("zoo", "shop", "shop")) as cluster:
        places = {
            need.subject: (need, {right.namespace for right in need.rights}) for need in cluster.preflight.needs()
        }
    pods, where = places["Pod"]
    assert (where, pods.optional) == ({"shop", "zoo"}, "")
    for subject in ("Node", "usage of nodes"):
        need, where = places[subject]
        assert where == {""}
        assert "AGENT_NAMESPACES" in need.optional


async def test_an_api_server_that_is_down_is_unavailable(cluster: Cluster) -> None:
    need = cluster.preflight.needs()[0]
    for operation, question in (
        ("see", cluster.preflight.see),
        ("access", lambda: cluster.preflight.access(need)),
        ("try_usage", cluster.preflight.try_usage),
    ):
        cluster.fall_silent(operation)
        with pytest.raises(Unavailable):
            await question()


async def test_usage_that_is_served_answers(cluster: Cluster) -> None:
    assert (await cluster.preflight.try_usage()).startswith("metrics.k8s.io/")


async def test_without_metrics_server_usage_is_not_found(cluster: Cluster) -> None:
    cluster.lose_usage()
    with pytest.raises(NotFound):
        await cluster.preflight.try_usage()


async def test_usage_that_may_not_be_asked_for_is_not_tried(cluster: Cluster) -> None:
    for need in cluster.preflight.needs():
        if need.purpose is Purpose.USAGE:
            for right in need.rights:
                cluster.deny(right)
    with pytest.raises(AccessDenied):
        await cluster.preflight.try_usage()
