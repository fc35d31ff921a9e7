"""InMemoryCluster: a believable small cluster that lives and obeys.

The reader and the identity of the offline world; what changes it is in classes of their own. It moves on by the Clock
port while `run` runs; without that it stands still. Trouble can be planned for tests and demos: a kind that cannot be
read, a command that is refused.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final, TypeVar, cast
from uuid import UUID

import anyio
from anyio.abc import TaskStatus
from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.failures import PlannedFailures
from adapters.memory.world.blueprints import Scenario, WorkloadKind
from adapters.memory.world.event_log import Writer
from adapters.memory.world.life import STEP_SECONDS, Life
from adapters.memory.world.scenario import SMALL_CLUSTER
from adapters.memory.world.state import SimWorkload, World
from adapters.memory.world.telling import tell
from adapters.memory.world.views import Views
from domain.cluster.all_readings import RESOURCES
from domain.cluster.events import ResourceRef
from domain.cluster.kinds import Kind
from domain.cluster.metadata import Resource
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.usage import Usage
from domain.commands.requests import Target
from ports.clock import Clock
from ports.cluster import ClusterIdentity, ClusterReader
from ports.errors import InvalidRequest, NotFound, PortError

R = TypeVar("R", bound=Resource)

OPERATIONS: Final = ("cluster_uid", "scale", "restart", "update_image", "delete", "apply_manifests")
_SCALABLE: Final = {kind.value.lower(): kind for kind in (WorkloadKind.DEPLOYMENT, WorkloadKind.STATEFUL_SET)}
_LONGEST_CATCH_UP_SECONDS = 300.0
"""A process that was suspended for hours does not live through them."""
_AGENT: Final = Writer("atlhyper.io/agent", is_new=True)
_FOLLOWED: Final = frozenset(RESOURCES.values())

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why a kind is not simply live."""

    state: ReadingState
    reason: str
    objects: tuple[Resource, ...]
    observed_at: datetime | None


