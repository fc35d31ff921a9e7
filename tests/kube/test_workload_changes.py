"""Scaling, a rollout and the loss of a node are in a snapshot of the next tick, at every object that they change."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.kube.agent import Agent, running_agent
from tests.kube.oracles.judge import by_key
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for
from tests.kube.testbed.options import Options
from tests.kube.ticks import TICK, Timeline, now
from tests.kube.web import Web

LOST_SECONDS = 120
INTERVAL = {"AGENT_SNAPSHOT_INTERVAL": f"{TICK.total_seconds():.0f}s"}


@pytest.fixture(scope="module")
def losing(binaries: Path) -> Iterator[tuple[Cluster, Web]]:
    """A cluster of its own whose kubelets have fallen silent; it takes its nodes for lost 50 s later."""
    with Cluster(nodes=2, bin_dir=binaries, options=Options(metrics=False)) as running:
        web = Web(running, "default")
        running.stop_component("kwok")
        yield running, web


@pytest.fixture(scope="module")
def agent(
    losing: tuple[Cluster, Web], cluster: Cluster, cluster_uid: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Agent]:
    """On the shared cluster; the other one grows old meanwhile."""
    environ = {"AGENT_KUBECONFIG": str(cluster.kubeconfig), **INTERVAL}
    with running_agent(tmp_path_factory.mktemp("agent"), cluster_uid, environ) as running:
        running.push(1)
        yield running


@pytest.fixture
def web(cluster: Cluster, namespace: str) -> Web:
    return Web(cluster, namespace)


@pytest.mark.parametrize("replicas", [3, 0])
def test_scaling_is_seen_at_the_deployment_its_pods_and_its_service(agent: Agent, web: Web, replicas: int) -> None:
    def all_there(snapshot: Json) -> bool:
        shown = web.shown(snapshot)
        counts = {shown.get(name) for name in ("available", "running", "backends")}
        return counts == {replicas} and sum(shown["replicaSets"].values()) == replicas

    timeline = Timeline(agent)
    asked = web.patch({"replicas": replicas})
    timeline.shows(f"{replicas} wanted", asked, lambda snapshot: web.shown(snapshot).get("wanted") == replicas)
    timeline.shows(f"{replicas} running", web.settle(replicas), all_there)


def test_a_rollout_is_seen_to_begin_and_to_end(agent: Agent, web: Web) -> None:
    def is_in(phase: str) -> Callable[[Json], bool]:
        return lambda snapshot: web.shown(snapshot).get("phase") == phase

    def has_ended(snapshot: Json) -> bool:
        shown = web.shown(snapshot)
        revisions = shown.get("briefs", {})
        both = sorted(revisions.values()) == [0, 1] and revisions == shown["replicaSets"]
        return both and (shown["phase"], shown["available"], shown["backends"]) == ("Available", 1, 1)

    timeline = Timeline(agent)
    timeline.shows("the first revision", now(), is_in("Available"))
    asked = web.patch({"template": {"metadata": {"annotations": {"testbed/start-after": "4s"}}}})
    timeline.shows("its begin", asked, is_in("Progressing"))
    timeline.shows("its end", web.settle(1), has_ended)


def test_a_node_that_is_lost_is_seen_so_with_its_pods_and_endpoints(
    losing: tuple[Cluster, Web], tmp_path: Path
) -> None:
    cluster, web = losing
    (pod,) = cluster.api.items("/api/v1/namespaces/default/pods")
    name, node = pod["metadata"]["name"], pod["spec"]["nodeName"]

    def is_lost() -> bool:
        now_it = cluster.api.get(f"/api/v1/nodes/{node}")
        ready = next(item for item in now_it["status"]["conditions"] if item["type"] == "Ready")
        return ready["status"] == "Unknown" and web.endpoints() == 0

    def shows_it(snapshot: Json) -> bool:
        summary = by_key(snapshot["nodes"])["", node]["summary"]
        status = by_key(snapshot["pods"])["default", name]["status"]
        ready = next(item["status"] for item in status["conditions"] if item["type"] == "Ready")
        backends = web.shown(snapshot)["backends"]
        said = (summary["ready"], summary["reason"], ready, backends, snapshot["summary"]["readyNodes"])
        return said == ("Unknown", "NodeStatusUnknown", "False", 0, 0)

    environ = {"AGENT_KUBECONFIG": str(cluster.kubeconfig), **INTERVAL}
    uid = str(cluster.api.get("/api/v1/namespaces/kube-system")["metadata"]["uid"])
    with running_agent(tmp_path, uid, environ) as agent:
        timeline = Timeline(agent)
        wait_for("the loss of a node", is_lost, LOST_SECONDS, cluster.check)
        timeline.shows("the loss", now(), shows_it)
