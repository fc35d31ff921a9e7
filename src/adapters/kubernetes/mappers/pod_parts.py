"""Volumes, tolerations, affinity: what pods and pod templates share beside containers.

Source: wire contract 2.4.2.
"""

from functools import lru_cache
from typing import Final

from adapters.kubernetes.mappers.scalars import int64
from adapters.kubernetes.mappers.sharing import CACHED, Templates, is_one_pods_alone, name
from adapters.kubernetes.schema.metadata import Named
from adapters.kubernetes.schema.pods import AffinityRules, AffinityStruct, TolerationStruct, VolumeStruct
from domain.cluster.pod_parts import Affinity, Toleration, Volume


def _volume(item: VolumeStruct) -> Volume:
    if is_one_pods_alone(item.name):
        return _mapped_volume(item, item.name or "")
    return _shared_volume(item)


@lru_cache(maxsize=CACHED)
def _shared_volume(item: VolumeStruct) -> Volume:
    return _mapped_volume(item, name(item.name))


def _mapped_volume(item: VolumeStruct, own_name: str) -> Volume:
    kind, source = _volume_type(item)
    return Volume(name=own_name, type=kind, source=name(source))


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


def _toleration(item: TolerationStruct) -> Toleration:
    seconds = item.toleration_seconds
    return Toleration(
        key=name(item.key),
        operator=name(item.operator),
        value=name(item.value),
        effect=name(item.effect),
        toleration_seconds=None if seconds is None else int64(seconds),
    )


def _is_shared(_item: VolumeStruct, volume: Volume) -> bool:
    return not is_one_pods_alone(volume.name)


volumes: Final = Templates(_volume, _is_shared).map
"""Volumes in the API's order."""

tolerations: Final = Templates(_toleration).map
"""Tolerations in the API's order."""


def _name_of(reference: Named) -> str:
    return name(reference.name)


secret_names: Final = Templates(_name_of).map
"""Names of the objects that are referred to."""


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
