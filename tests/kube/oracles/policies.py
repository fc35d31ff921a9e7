"""Quotas, limits, network policies and service accounts as the Master expects them: wire contract 2.4.13."""

import json
from datetime import datetime

from tests.kube.oracles.matching import Shape
from tests.kube.oracles.metadata import copied, decoration, stated, summary
from tests.kube.oracles.quantities import Ratio, quantities
from tests.kube.testbed.errors import Json


def resource_quota(raw: Json, fetched_at: datetime) -> Shape:
    """What the wire must say about a ResourceQuota, in its own list and in its namespace's."""
    spec, status = raw["spec"], raw.get("status") or {}
    return Shape(
        required=summary(raw, fetched_at),
        optional=decoration(raw)
        | copied(spec, "scopes")
        | {"hard": quantities(spec.get("hard")), "used": quantities(status.get("used"))},
    )


def limit_range(raw: Json, fetched_at: datetime) -> Shape:
    """What the wire must say about a LimitRange, in its own list and in its namespace's."""
    items = [_limit(item) for item in raw["spec"].get("limits") or []]
    return Shape(required=summary(raw, fetched_at) | {"items": items}, optional=decoration(raw))


def _limit(raw: Json) -> Shape:
    amounts = {name: quantities(raw.get(name)) for name in ("default", "defaultRequest", "max", "min")}
    ratios = {name: Ratio(str(text)) for name, text in (raw.get("maxLimitRequestRatio") or {}).items()}
    return Shape(required={"type": raw["type"]}, optional=amounts | {"maxLimitRequestRatio": ratios})


def network_policy(raw: Json, fetched_at: datetime) -> Shape:
    """What the wire must say about a NetworkPolicy."""
    spec = raw["spec"]
    incoming, outgoing = spec.get("ingress") or [], spec.get("egress") or []
    selector = spec.get("podSelector")
    return Shape(
        required=summary(raw, fetched_at) | {"ingressRuleCount": len(incoming), "egressRuleCount": len(outgoing)},
        optional=decoration(raw)
        | copied(spec, "policyTypes")
        | {
            "podSelector": _text(selector) if selector else None,
            "ingressRules": [_rule(item, "from") for item in incoming],
            "egressRules": [_rule(item, "to") for item in outgoing],
        },
    )


def _text(selector: Json) -> str:
    return json.dumps(selector, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _rule(raw: Json, side: str) -> Shape:
    peers = [_peer(item) for item in raw.get(side) or []]
    return Shape(optional={"peers": peers, "ports": [_port(item) for item in raw.get("ports") or []]})


def _peer(raw: Json) -> Shape:
    """With both selectors both halves are in the text; alone, a selector is the text itself."""
    pods, namespaces = raw.get("podSelector"), raw.get("namespaceSelector")
    if pods is not None and namespaces is not None:
        both = {"namespaceSelector": namespaces, "podSelector": pods}
        return Shape(required={"type": "podSelector", "selector": _text(both)})
    if pods is not None:
        return Shape(required={"type": "podSelector", "selector": _text(pods)})
    if namespaces is not None:
        return Shape(required={"type": "namespaceSelector", "selector": _text(namespaces)})
    return Shape(required={"type": "ipBlock"}, optional=copied(raw.get("ipBlock") or {}, "cidr", "except"))


def _port(raw: Json) -> Shape:
    return Shape(
        required={"protocol": raw.get("protocol") or "TCP", "port": str(raw.get("port", ""))} | stated(raw, "endPort")
    )


def service_account(raw: Json, fetched_at: datetime) -> Shape:
    """What the wire must say about a ServiceAccount."""
    secrets, pulls = raw.get("secrets") or [], raw.get("imagePullSecrets") or []
    return Shape(
        required=summary(raw, fetched_at)
        | {"secretsCount": len(secrets), "imagePullSecretsCount": len(pulls)}
        | stated(raw, "automountServiceAccountToken"),
        optional=decoration(raw)
        | {
            "secretNames": [item.get("name", "") for item in secrets],
            "imagePullSecretNames": [item.get("name", "") for item in pulls],
        },
    )
