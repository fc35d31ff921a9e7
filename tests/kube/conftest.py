"""Marks every test below this folder, so that no file forgets; and the control plane that they share.

The session's cluster starts in the main thread: the servers die with the thread that started them.
"""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.hostile import (
    crowded_service,
    huge_annotation_pod,
    huge_config_map,
    many_annotations_pod,
    odd_node,
)
from tests.kube.testbed.layout import BUILD_COMMAND, default_bin_dir
from tests.kube.testbed.leaky import plant_secrets
from tests.kube.testbed.loopback import wait_for
from tests.kube.testbed.odd_objects import MANIFESTS as ODD_MANIFESTS
from tests.kube.testbed.odd_objects import NAMESPACE as ODD_NAMESPACE
from tests.kube.testbed.odd_objects import settle_odd_objects
from tests.kube.testbed.options import Options
from tests.kube.testbed.pod_states import settle_states

HERE = Path(__file__).parent
TIMEOUT_SECONDS = 300
READY_SECONDS = 120
_BINARIES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "metrics-server", "kubectl")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.kube)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(TIMEOUT_SECONDS))


@pytest.fixture(scope="session")
def binaries() -> Path:
    """The test bed's binaries; a missing one is a failure, because a skipped tier proves nothing."""
    directory = default_bin_dir()
    missing = [name for name in _BINARIES if not (directory / name).is_file()]
    if missing:
        pytest.fail(f"no {', '.join(missing)} in {directory}: run {BUILD_COMMAND}", pytrace=False)
    return directory


@pytest.fixture(scope="session")
def cluster(binaries: Path) -> Iterator[Cluster]:
    """Six nodes and two more, objects of twenty kinds, 96 plain pods, an audit log; everything has settled.

    Shared by the whole session: a test changes only what it has made itself, and stops no component.
    """
    with Cluster(nodes=6, bin_dir=binaries, options=Options(audit=True)) as running:
        running.apply("rich.yaml", "fill.yaml")
        wait_for("deployments ready", lambda: _deployments_ready(running), READY_SECONDS, running.check)
        yield running


@pytest.fixture(scope="session")
def cluster_uid(cluster: Cluster) -> str:
    """Under which an agent reports this cluster unless it is told otherwise: the UID of kube-system."""
    return str(cluster.api.get("/api/v1/namespaces/kube-system")["metadata"]["uid"])


@pytest.fixture(scope="session")
def pod_states(cluster: Cluster) -> str:
    """The namespace with a pod for each state that manifests/pods.yaml names."""
    cluster.apply("pods.yaml")
    settle_states(cluster.api)
    return "states"


@pytest.fixture(scope="session")
def hostile(cluster: Cluster) -> str:
    """The namespace with legal objects that are hard to carry; planted secrets contain the word `canary`."""
    cluster.apply("hostile.yaml")
    for pod in (huge_annotation_pod(), many_annotations_pod()):
        cluster.api.ensure("/api/v1/namespaces/hostile/pods", pod)
    cluster.api.ensure("/api/v1/nodes", odd_node())
    cluster.api.ensure("/api/v1/namespaces/hostile/configmaps", huge_config_map())
    service, slice_of_many = crowded_service()
    cluster.api.ensure("/api/v1/namespaces/hostile/services", service)
    cluster.api.ensure("/apis/discovery.k8s.io/v1/namespaces/hostile/endpointslices", slice_of_many)
    plant_secrets(cluster.api)
    return "hostile"


@pytest.fixture(scope="session")
def odd(cluster: Cluster) -> str:
    """The namespace with objects of every kind at the edge of what the API server accepts; everything has settled."""
    cluster.apply(*ODD_MANIFESTS)
    settle_odd_objects(cluster.api)
    return ODD_NAMESPACE


@pytest.fixture(scope="session")
def usage(cluster: Cluster) -> None:
    """Returns when metrics.k8s.io answers: two scrapes 10 s apart."""
    cluster.wait_metrics()


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    """A namespace of its own for one test; its deletion begins when the test ends."""
    name = f"test-{secrets.token_hex(4)}"
    body: Json = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    cluster.api.request("POST", "/api/v1/namespaces", body)
    accounts = f"/api/v1/namespaces/{name}/serviceaccounts"
    # A pod is refused until its namespace has its default service account.
    wait_for("service account", lambda: bool(cluster.api.items(accounts)), READY_SECONDS, cluster.check)
    yield name
    cluster.api.request("DELETE", f"/api/v1/namespaces/{name}")


def _deployments_ready(cluster: Cluster) -> bool:
    deployments = cluster.api.items("/apis/apps/v1/deployments")
    return all(item["status"].get("readyReplicas", 0) == item["spec"]["replicas"] for item in deployments)
