"""The 19 actions by name, and a command request from the console checked as the real Master checks its own.

Source: wire contract, all actions.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

READING_ACTIONS = frozenset(
    {
        "get_logs",
        "get_configmap",
        "get_secret",
        "dynamic",
        "query_traces",
        "query_trace_detail",
        "query_logs",
        "query_metrics",
        "query_slo",
    }
)
CHANGING_ACTIONS = frozenset(
    {
        "scale",
        "restart",
        "update_image",
        "delete",
        "delete_pod",
        "cordon",
        "uncordon",
        "drain",
        "exec",
        "apply_manifests",
    }
)
"""Actions that can change a cluster; `exec` runs anything, so it is one."""

ACTIONS = READING_ACTIONS | CHANGING_ACTIONS
TARGETED_ACTIONS = frozenset(
    {"scale", "restart", "delete", "delete_pod", "cordon", "uncordon", "update_image", "get_logs"}
)
"""Actions that the Master queues only with kind and name."""

SOURCES: Mapping[str, str] = {"ops": "web", "ai": "ai"}
"""Topic to the source that a command on it carries."""


class BadRequestError(Exception):
    """A command request that is not queued; `field` names the member to correct."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(f"{field_name}: {reason}")
        self.field = field_name


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """A valid request for a command, not yet queued. Empty text means absent."""

    action: str
    cluster_id: str
    kind: str = ""
    namespace: str = ""
    name: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    topic: str = "ops"

    @property
    def source(self) -> str:
        """Who asks, as the agent is told."""
        return SOURCES[self.topic]

    @property
    def changes(self) -> bool:
        """Whether carrying it out can change the cluster."""
        return self.action in CHANGING_ACTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFilter:
    """Which commands are listed. Nothing given means every one."""

    actions: frozenset[str] = frozenset()
    cluster_id: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""

    def admits(self, request: CommandRequest) -> bool:
        """Whether a command is among those wanted."""
        pairs = (
            (self.cluster_id, request.cluster_id),
            (self.kind, request.kind),
            (self.namespace, request.namespace),
            (self.name, request.name),
        )
        return (not self.actions or request.action in self.actions) and all(
            wanted in {"", actual} for wanted, actual in pairs
        )


def read_command_filter(query: Mapping[str, str]) -> CommandFilter:
    """Read the query of `GET /api/v3/commands`.

    Raises:
        BadRequestError: an action is none.
    """
    actions = frozenset(filter(None, query.get("action", "").split(",")))
    if unknown := sorted(actions - ACTIONS):
        raise BadRequestError("action", f"there is no {unknown[0][:64]!r}")
    return CommandFilter(
        actions=actions,
        cluster_id=query.get("clusterId", ""),
        kind=query.get("kind", ""),
        namespace=query.get("namespace", ""),
        name=query.get("name", ""),
    )


def read_command_request(body: bytes) -> CommandRequest:
    """Read the body of `POST /api/v3/commands`.

    Raises:
        BadRequestError: naming the member that is missing or wrong; `body` when it is no JSON object.
    """
    try:
        asked = json.loads(body, parse_constant=_refuse_constant)
        json.dumps(asked, ensure_ascii=False).encode()  # a lone surrogate could not be sent on
    except (ValueError, RecursionError) as error:
        raise BadRequestError("body", "must be JSON") from error
    if not isinstance(asked, dict):
        raise BadRequestError("body", "must be a JSON object")
    action = _text(asked, "action")
    if action not in ACTIONS:
        known = ", ".join(sorted(ACTIONS))
        raise BadRequestError("action", f"must be one of {known}" if action else f"is required: one of {known}")
    params = asked.get("params")
    if params is not None and not isinstance(params, dict):
        raise BadRequestError("params", "must be an object")
    request = CommandRequest(
        action=action,
        cluster_id=_text(asked, "clusterId"),
        kind=_text(asked, "kind"),
        namespace=_text(asked, "namespace"),
        name=_text(asked, "name"),
        params=params or {},
        topic=_text(asked, "topic") or "ops",
    )
    if request.topic not in SOURCES:
        raise BadRequestError("topic", f"must be one of {', '.join(SOURCES)}")
    if not request.cluster_id:
        raise BadRequestError("clusterId", "is required")
    if action in TARGETED_ACTIONS:
        for name, value in (("kind", request.kind), ("name", request.name)):
            if not value:
                raise BadRequestError(name, f"is required for {action}")
    return request


def _text(asked: Mapping[str, object], name: str) -> str:
    value = asked.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRequestError(name, "must be a string")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
