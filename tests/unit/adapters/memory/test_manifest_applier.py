"""Objects that are applied to the simulated cluster live in it; what it does not understand is said."""

from typing import Any

import anyio
import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.manifest_applier import InMemoryManifestApplier
from domain.cluster.configuration import ConfigMap, ServiceAccount
from domain.cluster.deployments import Deployment, ReplicaSet
from domain.cluster.metadata import Resource
from domain.cluster.namespaces import Namespace
from domain.cluster.pods import Pod
from domain.cluster.services import EndpointSlice, Service
from domain.commands.manifests.objects import Manifest
from domain.commands.manifests.outcomes import ObjectOutcome, ObjectResult
from ports.manifests import ApplyOptions
from tests.support.manifests import a_manifest
from tests.support.workloads import served

LABELS = {"app": "new"}
CONTAINER = {
    "name": "app",
    "image": "registry.example/new:1",
    "ports": [{"containerPort": 8080, "name": "http"}],
    "env": [{"name": "DB_PASSWORD", "value": "canary-7"}, {"name": "LEVEL", "value": "info"}],
    "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"cpu": 1}},
}


def _deployment(*, replicas: int | None = 2, name: str = "new", **pod: Any) -> Manifest:
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [CONTAINER], **pod}}
    spec = {"replicas": replicas, "selector": {"matchLabels": LABELS}, "template": template}
    return a_manifest("Deployment", name, api_version="apps/v1", spec=spec)


