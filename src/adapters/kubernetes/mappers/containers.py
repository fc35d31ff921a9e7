"""Containers as they are declared.

Source: wire contract 2.4.2.
"""

from functools import lru_cache
from typing import Any, Final

from adapters.kubernetes.mappers.clean_texts import command_line
from adapters.kubernetes.mappers.environment import envs
from adapters.kubernetes.mappers.metadata import quantities
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.probes import probe
from adapters.kubernetes.mappers.scalars import int32
from adapters.kubernetes.mappers.sharing import CACHED, Templates, is_one_pods_alone, name
from adapters.kubernetes.schema.containers import ContainerPortStruct, ContainerStruct, Resources, VolumeMountStruct
from domain.cluster.containers import Container, ContainerPort, VolumeMount

_NO_RESOURCES: Final = Resources()


def container(item: ContainerStruct, options: MappingOptions) -> Container:
    """A container of a template."""
    return Container(**declared(item, image=None, options=options))


def declared(item: ContainerStruct, *, image: str | None, options: MappingOptions) -> dict[str, Any]:
    """The fields of `Container`, by name.

    Args:
        item: what was declared.
        image: what runs instead of the declared one, where that is known.
        options: what an operator chose.
    """
    own_ports = ports(item.ports)
    resources = item.resources or _NO_RESOURCES
    return {
        "name": name(item.name),
        "image": name(image or item.image),
        "image_pull_policy": name(item.image_pull_policy),
        "ports": own_ports,
        "envs": envs(item.env, options),
        "volume_mounts": volume_mounts(item.volume_mounts),
        "requests": quantities(resources.requests),
        "limits": quantities(resources.limits),
        "liveness_probe": probe(item.liveness_probe, own_ports),
        "readiness_probe": probe(item.readiness_probe, own_ports),
        "startup_probe": probe(item.startup_probe, own_ports),
        "command": command_line(item.command),
        "args": command_line(item.args),
        "working_dir": name(item.working_dir),
    }


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
