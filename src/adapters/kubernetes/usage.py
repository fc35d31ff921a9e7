"""Live usage of pods and nodes, as metrics-server reports it; asked for every 15 seconds, its own resolution.

metrics.k8s.io may be missing, forbidden or failing: that costs usage and nothing else. The last good numbers are kept
for two minutes, then none are better than old ones. Which version of the API is served is asked once, and again when it
has gone; v1 is preferred. What uses the same as before keeps its instance, so that nobody encodes it again.

Source: k8s.io/metrics; metrics-server's default `--metric-resolution` is 15 s.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

import anyio
import msgspec
from anyio.abc import TaskStatus
from anyio.lowlevel import checkpoint

from adapters.kubernetes.access import may
from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.paths import api_path
from adapters.kubernetes.schema.metadata import Partial
from adapters.kubernetes.schema.usage import NodeMetrics, PodMetrics
from adapters.kubernetes.usage_lists import OF_NODES, OF_PODS, UsageSource
from domain.cluster.readings import ReadingState
from domain.cluster.usage import ResourceUsage, Usage
from ports.clock import Clock
from ports.errors import AccessDenied, NotFound, PortError, UnexpectedAnswer

K = TypeVar("K")
M = TypeVar("M", NodeMetrics, PodMetrics)

GROUP: Final = "metrics.k8s.io"
"""The API group of usage."""
_PREFERRED: Final = ("v1", "v1beta1")
_YIELD_EVERY: Final = 500
"""Pods after which other tasks get their turn: about a millisecond."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageTimings:
    """How the poller waits."""

    period_seconds: float = 15.0
    """metrics-server's resolution: asking more often only repeats its numbers."""
    max_age_seconds: float = 120.0
    """How long the last good numbers are still given."""
    probe_first_seconds: float = 10.0
    probe_seconds: float = 300.0
    """Between two looks for a metrics.k8s.io that is missing or forbidden: doubling from the first to the second. An
    API server that has just started refuses, or does not know, what it serves a moment later."""


class _Version(Partial, frozen=True):
    version: str = ""


class _ApiGroup(Partial, frozen=True):
    versions: list[_Version] | None = None


_API_GROUP: Final = msgspec.json.Decoder(_ApiGroup)


async def served_version(connection: KubernetesConnection) -> str:
    """The version of the group to use.

    Raises:
        NotFound: there is none.
        PortError: the API server does not say.
    """
    operation = f"discover {GROUP}"
    body = await connection.get(api_path("apis", GROUP), operation=operation, resource=GROUP)
    try:
        served = [one.version for one in decoded(_API_GROUP, body).versions or ()]
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnexpectedAnswer(operation, "the answer is no API group") from error
    for version in _PREFERRED:
        if version in served:
            return version
    raise NotFound(operation, f"none of {', '.join(_PREFERRED)} is served")


@dataclass(slots=True, eq=False)
class _Half(Generic[K]):
    """Usage of the pods, or of the nodes."""

    items: Mapping[K, ResourceUsage]
    read_at: float | None = None
    observed_at: datetime | None = None
    error: PortError | None = None
    rests_until: float = 0.0
    """Not asked before: what is forbidden or missing does not change every 15 seconds."""
    must_ask: bool = False
    """Whether the right is likely to be missing: it is asked for then, because a denied try is in the audit log."""
    rests: int = 0
    """How many times in a row it was left alone."""

    def rest(self, now: float, timings: UsageTimings) -> None:
        """Leave it alone for a while if it is forbidden or missing, for longer each time."""
        if self.error is None:
            self.rests = 0
        if isinstance(self.error, NotFound | AccessDenied):
            self.rests_until = now + min(timings.probe_seconds, timings.probe_first_seconds * 2 ** min(self.rests, 32))
            self.rests += 1


