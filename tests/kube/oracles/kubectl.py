"""`kubectl get pods` as an oracle, and the list of what the wire says differently on purpose."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.kube.oracles.pod_states import reason
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json

_COLUMNS = re.compile(r"\s{2,}")


@dataclass(frozen=True, slots=True)
class Row:
    """What kubectl prints about a pod."""

    ready: str
    status: str
    restarts: int


def read_rows(cluster: Cluster) -> dict[tuple[str, str], Row]:
    """A row for each pod, by namespace and name."""
    return parse_rows(cluster.kubectl("get", "pods", "--all-namespaces", "--no-headers").stdout)


def parse_rows(text: str) -> dict[tuple[str, str], Row]:
    """Columns are at least two blanks apart; `4 (3s ago)` in RESTARTS has single ones."""
    rows: dict[tuple[str, str], Row] = {}
    for line in text.splitlines():
        namespace, name, ready, status, restarts, *_ = _COLUMNS.split(line.strip())
        rows[namespace, name] = Row(ready, status, int(restarts.split()[0]))
    return rows


@dataclass(frozen=True, slots=True)
class Difference:
    """A case in which the wire's `reason` is not kubectl's STATUS, because the wire contract says so."""

    why: str
    applies: Callable[[Json, str, str | None], bool]
    """From the raw pod, kubectl's STATUS and the wire's reason."""


def _condition(pod: Json, kind: str) -> Json:
    return next((item for item in pod["status"].get("conditions") or [] if item["type"] == kind), {})


DELIBERATE_DIFFERENCES = (
    Difference(
        "the phase alone is no reason: a healthy pod has none",
        lambda pod, status, wire: wire is None and status == pod["status"].get("phase"),
    ),
    Difference(
        "the pod's own reason wins over its containers': Evicted, where kubectl prints Error",
        lambda pod, status, wire: bool(wire) and wire == pod["status"].get("reason") and status != "Terminating",
    ),
    Difference(
        "a pod that no node takes is Unschedulable, where kubectl prints Pending",
        lambda pod, status, wire: (
            status == "Pending"
            and _condition(pod, "PodScheduled").get("status") != "True"
            and wire == _condition(pod, "PodScheduled").get("reason")
        ),
    ),
    Difference(
        "a pod that is not ready says why, where kubectl prints the phase",
        lambda pod, status, wire: (
            status == pod["status"].get("phase")
            and _condition(pod, "Ready").get("status") != "True"
            and wire == _condition(pod, "Ready").get("reason")
        ),
    ),
    Difference(
        "a container that has completed beside a running one is no reason; not being ready is, as a condition names it",
        lambda pod, status, wire: status == "NotReady" and wire == _condition(pod, "Ready").get("reason"),
    ),
)
"""All of them; a pod that none explains must have kubectl's STATUS as its reason."""


def explain(pod: Json, row: Row) -> Difference | None:
    """The difference that makes the wire's reason another than kubectl's STATUS; None when they are the same.

    Raises:
        LookupError: they differ and no deliberate difference says why.
    """
    wire = reason(pod).reason
    if wire == row.status:
        return None
    for difference in DELIBERATE_DIFFERENCES:
        if difference.applies(pod, row.status, wire):
            return difference
    raise LookupError(f"{pod['metadata']['name']}: the wire says {wire!r}, kubectl {row.status!r}")
