"""What the agent holds of the cluster: a reflector per kind and scope, read from memory.

Restricted to namespaces, a namespaced kind has one reflector per namespace and its reading is their union. Kinds
without namespaces are still followed where the agent has the right; it asks for it instead of trying, because there it
usually has none; so it does for kinds that the base role leaves out. Kinds that the operator left out are `absent`.
What is kept of a kind at most is shared out among the namespaces: the Master gets no more of it than from everywhere.
"""

from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Final, Generic, Protocol, TypeVar

import anyio
from anyio.abc import TaskStatus
from typing_extensions import override

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.errors import capped
from adapters.kubernetes.hooks import SILENT, KubernetesHooks
from adapters.kubernetes.kind_row import KindRow, RbacRole
from adapters.kubernetes.kinds import KINDS
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.reflector import Reflector
from adapters.kubernetes.reflector_status import ReflectorState, ReflectorStatus
from adapters.kubernetes.timings import ReflectorTimings
from adapters.kubernetes.usage import UsagePoller
from domain.cluster.kinds import Kind
from domain.cluster.metadata import Resource
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.usage import Usage
from ports.clock import Clock
from ports.cluster import ClusterReader

R = TypeVar("R", bound=Resource)

LISTS_AT_ONCE: Final = 4
"""Over all reflectors: a start must not be a storm for the API server, nor a peak of memory here."""

_EXCLUDED: Final = "left out by AGENT_EXCLUDE_KINDS"
_UNKNOWN: Final = "not collected"
_WORST_FIRST: Final = (ReadingState.SYNCING, ReadingState.STALE, ReadingState.LIVE)


