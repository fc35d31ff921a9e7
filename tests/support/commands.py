"""Builders of commands."""

from datetime import UTC, datetime

from domain.commands.actions import Action, Topic
from domain.commands.requests import Command, MalformedCommand, Request, ScaleRequest, Target, UnsupportedRequest

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


def an_unsupported_command(action: Action, *, namespace: str = "shop", topic: Topic = Topic.OPS) -> Command:
    target = Target(kind="Pod", namespace=namespace, name="web-1")
    return a_command(UnsupportedRequest(action=action, target=target), command_id=f"c-{action}", topic=topic)


def a_malformed_command(command_id: str = "c-bad") -> MalformedCommand:
    return MalformedCommand(id=command_id, topic=Topic.OPS, action="scale", error="replicas: is required")
