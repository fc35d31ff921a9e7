"""What every KindResolver promises (ports.resource_types)."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest
from typing_extensions import override

from adapters.kubernetes.discovery.kind_resolver import KubernetesKindResolver
from adapters.kubernetes.read_only import ReadOnlyConnection
from adapters.memory.clock import ManualClock
from adapters.memory.kind_resolver import InMemoryKindResolver
from domain.cluster.all_readings import RESOURCES
from domain.cluster.resource_types import ResourceType
from ports.errors import InvalidRequest, NotFound, Unavailable
from ports.resource_types import KindResolver
from tests.support.api_answers import with_status
from tests.support.api_client import connected
from tests.support.api_server import ApiServer

PORT = KindResolver
ADAPTERS = (KubernetesKindResolver, InMemoryKindResolver)


class Cluster(Protocol):
    """A cluster that serves the kinds of a snapshot, autoscalers, and more when it is told to."""

    resolver: KindResolver

    @abstractmethod
    def serve(self, group: str, plural: str) -> None:
        """Serve a kind of one's own, version v1; `widgets` are of kind Widget."""

    @abstractmethod
    def fall_silent(self) -> None:
        """Do not answer the next question."""


class LoopbackCluster(Cluster):
    """The Kubernetes adapter against an API server on loopback."""

    def __init__(self, resolver: KindResolver, server: ApiServer) -> None:
        self.resolver = resolver
        self._server = server

    @override
    def serve(self, group: str, plural: str) -> None:
        self._server.discovery.served[f"{group}/v1"] = {plural}

    @override
    def fall_silent(self) -> None:
        self._server.fail(with_status(503, "down"))


@asynccontextmanager
async def _kubernetes(folder: Path, *, is_aggregated: bool) -> AsyncIterator[Cluster]:
    server = ApiServer()
    server.discovery.is_aggregated = is_aggregated
    async with server.serving(), connected(server, folder) as connection:
        yield LoopbackCluster(KubernetesKindResolver(ReadOnlyConnection(connection), ManualClock()), server)


class SimulatedCluster(Cluster):
    """The in-memory cluster's."""

    def __init__(self) -> None:
        self.resolver = self._resolver = InMemoryKindResolver()

    @override
    def serve(self, group: str, plural: str) -> None:
        kind = plural.removesuffix("s").capitalize()
        self._resolver.serve(
            ResourceType(group=group, version="v1", kind=kind, plural=plural, singular=kind.lower(), namespaced=True)
        )

    @override
    def fall_silent(self) -> None:
        self._resolver.fail_next(Unavailable("resolve", "planned"))


@asynccontextmanager
async def _memory(folder: Path) -> AsyncIterator[Cluster]:
    yield SimulatedCluster()


Opener = Callable[[Path], AbstractAsyncContextManager[Cluster]]
CLUSTERS: dict[str, Opener] = {
    "aggregated": partial(_kubernetes, is_aggregated=True),
    "document by document": partial(_kubernetes, is_aggregated=False),
    "memory": _memory,
}


@pytest.fixture(params=sorted(CLUSTERS))
async def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Cluster]:
    async with CLUSTERS[request.param](tmp_path) as cluster:
        yield cluster


@pytest.mark.parametrize(
    "name",
    [
        "Deployment",
        "deployment",
        "DEPLOYMENT",
        "deployments",
        "Deployments",
        "deploy",
        "Deploy",
        "deployments.apps",
        "Deployment.apps",
        "deploy.apps",
        "deployments.v1.apps",
        "Deployment.v1.apps",
    ],
)
async def test_a_kind_is_found_by_every_name_that_it_has(cluster: Cluster, name: str) -> None:
    found = await cluster.resolver.resolve(name)
    assert (found.group, found.version, found.kind, found.plural) == ("apps", "v1", "Deployment", "deployments")
    assert (found.singular, found.namespaced, found.qualified) == ("deployment", True, "deployments.apps")
    assert {"get", "list", "patch"} <= found.verbs
    assert found.subresources == {"scale", "status"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("PVC", "PersistentVolumeClaim"),
        ("PV", "PersistentVolume"),
        ("HPA", "HorizontalPodAutoscaler"),
        ("po", "Pod"),
        ("pods.v1.", "Pod"),
        ("Ingress", "Ingress"),
        ("ingresses", "Ingress"),
        ("EndpointSlice", "EndpointSlice"),
    ],
)
async def test_abbreviations_are_names(cluster: Cluster, name: str, kind: str) -> None:
    assert (await cluster.resolver.resolve(name)).kind == kind


