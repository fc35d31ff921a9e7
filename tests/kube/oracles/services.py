"""A Service with its backends as the Master expects it: wire contract 2.4.9."""

import re
from collections.abc import Sequence
from datetime import datetime

from tests.kube.oracles.matching import Shape, Unordered
from tests.kube.oracles.metadata import copied, decoration, stated, summary
from tests.kube.oracles.texts import Instant, parse_time
from tests.kube.testbed.errors import Json

_NETWORK = (
    "clusterIPs",
    "externalIPs",
    "ipFamilies",
    "ipFamilyPolicy",
    "externalTrafficPolicy",
    "internalTrafficPolicy",
)
_SERVICE_NAME = "kubernetes.io/service-name"
_CHANGED = "endpoints.kubernetes.io/last-change-trigger-time"
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_TYPE_BADGES = {"LoadBalancer": "LB", "NodePort": "NodePort"}


def service(raw: Json, fetched_at: datetime, slices: Sequence[Json]) -> Shape:
    """What the wire must say about a Service.

    Args:
        raw: the object as the API server gives it.
        fetched_at: the snapshot's own time, from which it counts ages.
        slices: all EndpointSlices of the cluster.
    """
    spec = raw["spec"]
    client = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
    timeout = client.get("timeoutSeconds")
    timeouts = {} if timeout is None else {"sessionAffinityTimeoutSeconds": timeout}
    backends = {} if spec.get("type") == "ExternalName" else {"backends": _backends(slices_of(raw, slices))}
    return Shape(
        required={
            "summary": Shape(
                required=summary(raw, fetched_at)
                | {
                    "type": spec.get("type") or "ClusterIP",
                    "portsCount": len(spec.get("ports") or []),
                    "hasSelector": bool(spec.get("selector")),
                },
                optional=copied(spec, "clusterIP", "externalName") | {"badges": _badges(spec)},
            ),
            "spec": Shape(
                required={"type": spec.get("type", "")} | stated(spec, "allocateLoadBalancerNodePorts") | timeouts,
                optional=copied(
                    spec,
                    *_NETWORK,
                    "sessionAffinity",
                    "loadBalancerClass",
                    "loadBalancerSourceRanges",
                    "publishNotReadyAddresses",
                    "healthCheckNodePort",
                    "externalName",
                ),
            ),
            "network": Shape(optional=copied(spec, *_NETWORK) | {"loadBalancerIngress": addresses(raw)}),
        }
        | backends,
        optional=decoration(raw)
        | {"ports": [_port(item) for item in spec.get("ports") or []], "selector": spec.get("selector") or {}},
    )


def addresses(raw: Json) -> list[str]:
    """What a load balancer has given, of a Service or an Ingress: the IP, else the host name."""
    balancer = (raw.get("status") or {}).get("loadBalancer") or {}
    return [item.get("ip") or item.get("hostname", "") for item in balancer.get("ingress") or []]


def slices_of(raw: Json, slices: Sequence[Json]) -> list[Json]:
    """The EndpointSlices of a Service, whoever writes them."""
    metadata = raw["metadata"]
    return [
        item
        for item in slices
        if item["metadata"]["namespace"] == metadata["namespace"]
        and (item["metadata"].get("labels") or {}).get(_SERVICE_NAME) == metadata["name"]
    ]


def _badges(spec: Json) -> list[str]:
    badge = _TYPE_BADGES.get(spec.get("type", "")) or ("Headless" if spec.get("clusterIP") == "None" else "")
    return ([badge] if badge else []) + (["ExternalName"] if spec.get("externalName") else [])


def _port(raw: Json) -> Shape:
    return Shape(
        required={
            "protocol": raw.get("protocol", ""),
            "port": raw["port"],
            "targetPort": str(raw.get("targetPort", "")),
        },
        optional=copied(raw, "name", "nodePort", "appProtocol"),
    )


def _backends(slices: Sequence[Json]) -> Shape:
    endpoints = [
        _endpoint(address, item)
        for one in slices
        for item in one.get("endpoints") or []
        for address in item["addresses"]
    ]
    ready = sum(item.required["ready"] for item in endpoints)
    ports = {
        (item.get("name") or "", item.get("port") or 0, item.get("protocol") or "TCP", item.get("appProtocol") or "")
        for one in slices
        for item in one.get("ports") or []
    }
    return Shape(
        required={
            "summary": Shape(
                required={"ready": ready, "notReady": len(endpoints) - ready, "total": len(endpoints)},
                optional={"slices": len(slices), "updated": Instant(_newest(slices))},
            )
        },
        optional={"ports": Unordered([_endpoint_port(*item) for item in ports]), "endpoints": Unordered(endpoints)},
    )


def _endpoint(address: str, raw: Json) -> Shape:
    target = raw.get("targetRef")
    return Shape(
        required={"address": address, "ready": (raw.get("conditions") or {}).get("ready") is not False},
        optional=copied(raw, "nodeName", "zone")
        | {"targetRef": target and Shape(optional=copied(target, "kind", "namespace", "name", "uid"))},
    )


def _endpoint_port(name: str, port: int, protocol: str, app_protocol: str) -> Shape:
    return Shape(required={"port": port, "protocol": protocol}, optional={"name": name, "appProtocol": app_protocol})


def _newest(slices: Sequence[Json]) -> str | None:
    """The last change that a slice tells of; an annotation is free text, and need not be a time."""
    times = [item["metadata"]["creationTimestamp"] for item in slices]
    annotated = [(item["metadata"].get("annotations") or {}).get(_CHANGED) for item in slices]
    times += [text for text in annotated if text and _RFC3339.fullmatch(text)]
    return max(times, key=parse_time, default=None)
