"""get_logs against a real API server, with kubectl as the oracle."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from domain.commands.actions import Action, Topic
from tests.kube.agent import Agent, running_agent
from tests.kube.pods import kubectl, order, output, run_pod
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json

LINES_OF_BIG = 50_000
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def agent(cluster: Cluster, cluster_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    environ = {"AGENT_KUBECONFIG": str(cluster.kubeconfig), "AGENT_LOGS_MAX_LINES": "40000"}
    with running_agent(tmp_path_factory.mktemp("agent"), cluster_uid, environ) as running:
        running.push(1)
        yield running


@pytest.fixture
def pod(cluster: Cluster, namespace: str) -> tuple[str, str, str]:
    return run_pod(cluster, namespace, "web", ["istio-proxy", "app", "big", "json", "silent"])


def _logs(agent: Agent, pod: tuple[str, str, str], **params: object) -> str:
    return output(order(agent, Action.GET_LOGS, pod, params))


def _kubectl(cluster: Cluster, pod: tuple[str, str, str], *options: str) -> str:
    done = kubectl(cluster, "logs", f"--namespace={pod[1]}", pod[2], *options)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


CASES: list[tuple[Json, list[str]]] = [
    ({}, ["--tail=100"]),
    ({"tailLines": 1}, ["--tail=1"]),
    ({"tail_lines": 7}, ["--tail=7"]),
    ({"tailLines": 3000}, ["--tail=3000"]),
    ({"tailLines": 5, "timestamps": True}, ["--tail=5", "--timestamps"]),
    ({"tailLines": 50, "limitBytes": 333}, ["--tail=50", "--limit-bytes=333"]),
    ({"previous": True}, ["--tail=100", "--previous"]),
]


@pytest.mark.parametrize("container", ["big", "json", "silent"])
@pytest.mark.parametrize(("params", "options"), CASES, ids=str)
def test_a_log_is_what_kubectl_prints(
    cluster: Cluster, agent: Agent, pod: tuple[str, str, str], container: str, params: Json, options: list[str]
) -> None:
    if "previous" in params:
        result = order(agent, Action.GET_LOGS, pod, {**params, "container": container})
        assert not result.success
        assert f"container {container} has not been restarted: it has no previous log" in result.error
        assert kubectl(cluster, "logs", f"--namespace={pod[1]}", pod[2], "-c", container, *options).returncode == 1
        return
    expected = _kubectl(cluster, pod, "-c", container, *options)
    assert _logs(agent, pod, container=container, **params) == expected
    assert bool(expected) is (container != "silent")


def test_previous_is_the_log_of_the_instance_before(cluster: Cluster, agent: Agent, pod_states: str) -> None:
    pod = ("Pod", pod_states, "crash-loop")
    text = _logs(agent, pod, container="app", previous=True)
    assert text == _kubectl(cluster, pod, "-c", "app", "--tail=100", "--previous")
    assert text.splitlines()[-1] == "line 49 of the previous container"


def test_only_what_is_young_enough_is_read(cluster: Cluster, agent: Agent, pod: tuple[str, str, str]) -> None:
    moment = (datetime.now(UTC) - timedelta(minutes=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert _logs(agent, pod, container="json", sinceTime=moment) == _kubectl(
        cluster, pod, "-c", "json", f"--since-time={moment}", "--tail=100"
    )
    # Both look back from their own now: what kubectl prints after is the end of what it printed before.
    before = _kubectl(cluster, pod, "-c", "json", "--since=200s", "--tail=100")
    text = _logs(agent, pod, container="json", sinceSeconds=200)
    after = _kubectl(cluster, pod, "-c", "json", "--since=200s", "--tail=100")
    assert before.endswith(text)
    assert text.endswith(after)


def test_a_log_that_grows_is_read_to_its_end(cluster: Cluster, agent: Agent, pod: tuple[str, str, str]) -> None:
    before = _kubectl(cluster, pod, "-c", "app", "--tail=20").splitlines()
    lines = _logs(agent, pod, container="app", tailLines=20).splitlines()
    after = _kubectl(cluster, pod, "-c", "app", "--tail=20").splitlines()
    numbers = [int(part[0].split()[1]) for part in ([before[-1]], [lines[-1]], [after[-1]])]
    assert numbers == sorted(numbers)
    assert len(lines) == 20


def test_without_a_name_it_is_the_program_and_not_its_proxy(agent: Agent, cluster: Cluster, namespace: str) -> None:
    pod = run_pod(cluster, namespace, "meshed", ["istio-proxy", "json", "big"])
    assert _logs(agent, pod, tailLines=3) == _kubectl(cluster, pod, "-c", "json", "--tail=3")
    annotated = run_pod(
        cluster, namespace, "annotated", ["app", "json", "big"], {"kubectl.kubernetes.io/default-container": "big"}
    )
    assert _logs(agent, annotated, tailLines=3) == _kubectl(cluster, annotated, "--tail=3")


def test_all_containers_stand_under_their_names(agent: Agent, cluster: Cluster, pod: tuple[str, str, str]) -> None:
    text = _logs(agent, pod, allContainers=True, tailLines=2)
    sections = dict(part.split(" <==\n", 1) for part in text.split("==> ")[1:])
    assert list(sections) == ["istio-proxy", "app", "big", "json", "silent"]
    for container in ("big", "json", "silent"):
        assert sections[container] == _kubectl(cluster, pod, "-c", container, "--tail=2")


def test_what_is_too_long_keeps_its_end_and_says_what_is_missing(
    agent: Agent, cluster: Cluster, pod: tuple[str, str, str]
) -> None:
    text = _logs(agent, pod, container="big", tailLines=LINES_OF_BIG)
    whole = _kubectl(cluster, pod, "-c", "big", "--tail=40000")
    first, second, rest = text.split("\n", 2)
    assert first == "[the last 40000 lines: more are never read at once (AGENT_LOGS_MAX_LINES)]"
    assert second == f"[cut by the agent: {len(whole) - len(rest)} bytes before this line left out]"
    assert whole.endswith(rest)
    assert rest.startswith("line ")
    assert MIB - 1000 < len(rest) <= MIB


@pytest.mark.parametrize(
    ("name", "params", "text"),
    [
        ("image-pull", {}, "container app has not started yet: ImagePullBackOff"),
        ("unschedulable", {}, "the pod is on no node yet: 0/"),
        ("gated", {}, "the pod is on no node yet"),
        ("crash-loop", {"container": "helper", "previous": True}, "container helper has not been restarted"),
        ("crash-loop", {"container": "nope"}, "container: Pod states/crash-loop has no container 'nope'; it has app"),
        ("nothing", {}, 'pods "nothing" not found'),
    ],
)
def test_what_cannot_be_read_says_why(agent: Agent, pod_states: str, name: str, params: Json, text: str) -> None:
    result = order(agent, Action.GET_LOGS, ("Pod", pod_states, name), params)
    assert (result.success, result.output) == (False, "")
    assert text in result.error


def test_a_pod_that_has_ended_still_has_its_log(cluster: Cluster, agent: Agent, pod_states: str) -> None:
    assert _logs(agent, ("Pod", pod_states, "completed"), tailLines=1).startswith("line ")


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"tailLines": "many"}, "tailLines"),
        ({"tail_lines": 1.5}, "tail_lines"),
        ({"sinceSeconds": 0}, "sinceSeconds"),
        ({"sinceTime": "yesterday"}, "sinceTime"),
        ({"sinceTime": "2026-01-01T00:00:00Z", "sinceSeconds": 3}, "sinceTime"),
        ({"limitBytes": -1}, "limitBytes"),
        ({"container": "../x"}, "container"),
        ({"container": "app", "allContainers": True}, "allContainers"),
        ({"previous": "maybe"}, "previous"),
        ({"timestamps": 3}, "timestamps"),
    ],
)
def test_what_cannot_be_meant_is_answered_by_the_name_of_the_field(
    agent: Agent, pod_states: str, params: Json, field: str
) -> None:
    result = order(agent, Action.GET_LOGS, ("Pod", pod_states, "completed"), params)
    assert not result.success
    assert result.error.startswith(f"{field}: ")


def test_the_assistant_reads_the_same_log_but_not_in_protected_namespaces(
    cluster: Cluster, agent: Agent, pod: tuple[str, str, str]
) -> None:
    params: Json = {"container": "big", "tail_lines": 4}
    assert output(order(agent, Action.GET_LOGS, pod, params, topic=Topic.AI)) == _kubectl(
        cluster, pod, "-c", "big", "--tail=4"
    )
    refused = order(agent, Action.GET_LOGS, ("Pod", "kube-system", "any"), topic=Topic.AI)
    assert refused.error == "namespace kube-system is protected (AGENT_PROTECTED_NAMESPACES)"