class Run(Protocol):
    """A task that lives."""

    def __call__(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> Coroutine[Any, Any, None]:
        """Live until cancelled."""


@dataclass(slots=True)
class _Followed(Generic[R]):
    """A kind and its reflectors; keeps the joined tuple while none of the parts has changed."""

    reflectors: tuple[Reflector[R], ...]
    parts: tuple[tuple[R, ...], ...] = ()
    objects: tuple[R, ...] = field(default=())

    def joined(self, reflectors: Iterable[Reflector[R]]) -> tuple[R, ...]:
        parts = tuple(one.store.ordered() for one in reflectors)
        if not parts:
            return ()
        if len(parts) == 1:
            return parts[0]
        if len(parts) != len(self.parts) or any(new is not old for new, old in zip(parts, self.parts, strict=True)):
            self.parts = parts
            self.objects = tuple(chain.from_iterable(parts))
        return self.objects


class KubernetesInventory(ClusterReader):
    """The cluster in memory; it is filled by the tasks it hands out."""

    def __init__(
        self,
        connection: KubernetesConnection,
        clock: Clock,
        *,
        usage: UsagePoller,
        rows: Sequence[KindRow[Any, Any]] = KINDS,
        namespaces: Sequence[str] = (),
        exclude: Collection[Kind] = frozenset(),
        options: MappingOptions | None = None,
        timings: ReflectorTimings | None = None,
        hooks: KubernetesHooks = SILENT,
        after_page: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            connection: through what.
            clock: for pauses and stamps.
            usage: polled beside the reflectors.
            rows: the kinds.
            namespaces: only these; empty for all.
            exclude: kinds to leave out.
            options: what mappers are told.
            timings: how reflectors wait.
            hooks: who measures.
            after_page: called after every page of a list; `gc.freeze` in a process of its own, so that a full
                collection never walks over a million objects that are there to stay.
        """
        self._usage = usage
        self._excluded = frozenset(exclude)
        list_slots = anyio.CapacityLimiter(LISTS_AT_ONCE)
        # One place of each namespace, in the order of the reading.
        scopes: tuple[str | None, ...] = tuple(sorted(set(namespaces))) or (None,)

        def reflector(row: KindRow[Any, Any], scope: str | None) -> Reflector[Any]:
            retention = row.retention and row.retention.shared(1 if scope is None else len(scopes))
            return Reflector(
                replace(row, retention=retention),
                scope,
                connection,
                list_slots=list_slots,
                clock=clock,
                timings=timings or ReflectorTimings(),
                hooks=hooks,
                options=options or MappingOptions(),
                after_page=after_page,
                is_anything_read=self._is_anything_read,
                ask_first=row.role is not RbacRole.READ or (bool(namespaces) and not row.namespaced),
            )

        self._followed: dict[Kind, _Followed[Any]] = {
            row.resource.kind: _Followed(
                tuple(reflector(row, scope) for scope in (scopes if row.namespaced else (None,)))
            )
            for row in rows
            if row.resource.kind not in self._excluded
        }

    @override
    def read(self, resource: type[R]) -> Reading[R]:
        followed: _Followed[R] | None = self._followed.get(resource.kind)
        if followed is None:
            return Reading((), ReadingState.ABSENT, reason=_EXCLUDED if resource.kind in self._excluded else _UNKNOWN)
        return _reading(followed)

    @override
    def read_usage(self) -> Usage:
        return self._usage.current()

    def tasks(self) -> Sequence[tuple[str, Run]]:
        """Everything that must run, by name, each to be kept alive on its own."""
        return (*((one.name, one.run) for one in self._reflectors()), ("usage of pods and nodes", self._usage.run))

    def status(self) -> tuple[ReflectorStatus, ...]:
        """What is known of every reflector, in the order of the rows, then of the namespaces."""
        return tuple(one.status() for one in self._reflectors())

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Run all tasks together, without anybody who keeps them alive: for one picture, and for tests."""
        async with anyio.create_task_group() as group:
            for _, run in self.tasks():
                await group.start(run)
            task_status.started()

    def _is_anything_read(self) -> bool:
        return any(one.state is ReflectorState.LIVE for one in self._reflectors())

    def _reflectors(self) -> Iterable[Reflector[Any]]:
        return chain.from_iterable(one.reflectors for one in self._followed.values())


def _reading(followed: _Followed[R]) -> Reading[R]:
    """The union of what the reflectors of a kind know, as good as the worst of those that may read."""
    states = {one: _state_of(one) for one in followed.reflectors}
    readable = [one for one, state in states.items() if state in _WORST_FIRST]
    reasons = [_reason(one.status(), state) for one, state in states.items() if state is not ReadingState.LIVE]
    reason = capped("; ".join(dict.fromkeys(filter(None, reasons))))
    if not readable:
        forbidden = ReadingState.FORBIDDEN in states.values()
        return Reading((), ReadingState.FORBIDDEN if forbidden else ReadingState.ABSENT, reason=reason)
    state = min((states[one] for one in readable), key=_WORST_FIRST.index)
    # A namespace that is being read, for the first time or since it may be read again, never hides the others: without
    # them the Master would take their objects for deleted.
    known = [one for one in readable if states[one] is not ReadingState.SYNCING]
    seen = [at for one in known if (at := one.status().seen_at) is not None]
    observed_at = None if state is ReadingState.SYNCING else min(seen, default=None)
    return Reading(followed.joined(known), state, observed_at=observed_at, reason=reason)


def _state_of(reflector: Reflector[Any]) -> ReadingState:
    match reflector.state:
        case ReflectorState.FORBIDDEN:
            return ReadingState.FORBIDDEN
        case ReflectorState.ABSENT:
            return ReadingState.ABSENT
        case ReflectorState.SYNCING | ReflectorState.LIVE:
            return ReadingState.LIVE
        case ReflectorState.INIT | ReflectorState.LISTING | ReflectorState.BACKOFF:
            return ReadingState.STALE if reflector.is_synced else ReadingState.SYNCING


def _reason(status: ReflectorStatus, state: ReadingState) -> str:
    if state is ReadingState.FORBIDDEN:
        return f"not allowed; grant {status.right}"
    return status.last_error
