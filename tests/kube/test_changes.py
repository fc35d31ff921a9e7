"""What happens to an object of any kind, and to a namespace with all in it, is in a snapshot of the next tick."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import pytest

from tests.kube.agent import Agent, running_agent
from tests.kube.oracles.judge import by_key
from tests.kube.oracles.world import PATHS
from tests.kube.samples import SAMPLES, body_of, change_of, collection, key_of
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import ApiError, Json
from tests.kube.testbed.loopback import wait_for
from tests.kube.ticks import SLACK, TICK, Timeline, now

SETTLE_SECONDS = 60
STEPS = ("created", "changed", "deleted")


@pytest.fixture(scope="module")
def agent(cluster: Cluster, cluster_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    environ = {"AGENT_KUBECONFIG": str(cluster.kubeconfig), "AGENT_SNAPSHOT_INTERVAL": f"{TICK.total_seconds():.0f}s"}
    with running_agent(tmp_path_factory.mktemp("agent"), cluster_uid, environ) as running:
        running.push(1)
        yield running
        assert running.master.rejections() == ()


@pytest.fixture
def timeline(agent: Agent) -> Timeline:
    return Timeline(agent)


class Lives:
    """A sample of each kind: created, changed and deleted, all of them together at each step."""

    def __init__(self, cluster: Cluster, agent: Agent, namespace: str) -> None:
        self._api = cluster.api
        self._cluster = cluster
        self._namespace = namespace
        self.seen: dict[tuple[str, str], timedelta | None] = {}
        """By kind and step, how long after it the first snapshot was collected that shows it."""
        for step, act in zip(STEPS, (self._create, self._change, self._delete), strict=True):
            timeline = Timeline(agent)
            moments = act()
            for kind, moment in moments.items():
                self.seen[kind, step] = timeline.seen(moment, self._shows(kind, step))

    def _create(self) -> Mapping[str, datetime]:
        moments = {}
        for kind in SAMPLES:
            self._api.request("POST", collection(kind, self._namespace), body_of(kind, self._namespace))
            moments[kind] = now()
        return moments

    def _change(self) -> Mapping[str, datetime]:
        moments = {}
        for kind in SAMPLES:
            self._api.patch(self._path(kind), change_of(kind))
            moments[kind] = now()
        return moments

    def _delete(self) -> Mapping[str, datetime]:
        for kind in SAMPLES:
            self._api.request("DELETE", f"{self._path(kind)}?gracePeriodSeconds=0&propagationPolicy=Background")
        moments = {}
        for kind in SAMPLES:
            # Finalizers of controllers hold some of them for a moment.
            wait_for(f"{kind} to be gone", is_gone(self._cluster, self._path(kind)), SETTLE_SECONDS)
            moments[kind] = now()
        return moments

    def _path(self, kind: str) -> str:
        return f"{collection(kind, self._namespace)}/{key_of(kind, self._namespace)[1]}"

    def _shows(self, kind: str, step: str) -> Callable[[Json], bool]:
        sample = SAMPLES[kind]

        def holds(snapshot: Json) -> bool:
            wire = by_key(snapshot[kind]).get(key_of(kind, self._namespace))
            if wire is None or step == "deleted":
                return wire is None and step == "deleted"
            colour = "red" if step == "changed" else "blue"
            is_changed = sample.shown(wire) == sample.changed
            return (wire.get("labels") or {}).get("colour") == colour and is_changed is (step == "changed")

        return holds


@pytest.fixture(scope="module")
def lives(cluster: Cluster, agent: Agent) -> Iterator[Lives]:
    name = "lives"
    make_namespace(cluster, name)
    yield Lives(cluster, agent, name)
    cluster.api.request("DELETE", f"/api/v1/namespaces/{name}")


def make_namespace(cluster: Cluster, name: str) -> None:
    """Returns when a pod may be made in it."""
    cluster.api.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    accounts = f"/api/v1/namespaces/{name}/serviceaccounts"
    wait_for("service account", lambda: bool(cluster.api.items(accounts)), SETTLE_SECONDS, cluster.check)


def test_there_is_a_sample_of_every_kind() -> None:
    assert SAMPLES.keys() == PATHS.keys()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", PATHS)
def test_an_object_that_is_made_changed_or_deleted_is_seen_so_within_a_tick(lives: Lives, kind: str, step: str) -> None:
    seen = lives.seen[kind, step]
    assert seen is not None, f"in no snapshot within {TICK + SLACK}"


def gated_pod(name: str, labels: Mapping[str, str]) -> Json:
    body = body_of("pods", "")
    return {**body, "metadata": {"name": name, "labels": labels}}


def find(snapshot: Json, kind: str, name: str, namespace: str = "") -> Json | None:
    return by_key(snapshot[kind]).get((namespace, name))


def test_a_new_pod_is_counted_and_a_deleted_one_is_not(timeline: Timeline, cluster: Cluster, namespace: str) -> None:
    def counts(number: int) -> Callable[[Json], bool]:
        def holds(snapshot: Json) -> bool:
            found = find(snapshot, "namespaces", namespace)
            total = snapshot["summary"]["totalPods"] == len(snapshot["pods"])
            return found is not None and total and found["resources"]["pods"] == number

        return holds

    path = f"/api/v1/namespaces/{namespace}/pods"
    cluster.api.request("POST", path, gated_pod("fresh", {}))
    timeline.shows("the new pod", now(), counts(1))
    cluster.api.request("DELETE", f"{path}/fresh?gracePeriodSeconds=0")
    timeline.shows("no pod", now(), counts(0))


def test_a_pod_of_the_same_name_is_another_pod(timeline: Timeline, cluster: Cluster, namespace: str) -> None:
    def is_number(number: str) -> Callable[[Json], bool]:
        return lambda snapshot: (find(snapshot, "pods", "twin", namespace) or {}).get("labels") == {"number": number}

    path = f"/api/v1/namespaces/{namespace}/pods"
    cluster.api.request("POST", path, gated_pod("twin", {"number": "one"}))
    timeline.shows("the first", now(), is_number("one"))
    cluster.api.request("DELETE", f"{path}/twin?gracePeriodSeconds=0")
    cluster.api.request("POST", path, gated_pod("twin", {"number": "two"}))
    timeline.shows("the second", now(), is_number("two"))


def test_a_namespace_terminates_and_goes_with_all_that_was_in_it(timeline: Timeline, cluster: Cluster) -> None:
    namespace = "passing"
    path = f"/api/v1/namespaces/{namespace}"
    make_namespace(cluster, namespace)
    # Without it the end would come too soon to be seen coming.
    cluster.api.patch(path, {"metadata": {"finalizers": ["example.com/keep"]}})
    inside = [kind for kind in SAMPLES if collection(kind, namespace) != PATHS[kind]]
    for kind in inside:
        cluster.api.request("POST", collection(kind, namespace), body_of(kind, namespace))
    timeline.shows("all of it", now(), lambda snapshot: set(inside) <= {*left_of(snapshot, namespace)})
    cluster.api.request("DELETE", path)
    timeline.shows("its end to come", now(), lambda snapshot: phase_of(snapshot, namespace) == "Terminating")
    gone = {kind: is_gone(cluster, f"{collection(kind, namespace)}/sample") for kind in inside}
    wait_for("all in it to be gone", lambda: all(probe() for probe in gone.values()), SETTLE_SECONDS, cluster.check)
    timeline.shows("an empty namespace", now(), lambda snapshot: left_of(snapshot, namespace) == ["namespaces"])
    cluster.api.patch(path, {"metadata": {"finalizers": None}})
    wait_for("the namespace to be gone", is_gone(cluster, path), SETTLE_SECONDS, cluster.check)
    timeline.shows("nothing of it", now(), lambda snapshot: left_of(snapshot, namespace) == [])


def phase_of(snapshot: Json, namespace: str) -> object:
    found = find(snapshot, "namespaces", namespace)
    return found and found["status"]["phase"]


def left_of(snapshot: Json, namespace: str) -> list[str]:
    """The lists that still hold something of a namespace."""
    return [kind for kind in PATHS if any(namespace in key for key in by_key(snapshot[kind]))]


def is_gone(cluster: Cluster, path: str) -> Callable[[], bool]:
    def probe() -> bool:
        try:
            cluster.api.get(path)
        except ApiError as error:
            return error.status == 404
        return False

    return probe
