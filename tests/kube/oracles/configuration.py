"""ConfigMaps and Secrets as the Master expects them: wire contract 2.4.12. Names of keys, never a value."""

from tests.kube.oracles.matching import Shape
from tests.kube.oracles.metadata import common
from tests.kube.testbed.errors import Json


def config_map(raw: Json) -> Shape:
    """What the wire must say about a ConfigMap; keys of `binaryData` are not among them."""
    required, optional = common(raw, "ConfigMap")
    return Shape(required=required, optional=optional | {"dataKeys": sorted(raw.get("data") or {})})


def secret(raw: Json) -> Shape:
    """What the wire must say about a Secret."""
    required, optional = common(raw, "Secret")
    keys = sorted(raw.get("data") or {})
    return Shape(required=required | {"type": raw.get("type", "")}, optional=optional | {"dataKeys": keys})
