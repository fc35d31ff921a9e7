"""Secrets of every name and shape, planted wherever an object has free text, do not reach the domain."""

from typing import Any

import pytest

from adapters.kubernetes.kind_row import KindRow
from adapters.kubernetes.kinds import KINDS, NAMESPACES, NODES, PODS
from adapters.kubernetes.mappers.options import MappingOptions
from tests.support.full_kinds import FULL
from tests.support.full_objects import full_node, full_pod
from tests.support.objects import Json, a_condition, a_container, a_namespace, a_pod, a_status, raw, terminated, waiting
from tests.support.secrets import CANARY, SENSITIVE_NAMES, SHAPES, survivors

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def _leaky_container(name: str, secret: str) -> Json:
    return a_container(
        name,
        command=["sh", "-c", secret],
        args=["--x", secret, f"--y={secret}"],
        env=[{"name": "X", "value": secret}, {"name": "Y", "value": f"a {secret} b"}],
        livenessProbe={"exec": {"command": ["check", secret]}},
        readinessProbe={"httpGet": {"path": f"/?x={secret}", "port": 80}},
        startupProbe={"httpGet": {"path": "/", "port": 80, "httpHeaders": [{"name": "X", "value": secret}]}},
    )


def _leaky_status(name: str, secret: str) -> Json:
    return a_status(name, waiting("X", secret), lastState=terminated(1, message=secret))


def _leaky_pod(secret: str) -> Json:
    return a_pod(
        meta={"annotations": {"a": secret, _LAST_APPLIED: secret}, "managedFields": [{"fieldsV1": {secret: {}}}]},
        spec={
            "containers": [_leaky_container("app", secret)],
            "initContainers": [_leaky_container("setup", secret)],
        },
        status={
            "message": secret,
            "reason": "Evicted",
            "conditions": [a_condition("Ready", "False", "X", secret)],
            "containerStatuses": [_leaky_status("app", secret)],
            "initContainerStatuses": [_leaky_status("setup", secret)],
        },
    )


def _mapped(pod: Json, **options: Any) -> str:
    return repr(PODS.read(raw(pod), MappingOptions(**options)))


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_no_shape_survives_in_a_pod(shape: str) -> None:
    text = _mapped(_leaky_pod(shape))
    assert survivors(text) == []
    assert text.count("[redacted]") >= 15


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_no_shape_survives_in_a_node_or_a_namespace(shape: str) -> None:
    node = full_node()
    node["metadata"]["annotations"] = {"a": shape}
    node["status"]["conditions"] = [a_condition("Ready", "False", "X", f"kubelet: {shape}")]
    assert survivors(repr(NODES.read(raw(node), MappingOptions()))) == []
    namespace = a_namespace(annotations={"a": shape, _LAST_APPLIED: shape})
    assert survivors(repr(NAMESPACES.read(raw(namespace), MappingOptions()))) == []


@pytest.mark.parametrize("name", SENSITIVE_NAMES)
def test_no_value_of_a_sensitive_name_survives_in_a_pod(name: str) -> None:
    secret = f"{CANARY}-7"
    container = a_container(
        command=["run", f"--{name}={secret}", f"--{name}", secret],
        args=["-c", f"export {name}={secret}; run --{name} {secret}"],
        env=[{"name": name, "value": secret}, {"name": "X", "value": f"{name}: {secret}"}],
        livenessProbe={"exec": {"command": ["check", f"--{name}", secret]}},
        readinessProbe={"httpGet": {"path": f"/?{name}={secret}", "port": 80}},
    )
    pod = a_pod(
        meta={"annotations": {f"example.com/{name}": secret, "x": f'{{"{name}":"{secret}"}}'}},
        spec={"containers": [container]},
        status={"containerStatuses": [a_status(state=waiting("X", f"{name}={secret}"))]},
    )
    text = _mapped(pod)
    assert survivors(text) == []
    assert name in text


def test_names_stay() -> None:
    pod = full_pod()
    pod["spec"]["containers"][0]["env"] = [
        {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db-credentials", "key": CANARY}}}
    ]
    pod["spec"]["volumes"] = [{"name": "token", "secret": {"secretName": "api-token"}}]
    text = _mapped(pod)
    assert survivors(text) == []
    for name in ("DB_PASSWORD", "secret:db-credentials", "api-token", "registry"):
        assert name in text


def test_without_values_nothing_of_a_variable_but_its_name_is_left() -> None:
    env = [{"name": "FOO", "value": CANARY}]
    text = _mapped(a_pod(spec={"containers": [a_container(env=env)]}), env_values="none")
    assert survivors(text) == []
    assert "FOO" in text


_FREE_TEXT = frozenset({"message", "value"})
"""Members in which people and programs write what they like: messages of conditions and Events, values of variables."""
_FREE_LISTS = frozenset({"command", "args"})
_FREE_MAPS = frozenset({"annotations", "data", "binaryData"})


def _planted(value: Any, secret: str, member: str = "") -> Any:
    """The object with a secret wherever its kind has free text."""
    if isinstance(value, dict):
        if member in _FREE_MAPS:
            return dict.fromkeys(value, secret) | {_LAST_APPLIED: secret}
        # The value of a taint or a toleration is a label's.
        free = {key: inner for key, inner in value.items() if not ("effect" in value and key == "value")}
        return value | {key: _planted(inner, secret, key) for key, inner in free.items()}
    if isinstance(value, list):
        return [secret, *value] if member in _FREE_LISTS else [_planted(inner, secret) for inner in value]
    return secret if member in _FREE_TEXT and isinstance(value, str) else value


@pytest.mark.parametrize("row", KINDS, ids=[row.plural for row in KINDS])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_no_shape_survives_in_any_kind(row: KindRow[Any, Any], shape: str) -> None:
    planted = _planted(FULL[row.resource.kind](), shape)
    assert survivors(repr(row.read(raw(planted), MappingOptions()))) == []
