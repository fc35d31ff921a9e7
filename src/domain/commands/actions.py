"""The 19 actions and the two topics they arrive on.

Source: wire contract 1.6.1. `is_change` and `is_idempotent` decide about lanes, policy and what a restart may say.
"""

from enum import StrEnum
from typing import Final


class Topic(StrEnum):
    """A command queue of the Master."""

    OPS = "ops"
    """People and the deployer."""
    AI = "ai"
    """The Master's assistant: may only read."""


class Lane(StrEnum):
    """What is limited together, so that one sort of command does not keep out another."""

    READ = "read"
    CHANGE = "change"
    LONG_CHANGE = "long_change"
    """Takes minutes: two drains must not keep somebody from scaling for half an hour."""


class Action(StrEnum):
    """What a command asks for."""

    SCALE = "scale"
    RESTART = "restart"
    UPDATE_IMAGE = "update_image"
    DELETE = "delete"
    DELETE_POD = "delete_pod"
    CORDON = "cordon"
    UNCORDON = "uncordon"
    DRAIN = "drain"
    GET_LOGS = "get_logs"
    EXEC = "exec"
    GET_CONFIGMAP = "get_configmap"
    GET_SECRET = "get_secret"  # noqa: S105 - the name of an action
    APPLY_MANIFESTS = "apply_manifests"
    DYNAMIC = "dynamic"
    QUERY_TRACES = "query_traces"
    QUERY_TRACE_DETAIL = "query_trace_detail"
    QUERY_LOGS = "query_logs"
    QUERY_METRICS = "query_metrics"
    QUERY_SLO = "query_slo"

    @property
    def is_change(self) -> bool:
        """Whether the action may change the cluster; `exec` may do anything."""
        return self in _CHANGES

    @property
    def lane(self) -> Lane:
        """With what it is limited together."""
        if not self.is_change:
            return Lane.READ
        return Lane.LONG_CHANGE if self in _LONG else Lane.CHANGE

    @property
    def is_safe_to_repeat(self) -> bool:
        """Whether the *caller* may ask again without knowing how the first try ended."""
        return self not in _NOT_REPEATABLE


_CHANGES: Final = frozenset(
    {
        Action.SCALE,
        Action.RESTART,
        Action.UPDATE_IMAGE,
        Action.DELETE,
        Action.DELETE_POD,
        Action.CORDON,
        Action.UNCORDON,
        Action.DRAIN,
        Action.EXEC,
        Action.APPLY_MANIFESTS,
    }
)
_LONG: Final = frozenset({Action.DRAIN, Action.EXEC, Action.APPLY_MANIFESTS})
_NOT_REPEATABLE: Final = frozenset({Action.EXEC, Action.DELETE, Action.DELETE_POD})

OFF_UNTIL_ALLOWED: Final = frozenset({Action.EXEC, Action.GET_SECRET})
"""Their results end up readable in the Master's history, so an operator has to want them."""