class InMemoryCluster(ClusterReader, ClusterIdentity):
    """The simulated cluster. The same seed has the same history as long as it is told the same."""

    def __init__(self, clock: Clock, *, seed: int = 1, scenario: Scenario = SMALL_CLUSTER) -> None:
        """As if it had run for weeks.

        Args:
            clock: whose time it follows.
            seed: decides about everything that is chance, the cluster's UID included.
            scenario: what it consists of.
        """
        self._clock = clock
        self._begun_seconds = clock.monotonic()
        self._life = Life(scenario, seed, clock.now())
        self._views = Views(self._life.world)
        self._failures = PlannedFailures(OPERATIONS)
        self._troubles: dict[type, _Trouble] = {}
        self.changes = 0
        """How often somebody changed or deleted something."""
        self._uid = str(UUID(int=Random(f"{seed}:cluster").getrandbits(128), version=4))  # noqa: S311 - no secret

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Live, second by second, until cancelled."""
        task_status.started()
        while True:
            await self._clock.sleep(STEP_SECONDS)
            self._catch_up()

    @property
    def world(self) -> World:
        """What exists now, for the other adapters of this package."""
        return self._life.world

    def meet(self, operation: str) -> None:
        """Raise the failure that is planned for this call, if there is one."""
        self._failures.meet(operation)

    def note_change(self, workload: SimWorkload) -> None:
        """Somebody has changed what a workload wants, and watches what becomes of it."""
        workload.changed_seconds = self._life.world.seconds
        self.changes += 1

    @property
    def node_names(self) -> tuple[str, ...]:
        """Names of the nodes, sorted."""
        return tuple(sorted(self._life.world.nodes))

    @property
    def node_addresses(self) -> tuple[str, ...]:
        """Internal addresses of the nodes, in the order of their names."""
        return tuple(self._life.world.nodes[name].plan.address for name in self.node_names)

    @property
    def service_names(self) -> tuple[str, ...]:
        """Names of the services that telemetry may tell of."""
        return self._life.world.scenario.services

    def replicas_of(self, target: Target) -> int:
        """How many pods a workload wants now.

        Raises:
            NotFound: there is no such workload.
        """
        return self._find(f"read {target}", target).desired

    def tell_of(self, about: ResourceRef, reason: str, note: str, *, is_warning: bool = False) -> None:
        """The agent leaves an Event on an object."""
        tell(self._life.world, about, _AGENT, reason, note, is_warning=is_warning)

    def uid_of(self, kind: str, namespace: str, name: str) -> str:
        """The UID of an object as Events name it; empty where the simulation knows no such kind."""
        pod = self._life.world.pods.get((namespace, name)) if kind == Kind.POD else None
        if pod is not None or kind not in set(Kind):
            return pod.uid if pod is not None else ""
        return name if kind == Kind.NODE else self._life.world.uid_of(Kind(kind), namespace, name)

    def set_state(self, resource: type[Resource] | type[Usage], state: ReadingState, reason: str = "") -> None:
        """From now on a kind, or usage, reads like this; `live` ends the trouble.

        A stale kind keeps the objects it has now, in every other state than live it has none.
        """
        self._troubles.pop(resource, None)
        if state is not ReadingState.LIVE:
            is_stale = state is ReadingState.STALE
            objects = () if resource is Usage else self._views.of(cast("type[Resource]", resource))
            self._troubles[resource] = _Trouble(
                state, reason, objects if is_stale else (), self._clock.now() if is_stale else None
            )

    def fail_next(self, operation: str, error: PortError, times: int = 1) -> None:
        """The next calls of one of `OPERATIONS` fail and change nothing.

        Raises:
            ValueError: there is no such operation.
        """
        self._failures.fail_next(operation, error, times)

    def fail_until_told(self, operation: str, error: PortError | None) -> None:
        """Every call of one of `OPERATIONS` fails until this is called with None.

        Raises:
            ValueError: there is no such operation.
        """
        self._failures.fail_until_told(operation, error)

    @override
    def read(self, resource: type[R]) -> Reading[R]:
        trouble = self._troubles.get(resource)
        if trouble is not None:
            objects = cast("tuple[R, ...]", trouble.objects)
            return Reading(objects, trouble.state, trouble.observed_at, trouble.reason)
        if resource not in _FOLLOWED:
            return Reading((), ReadingState.ABSENT, None, f"{resource.__name__} is no kind that is followed")
        return Reading(self._views.of(resource), ReadingState.LIVE, self._clock.now())

    @override
    def read_usage(self) -> Usage:
        trouble = self._troubles.get(Usage)
        if trouble is not None:
            return Usage(state=trouble.state, observed_at=trouble.observed_at, reason=trouble.reason)
        return self._life.usage

    @override
    async def cluster_uid(self) -> str:
        await checkpoint()
        self._failures.meet("cluster_uid")
        return self._uid

    def _find(self, operation: str, target: Target) -> SimWorkload:
        kind = _SCALABLE.get(target.kind.lower())
        if kind is None:
            raise InvalidRequest(operation, f"{target.kind} cannot be scaled; a Deployment or StatefulSet can")
        workload = self._life.world.find(kind, target.namespace, target.name)
        if workload is None:
            raise NotFound(operation, f"there is no {kind.value} {target.namespace}/{target.name}")
        return workload

    def _catch_up(self) -> None:
        elapsed_seconds = self._clock.monotonic() - self._begun_seconds
        missed_seconds = elapsed_seconds - self._life.world.seconds - _LONGEST_CATCH_UP_SECONDS
        if missed_seconds > 0:
            self._begun_seconds += missed_seconds
            elapsed_seconds -= missed_seconds
            logger.info("simulated cluster skips time it slept through", extra={"seconds": round(missed_seconds)})
        self._life.catch_up(elapsed_seconds, self._clock.now())
