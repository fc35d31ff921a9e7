"""Judges a request body as the real Master's decoder does, and says where and why when it refuses.

The answer over HTTP is the real Master's bare `Invalid JSON`; the path and the reason are for the log and the console.
The envelope is walked by hand and the elements of its lists are decoded one at a time: a body of 50 MiB never stands in
memory as Python objects, and the interpreter lock is given back between elements.

Not like Go: nesting beyond the interpreter's recursion limit (about 1,000 levels; Go gives up at 10,000) is refused.

Source: wire contract, decoder strictness.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeVar

from typing_extensions import override

from adapters.embedded.demo_master.scalars import WrongValueError
from adapters.embedded.demo_master.schema import ListCheck, ObjectCheck, folded, result_check, snapshot_check

LONGEST_PATH: Final = 256
_MOST_DIGITS: Final = 400  # a double ends at 309 digits; Python refuses to read beyond 4,300
_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
Judged = TypeVar("Judged")


class RefusedBodyError(Exception):
    """A body that the real Master would answer with 400 `Invalid JSON`."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        """JSON path of the offending value, `$` for the body as a whole; capped."""
        self.reason = reason


@dataclass(frozen=True, slots=True)
class JudgedSnapshot:
    """An accepted snapshot: its text and what the Master itself reads of it."""

    document: bytes
    """The JSON object alone, valid UTF-8, without what surrounded it."""
    cluster_id: str
    """`clusterId` of the body, empty when absent."""
    fetched_at: str | None
    """`fetchedAt` as it was written; a valid timestamp."""


@dataclass(frozen=True, slots=True)
class JudgedResult:
    """An accepted result of a command; absent members are zero values."""

    command_id: str = ""
    success: bool = False
    output: str = ""
    error: str = ""
    exec_time_ns: int = 0
    cluster_id: str = ""


class _Repeated(dict[str, Any]):
    """An object that names a member twice: Go decodes, and judges, every occurrence."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self._pairs = pairs

    @override
    def items(self) -> list[tuple[str, Any]]:  # type: ignore[override] # only ever iterated, and lighter than a view
        return self._pairs


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else _Repeated(pairs)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MOST_DIGITS else float("inf")


def _not_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_constant=_not_json)


def judge_snapshot(body: bytes) -> JudgedSnapshot:
    """Judge the plain (decompressed) body of a push.

    Raises:
        RefusedBodyError: with the path and the reason of the first value that the Master would refuse.
    """
    return _guarded(lambda: _judge_snapshot(body))


def judge_result(body: bytes) -> JudgedResult:
    """Judge the body of a result; an empty command id is left to the caller.

    Raises:
        RefusedBodyError: as `judge_snapshot`.
    """

    def judge() -> JudgedResult:
        text = body.decode("utf-8", "replace")
        value, _ = _DECODER.raw_decode(text, _skip_space(text, 0))
        result_check()(value)
        seen = {folded(name): member for name, member in (value or {}).items() if member is not None}
        return JudgedResult(
            command_id=_sound(seen.get("commandid", "")),
            success=seen.get("success", False),
            output=_sound(seen.get("output", "")),
            error=_sound(seen.get("error", "")),
            exec_time_ns=seen.get("exectime", 0),
            cluster_id=_sound(seen.get("clusterid", "")),
        )

    return _guarded(judge)


def _guarded(judge: Callable[[], Judged]) -> Judged:
    try:
        return judge()
    except WrongValueError as error:
        raise RefusedBodyError(_path(error.steps), error.reason) from error
    except json.JSONDecodeError as error:
        raise RefusedBodyError("$", f"not JSON: {error.msg} at character {error.pos}") from error
    except RecursionError as error:
        raise RefusedBodyError("$", "nested too deeply") from error
    except ValueError as error:
        raise RefusedBodyError("$", f"not JSON: {error}") from error


def _path(steps: list[str | int]) -> str:
    path = "$"
    for step in reversed(steps):
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if _PLAIN_NAME.fullmatch(step) else f"[{json.dumps(step[:LONGEST_PATH])}]"
    return path if len(path) <= LONGEST_PATH else f"{path[: LONGEST_PATH - 1]}…"


def _sound(text: str) -> str:
    """The text without lone surrogates, which JSON can spell and UTF-8 cannot; Go replaces them too."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _skip_space(text: str, index: int) -> int:
    found = _SPACE.match(text, index)
    return found.end() if found else index


def _judge_snapshot(body: bytes) -> JudgedSnapshot:
    text = body.decode("utf-8", "replace")
    start = _skip_space(text, 0)
    kept: Mapping[str, object] = {}
    if text.startswith("{", start):
        kept, end = _walk_envelope(text, start, snapshot_check())
    else:
        value, end = _DECODER.raw_decode(text, start)
        snapshot_check()(value)
    cluster_id, fetched_at = kept.get("clusterid"), kept.get("fetchedat")
    return JudgedSnapshot(
        document=text[start:end].encode("utf-8"),
        cluster_id=_sound(cluster_id) if isinstance(cluster_id, str) else "",
        fetched_at=fetched_at if isinstance(fetched_at, str) else None,
    )


def _walk_envelope(text: str, start: int, check: ObjectCheck) -> tuple[dict[str, object], int]:
    """Judge the object that starts at `start`; gives its scalar members by folded name and the index after its end."""
    kept: dict[str, object] = {}
    index = _skip_space(text, start + 1)
    if text.startswith("}", index):
        return kept, index + 1
    while True:
        if not text.startswith('"', index):
            raise json.JSONDecodeError("Expecting a member name", text, index)
        name, index = _DECODER.raw_decode(text, index)
        index = _skip_space(text, _expect(text, _skip_space(text, index), ":"))
        member = check.member(name)
        try:
            if isinstance(member, ListCheck) and text.startswith("[", index):
                index = _walk_list(text, index, member)
            else:
                value, index = _DECODER.raw_decode(text, index)
                if member is not None:
                    member(value)
                if not isinstance(value, dict | list) and value is not None:
                    kept[folded(name)] = value
        except WrongValueError as error:
            error.steps.append(name)
            raise
        index = _skip_space(text, index)
        if text.startswith("}", index):
            return kept, index + 1
        index = _skip_space(text, _expect(text, index, ","))


def _walk_list(text: str, start: int, check: ListCheck) -> int:
    """Judge the elements of the array that starts at `start` one by one; gives the index after its end."""
    index = _skip_space(text, start + 1)
    if text.startswith("]", index):
        return index + 1
    position = 0
    while True:
        element, index = _DECODER.raw_decode(text, index)
        try:
            check.element(element)
        except WrongValueError as error:
            error.steps.append(position)
            raise
        index = _skip_space(text, index)
        if text.startswith("]", index):
            return index + 1
        index = _skip_space(text, _expect(text, index, ","))
        position += 1


def _expect(text: str, index: int, token: str) -> int:
    if not text.startswith(token, index):
        raise json.JSONDecodeError(f"Expecting {token!r}", text, index)
    return index + 1
