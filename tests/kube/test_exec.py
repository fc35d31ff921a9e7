"""exec against a real API server, with kubectl as the oracle; the fake kubelets run commands of this machine."""

import base64
import json
import secrets
import time
from collections.abc import Iterator

import pytest

from domain.commands.actions import Action, Topic
from tests.kube.agent import Agent, running_agent
from tests.kube.pods import kubectl, order, output, run_pod
from tests.kube.testbed.audit import entries
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for

HALF_BYTES = 512 * 1024
AUDIT_SECONDS = 30
ADMINISTRATOR = "kubernetes-admin"


@pytest.fixture(scope="module")
def agent(cluster: Cluster, cluster_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    environ = {"AGENT_KUBECONFIG": str(cluster.kubeconfig), "AGENT_ALLOWED_ACTIONS": "exec,get_logs"}
    environ["AGENT_LEDGER_PATH"] = str(tmp_path_factory.mktemp("ledger") / "ledger.db")
    with running_agent(tmp_path_factory.mktemp("agent"), cluster_uid, environ) as running:
        running.push(1)
        yield running


@pytest.fixture
def pod(cluster: Cluster, namespace: str) -> tuple[str, str, str]:
    return run_pod(cluster, namespace, "web", ["app"])


def _exec(agent: Agent, pod: tuple[str, str, str], *command: str, **params: object) -> Json:
    found: Json = json.loads(output(order(agent, Action.EXEC, pod, {"command": list(command), **params})))
    return found


def _script(code: str) -> tuple[str, str, str]:
    return "sh", "-c", code


COMMANDS = [
    ("echo", "a b", "c;d & e", "ü✓😀", "--x=1", "'\"\\", "%2e%2e"),
    *(_script(f"echo to stdout; echo to stderr >&2; exit {code}") for code in (0, 1, 2, 42, 126, 127, 137, 255)),
    _script("kill -9 $$"),
    _script("printf 'no end of line'"),
    _script("true"),
    _script("seq 1 60000"),
    _script("seq 1 60000 >&2"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[-1][:40])
def test_a_command_says_and_ends_as_kubectl_shows_it(
    cluster: Cluster, agent: Agent, pod: tuple[str, str, str], command: tuple[str, ...]
) -> None:
    expected = kubectl(cluster, "exec", f"--namespace={pod[1]}", pod[2], "--", *command)
    result = _exec(agent, pod, *command)
    assert result["exitCode"] == expected.returncode
    assert result["stdout"] == expected.stdout.decode()
    # kubectl says the exit code once more on the same stream.
    assert result["stderr"] == expected.stderr.decode().partition("command terminated with exit code")[0]
    assert (result["stdoutTruncated"], result["stderrTruncated"], result["encoding"]) == (False, False, "utf-8")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_megabytes_of_binary_come_by_their_ends(
    cluster: Cluster, agent: Agent, pod: tuple[str, str, str], stream: str
) -> None:
    code = "seq 1 2500000 | gzip -n -c" + (" >&2" if stream == "stderr" else "")
    expected = getattr(kubectl(cluster, "exec", f"--namespace={pod[1]}", pod[2], "--", *_script(code)), stream)
    assert len(expected) > 4 * 2**20
    result = _exec(agent, pod, *_script(code))
    kept = base64.b64decode(result[stream])
    head = result[f"{stream}HeadBytes"]
    assert (result["exitCode"], result["encoding"], result[f"{stream}Truncated"]) == (0, "base64", True)
    assert result[f"{stream}Bytes"] == len(expected)
    assert head == HALF_BYTES
    assert len(kept) == 2 * HALF_BYTES
    assert kept[:head] == expected[:head]
    assert kept[head:] == expected[-(len(kept) - head) :]


def test_megabytes_of_text_say_where_the_middle_is_missing(agent: Agent, pod: tuple[str, str, str]) -> None:
    result = _exec(agent, pod, *_script("seq 1 1000000"))
    before, _, after = result["stdout"].partition("\n[cut by the agent: ")
    assert before.startswith("1\n2\n3\n")
    assert after.endswith("\n999999\n1000000\n")
    assert f"of {result['stdoutBytes']} bytes left out here]" in after


def test_a_program_that_is_not_there_could_not_be_run(
    cluster: Cluster, agent: Agent, pod: tuple[str, str, str]
) -> None:
    result = order(agent, Action.EXEC, pod, {"command": ["no-such-program"]})
    assert (result.success, result.output) == (False, "")
    assert "the command could not be run: " in result.error
    assert "no-such-program" in result.error
    assert kubectl(cluster, "exec", f"--namespace={pod[1]}", pod[2], "--", "no-such-program").returncode == 1


def test_when_the_time_is_over_the_command_goes_on_and_the_answer_says_so(
    agent: Agent, pod: tuple[str, str, str]
) -> None:
    name = f"late-{secrets.token_hex(4)}"
    began = time.monotonic()
    params = {"command": list(_script(f"echo begun; sleep 3; echo done > {name}")), "timeoutSeconds": 1}
    result = order(agent, Action.EXEC, pod, params)
    assert time.monotonic() - began < 3
    assert not result.success
    assert result.error.endswith(
        "no end within 1 s; closing the connection does not end the command: it may go on in the container"
    )
    assert json.loads(result.output)["stdout"] == "begun\n"
    assert json.loads(result.output)["exitCode"] is None
    agent.wait_for("the command to go on", lambda: _exec(agent, pod, "cat", name)["stdout"] == "done\n")


def test_a_command_may_take_longer_than_others_if_it_says_so(agent: Agent, pod: tuple[str, str, str]) -> None:
    assert _exec(agent, pod, "sleep", "27", timeoutSeconds=40)["exitCode"] == 0


def test_the_container_that_was_chosen_is_said(cluster: Cluster, agent: Agent, namespace: str) -> None:
    several = run_pod(cluster, namespace, "several", ["first", "second"])
    result = _exec(agent, several, "true")
    assert result["container"] == "first"
    assert result["note"] == "no container was named: first was chosen out of first, second"
    assert "note" not in _exec(agent, several, "true", container="second")
    annotations = {"kubectl.kubernetes.io/default-container": "second"}
    annotated = run_pod(cluster, namespace, "annotated", ["first", "second"], annotations)
    assert _exec(agent, annotated, "true")["container"] == "second"


@pytest.mark.parametrize(
    ("name", "params", "text"),
    [
        ("completed", {}, "the pod has ended (Succeeded)"),
        ("failed", {}, "the pod has ended (Failed)"),
        ("nothing", {}, 'pods "nothing" not found'),
        ("crash-loop", {"container": "nope"}, "has no container 'nope'"),
        ("unschedulable", {}, "exec in Pod states/unschedulable: "),
    ],
)
def test_what_cannot_be_done_says_why(agent: Agent, pod_states: str, name: str, params: Json, text: str) -> None:
    result = order(agent, Action.EXEC, ("Pod", pod_states, name), {"command": ["true"], **params})
    assert (result.success, result.output) == (False, "")
    assert text in result.error


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({}, "command"),
        ({"command": "ls -l"}, "command"),
        ({"command": []}, "command"),
        ({"command": ["a\0b"]}, "command"),
        ({"command": ["ls", 3]}, "command"),
        ({"command": ["x"] * 300}, "command"),
        ({"command": ["ls"], "timeoutSeconds": 301}, "timeoutSeconds"),
        ({"command": ["ls"], "container": "a/b"}, "container"),
    ],
)
def test_what_cannot_be_meant_is_answered_by_the_name_of_the_field(
    agent: Agent, pod_states: str, params: Json, field: str
) -> None:
    result = order(agent, Action.EXEC, ("Pod", pod_states, "sidecar"), params)
    assert not result.success
    assert result.error.startswith(f"{field}: ")


