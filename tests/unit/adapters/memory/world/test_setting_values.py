"""Values of simulated settings: there for every key, the same every time."""

import json

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.world.setting_values import secret_bytes, setting_text
from domain.cluster.configuration import ConfigMap, Secret
from domain.redaction import env_value

CLUSTER = InMemoryCluster(ManualClock())
KEYS = sorted({key for one in CLUSTER.read(ConfigMap).objects for key in one.data_keys})
SECRETS = [(one.name, key) for one in CLUSTER.read(Secret).objects for key in one.data_keys]


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_a_config_map_has_a_text(key: str) -> None:
    assert setting_text(key)
    assert setting_text(key) == setting_text(key)
    if key.endswith(".json"):
        assert isinstance(json.loads(setting_text(key)), dict)


@pytest.mark.parametrize(("name", "key"), SECRETS)
def test_every_key_of_a_secret_has_a_value(name: str, key: str) -> None:
    assert secret_bytes(name, key)
    assert secret_bytes(name, key) == secret_bytes(name, key)


def test_what_looks_like_a_key_is_taken_for_one() -> None:
    assert "PRIVATE KEY" in secret_bytes("shop-tls", "tls.key").decode()
    assert "PRIVATE KEY" not in env_value("tls", secret_bytes("shop-tls", "tls.key").decode())
    assert "kind: Config" not in env_value("kubeconfig", setting_text("kubeconfig"))
