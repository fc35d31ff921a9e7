"""Probes: types, ports that are names, redaction of what they say."""

import pytest

from adapters.kubernetes.kinds import PODS
from adapters.kubernetes.mappers.options import MappingOptions
from domain.cluster.containers import Probe
from tests.support.objects import Json, a_container, a_pod, raw

_PORTS = [{"name": "http", "containerPort": 8080}, {"name": "9000", "containerPort": 1}]


def _probe(probe: Json, *, kind: str = "containers") -> Probe:
    container = a_container(ports=_PORTS, livenessProbe=probe)
    pod = PODS.read(raw(a_pod(spec={kind: [container]})), MappingOptions())
    (mapped,) = pod.containers if kind == "containers" else pod.init_containers
    assert mapped.liveness_probe is not None
    return mapped.liveness_probe


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ({"httpGet": {"path": "/livez", "port": 80}}, Probe(type="httpGet", path="/livez", port=80)),
        ({"httpGet": {"port": "http"}}, Probe(type="httpGet", port=8080)),
        ({"tcpSocket": {"port": "http"}}, Probe(type="tcpSocket", port=8080)),
        ({"tcpSocket": {"port": "9000"}}, Probe(type="tcpSocket", port=1)),
        ({"tcpSocket": {"port": "9001"}}, Probe(type="tcpSocket", port=9001)),
        ({"tcpSocket": {"port": "unknown"}}, Probe(type="tcpSocket")),
        ({"tcpSocket": {"port": "999999"}}, Probe(type="tcpSocket")),
        ({"tcpSocket": {"port": "\u0662"}}, Probe(type="tcpSocket")),
        ({"tcpSocket": {}}, Probe(type="tcpSocket")),
        ({"exec": {"command": ["cat", "/tmp/x"]}}, Probe(type="exec", command="cat /tmp/x")),  # noqa: S108 - a path in an object
        ({"exec": {}}, Probe(type="exec")),
        ({"grpc": {"port": 9090, "service": "x"}}, Probe(type="grpc", port=9090)),
        ({}, Probe(type="")),
    ],
)
@pytest.mark.parametrize("kind", ["containers", "initContainers"])
def test_a_probe_tells_what_it_asks(action: Json, expected: Probe, kind: str) -> None:
    assert _probe(action, kind=kind) == expected


def test_the_numbers_of_a_probe_stay_within_32_bits() -> None:
    probe = _probe({"grpc": {"port": 2**40}, "initialDelaySeconds": 2**40, "periodSeconds": -(2**40)})
    assert (probe.port, probe.initial_delay_seconds, probe.period_seconds) == (2**31 - 1, 2**31 - 1, -(2**31))


def test_a_probe_says_no_secret() -> None:
    path = _probe({"httpGet": {"path": "/ready?token=canary", "port": 80}})
    assert path.path == "/ready?token=[redacted]"
    command = _probe({"exec": {"command": ["mysqladmin", "--password", "canary", "ping"]}})
    assert command.command == "mysqladmin --password [redacted] ping"
