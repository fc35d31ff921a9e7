"""An Ingress as the Master expects it: wire contract 2.4.10."""

from datetime import datetime

from tests.kube.oracles.matching import Shape
from tests.kube.oracles.metadata import copied, decoration, summary
from tests.kube.oracles.services import addresses
from tests.kube.testbed.errors import Json

_CLASS = "kubernetes.io/ingress.class"


def ingress(raw: Json, fetched_at: datetime) -> Shape:
    """What the wire must say about an Ingress."""
    spec = raw["spec"]
    rules = spec.get("rules") or []
    name = spec.get("ingressClassName") or (raw["metadata"].get("annotations") or {}).get(_CLASS)
    hosts = [item["host"] for item in rules if item.get("host")]
    return Shape(
        required={
            "summary": Shape(
                required=summary(raw, fetched_at)
                | {
                    "hostsCount": len(hosts),
                    "pathsCount": sum(len(_paths(item)) for item in rules),
                    "tlsEnabled": bool(spec.get("tls")),
                },
                optional={"ingressClass": name, "hosts": hosts},
            ),
            "spec": Shape(
                optional={
                    "ingressClassName": name,
                    "defaultBackend": _backend(spec.get("defaultBackend")),
                    "rules": [_rule(item) for item in rules],
                    "tls": [Shape(optional=copied(item, "hosts", "secretName")) for item in spec.get("tls") or []],
                }
            ),
            "status": Shape(optional={"loadBalancer": addresses(raw)}),
        },
        optional=decoration(raw),
    )


def _paths(rule: Json) -> list[Json]:
    return (rule.get("http") or {}).get("paths") or []


def _rule(raw: Json) -> Shape:
    paths = [
        Shape(
            required={"path": item.get("path", ""), "pathType": item.get("pathType", "")},
            optional={"backend": _backend(item.get("backend"))},
        )
        for item in _paths(raw)
    ]
    return Shape(required={"paths": paths}, optional=copied(raw, "host"))


def _backend(raw: Json | None) -> Shape | None:
    if not raw:
        return None
    if "resource" in raw:
        resource = raw["resource"]
        reference = Shape(
            required={"kind": resource["kind"], "name": resource["name"]}, optional=copied(resource, "apiGroup")
        )
        return Shape(required={"type": "Resource", "resource": reference})
    service = raw["service"]
    port = service.get("port") or {}
    target = Shape(
        required={"name": service["name"]},
        optional={"portName": port.get("name"), "portNumber": port.get("number")},
    )
    return Shape(required={"type": "Service", "service": target})
