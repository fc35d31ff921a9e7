"""`restart`, with `kubectl rollout restart` as the oracle."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from domain.commands.actions import Action, Topic
from tests.kube.agent import Agent, running_agent
from tests.kube.command_bench import RESTARTED_AT, CommandBench, bench_of
from tests.kube.command_objects import a_manifest
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json

RESTARTED = ["Deployment", "StatefulSet", "DaemonSet"]


@pytest.fixture(scope="module")
def agent(cluster: Cluster, cluster_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    environ = {"AGENT_KUBECONFIG": str(cluster.kubeconfig)}
    with running_agent(tmp_path_factory.mktemp("agent"), cluster_uid, environ) as running:
        running.push(1)
        yield running


@pytest.fixture
def bench(cluster: Cluster, agent: Agent) -> Iterator[CommandBench]:
    with bench_of(cluster, agent) as made:
        yield made


def stamp(found: Json) -> str:
    return str(found["spec"]["template"]["metadata"].get("annotations", {}).get(RESTARTED_AT, ""))


@pytest.mark.parametrize("kind", RESTARTED)
def test_a_restart_is_kubectls_and_makes_all_pods_new(bench: CommandBench, kind: str) -> None:
    bench.create(a_manifest(kind))
    bench.settle(kind)
    before = set(bench.pods())
    bench.kubectl("rollout", "restart", f"{kind.lower()}/web")
    output = bench.obeyed(Action.RESTART, kind)
    assert output == {"restartedAt": stamp(bench.read(kind)), "changed": True, "warnings": []}
    assert datetime.fromisoformat(output["restartedAt"]).utcoffset() is not None
    bench.settle(kind)
    bench.require_alike(kind)
    assert before
    assert not before & set(bench.pods())
    assert len(bench.pods()) == len(before)


def test_the_value_is_the_time_at_which_the_master_made_the_command(bench: CommandBench) -> None:
    bench.create(a_manifest("Deployment"))
    result = bench.order(Action.RESTART, "Deployment")
    created_at = bench.agent.master.command(result.command_id).created_at
    expected = created_at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    assert json.loads(result.output)["restartedAt"] == stamp(bench.read("Deployment")) == expected


def test_a_paused_rollout_is_refused_as_by_kubectl(bench: CommandBench) -> None:
    bench.create(a_manifest("Deployment", paused=True))
    done = bench.cluster.kubectl(f"--namespace={bench.by_kubectl}", "rollout", "restart", "deployment/web", check=False)
    assert "can't restart paused deployment" in done.stderr
    assert "its rollout is paused; resume it first" in bench.refused(Action.RESTART, "Deployment")
    assert stamp(bench.read("Deployment")) == ""


@pytest.mark.parametrize(
    ("strategy", "warning"),
    [
        ({"type": "OnDelete"}, "its update strategy is OnDelete"),
        ({"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}, "partition 1"),
    ],
)
def test_pods_that_will_not_follow_are_warned_of(bench: CommandBench, strategy: Json, warning: str) -> None:
    bench.create(a_manifest("StatefulSet", updateStrategy=strategy))
    bench.kubectl("rollout", "restart", "statefulset/web")
    (told,) = bench.obeyed(Action.RESTART, "StatefulSet")["warnings"]
    assert warning in told
    bench.require_alike("StatefulSet")


@pytest.mark.parametrize("kind", ["ReplicaSet", "Job", "CronJob", "Pod", "ConfigMap"])
def test_what_cannot_be_restarted_is_refused_by_name(bench: CommandBench, kind: str) -> None:
    error = bench.refused(Action.RESTART, kind)
    assert error.startswith("kind: ")
    assert "these can: Deployment, StatefulSet, DaemonSet" in error


def test_what_is_not_there_or_not_permitted_is_refused(bench: CommandBench) -> None:
    assert "not found" in bench.refused(Action.RESTART, "Deployment", "gone")
    assert "nothing that is served has this name" in bench.refused(Action.RESTART, "Gadget")
    assert "AGENT_PROTECTED_NAMESPACES" in bench.refused(Action.RESTART, "Deployment", namespace="kube-system")
    assert "topic ai may only read" in bench.refused(Action.RESTART, "Deployment", topic=Topic.AI)
    assert bench.refused(Action.RESTART, "Deployment", "../secrets/x").startswith("name: ")
