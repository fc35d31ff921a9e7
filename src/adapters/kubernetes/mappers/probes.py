"""Probes.

Source: wire contract 2.4.2, Probe.
"""

from collections.abc import Sequence
from typing import Final

from adapters.kubernetes.mappers.clean_texts import command_line
from adapters.kubernetes.mappers.scalars import int32
from adapters.kubernetes.mappers.sharing import CACHED
from adapters.kubernetes.schema.containers import ProbeStruct
from domain.cluster.containers import ContainerPort, Probe
from domain.redaction import scrub

_MAX_PORT_DIGITS: Final = 5

_known: Final[dict[tuple[ProbeStruct, int], Probe]] = {}


def probe(item: ProbeStruct | None, declared: Sequence[ContainerPort]) -> Probe | None:
    """One probe, None for none; a port that it names is looked up among the declared ones."""
    if item is None:
        return None
    if item.exec_ is not None:
        return _mapped(item, "exec", command=" ".join(command_line(item.exec_.command)))
    if item.http_get is not None:
        return _shared(item, "httpGet", port_number(item.http_get.port, declared), item.http_get.path or "")
    if item.tcp_socket is not None:
        return _shared(item, "tcpSocket", port_number(item.tcp_socket.port, declared))
    if item.grpc is not None:
        return _shared(item, "grpc", int32(item.grpc.port))
    return _mapped(item, "")


def port_number(port: int | str | None, declared: Sequence[ContainerPort]) -> int:
    """The number of a port that may be a name; 0 when nothing has that name.

    A name that no port has but that is a number is that number, as the kubelet takes it.
    """
    if not isinstance(port, str):
        return int32(port)
    for candidate in declared:
        if candidate.name == port:
            return candidate.container_port
    return int(port) if port.isascii() and port.isdecimal() and len(port) <= _MAX_PORT_DIGITS else 0


def _shared(item: ProbeStruct, kind: str, port: int, path: str = "") -> Probe:
    """Equal probes are one instance; one whose path holds a secret is not kept."""
    key = item, port
    known = _known.get(key)
    if known is None:
        safe = scrub(path)
        known = _mapped(item, kind, port, safe)
        if safe == path:
            if len(_known) >= CACHED:
                _known.clear()
            _known[key] = known
    return known


def _mapped(item: ProbeStruct, kind: str, port: int = 0, path: str = "", command: str = "") -> Probe:
    return Probe(
        type=kind,
        path=path,
        port=port,
        command=command,
        initial_delay_seconds=int32(item.initial_delay_seconds),
        period_seconds=int32(item.period_seconds),
        timeout_seconds=int32(item.timeout_seconds),
        success_threshold=int32(item.success_threshold),
        failure_threshold=int32(item.failure_threshold),
    )