class Simulation:
    """A cluster, its clock and what applies to it."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.cluster = InMemoryCluster(self.clock)
        self.applier = InMemoryManifestApplier(self.cluster)

    async def apply(self, manifest: Manifest, *, dry_run: bool = False) -> ObjectResult:
        return await self.applier.apply(manifest, served(manifest.kind), ApplyOptions(dry_run=dry_run))

    async def live(self, seconds: float) -> None:
        async with anyio.create_task_group() as group:
            await group.start(self.cluster.run)
            await self.clock.advance(seconds)
            group.cancel_scope.cancel()

    def named(self, kind: type[Resource], name: str, namespace: str = "shop") -> list[Any]:
        return [
            one for one in self.cluster.read(kind).objects if one.namespace == namespace and one.name.startswith(name)
        ]


@pytest.fixture
def simulation() -> Simulation:
    return Simulation()


async def test_a_deployment_that_is_applied_gets_pods_that_run(simulation: Simulation) -> None:
    await simulation.apply(_deployment())
    assert simulation.cluster.changes == 1
    await simulation.live(60)
    (deployment,) = simulation.named(Deployment, "new")
    assert (deployment.summary.replicas, deployment.summary.available) == (2, 2)
    pods = simulation.named(Pod, "new-")
    assert [pod.status.phase for pod in pods] == ["Running", "Running"]
    container = pods[0].containers[0]
    assert (container.image, container.ports[0].container_port) == ("registry.example/new:1", 8080)
    assert "canary-7" not in repr(pods)
    assert len(simulation.named(ReplicaSet, "new-")) == 1


async def test_a_service_that_is_applied_follows_the_pods_that_it_selects(simulation: Simulation) -> None:
    ports = [{"name": "web", "port": 80, "targetPort": "http"}]
    service = a_manifest("Service", "new", spec={"selector": LABELS, "ports": ports})
    await simulation.apply(service)
    await simulation.apply(_deployment())
    await simulation.live(60)
    (found,) = simulation.named(Service, "new")
    assert found.summary.cluster_ip.startswith("10.96.")
    (slice_,) = simulation.named(EndpointSlice, "new-")
    assert len(slice_.endpoints) == 2
    assert slice_.ports[0].port == 8080
    changed = a_manifest("Service", "new", spec={"selector": {"app": "other"}, "ports": ports})
    assert (await simulation.apply(changed)).outcome is ObjectOutcome.CONFIGURED
    await simulation.live(5)
    (again,) = simulation.named(Service, "new")
    assert (again.summary.cluster_ip, again.created_at) == (found.summary.cluster_ip, found.created_at)
    assert [one.endpoints for one in simulation.named(EndpointSlice, "new-")] == [()]


async def test_a_name_for_a_host_outside_needs_no_ports(simulation: Simulation) -> None:
    await simulation.apply(a_manifest("Service", "out", spec={"type": "ExternalName", "externalName": "db.example"}))
    (found,) = simulation.named(Service, "out")
    assert (found.summary.external_name, found.summary.cluster_ip) == ("db.example", "")


async def test_settings_are_shown_by_their_keys(simulation: Simulation) -> None:
    await simulation.apply(a_manifest(data={"b": "1", "a": "2"}))
    (found,) = simulation.named(ConfigMap, "settings")
    assert found.data_keys == ("a", "b")
    assert found.uid
    await simulation.apply(a_manifest(data={"c": "1"}))
    (again,) = simulation.named(ConfigMap, "settings")
    assert (again.data_keys, again.uid, again.created_at) == (("c",), found.uid, found.created_at)


async def test_a_namespace_comes_with_what_every_namespace_has(simulation: Simulation) -> None:
    await simulation.apply(a_manifest("Namespace", "fresh", namespace=""))
    assert "fresh" in [one.name for one in simulation.cluster.read(Namespace).objects]
    assert len(simulation.named(ServiceAccount, "default", "fresh")) == 1
    assert len(simulation.named(ConfigMap, "kube-root-ca.crt", "fresh")) == 1
    assert (await simulation.apply(a_manifest(namespace="fresh"))).outcome is ObjectOutcome.CREATED
    labelled = a_manifest("Namespace", "fresh", namespace="", metadata={"labels": {"a": "b"}})
    assert (await simulation.apply(labelled)).outcome is ObjectOutcome.CONFIGURED


async def test_a_workload_of_the_scenario_is_changed_by_what_the_manifest_names(simulation: Simulation) -> None:
    (web,) = [
        one for one in simulation.cluster.read(Deployment).objects if (one.namespace, one.name) == ("shop", "web")
    ]
    name = web.template.containers[0].name
    template = {"spec": {"containers": [{"name": name, "image": "registry.example/web:99"}]}}
    manifest = a_manifest("Deployment", "web", api_version="apps/v1", spec={"template": template})
    assert (await simulation.apply(manifest, dry_run=True)).outcome is ObjectOutcome.CONFIGURED
    assert (await simulation.apply(manifest)).outcome is ObjectOutcome.CONFIGURED
    (now,) = [
        one for one in simulation.cluster.read(Deployment).objects if (one.namespace, one.name) == ("shop", "web")
    ]
    assert now.template.containers[0].image == "registry.example/web:99"
    assert now.summary.replicas == web.summary.replicas
    template["spec"]["containers"][0]["name"] = "another"
    result = await simulation.apply(manifest)
    assert "cannot add the container another" in result.error


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        (a_manifest("Ingress", api_version="networking.k8s.io/v1"), "cannot apply ingresses.networking.k8s.io"),
        (a_manifest("Node", namespace=""), "the simulated cluster cannot apply nodes"),
        (_deployment(replicas=-1), "spec.replicas must be a whole number"),
        (_deployment(containers=[]), "spec.template.spec.containers: Required value"),
        (_deployment(containers="app"), "containers must be a list of objects"),
        (_deployment(containers=[{"name": "a"}]), "a container needs a name and an image"),
        (_deployment(containers=[{"name": "a", "image": 3}]), "image must be a text"),
        (_deployment(containers=[{**CONTAINER, "ports": [{"containerPort": "x"}]}]), "containerPort must be"),
        (_deployment(containers=[{**CONTAINER, "resources": {"requests": {"cpu": "much"}}}]), "no quantity"),
        (
            _deployment(containers=[{**CONTAINER, "resources": {"requests": {"cpu": True}}}]),
            "requests.cpu must be a text",
        ),
        (a_manifest("Deployment", api_version="apps/v1", spec={}), "spec.selector does not match"),
        (a_manifest("Service", spec={}), "spec.ports: Required value"),
        (a_manifest("Service", spec={"ports": [{"port": 70000}]}), "spec.ports.port must be"),
        (a_manifest(data={"a": ["b"]}), "data.a must be a text"),
    ],
    ids=lambda one: str(one)[:40],
)
async def test_what_cannot_be_simulated_is_named(simulation: Simulation, manifest: Manifest, why: str) -> None:
    result = await simulation.apply(manifest)
    assert result.outcome is ObjectOutcome.FAILED
    assert why in result.error
    assert simulation.cluster.changes == 0
