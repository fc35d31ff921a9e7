"""Answers to questions about telemetry, as JSON in the exact shape that the Master's pages take.

Always valid JSON and never cut in the middle: what is too large loses whole elements from the end of its longest list.
Source: wire contract 1.7.7 and part 3.
"""

from dataclasses import replace
from functools import cache
from typing import Any, Final

from pydantic import ConfigDict, RootModel, create_model

from adapters.gateway.wire.cleaning import cleaner_of
from adapters.gateway.wire.otel_names import INT32_FIELDS, otel_wire_name
from domain.otel.answers import LogHistogram, LogPage, TelemetryAnswer, TraceDetail

_LISTS: Final[dict[type, str]] = {LogPage: "logs", LogHistogram: "buckets", TraceDetail: "spans"}
"""Answers that may grow without bound, and in which of their lists."""


class _Body(RootModel[Any]):
    """An answer on its own; the configuration reaches the dataclasses inside."""

    model_config = ConfigDict(alias_generator=otel_wire_name)


def encode_answer(answer: TelemetryAnswer, max_bytes: int) -> str:
    """JSON of an answer; whole elements are left out from the end where it would be longer than that."""
    while len((text := _encode(answer)).encode()) > max_bytes:
        shorter = _shortened(answer)
        if shorter is None:
            break
        answer = shorter
    return text


def _encode(answer: Any) -> str:  # noqa: ANN401 - one of many dataclasses
    if isinstance(answer, tuple):
        return f"[{','.join(map(_encode, answer))}]"
    clean = cleaner_of(type(answer), int32_fields=INT32_FIELDS)
    of: type = type(answer)
    body = _model_of(of).model_construct(answer if clean is None else clean(answer))
    return body.model_dump_json(by_alias=True, exclude_defaults=True, warnings="error")


@cache
def _model_of(of: type) -> type[_Body]:
    return create_model(f"TelemetryAnswer_{of.__name__}", __base__=_Body, root=(of, ...))


def _shortened(answer: Any) -> Any:  # noqa: ANN401 - as above
    """The same with three quarters of its elements; None when there is nothing to leave out."""
    if isinstance(answer, tuple):
        return answer[: len(answer) * 3 // 4] if answer else None
    name = _LISTS.get(type(answer))
    elements = () if name is None else getattr(answer, name)
    return replace(answer, **{name: elements[: len(elements) * 3 // 4]}) if name and elements else None
