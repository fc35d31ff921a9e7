"""A pod as the Master expects it: wire contract 2.4.3."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from tests.kube.oracles.containers import affinity, container, toleration, volume
from tests.kube.oracles.matching import AnyOf, Anything, Expected, Shape
from tests.kube.oracles.pod_states import ready_text, reason, restarts
from tests.kube.oracles.quantities import Usage, value_of
from tests.kube.oracles.texts import Annotations, Instant, Redactable, age
from tests.kube.testbed.errors import Json

_NANO = Fraction(1, 10**9)


def pod(raw: Json, fetched_at: datetime, usages: Sequence[Json] = ()) -> Shape:
    """What the wire must say about this pod.

    Args:
        raw: the object as the API server gives it.
        fetched_at: the snapshot's own time, from which it counts ages.
        usages: PodMetrics of this pod from about that time; without any, usage is not looked at.
    """
    spec = raw["spec"]
    init = [
        container(item, _status_of(raw, "initContainerStatuses", item)) for item in spec.get("initContainers") or []
    ]
    return Shape(
        required={
            "summary": _summary(raw, fetched_at),
            "spec": _spec(spec),
            "status": _status(raw, usages),
            "containers": [container(item, _status_of(raw, "containerStatuses", item)) for item in spec["containers"]],
        },
        optional={
            "initContainers": init,
            "volumes": [volume(item) for item in spec.get("volumes") or []],
            "labels": raw["metadata"].get("labels") or {},
            "annotations": Annotations(raw["metadata"].get("annotations") or {}),
        },
    )


def _summary(raw: Json, fetched_at: datetime) -> Shape:
    metadata = raw["metadata"]
    owner: Json = next(iter(metadata.get("ownerReferences") or []), {})
    return Shape(
        required={
            "name": metadata["name"],
            "namespace": metadata["namespace"],
            "createdAt": Instant(metadata["creationTimestamp"]),
            "age": age(metadata["creationTimestamp"], fetched_at),
        },
        optional={
            "nodeName": raw["spec"].get("nodeName"),
            "ownerKind": owner.get("kind"),
            "ownerName": owner.get("name"),
        },
    )


def _spec(spec: Json) -> Shape:
    names = (
        "restartPolicy",
        "serviceAccountName",
        "nodeSelector",
        "dnsPolicy",
        "hostNetwork",
        "runtimeClassName",
        "priorityClassName",
    )
    grace = spec.get("terminationGracePeriodSeconds")
    return Shape(
        # Zero is not the same as none, and is said.
        required={} if grace is None else {"terminationGracePeriodSeconds": grace},
        optional={name: spec.get(name) for name in names}
        | {
            "tolerations": [toleration(item) for item in spec.get("tolerations") or []],
            "affinity": affinity(spec.get("affinity")),
            "imagePullSecrets": [item.get("name", "") for item in spec.get("imagePullSecrets") or []],
        },
    )


def _status(raw: Json, usages: Sequence[Json]) -> Shape:
    status = raw["status"]
    why = reason(raw)
    cpu, memory = _usage(usages)
    return Shape(
        required={"phase": status["phase"], "ready": ready_text(raw), "restarts": restarts(raw)},
        optional={
            "qosClass": status.get("qosClass"),
            "podIP": status.get("podIP"),
            "podIPs": [item["ip"] for item in status.get("podIPs") or []],
            "hostIP": status.get("hostIP"),
            "reason": why.reason,
            "message": Anything() if why.message is None else Redactable(why.message),
            "conditions": [_condition(item) for item in status.get("conditions") or []],
            "cpuUsage": cpu,
            "memoryUsage": memory,
        },
    )


def _condition(raw: Json) -> Shape:
    return Shape(
        required={"type": raw["type"], "status": raw["status"]},
        optional={
            "reason": raw.get("reason"),
            "message": Redactable(raw.get("message") or ""),
            "lastTransitionTime": Instant(raw.get("lastTransitionTime")),
        },
    )


def _usage(usages: Sequence[Json]) -> tuple[Expected, Expected]:
    """CPU and memory: of one container as it came; of several summed, in whole millicores and KiB."""
    if not usages:
        return Anything(), Anything()
    cpu: list[Expected] = []
    memory: list[Expected] = []
    for item in usages:
        containers = [part["usage"] for part in item["containers"]]
        if len(containers) == 1:
            cpu.append(Usage(containers[0]["cpu"], "cpu"))
            memory.append(Usage(containers[0]["memory"], "memory"))
        else:
            cpu.append(Usage(_nanocores(containers), "cpu"))
            total = sum(value_of(part["memory"]) for part in containers)
            memory.append(f"{round(total / 1024)}Ki")
    return AnyOf(cpu), AnyOf(memory)


def _nanocores(containers: Sequence[Json]) -> str:
    return f"{int(sum(value_of(part['cpu']) for part in containers) / _NANO)}n"


def _status_of(raw: Json, key: str, item: Json) -> Json | None:
    found: Json | None = next((one for one in raw["status"].get(key) or [] if one["name"] == item["name"]), None)
    return found
