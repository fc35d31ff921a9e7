"""What every ManifestApplier promises (ports.manifests)."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from typing_extensions import override

from adapters.kubernetes.manifests.applier import KubernetesManifestApplier
from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.manifest_applier import InMemoryManifestApplier
from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.state import SimWorkload
from domain.commands.manifests.objects import Manifest
from domain.commands.manifests.outcomes import ObjectOutcome, ObjectResult
from ports.errors import AccessDenied, NotFound, PortError, Unavailable
from ports.manifests import ApplyOptions, ManifestApplier
from tests.support.api_answers import with_status
from tests.support.api_client import connected
from tests.support.api_server import ApiServer
from tests.support.manifests import a_manifest
from tests.support.workloads import served

PORT = ManifestApplier
ADAPTERS = (KubernetesManifestApplier, InMemoryManifestApplier)
REAL = ApplyOptions()
DRY = ApplyOptions(dry_run=True)


class Cluster(Protocol):
    """A cluster with a namespace `shop` and nothing in it that is called as in these tests."""

    applier: ManifestApplier

    @abstractmethod
    def exists(self, manifest: Manifest) -> bool:
        """Whether there is an object of this kind and name."""

    @abstractmethod
    def replicas(self, manifest: Manifest) -> int:
        """How many a workload asks for now."""

    @abstractmethod
    def images(self, manifest: Manifest) -> list[str]:
        """Images of a workload's containers."""

    @abstractmethod
    def fail(self, error: type[PortError]) -> None:
        """Let the next one fail like this."""


class LoopbackCluster(Cluster):
    """The Kubernetes adapter against an API server on loopback."""

    def __init__(self, applier: ManifestApplier, server: ApiServer) -> None:
        self.applier = applier
        self._server = server

    def _get(self, manifest: Manifest) -> dict[str, Any]:
        return self._server.get(served(manifest.kind).plural, manifest.name, manifest.namespace)

    @override
    def exists(self, manifest: Manifest) -> bool:
        try:
            return bool(self._get(manifest))
        except KeyError:
            return False

    @override
    def replicas(self, manifest: Manifest) -> int:
        return int(self._get(manifest)["spec"]["replicas"])

    @override
    def images(self, manifest: Manifest) -> list[str]:
        return [one["image"] for one in self._get(manifest)["spec"]["template"]["spec"]["containers"]]

    @override
    def fail(self, error: type[PortError]) -> None:
        status = {AccessDenied: 403, Unavailable: 503}[error]
        self._server.fail(with_status(status, "planned"), verb="patch")


@asynccontextmanager
async def _kubernetes(folder: Path) -> AsyncIterator[Cluster]:
    server = ApiServer()
    server.put("namespaces", {"metadata": {"name": "shop"}})
    async with server.serving(), connected(server, folder) as connection:
        yield LoopbackCluster(KubernetesManifestApplier(connection), server)


class SimulatedCluster(Cluster):
    """The in-memory cluster."""

    def __init__(self, cluster: InMemoryCluster) -> None:
        self.applier = InMemoryManifestApplier(cluster)
        self._cluster = cluster

    @override
    def exists(self, manifest: Manifest) -> bool:
        world = self._cluster.world
        key = (manifest.namespace, manifest.name)
        return (manifest.kind, *key) in world.workloads or any(key in found for found in world.declared.values())

    @override
    def replicas(self, manifest: Manifest) -> int:
        return self._find(manifest).desired

    @override
    def images(self, manifest: Manifest) -> list[str]:
        return list(self._find(manifest).images)

    @override
    def fail(self, error: type[PortError]) -> None:
        self._cluster.fail_next("apply_manifests", error("apply", "planned"))

    def _find(self, manifest: Manifest) -> SimWorkload:
        found = self._cluster.world.find(WorkloadKind(manifest.kind), manifest.namespace, manifest.name)
        assert found is not None
        return found


@asynccontextmanager
async def _memory(folder: Path) -> AsyncIterator[Cluster]:
    yield SimulatedCluster(InMemoryCluster(ManualClock()))


Opener = Callable[[Path], AbstractAsyncContextManager[Cluster]]
CLUSTERS: dict[str, Opener] = {"kubernetes": _kubernetes, "memory": _memory}


@pytest.fixture(params=sorted(CLUSTERS))
async def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Cluster]:
    async with CLUSTERS[request.param](tmp_path) as cluster:
        yield cluster


