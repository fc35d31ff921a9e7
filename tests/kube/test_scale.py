"""A command from the Master changes the cluster: queued, taken, judged, carried out, answered."""

import json
from collections.abc import Iterator

import pytest

from adapters.embedded.demo_master.actions import CommandRequest
from adapters.embedded.demo_master.records import ResultPost
from domain.commands.actions import OFF_UNTIL_ALLOWED, Action, Topic
from tests.kube.agent import Agent, running_agent
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for

SETTLE_SECONDS = 60
KINDS = {"Deployment": "deployments", "StatefulSet": "statefulsets"}


@pytest.fixture(scope="module")
def agent(cluster: Cluster, cluster_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    environ = {"AGENT_KUBECONFIG": str(cluster.kubeconfig)}
    with running_agent(tmp_path_factory.mktemp("agent"), cluster_uid, environ) as running:
        running.push(1)
        yield running


class Workload:
    """A workload of a test."""

    def __init__(self, cluster: Cluster, agent: Agent, namespace: str, kind: str, name: str = "web") -> None:
        self._cluster = cluster
        self._agent = agent
        self.namespace = namespace
        self.kind = kind
        self.name = name
        self._path = f"/apis/apps/v1/namespaces/{namespace}/{KINDS[kind]}"

    def create(self, replicas: int) -> None:
        spec: Json = {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": self.name}},
            "template": {
                "metadata": {"labels": {"app": self.name}},
                "spec": {"containers": [{"name": "app", "image": "registry.example/app:1"}]},
            },
        }
        if self.kind == "StatefulSet":
            spec["serviceName"] = self.name
        body: Json = {"apiVersion": "apps/v1", "kind": self.kind, "metadata": {"name": self.name}, "spec": spec}
        self._cluster.api.request("POST", self._path, body)

    def settle(self, replicas: int) -> Json:
        """Waits until the controller has brought the pods about; the object does not change by itself after that."""

        def ready() -> bool:
            found = self.read()
            status = found["status"]
            seen = status.get("observedGeneration") == found["metadata"]["generation"]
            rolling = any(item["reason"] == "ReplicaSetUpdated" for item in status.get("conditions", ()))
            counts = {status.get("replicas", 0), status.get("availableReplicas", 0)}
            return seen and not rolling and counts == {replicas}

        wait_for(f"{replicas} replicas", ready, SETTLE_SECONDS, self._cluster.check)
        return self.read()

    def read(self) -> Json:
        return self._cluster.api.get(f"{self._path}/{self.name}")

    def delete(self) -> None:
        self._cluster.api.request("DELETE", f"{self._path}/{self.name}")

    @property
    def replicas(self) -> int:
        return int(self.read()["spec"]["replicas"])

    def scale(self, params: Json, *, kind: str = "", topic: Topic = Topic.OPS) -> ResultPost:
        """Orders it through the Master, and gives the answer."""
        return answer(
            self._agent,
            CommandRequest(
                action=Action.SCALE,
                cluster_id=self._agent.cluster_id,
                kind=kind or self.kind,
                namespace=self.namespace,
                name=self.name,
                params=params,
                topic=topic,
            ),
        )


def answer(agent: Agent, request: CommandRequest) -> ResultPost:
    record = agent.order(request)
    assert record.result is not None
    assert record.status == ("success" if record.result.success else "failed")
    return record.result


@pytest.fixture(params=sorted(KINDS))
def workload(request: pytest.FixtureRequest, cluster: Cluster, agent: Agent, namespace: str) -> Workload:
    """Two replicas that run."""
    made = Workload(cluster, agent, namespace, request.param)
    made.create(2)
    made.settle(2)
    return made


@pytest.fixture
def deployment(cluster: Cluster, agent: Agent, namespace: str) -> Workload:
    """Two replicas, running or not."""
    made = Workload(cluster, agent, namespace, "Deployment")
    made.create(2)
    return made


def test_scaling_makes_pods_run_and_end(agent: Agent, workload: Workload) -> None:
    for before, after in ((2, 4), (4, 0), (0, 1)):
        result = workload.scale({"replicas": after})
        assert (result.success, result.error) == (True, "")
        assert json.loads(result.output) == {
            "previousReplicas": before,
            "replicas": after,
            "changed": True,
            "warnings": [],
        }
        assert workload.replicas == after
        workload.settle(after)

    def shown() -> bool:
        pods = agent.next_snapshot()["pods"]
        return [pod["summary"]["namespace"] for pod in pods].count(workload.namespace) == 1

    agent.wait_for("one pod in the snapshot", shown)


def test_the_number_it_has_already_is_a_success_that_changes_nothing(workload: Workload) -> None:
    before = workload.read()
    result = workload.scale({"replicas": 2})
    assert result.success, result.error
    assert json.loads(result.output)["changed"] is False
    after = workload.read()
    assert after["metadata"]["generation"] == before["metadata"]["generation"]
    assert after["metadata"].get("managedFields") == before["metadata"].get("managedFields")


def test_what_does_not_exist_is_not_found(cluster: Cluster, agent: Agent, namespace: str) -> None:
    for kind in KINDS:
        result = Workload(cluster, agent, namespace, kind, "nothing").scale({"replicas": 1})
        assert (result.success, result.output) == (False, "")
        assert "not found" in result.error
        assert f"{kind} {namespace}/nothing" in result.error


def test_a_precondition_that_does_not_hold_changes_nothing(deployment: Workload) -> None:
    result = deployment.scale({"replicas": 5, "currentReplicas": 3})
    assert not result.success
    assert "2 replicas, not for 3" in result.error
    result = deployment.scale({"replicas": 5, "resourceVersion": "1"})
    assert not result.success
    assert "not at 1" in result.error
    assert deployment.replicas == 2


def test_preconditions_that_hold_let_the_change_through(deployment: Workload) -> None:
    version = deployment.settle(2)["metadata"]["resourceVersion"]
    result = deployment.scale({"replicas": 3, "currentReplicas": 2, "resourceVersion": version})
    assert result.success, result.error
    assert deployment.replicas == 3


def test_an_autoscaler_that_may_undo_the_change_is_named(cluster: Cluster, deployment: Workload) -> None:
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": deployment.name},
        "minReplicas": 1,
        "maxReplicas": 9,
    }
    body: Json = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "keeper"},
        "spec": spec,
    }
    path = f"/apis/autoscaling/v2/namespaces/{deployment.namespace}/horizontalpodautoscalers"
    cluster.api.request("POST", path, body)
    # Its controller writes again and again while the first pods come: more conflicts than are tried again.
    deployment.settle(2)
    result = deployment.scale({"replicas": 3})
    assert result.success, result.error
    (warning,) = json.loads(result.output)["warnings"]
    assert "keeper keeps 1 to 9 replicas" in warning


