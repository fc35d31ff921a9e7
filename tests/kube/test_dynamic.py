"""`dynamic` against a real API server: what is told, compared with kubectl, and that no canary is in any of it."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.gateway.wire.dynamic_outputs import NOTICE
from domain.commands.actions import Topic
from domain.commands.results import Outcome, RenderedResult
from domain.objects.secret_kinds import holds_secrets
from tests.kube.asking import Asker, an_asker
from tests.kube.test_discovery import a_definition
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.hostile import CANARY
from tests.kube.testbed.loopback import wait_for

WORD = CANARY.decode()
SETTLED_SECONDS = 60


@pytest.fixture
def asker(cluster: Cluster, namespace: str, tmp_path: Path) -> Asker:
    return an_asker(cluster, namespace, tmp_path)


def rows(result: RenderedResult) -> list[list[str]]:
    """The rows of a table, cells split where two spaces part them."""
    assert result.outcome is Outcome.SUCCEEDED, result.error
    lines = result.output.split("\n\n")[0].split("\n")
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines[1:]]


@dataclass(frozen=True)
class Listed:
    """A kind that is served and can be listed."""

    name: str
    """`deployments.apps`."""
    root: str
    plural: str
    is_namespaced: bool

    def path(self, namespace: str) -> str:
        return f"{self.root}/namespaces/{namespace}/{self.plural}" if namespace else f"{self.root}/{self.plural}"


def listed(cluster: Cluster) -> Iterator[Listed]:
    """Every kind that can be listed, as kubectl knows them."""
    for one in json.loads(cluster.kubectl("api-resources", "--output=json").stdout)["resources"]:
        group, version, plural = one.get("group", ""), one.get("version", "v1"), one["name"]
        if "list" in one["verbs"]:
            root = f"/apis/{group}/{version}" if group else f"/api/{version}"
            yield Listed(f"{plural}.{group}".rstrip("."), root, plural, one["namespaced"])


@pytest.mark.parametrize("kind", ["pods", "nodes", "deployments", "services", "persistentvolumes", "ingresses"])
def test_a_list_is_what_kubectl_prints(asker: Asker, cluster: Cluster, kind: str) -> None:
    result = asker.one("list", kind=kind, namespace="" if kind in {"nodes", "persistentvolumes"} else "shop")
    options = () if kind in {"nodes", "persistentvolumes"} else ("--namespace=shop",)
    printed = cluster.kubectl("get", kind, *options, check=True).stdout.splitlines()
    names = {line.split()[0] for line in printed[1:]}
    found = rows(result)
    assert result.output.startswith(f"{result.output.split(' ')[0]} ({len(found) - 1}): {NOTICE}")
    assert {row[0] for row in found[1:]} == names
    assert names
    expected = [title for title in printed[0].split("  ") if title.strip()]
    assert [title for title in found[0] if title != "NAMESPACE"] == [title.strip() for title in expected]


def test_protected_namespaces_are_out_of_every_list(asker: Asker, cluster: Cluster) -> None:
    kinds = [one for one in listed(cluster) if not holds_secrets(one.name)]
    results = asker.answers([{"kind": one.name, "params": {"command": "list"}} for one in kinds], Topic.AI)
    hidden = set()
    for kind, result in zip(kinds, results, strict=True):
        assert result.outcome is Outcome.SUCCEEDED, (kind, result.error)
        if kind.is_namespaced and " (" in result.output.split("\n")[0]:
            found = rows(result)
            place = found[0].index("NAMESPACE")
            assert not {row[place] for row in found[1:]} & {"kube-system", "kube-public", "kube-node-lease"}
        if "\nhidden: " in result.output:
            hidden.add(kind.name)
        assert "kube-system/" not in result.output
    assert {"configmaps", "daemonsets.apps", "namespaces", "roles.rbac.authorization.k8s.io"} <= hidden
    spaces = asker.one("list", kind="ns")
    assert not {row[0] for row in rows(spaces)} & {"kube-system", "kube-public", "kube-node-lease"}
    assert "hidden: 3 that belong to protected namespaces" in spaces.output


@pytest.fixture
def leaky(cluster: Cluster, hostile: str, namespace: str) -> Iterator[str]:
    """Canaries in every kind, in tables and beside Secrets; the namespace of those that the fixtures do not plant."""
    api = cluster.api
    definition = a_definition("leaky.example.com", "leaks", "Leak")
    for version in definition["spec"]["versions"]:
        version["additionalPrinterColumns"] = [
            {"name": "Remark", "type": "string", "jsonPath": ".spec.login.password"},
            {"name": "Token", "type": "string", "jsonPath": ".spec.plain"},
        ]
    api.request("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
    leaks = f"/apis/leaky.example.com/v1/namespaces/{namespace}/leaks"

    def is_made() -> bool:
        spec = {"login": {"password": f"{WORD}-column"}, "plain": "as the column says"}
        body = {"apiVersion": "leaky.example.com/v1", "kind": "Leak", "metadata": {"name": "leak"}, "spec": spec}
        return "error" not in _tried(cluster, leaks, body)

    wait_for("a custom object", is_made, SETTLED_SECONDS, cluster.check)
    secret = api.request(
        "POST",
        f"/api/v1/namespaces/{namespace}/secrets",
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": f"{WORD}-name"},
            "stringData": {"a": f"{WORD}-data"},
        },
    )
    owner = {"apiVersion": "v1", "kind": "Secret", "name": f"{WORD}-name", "uid": secret["metadata"]["uid"]}
    api.request(
        "POST",
        f"/api/v1/namespaces/{namespace}/configmaps",
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "leaky", "ownerReferences": [owner]},
            "data": {"kubeconfig": f"{WORD}-kubeconfig", "app.ini": f"user=a\npassword={WORD}-ini\n"},
            "binaryData": {"store": "Y2FuYXJ5"},
        },
    )
    api.request(
        "POST",
        f"/api/v1/namespaces/{namespace}/configmaps",
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "release", "labels": {"owner": "helm"}},
            "data": {"release": f"{WORD}-release"},
        },
    )
    for name, kind, about in (("about-secret", "Secret", f"{WORD}-name"), ("about-map", "ConfigMap", "leaky")):
        api.request(
            "POST",
            f"/api/v1/namespaces/{namespace}/events",
            {
                "apiVersion": "v1",
                "kind": "Event",
                "metadata": {"name": name},
                "involvedObject": {"kind": kind, "namespace": namespace, "name": about},
                "type": "Warning",
                "reason": "Leaks",
                "message": f"cannot log in with password={WORD}-message",
            },
        )
    yield namespace
    definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    api.request("DELETE", f"{definitions}/leaks.leaky.example.com")

    def is_gone() -> bool:
        return "leaks.leaky.example.com" not in {one["metadata"]["name"] for one in api.items(definitions)}

    # The next test serves it again.
    wait_for("the end of the kind", is_gone, SETTLED_SECONDS, cluster.check)


def _tried(cluster: Cluster, path: str, body: Json) -> str:
    done = cluster.kubectl("create", "--raw", path, "--filename=-", stdin=json.dumps(body), check=False)
    return (done.stdout + done.stderr).lower() if done.returncode else ""


@pytest.mark.usefixtures("hostile")
def test_no_canary_is_in_any_answer(
    asker: Asker, cluster: Cluster, leaky: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    planted = cluster.api.text("GET", f"/api/v1/namespaces/{leaky}/configmaps/leaky")
    assert planted.count(WORD) >= 3
    told = 0
    for topic in Topic:
        bodies: list[Json] = []
        for kind in listed(cluster):
            for place in ("hostile", leaky) if kind.is_namespaced else ("",):
                bodies.append({"kind": kind.name, "namespace": place, "params": {"command": "list"}})
                names = [one["metadata"]["name"] for one in cluster.api.items(kind.path(place))]
                for name in [one for one in names if WORD not in one][:12]:
                    target = {"kind": kind.name, "namespace": place, "name": name}
                    bodies += [{**target, "params": {"command": one}} for one in ("get", "describe")]
        bodies += [{"namespace": place, "params": {"command": "get_events"}} for place in ("hostile", leaky, "")]
        for body, result in zip(bodies, asker.answers(bodies, topic), strict=True):
            assert WORD not in (result.output + result.error).lower(), (body, result.output[:2000])
            told += result.success
    assert told > 200
    assert WORD not in caplog.text.lower()
    assert not [one for one in asker.sent() if "/secrets" in one or "certificatesigningrequests" in one]


def test_a_custom_kind_is_told_with_its_own_columns_and_without_its_password(asker: Asker, leaky: str) -> None:
    found = rows(asker.one("list", kind="Leak", namespace=leaky))
    assert found[0] == ["NAME", "NAMESPACE", "REMARK", "TOKEN"]
    assert found[1] == ["leak", leaky, "[redacted]", "[redacted]"]
    answer = json.loads(asker.one("get", kind="leaks.leaky.example.com", namespace=leaky, name="leak").output)
    assert answer["object"]["spec"]["login"] == {"password": "[redacted]"}


def test_events_are_told_and_those_about_secrets_are_not(asker: Asker, leaky: str) -> None:
    answer = json.loads(asker.one("get_events", namespace=leaky, involved_kind="cm", involved_name="leaky").output)
    assert [one["object"] for one in answer["items"]] == [f"ConfigMap/{leaky}/leaky"]
    assert answer["items"][0]["message"] == "cannot log in with password=[redacted]"
    answer = json.loads(asker.one("get_events", namespace=leaky).output)
    assert answer["withheld"].startswith("1 that hold secrets")


def test_a_description_is_of_use(asker: Asker, cluster: Cluster) -> None:
    pod = next(
        one
        for one in cluster.api.items("/api/v1/namespaces/shop/pods")
        if "pod-template-hash" in one["metadata"].get("labels", {})
    )
    answer = json.loads(asker.one("describe", kind="po", namespace="shop", name=pod["metadata"]["name"]).output)
    assert answer["object"]["spec"]["nodeName"] == pod["spec"]["nodeName"]
    assert "managedFields" not in answer["object"]["metadata"]
    assert [one["kind"] for one in answer["owners"]] == ["ReplicaSet", "Deployment"]
    deployment = answer["owners"][1]["metadata"]["name"]
    answer = json.loads(asker.one("describe", kind="deploy", namespace="shop", name=deployment).output)
    assert any(pod["metadata"]["name"] in row for row in answer["related"][0]["rows"])
    answer = json.loads(asker.one("describe", kind="Node", name=pod["spec"]["nodeName"]).output)
    assert any(pod["metadata"]["name"] in row for row in answer["related"][0]["rows"])
    assert answer["gaps"] == []


def test_pages_follow_one_another(asker: Asker, cluster: Cluster) -> None:
    names: list[str] = []
    token, pages = "", 0
    while True:
        page = {"command": "list", "limit": 10} | ({"continue": token} if token else {})
        (result,) = asker.ask(page, kind="pods", namespace="fill-a")
        names += [row[0] for row in rows(result)[1:]]
        pages += 1
        token = next((line[10:] for line in result.output.split("\n") if line.startswith("continue: ")), "")
        if not token:
            break
    expected = [one["metadata"]["name"] for one in cluster.api.items("/api/v1/namespaces/fill-a/pods")]
    assert names == expected
    assert pages == -(-len(expected) // 10)
    assert pages > 1


def test_what_is_asked_for_is_asked_once_and_quickly(asker: Asker) -> None:
    began = time.monotonic()
    asker.one("get", kind="deploy", namespace="shop", name="web", topic=Topic.OPS)
    assert time.monotonic() - began < SETTLED_SECONDS
    asked = asker.sent()
    assert asked[:2] == ["get /api", "get /apis"]
    assert len(asked) == 3
