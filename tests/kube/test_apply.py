"""Applying sets to a real API server: order, definitions, dry runs, failures, and what is never applied."""

from collections.abc import Iterator

import pytest

from domain.commands.actions import Topic
from tests.kube.agent import running_agent
from tests.kube.apply_sets import CONFIG_MAP, DEPLOYMENT, SHOP, Applying, crd
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import ApiError, Json

CANARY = "canary-8f31"
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: keys}}\nstringData: {{password: {CANARY}}}\n"
ROLE = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: 'app:reader'}\nrules: []\n"
APP = "containers: [{name: a, image: 'registry.example/a:1'%s}]"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {%s " + APP % "" + "}\n"
JOB = (
    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\n"
    "spec: {suspend: true, template: {spec: {restartPolicy: Never, "
) + (APP % ", env: [{name: KEY, value: %s}]" + "}}}\n")
WIDGET = "apiVersion: applied.example.com/v1\nkind: %s\nmetadata: {name: one}\nspec: {size: 3}\n"


def _agent(cluster: Cluster, uid: str, factory: pytest.TempPathFactory, **more: str) -> Iterator[Applying]:
    environ = {"AGENT_KUBECONFIG": str(cluster.kubeconfig), **more}
    with running_agent(factory.mktemp("agent"), uid, environ) as running:
        running.push(1)
        yield Applying(cluster, running)


@pytest.fixture(scope="module")
def applying(cluster: Cluster, cluster_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Applying]:
    """An agent as it is by default."""
    yield from _agent(cluster, cluster_uid, tmp_path_factory)


@pytest.fixture(scope="module")
def trusted(cluster: Cluster, cluster_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Applying]:
    """One whose operator allows everything to be applied."""
    yield from _agent(cluster, cluster_uid, tmp_path_factory, AGENT_APPLY_ALLOW_ESCALATION="true")


def _is_there(applying: Applying, kind: str, namespace: str, name: str) -> bool:
    try:
        return bool(applying.get(kind, namespace, name))
    except ApiError:
        return False


def test_a_definition_and_its_object_are_applied_in_one_set(trusted: Applying, namespace: str) -> None:
    for scope, plural, kind in (("Namespaced", "widgets", "Widget"), ("Cluster", "gadgets", "Gadget")):
        text = WIDGET % kind + "---\n" + crd(plural, scope=scope) + "\n---\n" + CONFIG_MAP.replace("settings", plural)
        rehearsed = trusted.apply(text, defaultNamespace=namespace, dryRun=True)
        assert rehearsed.outcomes == {
            f"{kind} one": "notVerifiable",
            f"CustomResourceDefinition {plural}.applied.example.com": "created",
            f"ConfigMap {plural}": "created",
        }
        assert rehearsed.result.success
        assert "errorMessage" not in rehearsed.output
        applied = trusted.apply(text, defaultNamespace=namespace)
        assert set(applied.outcomes.values()) == {"created"}, applied.output
        where = f"/namespaces/{namespace}" if scope == "Namespaced" else ""
        made = trusted.cluster.api.get(f"/apis/applied.example.com/v1{where}/{plural}/one")
        assert made["spec"] == {"size": 3}
        assert set(trusted.apply(text, defaultNamespace=namespace).outcomes.values()) == {"unchanged"}
        wrong = trusted.apply((WIDGET % kind).replace("size", "colour"), defaultNamespace=namespace)
        assert ".spec.colour: field not declared in schema" in wrong.result.error
        trusted.cluster.kubectl("delete", "crd", f"{plural}.applied.example.com", "--wait=true")


def test_a_namespace_and_what_is_in_it_are_applied_in_one_set(applying: Applying, namespace: str) -> None:
    name = f"{namespace}-new"
    space = f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, namespace: odd}}\n"
    text = CONFIG_MAP + "---\n" + space
    rehearsed = applying.apply(text, defaultNamespace=name, dryRun=True)
    assert rehearsed.outcomes == {"ConfigMap settings": "notVerifiable", f"Namespace {name}": "created"}
    applied = applying.apply(text, defaultNamespace=name)
    assert set(applied.outcomes.values()) == {"created"}
    assert applied.objects[f"Namespace {name}"]["warnings"] == ["Namespace is in no namespace; odd is left out"]
    assert applying.apply(text, defaultNamespace=name).output["resourceChanged"] == 0
    applying.cluster.api.request("DELETE", f"/api/v1/namespaces/{name}")


