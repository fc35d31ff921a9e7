"""What an API server says against an object, in words for a person and without the object's values."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.kubernetes.doubt import is_definite
from adapters.kubernetes.errors import ServerAnswer, error_of_status
from adapters.kubernetes.manifests.refusals import MOST_CAUSES, MOST_FIELDS, refused
from domain.commands.manifests.outcomes import FieldConflict, ObjectOutcome, ObjectResult
from ports.errors import PortError, Unavailable
from tests.support.manifests import a_manifest

CANARY = "hunter2-canary"


def _error(code: int, message: str, *causes: tuple[str, str, str]) -> PortError:
    details = {"causes": [{"reason": reason, "field": field, "message": text} for reason, field, text in causes]}
    body = json.dumps({"kind": "Status", "code": code, "message": message, "details": details}).encode()
    error = error_of_status("apply x", code, body)
    error.__cause__ = ServerAnswer(code, body)
    return error


def _result(code: int, message: str, *causes: tuple[str, str, str]) -> ObjectResult:
    return refused(a_manifest(), _error(code, message, *causes))


def test_a_conflict_names_managers_and_fields() -> None:
    found = _result(
        409,
        "Apply failed with 3 conflicts",
        ("FieldManagerConflict", ".spec.paused", 'conflict with "kubectl-edit" using apps/v1'),
        ("FieldManagerConflict", ".spec.replicas", 'conflict with "git \\"ops\\""'),
        ("FieldManagerConflict", ".spec.template", 'conflict with "git \\"ops\\""'),
    )
    assert found.outcome is ObjectOutcome.FAILED
    assert found.conflicts == (
        FieldConflict("kubectl-edit", (".spec.paused",)),
        FieldConflict('git "ops"', (".spec.replicas", ".spec.template")),
    )
    assert found.error.startswith('conflict: kubectl-edit, git "ops" would be overruled, kubectl-edit manages')


def test_a_conflict_in_other_words_is_still_one() -> None:
    odd = _result(
        409,
        "no",
        ("FieldManagerConflict", ".a", "somebody else"),
        ("FieldManagerConflict", ".b", r'conflict with "\q"'),
    )
    assert [one.manager for one in odd.conflicts] == ["somebody else", r"\q"]


def test_many_fields_of_one_manager_are_counted() -> None:
    causes = [("FieldManagerConflict", f".data.k{number}", 'conflict with "x"') for number in range(MOST_FIELDS + 7)]
    (conflict,) = _result(409, "no", *causes).conflicts
    assert len(conflict.fields) == MOST_FIELDS + 1
    assert conflict.fields[-1] == "and 7 more"


def test_a_version_that_has_changed_is_said_as_it_was_said() -> None:
    found = _result(409, "the object has been modified")
    assert (found.error, found.conflicts) == ("the object has been modified (status 409)", ())


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (".spec.foo: field not declared in schema", ".spec.foo: field not declared in schema"),
        (".data.password: expected string, got &value.valueUnstructured{Value:7}", ".data.password: expected string"),
        (
            f".data.a: expected string, got &value.valueUnstructured{{Value:{CANARY}}}",
            ".data.a: expected string",
        ),
        (
            f"errors:\n  .data.a: expected string, got &value.valueUnstructured{{Value:{CANARY}}}\n  .b: no",
            "errors:   .data.a: expected string   .b: no",
        ),
    ],
)
def test_a_field_that_the_schema_does_not_know_is_a_final_answer(message: str, error: str) -> None:
    said = f"failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): {message}"
    found = _error(500, said)
    assert isinstance(found, Unavailable)
    assert is_definite(found)
    assert refused(a_manifest(), found).error.split() == error.split()


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        (
            'Invalid value: "a b": must be a name (e.g. "a", regex "[a-z]: x")',
            'must be a name (e.g. "a", regex "[a-z]: x")',
        ),
        (f'Invalid value: {{"password": "{CANARY}: x"}}: field is immutable', "field is immutable"),
        (f'Invalid value: ["{CANARY}"]: field is immutable', "field is immutable"),
        (f"Invalid value: {{Name:{CANARY} Other:map[]}}: field is immutable", "field is immutable"),
        ("Invalid value: -1: must be greater than or equal to 0", "must be greater than or equal to 0"),
        ('Unsupported value: "Foo": supported values: "A", "B"', 'supported values: "A", "B"'),
        ('Duplicate value: "x"', "duplicate value"),
        ("Invalid value: true", "invalid value"),
        ("Required value: must specify a volume type", "Required value: must specify a volume type"),
        ("Forbidden: may not change", "Forbidden: may not change"),
    ],
)
def test_causes_are_told_without_the_values(cause: str, text: str) -> None:
    found = _result(422, f"is invalid: {CANARY}", ("FieldValueInvalid", "spec.x", cause))
    assert found.error == f"spec.x: {text}"
    assert CANARY not in found.error


def test_many_causes_are_counted() -> None:
    causes = [("FieldValueInvalid", f"spec.x{number}", "Required value") for number in range(MOST_CAUSES + 3)]
    assert _result(422, "no", *causes).error.endswith("; and 3 more")


def test_a_cause_without_a_field_or_words_is_told_as_it_can_be() -> None:
    assert _result(422, "no", ("Odd", "", "")).error == "Odd"
    assert _result(422, "all of it", ("", "", "")).error == "all of it (status 422)"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ('Internal error occurred: failed calling webhook "x": no route', True),
        ("etcdserver: request timed out", False),
        ("", False),
    ],
)
def test_only_what_was_surely_not_stored_is_a_final_answer(message: str, expected: bool) -> None:
    error = _error(500, message)
    assert isinstance(error, Unavailable)
    assert is_definite(error) is expected


def test_an_error_without_an_answer_behind_it_is_told_by_its_own_words() -> None:
    error = error_of_status("apply x", 403, b"<html>")
    assert "HTML" in refused(a_manifest(), error).error


@given(
    st.sampled_from(["Invalid value: ", "Duplicate value: ", "Too many: ", "Not found: "]),
    st.one_of(
        st.integers(),
        st.text(max_size=20),
        st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
        st.lists(st.integers(), max_size=4),
    ),
    st.from_regex(r"[a-z][a-z ,.]{0,30}[a-z]", fullmatch=True),
)
def test_the_reason_is_what_stays_of_any_value(kind: str, value: Any, reason: str) -> None:
    found = _result(422, "no", ("FieldValueInvalid", "spec", f"{kind}{json.dumps(value)}: {reason}"))
    assert found.error == f"spec: {reason}"
