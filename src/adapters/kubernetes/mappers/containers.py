"""Ports and mounts of containers.

Source: wire contract 2.4.2.
"""

from functools import lru_cache
from typing import Final

from adapters.kubernetes.mappers.scalars import int32
from adapters.kubernetes.mappers.sharing import CACHED, Templates, is_one_pods_alone, name
from adapters.kubernetes.schema.containers import ContainerPortStruct, VolumeMountStruct
from domain.cluster.containers import ContainerPort, VolumeMount


def _port(item: ContainerPortStruct) -> ContainerPort:
    return ContainerPort(
        name=name(item.name),
        container_port=int32(item.container_port),
        protocol=name(item.protocol),
        host_port=int32(item.host_port),
    )


def _mount(item: VolumeMountStruct) -> VolumeMount:
    if is_one_pods_alone(item.name):
        return _mapped_mount(item, item.name or "")
    return _shared_mount(item)


@lru_cache(maxsize=CACHED)
def _shared_mount(item: VolumeMountStruct) -> VolumeMount:
    return _mapped_mount(item, name(item.name))


def _mapped_mount(item: VolumeMountStruct, volume: str) -> VolumeMount:
    return VolumeMount(
        name=volume, mount_path=name(item.mount_path), sub_path=item.sub_path or "", read_only=bool(item.read_only)
    )


def _is_shared(_item: VolumeMountStruct, mount: VolumeMount) -> bool:
    return not is_one_pods_alone(mount.name)


ports: Final = Templates(_port).map
"""Ports in the API's order."""

volume_mounts: Final = Templates(_mount, _is_shared).map
"""Mounts in the API's order."""
