"""The traffic of a simulated web shop, minute by minute: the source of everything in the in-memory OTel store.

A pure function of seed and minute. So every question about one minute gets one answer, whenever it is asked and
however long the window around it is; counts, series and long windows agree with each other.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

MINUTE_SECONDS = 60.0
_DAY_SECONDS = 86_400.0
_SIGMA = 0.65
"""Spread of the log-normal latencies: p99 is 4.5 times the median."""
_INCIDENT_EVERY_MINUTES = 47
_INCIDENT_MINUTES = 5
_INCIDENT_ERRORS = 12.0
_INCIDENT_SLOWNESS = 3.5
_MAX_ERROR_RATIO = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedService:
    """One service of the shop."""

    name: str
    namespace: str = "shop"
    operations: tuple[str, ...]
    calls: tuple[str, ...] = ()
    """Names of the services it calls, each for a share of its requests."""
    database: str = ""
    """`<system>:<name>` of the database it reads, if any."""
    external: str = ""
    """Host outside the cluster that it calls, if any."""
    ingress_rps: float = 0.0
    """Requests per second that come from outside on an average day; 0: not exposed."""
    median_ms: float
    error_ratio: float = 0.001


SHOP: tuple[SimulatedService, ...] = (
    SimulatedService(
        name="web",
        operations=("GET /", "GET /products", "GET /products/{id}", "POST /checkout"),
        calls=("catalog", "cart", "checkout"),
        ingress_rps=9.0,
        median_ms=42.0,
    ),
    SimulatedService(
        name="api",
        operations=("GET /api/products", "GET /api/cart", "POST /api/orders"),
        calls=("catalog", "cart", "checkout"),
        ingress_rps=5.0,
        median_ms=28.0,
    ),
    SimulatedService(
        name="catalog",
        operations=("GET /products", "GET /products/{id}", "GET /search"),
        database="postgresql:catalog",
        median_ms=12.0,
    ),
    SimulatedService(name="cart", operations=("GET /cart", "PUT /cart/items"), database="redis:0", median_ms=4.0),
    SimulatedService(
        name="checkout",
        operations=("POST /checkout",),
        calls=("payments", "orders"),
        median_ms=65.0,
        error_ratio=0.003,
    ),
    SimulatedService(
        name="payments",
        operations=("POST /payments", "POST /refunds"),
        external="api.psp.example",
        median_ms=120.0,
        error_ratio=0.008,
    ),
    SimulatedService(
        name="orders", operations=("POST /orders", "GET /orders/{id}"), database="postgresql:orders", median_ms=18.0
    ),
)

CALL_SHARE = 0.55
"""Share of a service's requests in which it calls one of those it depends on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Requests of one service over some time."""

    seconds: float
    requests: int
    errors: int
    median_ms: float

    @property
    def rps(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    @property
    def success_ratio(self) -> float:
        """1 without requests."""
        return 1.0 - self.errors / self.requests if self.requests else 1.0

    @property
    def avg_ms(self) -> float:
        """Mean latency; 0 without requests."""
        return self.median_ms * math.exp(_SIGMA**2 / 2)

    def quantile_ms(self, normal_score: float) -> float:
        """Latency at a quantile, given as the quantile of the standard normal distribution."""
        return self.median_ms * math.exp(_SIGMA * normal_score)

    def below(self, bound_ms: float) -> int:
        """Requests that took no longer than the bound."""
        if self.median_ms <= 0.0:
            return 0
        score = math.log(bound_ms / self.median_ms) / _SIGMA
        return round(self.requests * (1.0 + math.erf(score / math.sqrt(2.0))) / 2.0)


P90, P95, P99 = 1.2816, 1.6449, 2.3263
"""Scores of the quantiles that are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The services with their traffic at any time."""

    services: tuple[SimulatedService, ...] = SHOP
    seed: int = 1
    _base_rps: dict[str, float] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Follow the calls from the ingress down, once."""
        for service in self.services:
            self._follow(service, service.ingress_rps)

    def find(self, name: str) -> SimulatedService:
        """The service of this name; a KeyError is a mistake in the shop's description."""
        for service in self.services:
            if service.name == name:
                return service
        raise KeyError(name)

    def over(self, service: SimulatedService, start_at: datetime, end_at: datetime) -> Traffic:
        """Traffic of a service in a window of up to some hours, added up from its minutes."""
        total_seconds = (end_at - start_at).total_seconds()
        requests = errors = weight = 0.0
        for minute, share in _minutes(start_at, end_at):
            one = self.minute(service, minute)
            requests += one.requests * share
            errors += one.errors * share
            weight += one.requests * share * one.median_ms
        whole = round(requests)
        return Traffic(
            seconds=total_seconds,
            requests=whole,
            errors=min(whole, round(errors)),
            median_ms=weight / requests if whole else 0.0,
        )

    def minute(self, service: SimulatedService, minute: int) -> Traffic:
        """Traffic of a service in one minute since the epoch."""
        return _minute(self.seed, service, self._base_rps.get(service.name, 0.0), minute)

    def bucket(self, service: SimulatedService, start_at: datetime, seconds: int) -> Traffic:
        """Traffic of a service in a long bucket, estimated from the minute in its middle."""
        one = self.minute(service, int((start_at.timestamp() + seconds / 2) // MINUTE_SECONDS))
        scale = seconds / MINUTE_SECONDS
        requests = round(one.requests * scale)
        return Traffic(
            seconds=float(seconds),
            requests=requests,
            errors=min(requests, round(one.errors * scale)),
            median_ms=one.median_ms,
        )

    def random(self, *keys: object) -> random.Random:
        """Chance that depends on the seed and the keys only."""
        return chance(self.seed, *keys)

    def _follow(self, service: SimulatedService, rps: float) -> None:
        self._base_rps[service.name] = self._base_rps.get(service.name, 0.0) + rps
        if rps > 0.0:
            for called in service.calls:
                self._follow(self.find(called), rps * CALL_SHARE)


def chance(*keys: object) -> random.Random:
    """A generator whose numbers follow from the keys; the same in every process."""
    return random.Random(":".join(map(str, keys)))  # noqa: S311 - a simulation, no secret


def is_incident(service: SimulatedService, minute: int) -> bool:
    """Whether the service is in trouble in this minute: a few minutes in every three quarters of an hour."""
    offset = sum(service.name.encode())
    return service.error_ratio > 0.0 and (minute + offset) % _INCIDENT_EVERY_MINUTES < _INCIDENT_MINUTES


@lru_cache(maxsize=8192)
def _minute(seed: int, service: SimulatedService, base_rps: float, minute: int) -> Traffic:
    numbers = chance(seed, service.name, minute)
    day = 1.0 + 0.35 * math.sin(2.0 * math.pi * (minute * MINUTE_SECONDS % _DAY_SECONDS) / _DAY_SECONDS - math.pi / 2)
    requests = round(base_rps * MINUTE_SECONDS * day * numbers.uniform(0.9, 1.1))
    trouble = is_incident(service, minute)
    ratio = min(_MAX_ERROR_RATIO, service.error_ratio * (_INCIDENT_ERRORS if trouble else 1.0))
    exact = requests * ratio * numbers.uniform(0.5, 1.5)
    errors = int(exact) + (numbers.random() < exact % 1.0)
    slowness = (_INCIDENT_SLOWNESS if trouble else 1.0) * numbers.uniform(0.92, 1.12)
    return Traffic(
        seconds=MINUTE_SECONDS,
        requests=requests,
        errors=min(requests, errors),
        median_ms=service.median_ms * slowness if requests else 0.0,
    )


def _minutes(start_at: datetime, end_at: datetime) -> Iterator[tuple[int, float]]:
    """The minutes that a window touches, with the share of each that lies inside."""
    start, end = start_at.timestamp() / MINUTE_SECONDS, end_at.timestamp() / MINUTE_SECONDS
    for minute in range(math.floor(start), math.ceil(end)):
        yield minute, min(end, minute + 1) - max(start, minute)


def minutes_of(start_at: datetime, end_at: datetime) -> Sequence[int]:
    """The minutes that lie in a window entirely, as minutes since the epoch, ascending."""
    return range(math.ceil(start_at.timestamp() / MINUTE_SECONDS), math.floor(end_at.timestamp() / MINUTE_SECONDS))


def moment_of(minute: int) -> datetime:
    """Start of a minute since the epoch."""
    return datetime.fromtimestamp(minute * MINUTE_SECONDS, UTC)
