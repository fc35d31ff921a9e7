"""Traces of the simulated shop: one every few seconds, each made from its own moment, so that it stays what it was."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from adapters.memory.otel_traffic import CALL_SHARE, MINUTE_SECONDS, Shop, SimulatedService, is_incident
from domain.otel.apm import TraceSummary
from domain.time_range import TimeRange

SLOT_SECONDS = 4
"""One trace starts in every slot."""
_SLOW_SHARE = 0.03
_SLOWNESS = 14.0
_INCIDENT_ERROR_SHARE = 0.25


@dataclass(slots=True)
class _Walk:
    """What a request leaves behind on its way through the services."""

    services: set[str]
    spans: int = 0
    duration_ms: float = 0.0
    failed_at: str = ""


def traces_in(shop: Shop, window: TimeRange) -> Iterator[TraceSummary]:
    """The traces that start in a window, newest first."""
    roots = [service for service in shop.services if service.ingress_rps > 0.0]
    if not roots:
        return
    first = math.ceil(window.start_at.timestamp() / SLOT_SECONDS)
    last = math.ceil(window.end_at.timestamp() / SLOT_SECONDS)
    for slot in range(last - 1, first - 1, -1):
        numbers = shop.random("trace", slot)
        start_at = datetime.fromtimestamp(slot * SLOT_SECONDS, UTC) + timedelta(
            milliseconds=numbers.randrange(SLOT_SECONDS * 1000)
        )
        if start_at < window.end_at:
            root = numbers.choices(roots, [service.ingress_rps for service in roots])[0]
            yield _trace(shop, root, start_at, numbers)


def _trace(shop: Shop, root: SimulatedService, start_at: datetime, numbers: Random) -> TraceSummary:
    walk = _Walk(services=set())
    operation = numbers.choice(root.operations)
    _visit(shop, root, start_at, numbers, walk)
    slowness = _SLOWNESS if numbers.random() < _SLOW_SHARE else 1.0
    return TraceSummary(
        trace_id=f"{numbers.getrandbits(128):032x}",
        root_service=root.name,
        root_operation=operation,
        services=tuple(sorted(walk.services)),
        duration_ms=round(walk.duration_ms * slowness, 2),
        span_count=walk.spans,
        service_count=len(walk.services),
        has_error=bool(walk.failed_at),
        error_type="TimeoutError" if walk.failed_at else "",
        error_message=f"{walk.failed_at} did not answer in time" if walk.failed_at else "",
        timestamp=start_at,
    )


def _visit(shop: Shop, service: SimulatedService, at: datetime, numbers: Random, walk: _Walk) -> None:
    walk.services.add(service.name)
    walk.spans += 1 + bool(service.database) + bool(service.external)
    walk.duration_ms += service.median_ms * numbers.lognormvariate(0.0, 0.5)
    trouble = is_incident(service, int(at.timestamp() // MINUTE_SECONDS))
    if numbers.random() < (_INCIDENT_ERROR_SHARE if trouble else service.error_ratio):
        walk.failed_at = service.name
    for called in service.calls:
        if numbers.random() < CALL_SHARE:
            walk.spans += 1
            _visit(shop, shop.find(called), at, numbers, walk)