def test_a_dry_run_changes_nothing_and_says_what_would_change(applying: Applying, namespace: str) -> None:
    first = applying.apply(SHOP, defaultNamespace=namespace, dryRun=True)
    assert first.output["dryRun"] is True
    assert set(first.outcomes.values()) == {"created"}
    assert not _is_there(applying, "Deployment", namespace, "web")
    applying.apply(CONFIG_MAP + "---\n" + DEPLOYMENT, defaultNamespace=namespace)
    before = applying.get("Deployment", namespace, "web")["metadata"]["generation"]
    changed = CONFIG_MAP + "---\n" + DEPLOYMENT.replace("app:1", "app:2")
    second = applying.apply(changed, defaultNamespace=namespace, dryRun=True)
    assert second.outcomes == {"ConfigMap settings": "unchanged", "Deployment web": "configured"}
    assert applying.get("Deployment", namespace, "web")["metadata"]["generation"] == before


def test_one_object_that_fails_does_not_stop_the_rest_unless_that_is_asked(applying: Applying, namespace: str) -> None:
    broken = CONFIG_MAP.replace("settings", "broken").replace("\ndata:", "\ndta:")
    text = broken + "---\n" + CONFIG_MAP + "---\n" + DEPLOYMENT
    applied = applying.apply(text, defaultNamespace=namespace, continueOnError=False)
    assert not applied.result.success
    assert applied.outcomes == {
        "ConfigMap broken": "failed",
        "ConfigMap settings": "notAttempted",
        "Deployment web": "notAttempted",
    }
    applied = applying.apply(text, defaultNamespace=namespace)
    assert applied.result.success, "as the Master's deployer expects"
    assert (applied.output["resourceTotal"], applied.output["resourceChanged"]) == (3, 2)
    assert ".dta: field not declared in schema" in applied.output["errorMessage"]


def test_what_cannot_be_changed_is_said_without_the_values(trusted: Applying, namespace: str) -> None:
    text = DEPLOYMENT + "---\n" + JOB % "first"
    assert trusted.apply(text, defaultNamespace=namespace).output["resourceChanged"] == 2
    changed = text.replace("app: web", "app: other").replace("first", CANARY)
    applied = trusted.apply(changed, defaultNamespace=namespace)
    assert not applied.result.success
    assert applied.objects["Deployment web"]["error"] == "spec.selector: field is immutable"
    assert applied.objects["Job once"]["error"].startswith("spec.template")
    assert applied.objects["Job once"]["error"].endswith(": field is immutable")
    wrong = SECRET.replace(CANARY, "731009731")
    failed = trusted.apply(wrong, defaultNamespace=namespace)
    assert "expected string" in failed.result.error
    for answer in (applied, failed):
        assert CANARY not in answer.result.output + answer.result.error
        assert "731009731" not in answer.result.output + answer.result.error


def test_what_the_api_server_warns_of_is_passed_on(applying: Applying, namespace: str) -> None:
    old = "apiVersion: v1\nkind: Endpoints\nmetadata: {name: e}\n"
    (warning,) = applying.apply(old, defaultNamespace=namespace).objects["Endpoints e"]["warnings"]
    assert "v1 Endpoints is deprecated" in warning


def test_what_does_not_exist_is_named(applying: Applying, namespace: str) -> None:
    unknown = "apiVersion: nowhere.example.com/v1\nkind: Gizmo\nmetadata: {name: g}\n"
    spelt = CONFIG_MAP.replace("ConfigMap", "configmap")
    applied = applying.apply(unknown + "---\n" + spelt + "---\n" + CONFIG_MAP, defaultNamespace=namespace)
    assert 'no kind "Gizmo" in version "nowhere.example.com/v1"' in applied.objects["Gizmo g"]["error"]
    assert 'no kind "configmap" in version "v1"' in applied.objects["configmap settings"]["error"]
    assert applied.outcomes["ConfigMap settings"] == "created"
    lost = applying.apply(CONFIG_MAP, defaultNamespace=f"{namespace}-nowhere")
    assert f'namespaces "{namespace}-nowhere" not found' in lost.result.error
    assert "defaultNamespace" in applying.apply(CONFIG_MAP).result.error