class UsagePoller:
    """Asks again and again; what is known can be taken at any time."""

    def __init__(
        self,
        connection: KubernetesConnection,
        clock: Clock,
        *,
        namespaces: Sequence[str] = (),
        timings: UsageTimings | None = None,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._namespaces = tuple(namespaces)
        self._timings = timings or UsageTimings()
        self._version = ""
        # Restricted to namespaces there is usually no right to what has none.
        self._nodes: _Half[str] = _Half({}, must_ask=bool(namespaces))
        self._pods: _Half[tuple[str, str]] = _Half({})
        self._told = ""
        self._current = Usage()

    def current(self) -> Usage:
        """What is known now; the same instance while nothing has changed."""
        ages = [half.read_at for half in (self._nodes, self._pods) if half.items and half.read_at is not None]
        if ages and self._clock.monotonic() - min(ages) > self._timings.max_age_seconds:
            self._drop_old()
        return self._current

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Ask every period until cancelled; failures are a state, not an end."""
        task_status.started()
        while True:
            began = self._clock.monotonic()
            await self.poll()
            await self._clock.sleep(max(0.0, self._timings.period_seconds - (self._clock.monotonic() - began)))

    async def poll(self) -> None:
        """Ask once; what is forbidden or missing is left alone for a while, for minutes in the end."""
        now = self._clock.monotonic()
        halves = [half for half in (self._nodes, self._pods) if now >= half.rests_until]
        if not halves:
            return
        try:
            if not self._version:
                self._version = await served_version(self._connection)
            if self._nodes in halves:
                await self._poll_half(self._nodes, OF_NODES, ("",))
            if self._pods in halves:
                await self._poll_half(self._pods, OF_PODS, self._namespaces or ("",))
        except PortError as error:
            self._nodes.error = self._pods.error = error
        for half in halves:
            if isinstance(half.error, NotFound):
                self._version = ""
            half.rest(now, self._timings)
        self._publish()

    async def _poll_half(self, half: _Half[K], source: UsageSource[K, M], namespaces: Sequence[str]) -> None:
        try:
            items: dict[K, ResourceUsage] = {}
            if half.must_ask:
                await self._ask(source.plural, namespaces)
            for namespace in namespaces:
                await self._read_list(source, namespace, half.items, items)
        except PortError as error:
            half.error, half.must_ask = error, isinstance(error, AccessDenied)
            return
        half.items, half.error, half.must_ask = items, None, False
        half.read_at, half.observed_at = self._clock.monotonic(), self._clock.now()

    async def _ask(self, plural: str, namespaces: Sequence[str]) -> None:
        """Ask for the right; a server that does not answer that is tried instead."""
        for namespace in namespaces:
            if not await may(self._connection, "list", GROUP, plural, namespace, unknown=True):
                raise AccessDenied(f"list usage of {plural}", "not granted")

    async def _read_list(
        self, source: UsageSource[K, M], namespace: str, known: Mapping[K, ResourceUsage], items: dict[K, ResourceUsage]
    ) -> None:
        operation = f"list usage of {source.plural}"
        scope = ("namespaces", namespace) if namespace else ()
        path = api_path("apis", GROUP, self._version, *scope, source.plural)
        body = await self._connection.get(path, operation=operation, resource=f"{source.plural}.{GROUP}")
        for number, one in enumerate(source.decode(body, operation), start=1):
            found = None if one is None else source.read(one)
            if found is not None:
                key, usage = found
                same = known.get(key)
                items[key] = usage if same is None or same != usage else same
            if number % _YIELD_EVERY == 0:
                await checkpoint()

    def _publish(self) -> None:
        errors = [half.error for half in (self._nodes, self._pods) if half.error is not None]
        observed = [half.observed_at for half in (self._nodes, self._pods) if half.observed_at is not None]
        reason = "; ".join(dict.fromkeys(str(error) for error in errors))
        self._current = Usage(
            nodes=self._nodes.items,
            pods=self._pods.items,
            state=_state_of(errors, has_items=bool(observed)),
            observed_at=min(observed, default=None),
            reason=reason,
        )
        self._tell(reason)

    def _drop_old(self) -> None:
        now = self._clock.monotonic()
        for half in (self._nodes, self._pods):
            if half.read_at is not None and now - half.read_at > self._timings.max_age_seconds:
                half.items = {}
                half.read_at = half.observed_at = None
        self._publish()

    def _tell(self, reason: str) -> None:
        """When it changes, not every 15 seconds."""
        if reason == self._told:
            return
        self._told = reason
        if reason:
            logger.warning("usage is not known", extra={"state": self._current.state.value, "error": reason})
        else:
            logger.info("usage is known", extra={"nodes": len(self._nodes.items), "pods": len(self._pods.items)})


def _state_of(errors: Sequence[PortError], *, has_items: bool) -> ReadingState:
    if not errors:
        return ReadingState.LIVE
    if has_items:
        return ReadingState.STALE
    if all(isinstance(error, NotFound) for error in errors):
        return ReadingState.ABSENT
    if all(isinstance(error, AccessDenied) for error in errors):
        return ReadingState.FORBIDDEN
    return ReadingState.STALE
