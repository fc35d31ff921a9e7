"""Discovery against a real API server: every kind by every name that kubectl has for it, and kinds that come and go."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import pytest

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.credentials import KubeconfigCredentials
from adapters.kubernetes.discovery.kind_resolver import KubernetesKindResolver
from adapters.kubernetes.read_only import ReadOnlyConnection
from adapters.system.clock import SystemClock
from domain.cluster.resource_types import ResourceType
from ports.errors import InvalidRequest, NotFound, PortError, Unavailable
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for

SETTLED_SECONDS = 60
API_SERVICE = "/apis/apiregistration.k8s.io/v1/apiservices"


def resolved(kubeconfig: Path, *names: str) -> list[ResourceType | PortError]:
    """What each name means, or why not; asked one after the other over one connection."""

    async def ask() -> list[ResourceType | PortError]:
        found: list[ResourceType | PortError] = []
        async with KubernetesConnection(KubeconfigCredentials(kubeconfig), version="test") as connection:
            resolver = KubernetesKindResolver(ReadOnlyConnection(connection), SystemClock())
            for name in names:
                try:
                    found.append(await resolver.resolve(name))
                except PortError as error:
                    found.append(error)
        return found

    return anyio.run(ask)


def one(kubeconfig: Path, name: str) -> ResourceType:
    (found,) = resolved(kubeconfig, name)
    assert isinstance(found, ResourceType), found
    return found


def a_definition(group: str, plural: str, kind: str, *short_names: str) -> Json:
    version = {
        "served": True,
        "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
        "subresources": {"status": {}},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": plural, "singular": kind.lower(), "kind": kind, "shortNames": list(short_names)},
            "versions": [
                {"name": "v1alpha1", "storage": False, **version},
                {"name": "v1", "storage": True, **version},
            ],
        },
    }


@pytest.fixture
def define(cluster: Cluster) -> Iterator[Callable[[Json], None]]:
    """Makes kinds and takes them away again."""
    path, made = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", []

    def make(definition: Json) -> None:
        cluster.api.request("POST", path, definition)
        name = definition["metadata"]["name"]
        made.append(name)
        group = definition["spec"]["group"]

        def is_served() -> bool:
            groups = cluster.api.get("/apis")["groups"]
            known = {item["groupVersion"] for one in groups if one["name"] == group for item in one["versions"]}
            if f"{group}/v1" not in known:
                return False
            listed = cluster.api.get(f"/apis/{group}/v1")["resources"]
            return definition["spec"]["names"]["plural"] in {item["name"] for item in listed}

        wait_for(name, is_served, SETTLED_SECONDS, cluster.check)

    yield make
    for name in made:
        cluster.api.request("DELETE", f"{path}/{name}")


def test_every_kind_is_found_by_every_name_that_kubectl_has_for_it(cluster: Cluster) -> None:
    listed = json.loads(cluster.kubectl("api-resources", "--output=json").stdout)["resources"]
    assert len(listed) > 50
    names: list[str] = []
    expected: list[tuple[str, str, str, bool]] = []
    for item in listed:
        group, version = item.get("group", ""), item.get("version", "v1")
        plural, kind, is_namespaced = item["name"], item["kind"], item["namespaced"]
        within = [f"{plural}.{group}", f"{kind}.{group}".upper(), f"{plural}.{version}.{group}"]
        own = within if group else [plural, kind, kind.lower(), kind.upper(), item["singularName"]]
        for name in [*own, *(f"{short}.{group}" for short in item.get("shortNames", ()))]:
            names.append(name)
            expected.append((group, plural, kind, is_namespaced))
    found = resolved(cluster.kubeconfig, *names)
    said = [
        (one.group, one.plural, one.kind, one.namespaced) if isinstance(one, ResourceType) else str(one)
        for one in found
    ]
    assert dict(zip(names, said, strict=True)) == dict(zip(names, expected, strict=True))


@pytest.mark.parametrize(
    ("name", "qualified", "version"),
    [
        ("PVC", "persistentvolumeclaims", "v1"),
        ("PV", "persistentvolumes", "v1"),
        ("HPA", "horizontalpodautoscalers.autoscaling", "v2"),
        ("hpa.v1.autoscaling", "horizontalpodautoscalers.autoscaling", "v1"),
        ("pods", "pods", "v1"),
        ("events", "events", "v1"),
        ("deploy", "deployments.apps", "v1"),
    ],
)
def test_a_name_means_what_people_mean(cluster: Cluster, name: str, qualified: str, version: str) -> None:
    found = one(cluster.kubeconfig, name)
    assert (found.qualified, found.version) == (qualified, version)


def test_verbs_and_subresources_are_told(cluster: Cluster) -> None:
    found = one(cluster.kubeconfig, "Deployment")
    assert {"scale", "status"} <= found.subresources
    assert {"get", "list", "watch", "create", "patch", "delete"} <= found.verbs
    assert {"exec", "log", "eviction"} <= one(cluster.kubeconfig, "po").subresources


def test_a_kind_of_ones_own_is_found_from_the_moment_that_it_is_served(
    cluster: Cluster, define: Callable[[Json], None]
) -> None:
    (before,) = resolved(cluster.kubeconfig, "Bead")
    assert isinstance(before, NotFound)
    define(a_definition("discovery-1.example.com", "beads", "Bead", "bd"))
    for name in (
        "Bead",
        "beads",
        "BD",
        "beads.discovery-1.example.com",
        "bead.v1.discovery-1.example.com",
    ):
        found = one(cluster.kubeconfig, name)
        assert (found.kind, found.version, found.namespaced) == ("Bead", "v1", True)
        assert found.subresources == {"status"}
    assert one(cluster.kubeconfig, "beads.v1alpha1.discovery-1.example.com").version == "v1alpha1"


def test_of_two_kinds_of_one_name_nobody_guesses(cluster: Cluster, define: Callable[[Json], None]) -> None:
    define(a_definition("discovery-1.example.com", "gadgets", "Gadget"))
    define(a_definition("discovery-2.example.com", "gadgets", "Gadget"))
    define(a_definition("discovery-2.example.com", "deploys", "Deploy"))
    both, second, own = resolved(cluster.kubeconfig, "gadget", "gadget.discovery-2.example.com", "deploy")
    assert isinstance(both, InvalidRequest)
    assert "gadgets.discovery-1.example.com, gadgets.discovery-2.example.com" in str(both)
    assert isinstance(second, ResourceType)
    assert isinstance(own, ResourceType)
    assert own.qualified == "deployments.apps"


def test_a_group_whose_server_is_gone_costs_only_itself(cluster: Cluster) -> None:
    service: Json = {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v1.gone.example.com"},
        "spec": {
            "group": "gone.example.com",
            "version": "v1",
            "service": {"namespace": "default", "name": "gone"},
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "insecureSkipTLSVerify": True,
        },
    }
    cluster.api.request("POST", API_SERVICE, service)
    try:

        def is_told() -> bool:
            (found,) = resolved(cluster.kubeconfig, "things.gone.example.com")
            return isinstance(found, Unavailable)

        wait_for("the group without a server", is_told, SETTLED_SECONDS, cluster.check)
        found, missed = resolved(cluster.kubeconfig, "deploy", "unheard")
        assert isinstance(found, ResourceType)
        assert isinstance(missed, NotFound)
        assert "gone.example.com" in str(missed)
    finally:
        cluster.api.request("DELETE", f"{API_SERVICE}/v1.gone.example.com")
