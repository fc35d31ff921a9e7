"""What came of changes to workloads and of deletions, as short JSON that a person can read, too.

Where warnings are too long for the cap, the last ones are left out and counted.
"""

import json
from typing import Any

from adapters.gateway.wire.cleaning import clean_text
from domain.commands.workload_results import DeleteResult, RestartResult, ScaleResult, UpdateImageResult


def scale_output(result: ScaleResult, max_bytes: int) -> str:
    """The number of replicas before and after."""
    members = {
        "previousReplicas": result.previous_replicas,
        "replicas": result.replicas,
        "changed": result.changed,
    }
    return _with_warnings(members, result.warnings, max_bytes)


def restart_output(result: RestartResult, max_bytes: int) -> str:
    """When the workload was restarted."""
    return _with_warnings({"restartedAt": result.restarted_at, "changed": result.changed}, result.warnings, max_bytes)


def update_image_output(result: UpdateImageResult, max_bytes: int) -> str:
    """The container's image before and after."""
    members = {
        "container": clean_text(result.container),
        "previousImage": clean_text(result.previous_image),
        "image": clean_text(result.image),
        "changed": result.changed,
    }
    return _with_warnings(members, result.warnings, max_bytes)


def delete_output(result: DeleteResult, max_bytes: int) -> str:
    """How far the deletion is, and what it waits for."""
    members: dict[str, Any] = {"state": result.state.value, "uid": clean_text(result.uid)}
    if result.finalizers:
        members["finalizers"] = [clean_text(name) for name in result.finalizers]
    if result.grace_period_seconds is not None:
        members["gracePeriodSeconds"] = result.grace_period_seconds
    return _with_warnings(members, result.warnings, max_bytes)


def _with_warnings(members: dict[str, Any], warnings: tuple[str, ...], max_bytes: int) -> str:
    kept = list(warnings)
    while True:
        whole = {**members, "warnings": [clean_text(warning) for warning in kept]}
        if len(kept) < len(warnings):
            whole["warningsLeftOut"] = len(warnings) - len(kept)
        text = json.dumps(whole, ensure_ascii=False)
        if len(text.encode()) <= max_bytes or not kept:
            return text
        kept = kept[: len(kept) // 2]
