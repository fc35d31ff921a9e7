"""Volumes, tolerations, affinity: what pods and pod templates share beside containers.

Source: wire contract 2.4.2.
"""

from functools import lru_cache

from adapters.kubernetes.mappers.containers import PER_POD_VOLUME
from adapters.kubernetes.mappers.scalars import int64, present
from adapters.kubernetes.mappers.sharing import CACHED, name, same
from adapters.kubernetes.schema.pods import AffinityRules, AffinityStruct, TolerationStruct, VolumeStruct
from domain.cluster.pod_parts import Affinity, Toleration, Volume


def volumes(items: list[VolumeStruct | None] | None) -> tuple[Volume, ...]:
    """Volumes in the API's order; shared unless one is this pod's alone."""
    if not items:
        return ()
    result = [_volume(item) for item in present(items)]
    if any(volume.name.startswith(PER_POD_VOLUME) for volume in result):
        return tuple(result)
    return same(result)


def _volume(item: VolumeStruct) -> Volume:
    kind, source = _volume_type(item)
    if item.name and item.name.startswith(PER_POD_VOLUME):
        return Volume(name=item.name, type=kind, source=source)
    return _shared_volume(item.name, kind, source)


@lru_cache(maxsize=CACHED)
def _shared_volume(volume: str | None, kind: str, source: str) -> Volume:
    return Volume(name=name(volume), type=kind, source=name(source))


def _volume_type(item: VolumeStruct) -> tuple[str, str]:
    """Type and source: the first that is there, in the order of the wire."""
    if item.config_map is not None:
        return "ConfigMap", item.config_map.name or ""
    if item.secret is not None:
        return "Secret", item.secret.secret_name or ""
    if item.empty_dir is not None:
        return "EmptyDir", ""
    if item.persistent_volume_claim is not None:
        return "PVC", item.persistent_volume_claim.claim_name or ""
    if item.host_path is not None:
        return "HostPath", item.host_path.path or ""
    return ("Projected" if item.projected is not None else "DownwardAPI" if item.downward_api else "Other"), ""


def tolerations(items: list[TolerationStruct | None] | None) -> tuple[Toleration, ...]:
    """Tolerations in the API's order."""
    if not items:
        return ()
    return same([_toleration(t.key, t.operator, t.value, t.effect, t.toleration_seconds) for t in present(items)])


@lru_cache(maxsize=CACHED)
def _toleration(
    key: str | None, operator: str | None, value: str | None, effect: str | None, seconds: int | None
) -> Toleration:
    return Toleration(
        key=name(key),
        operator=name(operator),
        value=name(value),
        effect=name(effect),
        toleration_seconds=None if seconds is None else int64(seconds),
    )


def affinity(block: AffinityStruct | None) -> Affinity | None:
    """Which affinity is declared, in words; None without any."""
    if block is None:
        return None
    return _affinity(_rules(block.node_affinity), _rules(block.pod_affinity), _rules(block.pod_anti_affinity))


@lru_cache(maxsize=CACHED)
def _affinity(node: str, pod: str, pod_anti: str) -> Affinity | None:
    if not (node or pod or pod_anti):
        return None
    return Affinity(node_affinity=node, pod_affinity=pod, pod_anti_affinity=pod_anti)


def _rules(rules: AffinityRules | None) -> str:
    if rules is None:
        return ""
    # A node's required rules are an object, everything else is a list, which may be empty.
    words = [word for word, given in (("required", rules.required), ("preferred", rules.preferred)) if given]
    return " and ".join(words) or "no rules"