PRIVILEGED = DEPLOYMENT.replace("        env:", "        securityContext: {privileged: yes}\n        env:")
ESCALATIONS: list[tuple[str, str, str]] = [
    (SECRET, "Secret", "keys"),
    (ROLE, "Role", "app:reader"),
    (POD % "hostNetwork: true,", "Pod", "p"),
    (POD % "volumes: [{name: root, hostPath: {path: /}}],", "Pod", "p"),
    (PRIVILEGED, "Deployment", "web"),
]


@pytest.mark.parametrize(("text", "kind", "name"), ESCALATIONS, ids=range(len(ESCALATIONS)))
def test_what_hands_out_more_is_applied_only_where_the_operator_allows_it(
    applying: Applying, trusted: Applying, namespace: str, text: str, kind: str, name: str
) -> None:
    for params in ({}, {"force": True}, {"allowEscalation": True}, {"dryRun": True}):
        refused = applying.apply(text, defaultNamespace=namespace, **params)
        assert not refused.result.success
        assert "AGENT_APPLY_ALLOW_ESCALATION" in refused.result.error
        assert refused.outcomes == {f"{kind} {name}": "refused"}
    assert not _is_there(applying, kind, namespace, name)
    assert trusted.apply(text, defaultNamespace=namespace).outcomes == {f"{kind} {name}": "created"}
    assert _is_there(trusted, kind, namespace, name)
    assert CANARY not in trusted.agent.output + applying.agent.output


def test_protected_namespaces_stay_as_they_are(trusted: Applying, namespace: str) -> None:
    labelled = "apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-public, labels: {a: b}}\n"
    written = CONFIG_MAP.replace("name: settings", "name: settings, namespace: kube-system")
    for text, params in ((written, {}), (CONFIG_MAP, {"defaultNamespace": "kube-system"}), (labelled, {})):
        refused = trusted.apply(text, **params)
        assert not refused.result.success
        assert "AGENT_PROTECTED_NAMESPACES" in refused.result.error
    assert not _is_there(trusted, "ConfigMap", "kube-system", "settings")


def test_the_assistant_applies_nothing(applying: Applying, namespace: str) -> None:
    refused = applying.apply(CONFIG_MAP, defaultNamespace=namespace, topic=Topic.AI)
    assert "topic ai may only read" in refused.result.error
    assert not _is_there(applying, "ConfigMap", namespace, "settings")


BOMB = "a0: &a0 [x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 15)
)


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"manifests": ""}, "manifests"),
        ({"manifests": None}, "manifests"),
        ({"manifests": ["a"]}, "manifests"),
        ({"manifests": "a: 1\na: 2"}, "document 1, line 2: the key 'a' is there twice"),
        ({"manifests": CONFIG_MAP + "---\nx: !!python/object/apply:os.system [ls]"}, "is not supported"),
        ({"manifests": BOMB}, "once its aliases are written out"),
        ({"manifests": "[" * 100_000}, "nesting depth"),
        ({"manifests": CONFIG_MAP, "dryRun": "perhaps"}, "dryRun"),
        ({"manifests": CONFIG_MAP, "force": 3}, "force"),
        ({"manifests": CONFIG_MAP, "continueOnError": []}, "continueOnError"),
        ({"manifests": CONFIG_MAP, "defaultNamespace": "../kube-system"}, "defaultNamespace"),
        ({"manifests": CONFIG_MAP.replace("settings", "../x")}, "metadata.name is no valid name"),
    ],
    ids=range(12),
)
def test_what_cannot_be_understood_is_named_and_nothing_is_applied(
    applying: Applying, namespace: str, params: Json, named: str
) -> None:
    applied = applying.apply(**{"defaultNamespace": namespace, **params})
    assert not applied.result.success
    assert named in applied.result.error
    assert not _is_there(applying, "ConfigMap", namespace, "settings")


def test_a_hundred_objects_are_applied_in_one_set(applying: Applying, namespace: str) -> None:
    text = "---\n".join(CONFIG_MAP.replace("settings", f"m{number}") for number in range(100))
    applied = applying.apply(text, defaultNamespace=namespace)
    assert applied.output["resourceChanged"] == 100
    assert applied.result.exec_time_ns < 60 * 10**9
