"""`update_image`, with `kubectl set image` as the oracle."""

import json
from collections.abc import Iterator

import pytest

from domain.commands.actions import Action, Topic
from tests.kube.agent import Agent, running_agent
from tests.kube.command_bench import CommandBench, bench_of
from tests.kube.command_objects import a_manifest
from tests.kube.testbed.cluster import Cluster

KINDS = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Pod"]
IMAGE = "registry.example/team/app:2.0-rc.1"


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


@pytest.mark.parametrize("container", ["app", "side", "prepare"])
@pytest.mark.parametrize("kind", KINDS)
def test_one_container_gets_the_image_as_kubectl_sets_it(bench: CommandBench, kind: str, container: str) -> None:
    bench.create(a_manifest(kind))
    bench.kubectl("set", "image", f"{kind.lower()}/web", f"{container}={IMAGE}")
    output = bench.obeyed(Action.UPDATE_IMAGE, kind, container=container, image=IMAGE)
    assert {key: value for key, value in output.items() if key != "warnings"} == {
        "container": container,
        "previousImage": f"registry.example/{container}:1",
        "image": IMAGE,
        "changed": True,
    }
    bench.require_alike(kind)
    text = json.dumps(bench.read(kind)["spec"])
    assert text.count(IMAGE) == 1


def test_the_pods_follow(bench: CommandBench) -> None:
    bench.create(a_manifest("Deployment"))
    bench.settle("Deployment")
    bench.kubectl("set", "image", "deployment/web", f"app={IMAGE}")
    bench.obeyed(Action.UPDATE_IMAGE, "Deployment", container="app", image=IMAGE)
    bench.settle("Deployment")
    bench.require_alike("Deployment")
    alive = bench.pods()
    images = {
        container["image"]
        for pod in bench.items("Pod")
        if pod["metadata"]["uid"] in alive
        for container in pod["spec"]["containers"]
    }
    assert images == {IMAGE, "registry.example/side:1"}


def test_an_image_that_is_there_already_is_not_written(bench: CommandBench) -> None:
    bench.create(a_manifest("CronJob"))
    before = bench.read("CronJob")
    output = bench.obeyed(Action.UPDATE_IMAGE, "CronJob", container="app", image="registry.example/app:1")
    assert (output["changed"], output["previousImage"]) == (False, output["image"])
    assert bench.read("CronJob") == before


def test_which_container_is_meant_is_never_guessed(bench: CommandBench) -> None:
    bench.create(a_manifest("CronJob"))
    for params in ({}, {"container": "nobody"}):
        error = bench.refused(Action.UPDATE_IMAGE, "CronJob", image=IMAGE, **params)
        assert error.startswith("container: ")
        assert error.endswith("there are: app, side, prepare")
    alone = a_manifest("CronJob", "alone")
    pods = alone["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    del pods["initContainers"], pods["containers"][1]
    bench.create(alone)
    assert bench.obeyed(Action.UPDATE_IMAGE, "CronJob", "alone", image=IMAGE)["container"] == "app"


@pytest.mark.parametrize("image", ["", "UPPER", "a b", 'x","command":["sh', "https://a/b", 7])
def test_what_cannot_be_an_image_is_refused_by_the_name_of_the_parameter(bench: CommandBench, image: object) -> None:
    bench.create(a_manifest("CronJob"))
    before = bench.read("CronJob")
    assert bench.refused(Action.UPDATE_IMAGE, "CronJob", container="app", image=image).startswith("image: ")
    assert bench.read("CronJob") == before


def test_a_manager_that_applied_the_image_is_warned_of(bench: CommandBench) -> None:
    manifest = json.dumps(a_manifest("CronJob"))
    for namespace in bench.sides:
        arguments = ("apply", "--server-side", "--field-manager=argocd-controller", "--filename=-")
        bench.cluster.kubectl(f"--namespace={namespace}", *arguments, stdin=manifest)
    bench.kubectl("set", "image", "cronjob/web", f"app={IMAGE}")
    output = bench.obeyed(Action.UPDATE_IMAGE, "CronJob", container="app", image=IMAGE)
    assert output["warnings"] == ["argocd-controller manages the image of container app and may set it back"]
    bench.require_alike("CronJob")


def test_a_paused_rollout_and_a_pod_with_a_controller_are_warned_of(bench: CommandBench) -> None:
    bench.create(a_manifest("Deployment", paused=True))
    output = bench.obeyed(Action.UPDATE_IMAGE, "Deployment", container="app", image=IMAGE)
    assert "its rollout is paused" in output["warnings"][0]
    bench.create(a_manifest("ReplicaSet", "set", replicas=1))
    bench.settle("ReplicaSet", "set")
    (name,) = [name for name in bench.pods().values() if name.startswith("set-")]
    output = bench.obeyed(Action.UPDATE_IMAGE, "Pod", name, container="app", image=IMAGE)
    assert output["warnings"] == ["the pod belongs to ReplicaSet set: the next one has the old image again"]


@pytest.mark.parametrize("kind", ["ReplicaSet", "Job", "ConfigMap"])
def test_what_has_no_image_of_its_own_is_refused_by_name(bench: CommandBench, kind: str) -> None:
    error = bench.refused(Action.UPDATE_IMAGE, kind, image=IMAGE)
    assert error.startswith("kind: ")
    assert "these can: Deployment, StatefulSet, DaemonSet, CronJob, Pod" in error


def test_what_is_not_there_or_not_permitted_is_refused(bench: CommandBench) -> None:
    assert "not found" in bench.refused(Action.UPDATE_IMAGE, "Deployment", "gone", image=IMAGE)
    protected = bench.refused(Action.UPDATE_IMAGE, "Deployment", namespace="kube-system", image=IMAGE)
    assert "AGENT_PROTECTED_NAMESPACES" in protected
    assert "topic ai may only read" in bench.refused(Action.UPDATE_IMAGE, "Deployment", topic=Topic.AI, image=IMAGE)
