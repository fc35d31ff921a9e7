"""What `kubectl get` prints of each kind, as far as it prints what the wire says too.

The API server prints the tables itself, and kubectl shows them: a reading of the objects by the people who made them.
Pods have a module of their own, `kubectl.py`, because the wire differs from their table on purpose.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.kube.oracles.quantities import value_of
from tests.kube.oracles.world import PATHS, Key, version
from tests.kube.testbed.api import Api
from tests.kube.testbed.errors import Json

_NONE = "<none>"
_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
_HOSTS_SHOWN = 3
_LIMITS = "limits."


@dataclass(frozen=True, slots=True)
class Printed:
    """An object as it is printed."""

    version: tuple[str, str]
    """Which object it was, and in which version."""
    cells: Mapping[str, object]
    """By the names of the columns."""


def read_table(api: Api, name: str) -> dict[Key, Printed]:
    """Every row of a kind."""
    table = api.table(PATHS[name])
    columns = [column["name"] for column in table["columnDefinitions"]]
    rows: dict[Key, Printed] = {}
    for row in table["rows"]:
        metadata = row["object"]["metadata"]
        key = metadata.get("namespace", ""), metadata["name"]
        rows[key] = Printed(version(row["object"]), dict(zip(columns, row["cells"], strict=True)))
    return rows


def disagreements(name: str, wire: Json, printed: Printed) -> Iterator[str]:
    """One line for each column that says something else than the wire."""
    for column, said in TABLES[name](wire).items():
        cell = printed.cells[column]
        if not (said == cell or _same_amounts(said, cell)):
            yield f"{name} {printed.cells['Name']}: kubectl prints {column} {cell!r}, the wire says {said!r}"


def _same_amounts(said: object, cell: object) -> bool:
    """Whether both are the same quantities: the Master does not read all the forms that kubectl prints."""
    try:
        return _amounts(str(said)) == _amounts(str(cell))
    except ValueError:
        return False


def _amounts(text: str) -> object:
    """`1536Mi`, or `limits.cpu: 0/1k, pods: 2/3`."""
    if ": " not in text:
        return value_of(text)
    pairs = (item.split(": ") for item in text.split(", "))
    return {name: tuple(map(value_of, amounts.split("/"))) for name, amounts in pairs}


def _node(wire: Json) -> Json:
    summary = wire["summary"]
    known = any(item["type"] == "Ready" for item in wire.get("conditions") or ())
    ready = "Ready" if summary["ready"] == "True" else "NotReady" if known else "Unknown"
    return {
        "Status": ready if summary["schedulable"] else f"{ready},SchedulingDisabled",
        "Roles": ",".join(summary.get("roles") or ()) or _NONE,
        "Version": wire["info"].get("kubeletVersion") or "",
    }


def _deployment(wire: Json) -> Json:
    summary = wire["summary"]
    return {
        "Ready": f"{summary['ready']}/{summary['replicas']}",
        "Up-to-date": summary["updated"],
        "Available": summary["available"],
    } | _images(wire)


def _stateful_set(wire: Json) -> Json:
    return {"Ready": f"{wire['summary']['ready']}/{wire['summary']['replicas']}"} | _images(wire)


def _daemon_set(wire: Json) -> Json:
    summary = wire["summary"]
    return {
        "Desired": summary["desiredNumberScheduled"],
        "Current": summary["currentNumberScheduled"],
        "Ready": summary["numberReady"],
        "Up-to-date": summary["updatedNumberScheduled"],
        "Available": summary["numberAvailable"],
        "Node Selector": _labels(wire["template"].get("nodeSelector")),
    } | _images(wire)


def _images(wire: Json) -> Json:
    containers = wire["template"]["containers"]
    return {
        "Containers": ",".join(item["name"] for item in containers),
        "Images": ",".join(item["image"] for item in containers),
    }


def _labels(labels: Mapping[str, str] | None) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items())) or _NONE


def _job(wire: Json) -> Json:
    holds = {item["type"] for item in wire.get("conditions") or () if item["status"] == "True"}
    known = ("Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet")
    wanted = wire.get("completions")
    parallel = wire.get("parallelism") or 0
    total = str(wanted) if wanted is not None else f"1 of {parallel}" if parallel > 1 else "1"
    return {
        "Status": next((name for name in known if name in holds), "Running"),
        "Completions": f"{wire['succeeded']}/{total}",
    } | _images(wire)


def _cron_job(wire: Json) -> Json:
    return {
        "Schedule": wire["schedule"],
        "Suspend": str(wire["suspend"]),
        "Active": wire["activeJobs"],
    } | _images(wire)


def _service(wire: Json) -> Json:
    summary, network = wire["summary"], wire["network"]
    outside = [*(network.get("loadBalancerIngress") or ()), *(network.get("externalIPs") or ())]
    if summary["type"] == "LoadBalancer" and not outside:
        outside = ["<pending>"]
    ports = [
        f"{item['port']}:{item['nodePort']}/{item['protocol']}"
        if item.get("nodePort")
        else f"{item['port']}/{item['protocol']}"
        for item in wire.get("ports") or ()
    ]
    return {
        "Type": summary["type"],
        "Cluster-IP": summary.get("clusterIP") or _NONE,
        "External-IP": summary.get("externalName") or ",".join(outside) or _NONE,
        "Port(s)": ",".join(ports) or _NONE,
        "Selector": _labels(wire.get("selector")),
    }


def _ingress(wire: Json) -> Json:
    hosts: Sequence[str] = wire["summary"].get("hosts") or ()
    more = f" + {len(hosts) - _HOSTS_SHOWN} more..." if len(hosts) > _HOSTS_SHOWN else ""
    return {
        "Hosts": ",".join(hosts[:_HOSTS_SHOWN]) + more or "*",
        "Address": ",".join(wire["status"].get("loadBalancer") or ()),
        "Ports": "80, 443" if wire["summary"]["tlsEnabled"] else "80",
    }


def _network_policy(wire: Json) -> Json:
    selector = json.loads(wire.get("podSelector") or "{}")
    # How kubectl writes expressions is its own matter.
    return {} if "matchExpressions" in selector else {"Pod-Selector": _labels(selector.get("matchLabels"))}


def _resource_quota(wire: Json) -> Json:
    hard, used = wire.get("hard") or {}, wire.get("used") or {}
    pairs = [(name, f"{name}: {used.get(name, '0')}/{text}") for name, text in sorted(hard.items())]
    return {
        "Request": ", ".join(text for name, text in pairs if not name.startswith(_LIMITS)),
        "Limit": ", ".join(text for name, text in pairs if name.startswith(_LIMITS)),
    }


def _persistent_volume(wire: Json) -> Json:
    claim = (wire.get("claimRefNamespace"), wire.get("claimRefName"))
    return {
        "Capacity": wire["capacity"],
        "Access Modes": _modes(wire),
        "Reclaim Policy": wire.get("reclaimPolicy") or "",
        "Status": wire["phase"],
        "Claim": "/".join(text for text in claim if text),
        "StorageClass": wire.get("storageClass") or "",
    }


def _persistent_volume_claim(wire: Json) -> Json:
    # Capacity and modes are the volume's; of a claim that has none, the wire says what it asks for.
    bound = {"Capacity": wire.get("actualCapacity")} if wire["phase"] == "Bound" else {}
    return {
        "Status": wire["phase"],
        "Volume": wire["volumeName"],
        "StorageClass": wire.get("storageClass") or "",
        "VolumeMode": wire.get("volumeMode") or "",
    } | bound


def _modes(wire: Json) -> str:
    given = wire.get("accessModes") or ()
    return ",".join(short for mode, short in _MODES.items() if mode in given)


def _event(wire: Json) -> Json:
    involved = wire["involvedObject"]
    return {
        "Type": wire["type"],
        "Reason": wire["reason"],
        "Object": f"{involved['kind'].lower()}/{involved['name']}",
        "Count": wire["count"],
    }


TABLES: Mapping[str, Callable[[Json], Mapping[str, object]]] = {
    "nodes": _node,
    "deployments": _deployment,
    "statefulSets": _stateful_set,
    "daemonSets": _daemon_set,
    "replicaSets": lambda wire: {"Desired": wire["replicas"], "Ready": wire["readyReplicas"]},
    "jobs": _job,
    "cronJobs": _cron_job,
    "services": _service,
    "ingresses": _ingress,
    "namespaces": lambda wire: {"Status": wire["status"]["phase"]},
    "secrets": lambda wire: {"Type": wire["type"], "Data": len(wire.get("dataKeys") or ())},
    "resourceQuotas": _resource_quota,
    "networkPolicies": _network_policy,
    "pvs": _persistent_volume,
    "pvcs": _persistent_volume_claim,
    "events": _event,
}
"""What the cells of an object should be, from what the wire says about it.

Not among them: what kubectl counts otherwise (binary data of a ConfigMap), and kinds of which it prints only an age.
"""
