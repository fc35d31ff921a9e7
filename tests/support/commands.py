"""Builders of commands."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from adapters.gateway.wire.commands import PollContext, parse_poll
from domain.commands.actions import Action, Topic
from domain.commands.requests import Command, MalformedCommand, Request, Target
from domain.commands.workload_requests import ScaleRequest

_DEPLOYMENT: Final = {"kind": "Deployment", "name": "web"}
_NODE: Final = {"kind": "Node", "name": "node-1"}
TARGETS: Final[Mapping[Action, Mapping[str, str]]] = {
    Action.SCALE: _DEPLOYMENT,
    Action.RESTART: _DEPLOYMENT,
    Action.UPDATE_IMAGE: _DEPLOYMENT,
    Action.CORDON: _NODE,
    Action.UNCORDON: _NODE,
    Action.DRAIN: _NODE,
    Action.GET_CONFIGMAP: {"kind": "ConfigMap"},
    Action.GET_SECRET: {"kind": "Secret"},
}
PARAMS: Final[Mapping[Action, Mapping[str, object]]] = {
    Action.SCALE: {"replicas": 3},
    Action.UPDATE_IMAGE: {"image": "registry.example/web:2"},
    Action.EXEC: {"command": ["true"]},
    Action.APPLY_MANIFESTS: {"manifests": "apiVersion: v1"},
    Action.DYNAMIC: {"command": "get"},
    Action.QUERY_TRACE_DETAIL: {"traceId": "0af7651916cd43dd8448eb211c80319c"},
}
CREATED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def a_scale_request(
    replicas: int = 3, *, kind: str = "Deployment", namespace: str = "shop", name: str = "web"
) -> ScaleRequest:
    return ScaleRequest(target=Target(kind=kind, namespace=namespace, name=name), replicas=replicas)


def a_command(
    request: Request | None = None,
    *,
    command_id: str = "c-1",
    topic: Topic = Topic.OPS,
    age_seconds: float = 0.5,
    digest: str = "digest",
) -> Command:
    return Command(
        id=command_id,
        digest=digest,
        topic=topic,
        source="web",
        created_at=CREATED_AT,
        age_seconds=age_seconds,
        request=request or a_scale_request(),
    )


def a_request_for(action: Action, *, namespace: str = "shop") -> Request:
    """A request of this action, with nothing but what it must have; read as the wire's own parser reads it."""
    target = {"kind": "Pod", "namespace": namespace, "name": "web-1", **TARGETS.get(action, {})}
    body = {"command": {"id": "c", "action": action.value, **target, "params": PARAMS.get(action, {})}}
    context = PollContext(topic=Topic.OPS, cluster_id="", answered_at=None)
    command = parse_poll(json.dumps(body).encode(), context)
    assert isinstance(command, Command), command
    return command.request


def a_command_for(action: Action, *, namespace: str = "shop", topic: Topic = Topic.OPS) -> Command:
    return a_command(a_request_for(action, namespace=namespace), command_id=f"c-{action}", topic=topic)


def a_malformed_command(command_id: str = "c-bad") -> MalformedCommand:
    return MalformedCommand(id=command_id, topic=Topic.OPS, action="scale", error="replicas: is required")
