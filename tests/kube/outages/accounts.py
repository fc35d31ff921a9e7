"""Service accounts with exactly the generated roles, each in a namespace of its own.

An account of its own tells the requests of agents apart that run at the same time, and its rights and its token can be
taken away without anybody else noticing.
"""

from pathlib import Path

from adapters.kubernetes.kind_row import RbacRole
from adapters.kubernetes.kinds import KINDS
from adapters.kubernetes.rbac import cluster_role, rules
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for

RBAC = "rbac.authorization.k8s.io"
ROLES = tuple(role for role in (RbacRole.READ, RbacRole.SECRETS) if rules(KINDS, role))
"""What it takes to read every kind; tests elsewhere hold the manifests to what is generated."""
NAME = "agent"
_SETTLE_SECONDS = 120
"""After an outage of a minute the controllers look again only when their own pause is over."""


def install_roles(cluster: Cluster) -> None:
    """The cluster roles as they are generated."""
    for role in ROLES:
        cluster.api.ensure(f"/apis/{RBAC}/v1/clusterroles", cluster_role(KINDS, role))


class Account:
    """A service account and its namespace, which hold nothing else but what a test puts there."""

    def __init__(self, cluster: Cluster, namespace: str, directory: Path) -> None:
        """Create both; nothing is granted yet."""
        self._cluster = cluster
        self._files = directory / "serviceaccount"
        self.namespace = namespace
        self.user = f"system:serviceaccount:{namespace}:{NAME}"
        body: Json = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
        cluster.api.request("POST", "/api/v1/namespaces", body)
        accounts = f"/api/v1/namespaces/{namespace}/serviceaccounts"
        cluster.api.request("POST", accounts, {"metadata": {"name": NAME}})
        # A pod is refused until its namespace has its default service account.
        wait_for("service accounts", lambda: len(cluster.api.items(accounts)) > 1, _SETTLE_SECONDS, cluster.check)

    def grant(self) -> None:
        """Every role, in the whole cluster."""
        for role in ROLES:
            name = f"atlhyper-agent-{role.value}"
            reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": name}
            self._bind("ClusterRoleBinding", f"{name}-{self.namespace}", reference)

    def revoke(self) -> None:
        """Take every role away; open watches go on."""
        for role in ROLES:
            path = f"/apis/{RBAC}/v1/clusterrolebindings/atlhyper-agent-{role.value}-{self.namespace}"
            self._cluster.api.request("DELETE", path)

    def grant_here(self) -> None:
        """What the roles say, but in its own namespace only and without any cluster role: no nodes, no namespaces."""
        granted = [rule.as_manifest() for role in ROLES for rule in rules(KINDS, role)]
        body: Json = {"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": {"name": NAME}, "rules": granted}
        self._cluster.api.request("POST", f"/apis/{RBAC}/v1/namespaces/{self.namespace}/roles", body)
        self._bind("RoleBinding", NAME, {"apiGroup": RBAC, "kind": "Role", "name": NAME})

    def environ(self, port: int | None = None) -> dict[str, str]:
        """The environment of a pod of this account; `port` of what stands in front of the API server, if anything."""
        environ = self._cluster.tokens.write_service_account(self._files, self.namespace, NAME)
        if port is not None:
            environ["KUBERNETES_SERVICE_PORT"] = str(port)
        return {**environ, "AGENT_SERVICE_ACCOUNT_DIRECTORY": str(self._files)}

    def renew(self, seconds: float | None = None) -> None:
        """Replace the token in its file, in one step as a kubelet does; with `seconds`, by one that expires so soon."""
        tokens = self._cluster.tokens
        token = (
            tokens.token(self.namespace, NAME) if seconds is None else tokens.short_token(self.namespace, NAME, seconds)
        )
        fresh = self._files / "token.new"
        fresh.write_text(token)
        fresh.replace(self._files / "token")

    def _bind(self, kind: str, name: str, reference: Json) -> None:
        subject = {"kind": "ServiceAccount", "name": NAME, "namespace": self.namespace}
        body: Json = {
            "apiVersion": f"{RBAC}/v1",
            "kind": kind,
            "metadata": {"name": name},
            "subjects": [subject],
            "roleRef": reference,
        }
        scope = "" if kind.startswith("Cluster") else f"/namespaces/{self.namespace}"
        self._cluster.api.request("POST", f"/apis/{RBAC}/v1{scope}/{kind.lower()}s", body)
