"""Asks an agent's use case as the Master does: untrusted JSON in, the reported result out, over a real API server.

The agent's account may read everything, Secrets too: what is refused is refused by the agent itself.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio

from adapters.gateway.wire.commands import PollContext, parse_poll
from bootstrap.container import Choices, Source
from bootstrap.programs import build_container
from bootstrap.settings import load_settings
from domain.commands.actions import Topic
from domain.commands.results import RenderedResult
from tests.kube.testbed.audit import requests
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json

GROUP = "rbac.authorization.k8s.io"
RULES = [
    {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]},
    {"nonResourceURLs": ["*"], "verbs": ["*"]},
]


@dataclass(frozen=True)
class Asker:
    """An account that may do everything, and the agent that uses it."""

    cluster: Cluster
    user: str
    kubeconfig: Path

    def ask(self, *params: Json, topic: Topic = Topic.AI, **target: str) -> list[RenderedResult]:
        """The results of `dynamic` commands with these parameters, in their order."""
        return self.answers([{"params": one, **target} for one in params], topic)

    def one(self, command: str, *, topic: Topic = Topic.AI, **members: Any) -> RenderedResult:
        """The result of one command; `kind`, `namespace` and `name` are its target, the rest are parameters."""
        target = {part: members.pop(part, "") for part in ("kind", "namespace", "name")}
        (result,) = self.ask({"command": command, "kind": target["kind"], **members}, topic=topic, **target)
        return result

    def answers(self, bodies: Sequence[Json], topic: Topic) -> list[RenderedResult]:
        """The same for whole bodies of commands."""
        environ = {"AGENT_KUBECONFIG": str(self.kubeconfig)}
        choices = Choices(cluster=Source.REAL, master=Source.MEMORY, ledger=Source.MEMORY)
        container = build_container(load_settings(environ), environ, choices)

        async def run() -> list[RenderedResult]:
            context = PollContext(topic=topic, cluster_id="", answered_at=None)
            async with container.adapters.connection():
                for number, body in enumerate(bodies):
                    command = {"id": f"c-{number:04}", "action": "dynamic", "source": "ai", **body}
                    parsed = parse_poll(json.dumps({"command": command}).encode(), context)
                    assert parsed is not None
                    await container.use_cases.execute().execute(parsed)
            results = {one.command_id: one for one in await container.adapters.ledger().unreported()}
            return [results[f"c-{number:04}"] for number in range(len(bodies))]

        return anyio.run(run)

    def sent(self) -> list[str]:
        """Every request that the API server has had of the account until now: `get /api/v1/pods?limit=1`."""
        return [f"{one['verb']} {one['requestURI']}" for one in requests(self.cluster.audit_log, self.user)]


def an_asker(cluster: Cluster, namespace: str, directory: Path) -> Asker:
    """A new account in a namespace, with all rights there are."""
    account = f"asker-{secrets.token_hex(3)}"
    body: Json = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": account}}
    cluster.api.request("POST", f"/api/v1/namespaces/{namespace}/serviceaccounts", body)
    root = f"/apis/{GROUP}/v1"
    role: Json = {"apiVersion": f"{GROUP}/v1", "kind": "ClusterRole", "metadata": {"name": account}, "rules": RULES}
    cluster.api.request("POST", f"{root}/clusterroles", role)
    binding: Json = {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": account},
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": account},
        "subjects": [{"kind": "ServiceAccount", "namespace": namespace, "name": account}],
    }
    cluster.api.request("POST", f"{root}/clusterrolebindings", binding)
    kubeconfig = cluster.tokens.token_kubeconfig(directory / account, cluster.tokens.token(namespace, account))
    return Asker(cluster, f"system:serviceaccount:{namespace}:{account}", kubeconfig)
