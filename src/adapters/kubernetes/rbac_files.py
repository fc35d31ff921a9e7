"""The roles as files of deploy/kustomize: `python -m adapters.kubernetes.rbac_files deploy/kustomize` writes them.

The role `read` goes into the base; every other one is a component of three files, which an overlay names. A test holds
the files to what is generated here.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from adapters.kubernetes.kind_row import KindRow, RbacRole
from adapters.kubernetes.kinds import KINDS
from adapters.kubernetes.rbac import cluster_role, role_name

_GENERATED: Final = """\
# Generated, do not edit: python -m adapters.kubernetes.rbac_files deploy/kustomize
"""
_WHAT: Final[Mapping[RbacRole, str]] = {
    RbacRole.READ: """\
# What the agent reads: the kinds it collects, logs of pods, usage, and what is read for commands.
""",
    RbacRole.SECRETS: """\
# Opt-in: puts Secrets into the snapshot, with their types and the names of their keys. Values are never decoded and
# never leave the cluster, but the right itself is the right to read them: `list` on Secrets grants no less.
""",
    RbacRole.SECRET_DATA: """\
# Opt-in: lets the agent carry out `get_secret`, whose answer holds the values and stays in the Master's history. It has
# to be named in AGENT_ALLOWED_ACTIONS, too. Best bound in a few namespaces, with `resourceNames` in a role of your own.
""",
    RbacRole.WORKLOADS: """\
# Opt-in: lets the agent carry out `scale`, `restart` and `update_image`. To scale custom resources, grant get and patch
# on <plural>/scale of their group with a role of your own.
""",
    RbacRole.NODES: """\
# Opt-in: lets the agent carry out `cordon`, `uncordon` and `drain`. Pods are evicted, which honours their disruption
# budgets; a drain with `disableEviction` deletes them and takes the component `delete` as well.
""",
    RbacRole.DELETE: """\
# Opt-in: lets the agent carry out `delete` and `delete_pod`: what the built-in role `edit` may delete, but Secrets.
""",
    RbacRole.EXEC: """\
# Opt-in: lets the agent carry out `exec`, which can do whatever the containers can. It has to be named in
# AGENT_ALLOWED_ACTIONS, too.
""",
    RbacRole.APPLY: """\
# Opt-in: lets the agent carry out `apply_manifests` of what the built-in role `edit` lets a team write, but Secrets. No
# roles, bindings, webhooks, custom resource definitions, namespaces or nodes: grant those with a role of your own, and
# see AGENT_APPLY_ALLOW_ESCALATION. Whoever may create pods in a namespace can use its service accounts and Secrets
# through them, so bind this role in namespaces rather than everywhere.
""",
    RbacRole.EVENTS: """\
# Opt-in: lets the agent leave an Event on what a command has changed, so that `kubectl describe` tells of it.
""",
}
_IN_NAMESPACES: Final = """\
# For some namespaces only, leave clusterrolebinding.yaml out and bind the role with RoleBindings there.
"""
_EVERYWHERE: Final = """\
# Nodes belong to no namespace, so the role is bound in the whole cluster.
"""
_BINDING: Final = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {name}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {name}
subjects:
- kind: ServiceAccount
  name: atlhyper-agent
  namespace: atlhyper
"""
_COMPONENT: Final = """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources:
- clusterrole.yaml
- clusterrolebinding.yaml
labels:
- pairs:
    app.kubernetes.io/name: atlhyper-agent
    app.kubernetes.io/part-of: atlhyper
"""


def folder_of(role: RbacRole) -> str:
    """Where the files of a role are, below deploy/kustomize."""
    return "base" if role is RbacRole.READ else f"components/{role.value}"


def files(rows: Iterable[KindRow[Any, Any]] = KINDS) -> dict[str, str]:
    """Every file by its path below deploy/kustomize; the same rows give the same bytes."""
    rows = tuple(rows)
    made = {}
    for role in RbacRole:
        folder = folder_of(role)
        made[f"{folder}/clusterrole.yaml"] = _WHAT[role] + _GENERATED + cluster_role_yaml(rows, role)
        made[f"{folder}/clusterrolebinding.yaml"] = _BINDING.format(name=role_name(role))
        if role is not RbacRole.READ:
            where = _EVERYWHERE if role is RbacRole.NODES else _IN_NAMESPACES
            made[f"{folder}/kustomization.yaml"] = _WHAT[role] + where + _COMPONENT
    return made


def cluster_role_yaml(rows: Iterable[KindRow[Any, Any]], role: RbacRole) -> str:
    """The manifest of a role as YAML."""
    manifest = cluster_role(rows, role)
    lines = [
        f"apiVersion: {manifest['apiVersion']}",
        f"kind: {manifest['kind']}",
        "metadata:",
        f"  name: {manifest['metadata']['name']}",
        "rules:" if manifest["rules"] else "rules: []",
    ]
    for rule in manifest["rules"]:
        for dash, (key, values) in zip("-  ", rule.items(), strict=True):
            lines.append(f"{dash} {key}: [{_flow(values)}]")
    return "\n".join([*lines, ""])


def _flow(values: Iterable[str]) -> str:
    """A YAML list on one line; the core API group is the empty string."""
    return ", ".join(value or '""' for value in values)


def main(directory: str) -> None:
    """Write every file."""
    for name, text in files().items():
        path = Path(directory, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
