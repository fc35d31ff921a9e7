"""One command through the lives of an agent: where it stands when the agent dies, and what is said of it afterwards.

Nothing in the agent helps: a gate in front of the API server keeps a request or its answer, a Master refuses results,
other commands are in the way. So the process stands exactly where a test wants it, and is killed there.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex

from adapters.kubernetes.kind_row import RbacRole
from adapters.kubernetes.rbac import role_name
from domain.cluster.kinds import Kind
from domain.commands.actions import Action
from tests.kube.agent import Agent, running_agent
from tests.kube.outages.gate import Gate, opened_gate
from tests.kube.survival.lossy_master import LossyMaster, Taking, running_lossy_master
from tests.kube.testbed.audit import requests, status_of
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for

ROLES = (RbacRole.READ, RbacRole.WORKLOADS, RbacRole.DELETE)
RBAC = "rbac.authorization.k8s.io"
SETTLE_SECONDS = 60
SYNC_SECONDS = 0.5
"""Until what the ledger has in its book is on the disk, many times over."""
READS_AT_ONCE = 8
AUDIT_SECONDS = 1.0
COMMAND_ID = "the-command"


class Step(StrEnum):
    """The last thing that had happened when the agent died."""

    CLAIMED = "claimed"
    STARTED = "started"
    """Its decisive request is on its way."""
    CARRIED_OUT = "carried out"
    """The API server has done it; the answer is on its way."""
    FINISHED = "finished"
    """The result is kept; the Master has not taken it."""
    LOST = "acknowledgement lost"
    """The Master has taken it, and the agent does not know."""
    REPORTED = "reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An action, and by which request one sees that it was carried out."""

    action: Action
    kind: str
    method: str
    path: str
    """Of that request, with a place for the namespace."""
    params: Json = field(default_factory=dict)
    other_params: Json = field(default_factory=dict)
    """The same id with these asks for something else."""
    blocker: Json = field(default_factory=dict)
    """What is in the way when it is running: a command about the same object, spelt otherwise."""
    blocked_path: str = ""
    """Where the blocker is held."""


EXAMPLES = {
    "read": Example(
        action=Action.GET_CONFIGMAP,
        kind="ConfigMap",
        method="GET",
        path="/api/v1/namespaces/{}/configmaps/web",
        other_params={"other": True},
        blocker={"action": "get_configmap", "kind": "cm"},
        blocked_path="/api/v1/namespaces/{}/configmaps/web",
    ),
    "repeatable change": Example(
        action=Action.SCALE,
        kind="Deployment",
        method="PATCH",
        path="/apis/apps/v1/namespaces/{}/deployments/web/scale",
        params={"replicas": 2},
        other_params={"replicas": 0},
        blocker={"action": "scale", "kind": "deploy", "params": {"replicas": 1}},
        blocked_path="/apis/apps/v1/namespaces/{}/deployments/web/scale",
    ),
    "change that is not": Example(
        action=Action.DELETE_POD,
        kind="Pod",
        method="DELETE",
        path="/api/v1/namespaces/{}/pods/web",
        other_params={"force": True, "gracePeriodSeconds": 0},
        blocker={"action": "delete", "kind": "po", "params": {"dryRun": True}},
        blocked_path="/api/v1/namespaces/{}/pods/web",
    ),
}
"""One action of each class."""


