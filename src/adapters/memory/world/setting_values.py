"""Values of the simulated cluster's ConfigMaps and Secrets: made up, the same every time, and no secret of anybody."""

import gzip
import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

_TEXTS: Final[Mapping[str, str]] = {
    "application.yaml": "server:\n  port: 8080\n  shutdown: graceful\ncache:\n  ttl: 60s\n  size: 10000\n",
    "logging.yaml": "level: info\nformat: json\nsample:\n  first: 100\n  thereafter: 10\n",
    "features.json": '{"newCheckout": true, "recommendations": "canary", "darkMode": false}\n',
    "postgresql.conf": "max_connections = 200\nshared_buffers = 2GB\nwal_level = replica\n",
    "pg_hba.conf": "local all all peer\nhost all all 10.42.0.0/16 scram-sha-256\n",
    "Corefile": ".:53 {\n    errors\n    kubernetes cluster.local\n    forward . /etc/resolv.conf\n    cache 30\n}\n",
    "relay.yaml": "receivers:\n  otlp: {}\nexporters:\n  clickhouse:\n    endpoint: tcp://clickhouse:9000\n",
    "grafana.ini": "[server]\nroot_url = https://grafana.example\n\nadmin_password = $__file{/secrets/admin}\n",
    "cluster-name": "default",
    "enable-ipv4": "true",
    "ipam": "cluster-pool",
    "tunnel-protocol": "vxlan",
    "requestheader-allowed-names": '["front-proxy-client"]',
}
_FORMS: Final[Mapping[str, Callable[[str], str]]] = {
    ".json": lambda key: json.dumps({"title": key.removesuffix(".json"), "panels": []}) + "\n",
    ".yaml": lambda key: f"# {key}\nenabled: true\n",
    ".xml": lambda key: f"<clickhouse><!-- {key} --></clickhouse>\n",
    "kubeconfig": lambda key: (
        f"apiVersion: v1\nkind: Config\nusers:\n- name: {key}\n  user:\n    token: {_letters(key, 24)}\n"
    ),
    "client-ca-file": lambda key: pem("CERTIFICATE", key),
}


def setting_text(key: str) -> str:
    """The value under a key of a ConfigMap."""
    if key in _TEXTS:
        return _TEXTS[key]
    for ending, text in _FORMS.items():
        if key.endswith(ending):
            return text(key)
    return f"# settings of {key}\n"


def secret_bytes(name: str, key: str) -> bytes:
    """The value under a key of a Secret; the release of a package manager is binary."""
    seed = f"{name}/{key}"
    if key == "release":
        return gzip.compress(json.dumps({"name": name, "manifest": _letters(seed, 400)}).encode(), mtime=0)
    if key.endswith(".crt"):
        return pem("CERTIFICATE", seed).encode()
    if key.endswith(".key"):
        return pem("PRIVATE KEY", seed).encode()
    if key == ".dockerconfigjson":
        return json.dumps(
            {"auths": {"registry.example": {"username": "puller", "password": _letters(seed, 20)}}}
        ).encode()
    if key.endswith(("username", "admin-user")):
        return b"shop" if key == "username" else b"admin"
    return _letters(seed, 20).encode()


def pem(label: str, seed: str) -> str:
    """What looks like a PEM block, and is none of any key."""
    lines = "\n".join(_letters(f"{seed}:{number}", 64) for number in range(4))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"


def _letters(seed: str, count: int) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(Random(seed).choices(letters, k=count))  # noqa: S311 - a simulation, no secret