def test_the_assistant_runs_nothing_and_nobody_runs_anything_in_protected_namespaces(
    agent: Agent, pod: tuple[str, str, str]
) -> None:
    params: Json = {"command": ["true"]}
    assert "topic ai may only read" in order(agent, Action.EXEC, pod, params, topic=Topic.AI).error
    refused = order(agent, Action.EXEC, ("Pod", "kube-system", "any"), params)
    assert refused.error == "namespace kube-system is protected (AGENT_PROTECTED_NAMESPACES)"


def test_a_command_is_sent_to_the_api_server_once(cluster: Cluster, agent: Agent, namespace: str) -> None:
    pod = run_pod(cluster, namespace, "once", ["app"])
    assert _exec(agent, pod, "true")["exitCode"] == 0

    def sent() -> list[Json]:
        found = [
            entry
            for entry in entries(cluster.audit_log, ADMINISTRATOR)
            if entry.get("objectRef", {}).get("subresource") == "exec"
        ]
        return [one for one in found if one["objectRef"]["namespace"] == namespace]

    wait_for("the audit log", lambda: bool(sent()), AUDIT_SECONDS, cluster.check)
    assert len({one["auditID"] for one in sent()}) == 1


def test_what_a_command_said_and_the_secrets_it_was_told_are_in_no_log_and_no_ledger(
    agent: Agent, pod: tuple[str, str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    word = f"canary-{secrets.token_hex(8)}"
    # The words of a command stand in the audit line, without what looks like a secret; what it said stands nowhere.
    said = _exec(agent, pod, *_script(f"printf {word[:12]}; echo {word[12:]}"), f"--password={word}")
    assert said["stdout"] == f"{word}\n"
    assert word not in agent.output
    files = [path for path in tmp_path_factory.getbasetemp().rglob("ledger.db*") if path.is_file()]
    assert files
    assert not any(word.encode() in path.read_bytes() for path in files)
