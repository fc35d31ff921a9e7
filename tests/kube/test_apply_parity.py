"""What the agent applies is what `kubectl apply --server-side` makes of the same manifests: content and ownership."""

from collections.abc import Iterator

import pytest

from tests.kube.agent import running_agent
from tests.kube.apply_sets import DEPLOYMENT, PATHS, SHOP, Applying, comparable
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import ApiError, Json

NAMES = [
    ("ConfigMap", "settings"),
    ("Deployment", "web"),
    ("Service", "web"),
    ("ServiceAccount", "web"),
    ("StatefulSet", "db"),
    ("DaemonSet", "logs"),
    ("CronJob", "nightly"),
    ("Ingress", "web"),
    ("NetworkPolicy", "web"),
    ("PodDisruptionBudget", "web"),
    ("PersistentVolumeClaim", "data"),
    ("LimitRange", "limits"),
]


@pytest.fixture(scope="module")
def applying(cluster: Cluster, cluster_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Applying]:
    environ = {"AGENT_KUBECONFIG": str(cluster.kubeconfig)}
    with running_agent(tmp_path_factory.mktemp("agent"), cluster_uid, environ) as running:
        running.push(1)
        yield Applying(cluster, running)


@pytest.fixture
def by_kubectl(cluster: Cluster, namespace: str) -> Iterator[str]:
    """Another namespace, in which kubectl applies the same."""
    name = f"{namespace}-kubectl"
    cluster.api.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    yield name
    cluster.api.request("DELETE", f"/api/v1/namespaces/{name}")


def _kubectl(cluster: Cluster, namespace: str, text: str, *more: str, manager: str = "kubectl") -> str:
    done = cluster.kubectl(
        "apply",
        "--server-side",
        f"--field-manager={manager}",
        "-n",
        namespace,
        "-f",
        "-",
        *more,
        stdin=text,
        check=False,
    )
    return done.stdout + done.stderr


def _objects(cluster: Cluster, namespace: str) -> dict[tuple[str, str], Json]:
    found: dict[tuple[str, str], Json] = {}
    for kind, name in NAMES:
        root, plural = PATHS[kind]
        try:
            one = cluster.api.get(f"{root}/namespaces/{namespace}/{plural}/{name}")
        except ApiError:
            continue
        found[kind, name] = comparable(one, namespace)
    return found


def test_a_set_of_twelve_kinds_becomes_what_kubectl_makes_of_it(
    applying: Applying, namespace: str, by_kubectl: str
) -> None:
    cluster = applying.cluster
    changed = SHOP.replace('"registry.example/app:1"', '"registry.example/app:2"').replace("LEVEL", "DEPTH")
    less = changed.replace("replicas: 2\n", "replicas: 1\n").replace(", labels: {app: web}}\ndata", "}\ndata")
    less = less.replace('  mode: "0644"\n', "").replace("automountServiceAccountToken: no\n", "")
    for text in (SHOP, SHOP, changed, less):
        told = _kubectl(cluster, by_kubectl, text)
        assert "error" not in told.lower(), told
        applied = applying.apply(text, defaultNamespace=namespace)
        assert applied.result.success, applied.result.error
        assert "errorMessage" not in applied.output
        assert _objects(cluster, namespace) == _objects(cluster, by_kubectl)
    assert len(_objects(cluster, namespace)) == len(NAMES)
    assert "labels" not in _objects(cluster, namespace)["ConfigMap", "settings"]["metadata"]


def test_what_came_of_each_object_is_told(applying: Applying, namespace: str) -> None:
    first = applying.apply(SHOP, defaultNamespace=namespace)
    assert (first.output["resourceTotal"], first.output["resourceChanged"]) == (len(NAMES), len(NAMES))
    assert set(first.outcomes.values()) == {"created"}
    second = applying.apply(SHOP, defaultNamespace=namespace)
    assert (second.output["resourceTotal"], second.output["resourceChanged"]) == (len(NAMES), 0)
    assert set(second.outcomes.values()) == {"unchanged"}
    third = applying.apply(SHOP.replace("storage: 10Gi", "storage: 20Gi"), defaultNamespace=namespace)
    assert third.output["resourceChanged"] == 1
    assert [name for name, one in third.outcomes.items() if one == "configured"] == ["LimitRange limits"]
    assert [one["line"] for one in third.output["objects"]] == sorted(one["line"] for one in third.output["objects"])


def test_a_conflict_is_the_one_that_kubectl_tells_of(applying: Applying, namespace: str, by_kubectl: str) -> None:
    cluster = applying.cluster
    theirs = DEPLOYMENT.replace("app:1", "app:7").replace("replicas: 2", "replicas: 3")
    for where in (namespace, by_kubectl):
        assert "serverside-applied" in _kubectl(cluster, where, theirs, manager="gitops")
    told = _kubectl(cluster, by_kubectl, DEPLOYMENT)
    assert 'conflicts with "gitops"' in told
    applied = applying.apply(DEPLOYMENT, defaultNamespace=namespace)
    assert not applied.result.success
    (conflict,) = applied.objects["Deployment web"]["conflicts"]
    assert conflict["manager"] == "gitops"
    assert set(conflict["fields"]) == {".spec.replicas", '.spec.template.spec.containers[name="app"].image'}
    assert all(field in told for field in conflict["fields"])
    assert "gitops manages .spec.replicas" in applied.result.error
    before = _objects(cluster, namespace)
    assert before == _objects(cluster, by_kubectl)
    _kubectl(cluster, by_kubectl, DEPLOYMENT, "--force-conflicts")
    forced = applying.apply(DEPLOYMENT, defaultNamespace=namespace, force=True)
    assert forced.outcomes == {"Deployment web": "configured"}
    assert _objects(cluster, namespace) == _objects(cluster, by_kubectl) != before


def test_an_object_that_kubectl_made_client_side_is_taken_with_a_warning(applying: Applying, namespace: str) -> None:
    made = applying.cluster.kubectl("apply", "-n", namespace, "-f", "-", stdin=DEPLOYMENT)
    assert "created" in made.stdout
    applied = applying.apply(DEPLOYMENT, defaultNamespace=namespace)
    assert applied.outcomes == {"Deployment web": "unchanged"}
    assert "kubectl-client-side-apply" in applied.objects["Deployment web"]["warnings"][0]
    again = applying.apply(DEPLOYMENT.replace("app:1", "app:2"), defaultNamespace=namespace)
    assert not again.result.success
    assert again.objects["Deployment web"]["conflicts"] == [
        {
            "manager": "kubectl-client-side-apply",
            "fields": ['.spec.template.spec.containers[name="app"].image'],
        }
    ]
