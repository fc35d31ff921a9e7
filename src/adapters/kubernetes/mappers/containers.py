"""Containers as pods and pod templates declare them.

Source: wire contract 2.4.2.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from adapters.kubernetes.mappers.clean_texts import command_line, literal, variable
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.scalars import int32, present
from adapters.kubernetes.mappers.sharing import CACHED, name, same
from adapters.kubernetes.schema.containers import (
    ContainerPortStruct,
    ContainerStruct,
    EnvSource,
    EnvVarStruct,
    ProbeStruct,
    VolumeMountStruct,
)
from domain.cluster.containers import ContainerPort, EnvVar, Probe, VolumeMount
from domain.redaction import scrub

PER_POD_VOLUME: Final = "kube-api-access-"
"""The API server adds a volume with a random name to every pod."""


def ports(items: list[ContainerPortStruct | None] | None) -> tuple[ContainerPort, ...]:
    """Ports in the API's order."""
    if not items:
        return ()
    return same([_port(p.name, p.container_port, p.protocol, p.host_port) for p in present(items)])


@lru_cache(maxsize=CACHED)
def _port(port_name: str | None, number: int | None, protocol: str | None, host_port: int | None) -> ContainerPort:
    return ContainerPort(
        name=name(port_name), container_port=int32(number), protocol=name(protocol), host_port=int32(host_port)
    )


def envs(items: list[EnvVarStruct | None] | None, options: MappingOptions) -> tuple[EnvVar, ...]:
    """Environment variables in the API's order."""
    if not items:
        return ()
    return same([_env(item, keeps_values=options.env_values == "redacted") for item in present(items)])


def _env(item: EnvVarStruct, *, keeps_values: bool) -> EnvVar:
    if item.value_from is not None:
        return variable(item.name or "", "", _origin(item.value_from))
    if item.value and keeps_values:
        return literal(item.name or "", item.value)
    return variable(item.name or "", "", "")


def _origin(source: EnvSource) -> str:
    """Where a value comes from; the name of the object only."""
    if source.config_map_key_ref is not None:
        return f"configmap:{source.config_map_key_ref.name or ''}"
    if source.secret_key_ref is not None:
        return f"secret:{source.secret_key_ref.name or ''}"
    if source.field_ref is not None:
        return f"field:{source.field_ref.field_path or ''}"
    if source.resource_field_ref is not None:
        return f"resource:{source.resource_field_ref.resource or ''}"
    return ""


def volume_mounts(items: list[VolumeMountStruct | None] | None) -> tuple[VolumeMount, ...]:
    """Mounts in the API's order; shared unless one is this pod's alone."""
    if not items:
        return ()
    mounts = [_mount(item) for item in present(items)]
    if any(mount.name.startswith(PER_POD_VOLUME) for mount in mounts):
        return tuple(mounts)
    return same(mounts)


def _mount(item: VolumeMountStruct) -> VolumeMount:
    if item.name and item.name.startswith(PER_POD_VOLUME):
        return VolumeMount(
            name=item.name,
            mount_path=name(item.mount_path),
            sub_path=item.sub_path or "",
            read_only=bool(item.read_only),
        )
    return _shared_mount(item.name, item.mount_path, item.sub_path, item.read_only)


@lru_cache(maxsize=CACHED)
def _shared_mount(volume: str | None, path: str | None, sub_path: str | None, read_only: bool | None) -> VolumeMount:  # noqa: FBT001 - cached calls are positional
    return VolumeMount(name=name(volume), mount_path=name(path), sub_path=sub_path or "", read_only=bool(read_only))


@dataclass(frozen=True, slots=True)
class Probes:
    """The three probes of a container."""

    liveness: Probe | None
    readiness: Probe | None
    startup: Probe | None


_NO_PROBES: Final = Probes(None, None, None)


def probes(container: ContainerStruct, declared: tuple[ContainerPort, ...]) -> Probes:
    """The probes; ports that they name are looked up among the declared ones."""
    liveness, readiness, startup = container.liveness_probe, container.readiness_probe, container.startup_probe
    if liveness is None and readiness is None and startup is None:
        return _NO_PROBES
    return Probes(probe(liveness, declared), probe(readiness, declared), probe(startup, declared))


def probe(item: ProbeStruct | None, declared: tuple[ContainerPort, ...]) -> Probe | None:
    """One probe, None for none."""
    if item is None:
        return None
    kind, path, port, command = _action(item, declared)
    return _probe(
        kind,
        path,
        port,
        command,
        item.initial_delay_seconds,
        item.period_seconds,
        item.timeout_seconds,
        item.success_threshold,
        item.failure_threshold,
    )


def _action(item: ProbeStruct, declared: tuple[ContainerPort, ...]) -> tuple[str, str, int, str]:
    """Type, path, port and command."""
    if item.http_get is not None:
        return "httpGet", scrub(item.http_get.path or ""), port_number(item.http_get.port, declared), ""
    if item.tcp_socket is not None:
        return "tcpSocket", "", port_number(item.tcp_socket.port, declared), ""
    if item.exec_ is not None:
        return "exec", "", 0, " ".join(command_line(item.exec_.command))
    if item.grpc is not None:
        return "grpc", "", int32(item.grpc.port), ""
    return "", "", 0, ""


def port_number(port: int | str | None, declared: tuple[ContainerPort, ...]) -> int:
    """The number of a port that may be a name; 0 when nothing has that name.

    A name that no port has but that is a number is that number, as the kubelet takes it.
    """
    if not isinstance(port, str):
        return int32(port)
    for candidate in declared:
        if candidate.name == port:
            return candidate.container_port
    return int32(int(port)) if port.isascii() and port.isdecimal() and len(port) <= _MAX_PORT_DIGITS else 0


_MAX_PORT_DIGITS: Final = 5


@lru_cache(maxsize=CACHED)
def _probe(
    kind: str,
    path: str,
    port: int,
    command: str,
    initial_delay_seconds: int | None,
    period_seconds: int | None,
    timeout_seconds: int | None,
    success_threshold: int | None,
    failure_threshold: int | None,
    /,
) -> Probe:
    return Probe(
        type=kind,
        path=path,
        port=port,
        command=command,
        initial_delay_seconds=int32(initial_delay_seconds),
        period_seconds=int32(period_seconds),
        timeout_seconds=int32(timeout_seconds),
        success_threshold=int32(success_threshold),
        failure_threshold=int32(failure_threshold),
    )
