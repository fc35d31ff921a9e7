"""What `apply_manifests` answers: read by the Master's deployer, and by people; never cut in the middle."""

import json
from typing import Any

import pytest

from adapters.gateway.wire.manifest_outputs import apply_output
from adapters.gateway.wire.results import MAX_OUTPUT_BYTES, WireOutputRenderer
from domain.commands.manifests.outcomes import ApplyResult, FieldConflict, ObjectOutcome, ObjectResult
from domain.commands.results import CommandResult, Outcome
from tests.support.manifests import a_manifest

GOOD = ObjectResult(manifest=a_manifest(line=3), outcome=ObjectOutcome.CREATED)
BAD = ObjectResult(
    manifest=a_manifest("Node", "n1", namespace="", line=9),
    outcome=ObjectOutcome.FAILED,
    error="conflict",
    conflicts=(FieldConflict("kubectl", (".spec.taints",)),),
    warnings=("Node is in no namespace; shop is left out",),
)


def _rendered(result: ApplyResult, max_bytes: int = MAX_OUTPUT_BYTES) -> dict[str, Any]:
    text = apply_output(result, max_bytes)
    assert len(text.encode()) <= max_bytes
    found: dict[str, Any] = json.loads(text)
    return found


def test_the_three_members_that_the_master_reads_come_first_and_then_every_object() -> None:
    found = _rendered(ApplyResult(objects=(GOOD, BAD), warnings=("about the set",)))
    assert list(found)[:3] == ["resourceTotal", "resourceChanged", "errorMessage"]
    assert found == {
        "resourceTotal": 2,
        "resourceChanged": 1,
        "errorMessage": "Node n1: conflict",
        "dryRun": False,
        "objects": [
            {
                "document": 1,
                "line": 3,
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "name": "settings",
                "outcome": "created",
                "namespace": "shop",
            },
            {
                "document": 1,
                "line": 9,
                "apiVersion": "v1",
                "kind": "Node",
                "name": "n1",
                "outcome": "failed",
                "error": "conflict",
                "conflicts": [{"manager": "kubectl", "fields": [".spec.taints"]}],
                "warnings": ["Node is in no namespace; shop is left out"],
            },
        ],
        "warnings": ["about the set"],
    }


def test_without_trouble_there_is_no_error_message() -> None:
    found = _rendered(ApplyResult(objects=(GOOD,), dry_run=True))
    assert "errorMessage" not in found
    assert found["dryRun"] is True


def test_where_it_is_too_much_good_objects_are_left_out_first_and_counted() -> None:
    found = _rendered(ApplyResult(objects=(GOOD,) * 50 + (BAD,)), 2000)
    assert [one["kind"] for one in found["objects"]] == ["Node"]
    assert (found["objectsLeftOut"], found["resourceTotal"], found["resourceChanged"]) == (50, 51, 50)


def test_where_it_is_still_too_much_the_last_ones_are_left_out() -> None:
    found = _rendered(ApplyResult(objects=(BAD,) * 100), 8000)
    assert 0 < len(found["objects"]) < 100
    assert found["objectsLeftOut"] == 100 - len(found["objects"])


def test_a_thousand_objects_with_all_their_trouble_fit() -> None:
    _rendered(ApplyResult(objects=(BAD,) * 1000))


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.REFUSED, Outcome.UNKNOWN])
def test_a_failure_is_reported_with_its_objects(outcome: Outcome) -> None:
    result = CommandResult(outcome=outcome, content=ApplyResult(objects=(BAD,)), error="Node n1: conflict")
    rendered = WireOutputRenderer().render("c", result, 1.0)
    assert (rendered.success, rendered.error) == (False, "Node n1: conflict")
    assert json.loads(rendered.output)["resourceTotal"] == 1


def test_what_no_text_may_hold_is_cleaned() -> None:
    odd = ObjectResult(manifest=a_manifest(), outcome=ObjectOutcome.FAILED, error="a\ud800b")
    assert "\ud800" not in _rendered(ApplyResult(objects=(odd,)))["objects"][0]["error"]
