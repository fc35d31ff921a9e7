"""What all kinds say of themselves: wire contract 2.4.1 (CommonMeta) and 2.3 (ages, selectors, missing values)."""

from collections.abc import Mapping
from datetime import datetime

from tests.kube.oracles.matching import Shape
from tests.kube.oracles.texts import Annotations, Instant, Redactable, age
from tests.kube.testbed.errors import Json


def summary(raw: Json, fetched_at: datetime) -> Json:
    """Name, namespace, creation and age, as the kinds with a `summary` and the policies have them; all required."""
    metadata = raw["metadata"]
    named = {"name": metadata["name"]} | ({"namespace": metadata["namespace"]} if "namespace" in metadata else {})
    created = metadata["creationTimestamp"]
    return named | {"createdAt": Instant(created), "age": age(created, fetched_at)}


def decoration(raw: Json) -> Json:
    """Labels and annotations."""
    return {
        "labels": raw["metadata"].get("labels") or {},
        "annotations": Annotations(raw["metadata"].get("annotations") or {}),
    }


def common(raw: Json, kind: str) -> tuple[Json, Json]:
    """CommonMeta of the kinds without a `summary`: the required part and the optional one."""
    metadata = raw["metadata"]
    required = {
        "uid": metadata["uid"],
        "name": metadata["name"],
        "kind": kind,
        "createdAt": Instant(metadata["creationTimestamp"]),
    }
    return required, {"namespace": metadata.get("namespace"), "labels": metadata.get("labels") or {}}


def owner(raw: Json) -> Json:
    """The first owner: of a ReplicaSet or a Job."""
    first: Json = next(iter(raw["metadata"].get("ownerReferences") or []), {})
    return {"ownerKind": first.get("kind"), "ownerName": first.get("name")}


def stated(raw: Mapping[str, object], *names: str) -> Json:
    """Nullable fields: zero and false are not the same as none, and are said."""
    return {name: raw[name] for name in names if raw.get(name) is not None}


def copied(raw: Mapping[str, object], *names: str) -> Json:
    """Fields of the same name that may be left out when they are zero."""
    return {name: raw.get(name) for name in names}


def counted(raw: Mapping[str, object], *names: str) -> Json:
    """Numbers that are always said; the API server leaves zeros out."""
    return {name: raw.get(name) or 0 for name in names}


def selector_text(selector: Json | None) -> str:
    """`key=value` of matchLabels, sorted by key."""
    return ",".join(f"{key}={value}" for key, value in sorted(((selector or {}).get("matchLabels") or {}).items()))


def selector_shape(selector: Json | None) -> Shape | None:
    """A label selector with both of its halves."""
    if selector is None:
        return None
    expressions = [
        Shape(required={"key": item["key"], "operator": item["operator"]}, optional={"values": item.get("values")})
        for item in selector.get("matchExpressions") or []
    ]
    return Shape(optional={"matchLabels": selector.get("matchLabels") or {}, "matchExpressions": expressions})


def workload_condition(raw: Json) -> Shape:
    """A condition of a StatefulSet, DaemonSet or Job; a Job's has no lastUpdateTime, but a time of its last probe."""
    return Shape(
        required={"type": raw["type"], "status": raw["status"]},
        optional={
            "reason": raw.get("reason"),
            "message": Redactable(raw.get("message") or ""),
            "lastUpdateTime": Instant(raw.get("lastUpdateTime") or raw.get("lastProbeTime")),
            "lastTransitionTime": Instant(raw.get("lastTransitionTime")),
        },
    )
