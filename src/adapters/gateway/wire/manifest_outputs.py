"""What `apply_manifests` answers: the three members that the Master's deployer reads, and what became of each object.

Never cut in the middle: where it is too much, objects that are as they should be are left out first, then others from
the end, and counted. Source: wire contract 1.6.1, row 11; the other members are ours.
"""

import json
from typing import Any

from adapters.gateway.wire.cleaning import clean_text
from domain.commands.manifests.outcomes import ApplyResult, ObjectResult


def apply_output(result: ApplyResult, max_bytes: int) -> str:
    """The answer as JSON of at most so many bytes."""
    objects = [_object(one) for one in result.objects]
    text = _text(result, objects)
    if len(text.encode()) <= max_bytes:
        return text
    objects = [_object(one) for one in result.objects if one.outcome.is_trouble]
    while len((text := _text(result, objects)).encode()) > max_bytes and objects:
        objects = objects[: len(objects) // 2]
    return text


def _text(result: ApplyResult, objects: list[dict[str, Any]]) -> str:
    members: dict[str, Any] = {"resourceTotal": result.total, "resourceChanged": result.changed}
    if result.error_message:
        members["errorMessage"] = clean_text(result.error_message)
    members |= {"dryRun": result.dry_run, "objects": objects}
    if len(objects) < result.total:
        members["objectsLeftOut"] = result.total - len(objects)
    members["warnings"] = [clean_text(one) for one in result.warnings]
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))


def _object(result: ObjectResult) -> dict[str, Any]:
    manifest = result.manifest
    members: dict[str, Any] = {
        "document": manifest.place.document,
        "line": manifest.place.line,
        "apiVersion": manifest.api_version,
        "kind": manifest.kind,
        "name": manifest.name,
        "outcome": result.outcome.value,
    }
    if manifest.namespace:
        members["namespace"] = manifest.namespace
    if result.error:
        members["error"] = clean_text(result.error)
    if result.conflicts:
        members["conflicts"] = [
            {"manager": clean_text(one.manager), "fields": [clean_text(field) for field in one.fields]}
            for one in result.conflicts
        ]
    if result.warnings:
        members["warnings"] = [clean_text(one) for one in result.warnings]
    return members
