"""adapters.gateway.wire.workload_outputs: what the Master and people read of changes to workloads."""

import json
from typing import Any

import pytest

from adapters.gateway.wire.results import MAX_OUTPUT_BYTES, WireOutputRenderer
from domain.commands.results import CommandResult, Content, Outcome
from domain.commands.workload_results import DeleteResult, DeletionState, RestartResult, ScaleResult, UpdateImageResult


def output(content: Content) -> Any:
    result = CommandResult(outcome=Outcome.SUCCEEDED, content=content)
    return json.loads(WireOutputRenderer().render("c-1", result, 0.1).output)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            ScaleResult(previous_replicas=1, replicas=3, warnings=("w",)),
            {"previousReplicas": 1, "replicas": 3, "changed": True, "warnings": ["w"]},
        ),
        (
            RestartResult(restarted_at="2026-03-04T05:06:07Z", changed=False),
            {"restartedAt": "2026-03-04T05:06:07Z", "changed": False, "warnings": []},
        ),
        (
            UpdateImageResult(container="web", previous_image="web:1", image="web:2"),
            {"container": "web", "previousImage": "web:1", "image": "web:2", "changed": True, "warnings": []},
        ),
        (
            UpdateImageResult(container="web", previous_image="web:2", image="web:2"),
            {"container": "web", "previousImage": "web:2", "image": "web:2", "changed": False, "warnings": []},
        ),
        (DeleteResult(state=DeletionState.DELETED, uid="u"), {"state": "deleted", "uid": "u", "warnings": []}),
        (
            DeleteResult(state=DeletionState.TERMINATING, uid="u", grace_period_seconds=30, finalizers=("a/b",)),
            {"state": "terminating", "uid": "u", "finalizers": ["a/b"], "gracePeriodSeconds": 30, "warnings": []},
        ),
    ],
)
def test_every_result_is_json_with_these_members(content: Content, expected: dict[str, Any]) -> None:
    assert output(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        RestartResult(restarted_at="t", changed=True, warnings=("x" * MAX_OUTPUT_BYTES, "y")),
        UpdateImageResult(container="c", previous_image="a", image="b", warnings=("x" * MAX_OUTPUT_BYTES, "y")),
        DeleteResult(state=DeletionState.DELETED, uid="u", warnings=("x" * MAX_OUTPUT_BYTES, "y")),
    ],
)
def test_warnings_beyond_the_cap_are_left_out_and_counted(content: Content) -> None:
    assert (output(content)["warnings"], output(content)["warningsLeftOut"]) == ([], 2)


def test_odd_foreign_text_is_carried_as_text() -> None:
    content = UpdateImageResult(container='c"', previous_image="\udcff\0", image="b", warnings=("\ud800",))
    found = output(content)
    assert found["container"] == 'c"'
    assert len(found["warnings"]) == 1