class Play:
    """A namespace with the objects, an account with the rights, a gate, a Master, and one ledger for all lives."""

    def __init__(self, cluster: Cluster, gate: Gate, master: LossyMaster, directory: Path) -> None:
        self.gate = gate
        self.master = master
        self.namespace = f"survival-{token_hex(4)}"
        self.user = f"system:serviceaccount:{self.namespace}:agent"
        self._cluster = cluster
        self._directory = directory
        self._lives = 0
        api = cluster.api
        api.request("POST", "/api/v1/namespaces", {"metadata": {"name": self.namespace}})
        accounts = f"/api/v1/namespaces/{self.namespace}/serviceaccounts"
        api.request("POST", accounts, {"metadata": {"name": "agent"}})
        wait_for("service accounts", lambda: len(api.items(accounts)) > 1, SETTLE_SECONDS, cluster.check)
        for role in ROLES:
            self._bind(role)
        self._create_objects()

    @contextmanager
    def living_agent(self, **environ: str) -> Iterator[Agent]:
        """An agent on the same ledger, once it polls."""
        self._lives += 1
        directory = self._directory / f"life-{self._lives}"
        directory.mkdir()
        account = self._cluster.tokens.write_service_account(directory / "account", self.namespace, "agent")
        settings = {
            **account,
            "KUBERNETES_SERVICE_PORT": str(self.gate.port),
            "AGENT_SERVICE_ACCOUNT_DIRECTORY": str(directory / "account"),
            "AGENT_CLUSTER_ID": "survival",
            "AGENT_MASTER_URL": self.master.url,
            "AGENT_LEDGER_PATH": str(self._directory / "ledger.db"),
            "AGENT_COMMAND_TIMEOUT": "120s",
            "AGENT_SNAPSHOT_INTERVAL": "30s",
            "AGENT_EXCLUDE_KINDS": ",".join(kind for kind in Kind if kind not in {Kind.POD, Kind.ENDPOINT_SLICE}),
            **environ,
        }
        polls = self.master.polls
        with running_agent(directory, "survival", settings) as agent:
            agent.wait_for("a poll", lambda: self.master.polls > polls)
            yield agent

    def command(self, example: Example, command_id: str = COMMAND_ID, **members: object) -> Json:
        """A command as a Master sends it."""
        return {
            "id": command_id,
            "clusterId": "survival",
            "action": example.action.value,
            "kind": example.kind,
            "namespace": self.namespace,
            "name": "web",
            "params": example.params,
            "source": "test",
            **members,
        }

    def hold(self, example: Example, *, answers: bool = False) -> None:
        """Keep the decisive request of an example, or its answer."""
        path = example.path.format(self.namespace)
        self.gate.hold(lambda asked: asked.partition("?")[0] == path, method=example.method, answers=answers)

    def wait_for_held(self, agent: Agent, number: int = 1) -> None:
        """Until so many requests have been kept."""
        agent.wait_for("a request that is held", lambda: len(self.gate.held) >= number)

    def put_in_the_way(self, agent: Agent, example: Example) -> None:
        """Other commands run, so that the example's has to wait."""
        path = example.blocked_path.format(self.namespace)
        self.gate.hold(lambda asked: asked.partition("?")[0] == path, method="GET")
        number = 1 if example.action.is_change else READS_AT_ONCE
        for one in range(number):
            self.master.deliver(self.command(example, f"blocker-{one}", **example.blocker))
        self.wait_for_held(agent, number)

    def wait_until_claimed(self, agent: Agent) -> None:
        """Until a command waits and the ledger knows of it."""
        agent.wait_for("a command that waits", lambda: agent.status()["commands"]["waiting"]["ops"] == 1)
        time.sleep(SYNC_SECONDS)

    def carried_out(self, example: Example) -> int:
        """How often the decisive request was granted, or may have been, by the API server's audit log."""
        time.sleep(AUDIT_SECONDS)
        path = example.path.format(self.namespace)
        verb = {"GET": "get", "PATCH": "patch", "DELETE": "delete"}[example.method]
        return sum(
            entry["verb"] == verb
            and entry["requestURI"].partition("?")[0] == path
            and status_of(entry) < HTTPStatus.BAD_REQUEST
            for entry in requests(self._cluster.audit_log, self.user)
        )

    def remove(self) -> None:
        """What is of the whole cluster; the rest goes with the namespace."""
        for role in ROLES:
            path = f"/apis/{RBAC}/v1/clusterrolebindings/{role_name(role)}-{self.namespace}"
            self._cluster.api.request("DELETE", path)
        self._cluster.api.request("DELETE", f"/api/v1/namespaces/{self.namespace}")

    def _bind(self, role: RbacRole) -> None:
        body: Json = {
            "apiVersion": f"{RBAC}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": f"{role_name(role)}-{self.namespace}"},
            "subjects": [{"kind": "ServiceAccount", "name": "agent", "namespace": self.namespace}],
            "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role_name(role)},
        }
        self._cluster.api.request("POST", f"/apis/{RBAC}/v1/clusterrolebindings", body)

    def _create_objects(self) -> None:
        """A Deployment whose controller has nothing to do, a pod that nobody schedules, a ConfigMap."""
        pod: Json = {
            "schedulingGates": [{"name": "example.com/never"}],
            "containers": [{"name": "app", "image": "registry.example/app:1"}],
        }
        labels = {"app": "web"}
        deployment: Json = {
            "metadata": {"name": "web"},
            "spec": {
                "replicas": 1,
                "paused": False,
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": pod},
            },
        }
        api, core = self._cluster.api, f"/api/v1/namespaces/{self.namespace}"
        api.request("POST", f"/apis/apps/v1/namespaces/{self.namespace}/deployments", deployment)
        api.request("POST", f"{core}/pods", {"metadata": {"name": "web"}, "spec": pod})
        api.request("POST", f"{core}/configmaps", {"metadata": {"name": "web"}, "data": {"key": "value"}})


def kill(agent: Agent) -> None:
    """Between two instructions, as a machine or the kernel does it."""
    assert agent.stop(signal.SIGKILL) == -signal.SIGKILL


@contextmanager
def playing(cluster: Cluster, directory: Path) -> Iterator[Play]:
    """Everything for one course of events."""
    with opened_gate(cluster) as gate, running_lossy_master(COMMAND_ID) as master:
        play = Play(cluster, gate, master, directory)
        try:
            yield play
        finally:
            play.remove()


__all__ = ["EXAMPLES", "ROLES", "Example", "Play", "Step", "Taking", "kill", "playing"]