@pytest.mark.parametrize("kind", ["DaemonSet", "ReplicaSet", "Pod", "Widget"])
def test_other_kinds_are_refused(deployment: Workload, kind: str) -> None:
    result = deployment.scale({"replicas": 3}, kind=kind)
    assert not result.success
    assert "only Deployment and StatefulSet can be scaled" in result.error
    assert deployment.replicas == 2


def test_a_protected_namespace_stays_as_it_is(cluster: Cluster, agent: Agent) -> None:
    workload = Workload(cluster, agent, "kube-system", "Deployment", "guarded")
    workload.create(1)
    result = workload.scale({"replicas": 0})
    assert not result.success
    assert result.error == "namespace kube-system is protected (AGENT_PROTECTED_NAMESPACES)"
    assert workload.replicas == 1
    workload.delete()


def test_the_assistant_changes_nothing(deployment: Workload) -> None:
    result = deployment.scale({"replicas": 0}, topic=Topic.AI)
    assert not result.success
    assert "topic ai may only read" in result.error
    assert deployment.replicas == 2


@pytest.mark.parametrize(
    ("params", "field"),
    [({}, "replicas"), ({"replicas": "many"}, "replicas"), ({"replicas": -1}, "replicas"), ({"replicas": 1.5}, "1.5")],
)
def test_what_cannot_be_understood_is_answered_by_the_name_of_the_field(
    deployment: Workload, params: Json, field: str
) -> None:
    result = deployment.scale(params)
    assert not result.success
    assert field in result.error
    assert deployment.replicas == 2


QUERIES = {action for action in Action if action.value.startswith("query_")}


@pytest.mark.parametrize("topic", list(Topic))
@pytest.mark.parametrize("action", [one for one in Action if one is not Action.SCALE and one not in QUERIES])
def test_every_other_action_is_answered_by_its_name(agent: Agent, action: Action, topic: Topic) -> None:
    request = CommandRequest(
        action=action, cluster_id=agent.cluster_id, kind="Pod", namespace="shop", name="web", topic=topic
    )
    result = answer(agent, request)
    assert (result.success, result.output) == (False, "")
    if action in OFF_UNTIL_ALLOWED:
        expected = f"{action} is not among the allowed actions (AGENT_ALLOWED_ACTIONS)"
    elif topic is Topic.AI and action.is_change:
        expected = f"{action} changes the cluster, and topic ai may only read"
    else:
        expected = f"{action} is not supported yet by this agent"
    assert result.error == expected


@pytest.mark.parametrize("action", sorted(QUERIES))
def test_a_question_about_telemetry_is_answered_without_a_store_by_what_is_missing(
    agent: Agent, action: Action
) -> None:
    result = answer(agent, CommandRequest(action=action, cluster_id=agent.cluster_id, params={"trace_id": "1"}))
    assert not result.success
    assert "AGENT_CLICKHOUSE_ENDPOINT" in result.error


def test_an_action_nobody_knows_is_answered(agent: Agent) -> None:
    result = answer(agent, CommandRequest(action="explode", cluster_id=agent.cluster_id))
    assert not result.success
    assert "unknown action 'explode'" in result.error
