"""What came of commands about nodes, as the text that is reported: short JSON, which is never cut in the middle."""

import json
from typing import Any, Final

from adapters.gateway.wire.cleaning import clean_text
from domain.commands.drain import PlannedEviction, PodIdentity
from domain.commands.node_results import CordonResult, DrainResult

_LISTS: Final = ("evicted", "left", "skipped")


def node_output(result: CordonResult | DrainResult, max_bytes: int) -> str:
    """The text for either."""
    return cordon_output(result) if isinstance(result, CordonResult) else drain_output(result, max_bytes)


def cordon_output(result: CordonResult) -> str:
    """Whether the node takes new pods now, and whether that is news."""
    members = {"node": result.node, "unschedulable": result.unschedulable, "changed": result.changed}
    return json.dumps(members, ensure_ascii=False)


def drain_output(result: DrainResult, max_bytes: int) -> str:
    """Which pods went, which stay and why.

    Where that is too long the longest list loses its second half, again and again; `leftOut` counts what is missing.
    """
    members: dict[str, Any] = {
        "node": result.node,
        "unschedulable": True,
        "changed": result.was_schedulable,
        "dryRun": result.dry_run,
        "evicted": [_eviction(one) for one in result.evicted],
        "left": [_pod(one.pod, state=one.stage.value, reason=clean_text(one.why)) for one in result.left],
        "skipped": [_pod(pod, reason=reason.value) for pod, reason in result.skipped],
        "ownPod": None if result.own_pod is None else _pod(result.own_pod),
    }
    left_out = 0
    while len((text := json.dumps(members, ensure_ascii=False)).encode()) > max_bytes and any(map(members.get, _LISTS)):
        longest = max(_LISTS, key=lambda name: len(members[name]))
        kept = len(members[longest]) // 2
        left_out += len(members[longest]) - kept
        del members[longest][kept:]
        members["leftOut"] = left_out
    return text


def _eviction(eviction: PlannedEviction) -> dict[str, Any]:
    return _pod(eviction.pod, warnings=[warning.value for warning in eviction.warnings])


def _pod(pod: PodIdentity, **details: str | list[str]) -> dict[str, Any]:
    """A pod, with what there is to say about it."""
    return {"namespace": pod.namespace, "name": pod.name} | {name: value for name, value in details.items() if value}