def _workload(kind: str, *, replicas: int = 2, image: str = "registry.example/new:1") -> Manifest:
    labels = {"app": "new"}
    spec = {
        "replicas": replicas,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": image}]}},
    }
    return a_manifest(kind, "new", api_version="apps/v1", spec=spec)


SERVICE = a_manifest("Service", "new", spec={"selector": {"app": "new"}, "ports": [{"port": 80}]})
NAMESPACE = a_manifest("Namespace", "brand-new", namespace="")
NEW = [a_manifest(data={"a": "1"}), SERVICE, NAMESPACE, _workload("Deployment"), _workload("StatefulSet")]


async def _apply(cluster: Cluster, manifest: Manifest, options: ApplyOptions = REAL) -> ObjectResult:
    return await cluster.applier.apply(manifest, served(manifest.kind), options)


@pytest.mark.parametrize("manifest", NEW, ids=lambda one: one.kind)
async def test_what_is_not_there_is_created_and_then_unchanged(cluster: Cluster, manifest: Manifest) -> None:
    assert not cluster.exists(manifest)
    first = await _apply(cluster, manifest)
    assert (first.outcome, first.error, first.manifest) == (ObjectOutcome.CREATED, "", manifest)
    assert cluster.exists(manifest)
    assert (await _apply(cluster, manifest)).outcome is ObjectOutcome.UNCHANGED


@pytest.mark.parametrize("manifest", NEW, ids=lambda one: one.kind)
async def test_a_dry_run_says_the_same_and_leaves_nothing(cluster: Cluster, manifest: Manifest) -> None:
    assert (await _apply(cluster, manifest, DRY)).outcome is ObjectOutcome.CREATED
    assert not cluster.exists(manifest)
    await _apply(cluster, manifest)
    assert (await _apply(cluster, manifest, DRY)).outcome is ObjectOutcome.UNCHANGED


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
async def test_what_is_there_gets_what_is_new(cluster: Cluster, kind: str) -> None:
    await _apply(cluster, _workload(kind))
    changed = _workload(kind, replicas=5, image="registry.example/new:2")
    assert (await _apply(cluster, changed, DRY)).outcome is ObjectOutcome.CONFIGURED
    assert (cluster.replicas(changed), cluster.images(changed)) == (2, ["registry.example/new:1"])
    assert (await _apply(cluster, changed)).outcome is ObjectOutcome.CONFIGURED
    assert (cluster.replicas(changed), cluster.images(changed)) == (5, ["registry.example/new:2"])
    assert (await _apply(cluster, changed)).outcome is ObjectOutcome.UNCHANGED


async def test_another_value_under_the_same_key_is_a_change(cluster: Cluster) -> None:
    await _apply(cluster, a_manifest(data={"a": "1"}))
    assert (await _apply(cluster, a_manifest(data={"a": "2"}))).outcome is ObjectOutcome.CONFIGURED
    assert (await _apply(cluster, a_manifest(data={"a": "2"}))).outcome is ObjectOutcome.UNCHANGED


@pytest.mark.parametrize("manifest", NEW[:2], ids=lambda one: one.kind)
async def test_in_a_namespace_that_is_not_there_nothing_can_be(cluster: Cluster, manifest: Manifest) -> None:
    elsewhere = a_manifest(manifest.kind, namespace="gone", spec=manifest.content.get("spec"))
    result = await _apply(cluster, elsewhere)
    assert result.outcome is ObjectOutcome.FAILED
    assert 'namespaces "gone" not found' in result.error


async def test_a_right_that_is_missing_is_a_result_and_nothing_is_made(cluster: Cluster) -> None:
    cluster.fail(AccessDenied)
    result = await _apply(cluster, a_manifest())
    assert result.outcome is ObjectOutcome.FAILED
    assert "planned" in result.error
    assert not cluster.exists(a_manifest())


async def test_no_answer_is_unavailable(cluster: Cluster) -> None:
    cluster.fail(Unavailable)
    with pytest.raises(Unavailable):
        await _apply(cluster, a_manifest())


async def test_a_definition_that_is_not_there_is_not_found(cluster: Cluster) -> None:
    with pytest.raises(NotFound):
        await cluster.applier.trouble_of_definition("gone.example.com")
    with pytest.raises(NotFound):
        await cluster.applier.trouble_of_definition("../secrets")