@pytest.mark.parametrize("kind", sorted(resource.__name__ for resource in RESOURCES.values()))
async def test_every_kind_of_a_snapshot_is_found(cluster: Cluster, kind: str) -> None:
    found = await cluster.resolver.resolve(kind)
    assert found.kind == kind
    assert found.namespaced == (kind not in {"Node", "Namespace", "PersistentVolume"})


async def test_the_preferred_version_is_meant_unless_the_name_says_another(cluster: Cluster) -> None:
    assert (await cluster.resolver.resolve("hpa")).version == "v2"
    assert (await cluster.resolver.resolve("hpa.v2.autoscaling")).version == "v2"
    with pytest.raises(NotFound):
        await cluster.resolver.resolve("hpa.v2beta1.autoscaling")


@pytest.mark.parametrize("name", ["Unheard", "deployments.batch", "deployments.v2.apps", "pods.apps", "pods.v2."])
async def test_a_name_that_nothing_has_is_not_found(cluster: Cluster, name: str) -> None:
    with pytest.raises(NotFound, match="find the kind"):
        await cluster.resolver.resolve(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "pods/log",
        "../pods",
        "pods%2flog",
        "pods?watch=true",
        "pods#",
        "pods\n",
        "\N{CYRILLIC SMALL LETTER ER}ods",
        "\N{LATIN SMALL LETTER LONG S}ecrets",
        "networ\N{KELVIN SIGN}policies",
        "https://example.com/pods",
        "-pods",
        "x" * 400,
    ],
)
async def test_what_cannot_be_a_name_is_refused(cluster: Cluster, name: str) -> None:
    with pytest.raises(InvalidRequest, match="cannot be the name of a kind"):
        await cluster.resolver.resolve(name)


async def test_a_kind_that_came_later_is_found_at_once(cluster: Cluster) -> None:
    cluster.serve("example.com", "widgets")
    found = await cluster.resolver.resolve("Widget")
    assert (found.group, found.plural) == ("example.com", "widgets")


async def test_of_two_groups_nobody_guesses(cluster: Cluster) -> None:
    cluster.serve("example.com", "widgets")
    cluster.serve("example.org", "widgets")
    with pytest.raises(InvalidRequest, match=r"widgets\.example\.com, widgets\.example\.org; say which"):
        await cluster.resolver.resolve("widgets")
    assert (await cluster.resolver.resolve("widgets.example.org")).group == "example.org"
    assert (await cluster.resolver.resolve("Widget.v1.example.com")).group == "example.com"


@pytest.mark.parametrize(("name", "group"), [("pods", ""), ("deployments", "apps"), ("ingress", "networking.k8s.io")])
async def test_nobody_takes_over_a_name_of_kubernetes_itself(cluster: Cluster, name: str, group: str) -> None:
    plural = {"ingress": "ingresss"}.get(name, name)
    cluster.serve("aaa.example.com", plural)
    assert (await cluster.resolver.resolve(name)).group == group
    assert (await cluster.resolver.resolve(f"{plural}.aaa.example.com")).group == "aaa.example.com"


async def test_no_kind_takes_over_a_short_name_of_kubernetes_itself(cluster: Cluster) -> None:
    cluster.serve("example.com", "deploys")
    assert (await cluster.resolver.resolve("deploy")).group == "apps"
    assert (await cluster.resolver.resolve("deploy.example.com")).group == "example.com"


async def test_an_api_server_that_is_down_is_unavailable_and_can_be_asked_again(cluster: Cluster) -> None:
    cluster.fall_silent()
    with pytest.raises(Unavailable):
        await cluster.resolver.resolve("pods")
    assert (await cluster.resolver.resolve("pods")).plural == "pods"
