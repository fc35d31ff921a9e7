"""get_configmap and get_secret against a real API server, with kubectl as the oracle."""

import base64
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.commands.actions import Action, Topic
from tests.kube.agent import Agent, running_agent
from tests.kube.pods import order, output
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json

WORD = f"canary-{secrets.token_hex(8)}"
TEXTS = {
    "application.yaml": f"db:\n  host: db\n  password: '{WORD}'\n",
    "api-token": WORD,
    "message": "über ✓ 😀\n\ttab",
    "empty": "",
}
BINARY = bytes(range(256))
SECRETS = {"user": b"app", "password": WORD.encode(), "key.der": b"\x30\x82\x00\xff", "empty": b""}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ledger") / "ledger.db"


@pytest.fixture(scope="module")
def agent(
    cluster: Cluster, cluster_uid: str, ledger: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Agent]:
    """Everything that it could say is said."""
    environ = {
        "AGENT_KUBECONFIG": str(cluster.kubeconfig),
        "AGENT_ALLOWED_ACTIONS": "get_configmap,get_secret",
        "AGENT_LEDGER_PATH": str(ledger),
        "AGENT_LOG_LEVEL": "debug",
    }
    with running_agent(tmp_path_factory.mktemp("agent"), cluster_uid, environ) as running:
        running.push(1)
        yield running


def _encoded(values: dict[str, bytes]) -> dict[str, str]:
    return {key: base64.b64encode(value).decode() for key, value in values.items()}


@pytest.fixture
def settings(cluster: Cluster, namespace: str) -> tuple[str, str, str]:
    body: Json = {"metadata": {"name": "settings"}, "data": TEXTS, "binaryData": _encoded({"logo.png": BINARY})}
    cluster.api.request("POST", f"/api/v1/namespaces/{namespace}/configmaps", body)
    return "ConfigMap", namespace, "settings"


@pytest.fixture
def login(cluster: Cluster, namespace: str) -> tuple[str, str, str]:
    body: Json = {"metadata": {"name": "login"}, "data": _encoded(SECRETS)}
    cluster.api.request("POST", f"/api/v1/namespaces/{namespace}/secrets", body)
    return "Secret", namespace, "login"


def _of(cluster: Cluster, target: tuple[str, str, str]) -> Json:
    kind, namespace, name = target
    found: Json = json.loads(cluster.kubectl("get", kind, name, f"--namespace={namespace}", "--output=json").stdout)
    return found


def test_a_config_map_is_what_kubectl_shows(cluster: Cluster, agent: Agent, settings: tuple[str, str, str]) -> None:
    shown = json.loads(output(order(agent, Action.GET_CONFIGMAP, settings)))
    assert shown.pop("logo.png") == f"[binary: {len(BINARY)} bytes, not shown]"
    assert shown == _of(cluster, settings)["data"] == TEXTS


def test_the_assistant_gets_the_same_without_secrets(agent: Agent, settings: tuple[str, str, str]) -> None:
    text = output(order(agent, Action.GET_CONFIGMAP, settings, topic=Topic.AI))
    assert WORD not in text
    shown = json.loads(text)
    assert shown["application.yaml"] == "db:\n  host: db\n  password: '[redacted]'\n"
    assert shown["api-token"] == "[redacted]"
    assert shown["message"] == TEXTS["message"]


def test_a_config_map_without_data_is_an_empty_object(cluster: Cluster, agent: Agent, namespace: str) -> None:
    cluster.api.request("POST", f"/api/v1/namespaces/{namespace}/configmaps", {"metadata": {"name": "nothing"}})
    assert output(order(agent, Action.GET_CONFIGMAP, ("ConfigMap", namespace, "nothing"))) == "{}"


def test_the_largest_config_map_there_can_be_is_shown_whole(cluster: Cluster, agent: Agent, namespace: str) -> None:
    data = {"text": "line \u00fc\n" * 100_000}
    cluster.api.request(
        "POST", f"/api/v1/namespaces/{namespace}/configmaps", {"metadata": {"name": "big"}, "data": data}
    )
    assert json.loads(output(order(agent, Action.GET_CONFIGMAP, ("ConfigMap", namespace, "big")))) == data


def test_a_secret_is_decoded_and_what_is_no_text_says_so(
    cluster: Cluster, agent: Agent, login: tuple[str, str, str]
) -> None:
    shown = json.loads(output(order(agent, Action.GET_SECRET, login)))
    encoded = _of(cluster, login)["data"]
    assert shown.keys() == encoded.keys()
    assert shown["key.der"] == f"[binary, as base64] {encoded['key.der']}"
    for key in ("user", "password", "empty"):
        assert shown[key] == base64.b64decode(encoded[key]).decode()


def test_a_secret_is_in_no_line_of_the_log_and_no_byte_of_the_ledger(
    agent: Agent, login: tuple[str, str, str], ledger: Path
) -> None:
    assert WORD in output(order(agent, Action.GET_SECRET, login))
    assert WORD not in agent.output
    written = [path.read_bytes() for path in ledger.parent.iterdir()]
    assert any(b"get_secret" in content for content in written)
    assert not any(WORD.encode() in content for content in written)


def test_the_assistant_never_reads_a_secret(agent: Agent, login: tuple[str, str, str]) -> None:
    result = order(agent, Action.GET_SECRET, login, topic=Topic.AI)
    assert (result.success, result.output) == (False, "")
    assert result.error == "get_secret is never carried out for topic ai"


def test_the_assistant_sees_no_protected_namespace(agent: Agent) -> None:
    result = order(agent, Action.GET_CONFIGMAP, ("ConfigMap", "kube-system", "kube-root-ca.crt"), topic=Topic.AI)
    assert result.error == "namespace kube-system is protected (AGENT_PROTECTED_NAMESPACES)"


@pytest.mark.parametrize(
    ("action", "target", "text"),
    [
        (Action.GET_CONFIGMAP, ("ConfigMap", "default", "nothing"), 'configmaps "nothing" not found'),
        (Action.GET_SECRET, ("Secret", "default", "nothing"), 'secrets "nothing" not found'),
        (Action.GET_CONFIGMAP, ("Secret", "default", "x"), "kind: "),
        (Action.GET_SECRET, ("ConfigMap", "default", "x"), "kind: "),
        (Action.GET_CONFIGMAP, ("ConfigMap", "", "x"), "namespace: is required"),
        (Action.GET_CONFIGMAP, ("ConfigMap", "default", "../secrets/x"), "name: is no valid name"),
        (Action.GET_CONFIGMAP, ("ConfigMap", "default", "%2e%2e"), "name: is no valid name"),
        (Action.GET_SECRET, ("Secret", "default/x", "y"), "namespace: is no valid namespace"),
    ],
)
def test_what_cannot_be_read_says_why(agent: Agent, action: Action, target: tuple[str, str, str], text: str) -> None:
    result = order(agent, action, target)
    assert (result.success, result.output) == (False, "")
    assert text in result.error
