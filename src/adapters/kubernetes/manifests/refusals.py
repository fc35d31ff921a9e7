"""Why the API server did not take an object, so that a person can act on it.

What it says often repeats the value that it does not like, of a Job the whole template. Values are left out: they are
long, the sender knows them, and in a Secret or an environment variable they are nobody's business.

Source: k8s.io/apimachinery `pkg/util/validation/field/errors.go` ErrorBody; `managedfields/internal/conflict.go`;
sigs.k8s.io/structured-merge-diff `typed/validate.go`. That an unknown field is answered with status 500 was seen on
kube-apiserver 1.37.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from adapters.kubernetes.errors import LONGEST_MESSAGE_CHARS, capped, status_behind
from adapters.kubernetes.schema.envelopes import Status, StatusCause
from domain.commands.manifests.objects import Manifest
from domain.commands.manifests.outcomes import FieldConflict, ObjectOutcome, ObjectResult
from domain.redaction import scrub, scrub_shapes
from ports.errors import PortError

MOST_CAUSES: Final = 8
MOST_FIELDS: Final = 50
"""Named of one manager; the rest is counted."""

_CONFLICT: Final = "FieldManagerConflict"
_MANAGER: Final = re.compile(r'conflict with ("(?:[^"\\]|\\.)*")')
_TYPED: Final = re.compile(r"failed to create typed (?:patch|live) object \([^)]*\): (?P<why>.*)", re.DOTALL)
_GOT_VALUE: Final = re.compile(r", got &value\.\w+\{.*?\}(?=\n|$)")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_WITH_VALUE: Final = ("Invalid value: ", "Unsupported value: ", "Duplicate value: ", "Not found: ", "Too many: ")


def refused(manifest: Manifest, error: PortError) -> ObjectResult:
    """What came of an object that was not taken."""
    status = status_behind(error)
    conflicts = tuple(_conflicts(_causes(status)))
    return ObjectResult(
        manifest=manifest,
        outcome=ObjectOutcome.FAILED,
        error=_why(error, status, conflicts),
        conflicts=conflicts,
    )


def _why(error: PortError, status: Status | None, conflicts: Sequence[FieldConflict]) -> str:
    if conflicts:
        managers = ", ".join(one.manager for one in conflicts[:MOST_CAUSES])
        first = conflicts[0]
        return capped(f"conflict: {managers} would be overruled, {first}; force takes the fields over")
    if (typed := _TYPED.match((status.message if status is not None else None) or "")) is not None:
        # Paths and types are left: what follows a name such as `.data.password` is no value.
        return capped(scrub_shapes(_GOT_VALUE.sub("", typed["why"])))
    causes = [text for text in map(_cause_text, _causes(status)) if text]
    if not causes:
        return scrub(error.why)
    more = len(causes) - MOST_CAUSES
    return "; ".join(causes[:MOST_CAUSES] + ([f"and {more} more"] if more > 0 else []))


def _causes(status: Status | None) -> list[StatusCause]:
    details = status.details if status is not None else None
    return [one for one in (details.causes if details is not None else None) or () if one is not None]


def _conflicts(causes: Sequence[StatusCause]) -> Iterator[FieldConflict]:
    fields: dict[str, list[str]] = {}
    for cause in causes:
        if cause.reason == _CONFLICT:
            fields.setdefault(_manager(cause.message or ""), []).append(capped(cause.field or ""))
    for manager, names in fields.items():
        more = len(names) - MOST_FIELDS
        yield FieldConflict(manager, tuple(names[:MOST_FIELDS] + ([f"and {more} more"] if more > 0 else [])))


def _manager(message: str) -> str:
    found = _MANAGER.match(message)
    if found is None:
        return capped(message)
    try:
        return capped(str(json.loads(found[1])))
    except ValueError:
        return capped(found[1].strip('"'))


def _cause_text(cause: StatusCause) -> str:
    message = scrub(_without_value(cause.message or cause.reason or ""))
    return capped(f"{cause.field}: {message}" if cause.field else message)


def _without_value(message: str) -> str:
    """`Invalid value: "x": field is immutable` without the value; what has none as it is."""
    begins = next((one for one in _WITH_VALUE if message.startswith(one)), None)
    if begins is None:
        return message[: 4 * LONGEST_MESSAGE_CHARS]
    value = message[len(begins) :]
    reason = value[_end_of_value(value) :].removeprefix(": ")
    return reason or begins.removesuffix(": ").lower()


def _end_of_value(text: str) -> int:
    if (quoted := _QUOTED.match(text)) is not None:
        return quoted.end()
    if text[:1] in {"{", "["}:
        try:
            return _DECODER.raw_decode(text)[1]
        except (ValueError, RecursionError):
            return max(text.rfind("}"), text.rfind("]")) + 1
    end = text.find(": ")
    return len(text) if end < 0 else end


_DECODER: Final = json.JSONDecoder()
