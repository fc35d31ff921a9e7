"""Builders of telemetry: any OTel type filled to the brim, parts, and summaries made of them."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import count
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import pytest

from domain.otel.apm import ApmService, Topology, TraceSummary
from domain.otel.node_metrics import NodeMetrics
from domain.otel.parts import (
    ApmContent,
    LogsContent,
    NodesContent,
    Part,
    SeriesContent,
    SloContent,
    SloWindow,
)
from domain.otel.slo import SloWindowData
from domain.otel.summary import OTelSummary
from domain.time_range import TimeRange

T = TypeVar("T")

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
_numbers = count(1)


def filled(of: type[T], **overrides: object) -> T:
    """An instance of which every field is set to something that is not its default; one element in every list."""
    hints = get_type_hints(of)
    names = [field.name for field in fields(of)]  # type: ignore[arg-type] # only dataclasses come here
    values: dict[str, Any] = {name: _value(hints[name]) for name in names if name not in overrides}
    return of(**(values | overrides))


def _value(hint: Any) -> Any:
    scalars: dict[Any, Any] = {
        int: next(_numbers),
        float: next(_numbers) + 0.5,
        str: f"s{next(_numbers)}",
        bool: True,
        datetime: NOW + timedelta(seconds=next(_numbers)),
    }
    if hint in scalars:
        return scalars[hint]
    if is_dataclass(hint) and isinstance(hint, type):
        return filled(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    arguments = [argument for argument in get_args(hint) if argument not in {NoneType, Ellipsis}]
    if get_origin(hint) is tuple:
        return (_value(arguments[0]),)
    if get_origin(hint) in {Union, UnionType}:
        return _value(arguments[0])
    assert issubclass(get_origin(hint), Mapping), hint
    return {f"k{next(_numbers)}": _value(arguments[1])}


def a_part(
    content: T,
    *,
    read_at: datetime = NOW,
    window_seconds: float = 300.0,
    expired: bool = False,
    error: str = "",
) -> Part[T]:
    window = TimeRange.last(window_seconds, read_at)
    return Part(content=content, window=window, read_at=read_at, expired=expired, error=error)


def a_summary(**overrides: object) -> OTelSummary:
    """What is known when the store is there and empty."""
    parts: dict[str, Any] = {
        "apm": a_part(ApmContent()),
        "slo": a_part(SloContent()),
        "nodes": a_part(NodesContent()),
        "slo_windows": {},
    }
    return OTelSummary(**(parts | overrides))


def a_full_summary() -> OTelSummary:
    """Every part there, everything in it set; the node fresh, healthy and known to the cluster."""
    node = filled(NodeMetrics, timestamp=NOW)
    return OTelSummary(
        apm=a_part(filled(ApmContent)),
        slo=a_part(filled(SloContent)),
        nodes=a_part(NodesContent(nodes=(node,), cluster_nodes=(node.node_name,))),
        topology=a_part(filled(Topology)),
        series=a_part(filled(SeriesContent)),
        logs=a_part(filled(LogsContent)),
        recent_traces=a_part((filled(TraceSummary),)),
        slo_windows={window: a_part(filled(SloWindowData)) for window in SloWindow},
    )


def a_service(name: str = "web", **overrides: object) -> ApmService:
    return filled(ApmService, name=name, **overrides)


def decode_strictly(body: bytes) -> dict[str, Any]:
    """Parse as strictly as the Master: a constant that is no JSON is refused."""

    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is no JSON")

    decoded: dict[str, Any] = json.loads(body, parse_constant=refuse)
    return decoded
