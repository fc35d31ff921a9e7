"""The ClusterRoles that the rows and the actions ask for: exactly what the agent does, and nothing else.

`python -m adapters.kubernetes.rbac` prints the role that deploy/kustomize/base/clusterrole.yaml holds, with the name of
another role the one of its component, deploy/kustomize/components/<role>/clusterrole.yaml; a test compares.
Asking which rights the agent has (SelfSubjectAccessReview) is granted to everyone and needs no rule.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from adapters.kubernetes.kind_row import KindRow, RbacRole
from adapters.kubernetes.kinds import KINDS

_NAME_PREFIX: Final = "atlhyper-agent-"

_HEADERS: Final = {
    RbacRole.READ: """\
# What the agent reads, following from the kinds it collects. Generated, do not edit:
#   python -m adapters.kubernetes.rbac > deploy/kustomize/base/clusterrole.yaml
""",
    RbacRole.SECRETS: """\
# Names, types and keys of Secrets in the snapshot. The API knows no right to read less than the values. Generated, do
# not edit:
#   python -m adapters.kubernetes.rbac secrets > deploy/kustomize/components/secrets/clusterrole.yaml
""",
    RbacRole.SCALE: """\
# What the command `scale` needs. Generated, do not edit:
#   python -m adapters.kubernetes.rbac scale > deploy/kustomize/components/scale/clusterrole.yaml
""",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What may be done with some resources of one API group."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]

    def as_manifest(self) -> dict[str, list[str]]:
        """The rule as Kubernetes writes it."""
        return {"apiGroups": [self.group], "resources": list(self.resources), "verbs": list(self.verbs)}


COLLECT: Final = ("get", "list", "watch")
"""What is granted for every kind."""

_BESIDE_THE_KINDS: Final = {
    RbacRole.READ: (
        Rule("", ("pods/log",), ("get",)),
        Rule("metrics.k8s.io", ("nodes", "pods"), ("get", "list")),
    ),
    RbacRole.SECRETS: (),
    RbacRole.SCALE: (
        Rule("apps", ("deployments/scale", "statefulsets/scale"), ("get", "patch")),
        Rule("autoscaling", ("horizontalpodautoscalers",), ("list",)),
    ),
}
"""What a role grants that is no collected kind: logs of pods, usage from metrics-server, replicas, and the autoscalers
that may override them."""


def rules_beside_kinds(role: RbacRole) -> tuple[Rule, ...]:
    """What a role grants beside collected kinds."""
    return _BESIDE_THE_KINDS[role]


def rules(rows: Iterable[KindRow[Any, Any]], role: RbacRole) -> tuple[Rule, ...]:
    """The rules of a role: one per API group of its kinds, sorted, then what it grants beside them."""
    plurals: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.role is role:
            plurals[row.group].append(row.plural)
    collected = tuple(Rule(group, tuple(sorted(names)), COLLECT) for group, names in sorted(plurals.items()))
    return collected + rules_beside_kinds(role)


def cluster_role(rows: Iterable[KindRow[Any, Any]], role: RbacRole) -> dict[str, Any]:
    """The manifest of a role."""
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": f"{_NAME_PREFIX}{role.value}"},
        "rules": [rule.as_manifest() for rule in rules(rows, role)],
    }


def cluster_role_yaml(rows: Iterable[KindRow[Any, Any]], role: RbacRole) -> str:
    """The manifest as the text of its file; the same rows give the same bytes."""
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


def main(role: str = RbacRole.READ.value) -> None:
    """Print the file of a role."""
    wanted = RbacRole(role)
    sys.stdout.write(_HEADERS[wanted] + cluster_role_yaml(KINDS, wanted))


if __name__ == "__main__":
    main(*sys.argv[1:])
