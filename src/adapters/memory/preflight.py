"""The preflight of the offline world: a cluster in which everything is granted until somebody takes it away.

It asks for what a small agent needs: the kinds that are simulated, usage, `scale`, `restart` and Events on targets.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.failures import PlannedFailures
from domain.cluster.kinds import Kind
from domain.commands.actions import Action
from domain.preflight.rights import Access, Need, Purpose, Right
from domain.preflight.sights import ClusterSight, MasterSight
from ports.clock import Clock
from ports.errors import AccessDenied, PortError
from ports.preflight import ClusterPreflight, MasterPreflight

OPERATIONS: Final = ("see", "access", "try_usage")
MASTER_OPERATIONS: Final = ("look",)
_ADDRESS: Final = "simulated"
_COLLECT: Final = ("get", "list", "watch")
_KINDS: Final = ((Kind.POD, "pods", True), (Kind.NODE, "nodes", False), (Kind.NAMESPACE, "namespaces", False))
_USAGE_GROUP: Final = "metrics.k8s.io"
_RESTARTED: Final = ("deployments", "statefulsets")
_OFF: Final = "off, as by default"
_ELSEWHERE: Final = "off, as usual with AGENT_NAMESPACES"


class InMemoryClusterPreflight(ClusterPreflight):
    """Answers what it was told."""

    def __init__(self, *, namespaces: Iterable[str] = ()) -> None:
        self._places = tuple(sorted(set(namespaces)))
        self._failures = PlannedFailures(OPERATIONS)
        self._denied: set[Right] = set()

    def deny(self, *rights: Right) -> None:
        """From now on these are not granted."""
        self._denied |= set(rights)

    def grant(self, *rights: Right) -> None:
        """From now on these are granted again."""
        self._denied -= set(rights)

    def fail_next(self, operation: str, error: PortError, times: int = 1) -> None:
        """The next calls of `see`, `access` or `try_usage` fail.

        Raises:
            ValueError: there is no such operation.
        """
        self._failures.fail_next(operation, error, times)

    def fail_until_told(self, operation: str, error: PortError | None) -> None:
        """Every call fails until this is called with None.

        Raises:
            ValueError: there is no such operation.
        """
        self._failures.fail_until_told(operation, error)

    @override
    async def see(self) -> ClusterSight:
        await self._reach("see")
        return ClusterSight(address=_ADDRESS, version="v0.0.0", account="simulated-agent")

    @override
    def needs(self) -> tuple[Need, ...]:
        kinds = (
            self._need(kind.value, Purpose.KIND, "", plural, _COLLECT, namespaced=namespaced, kind=kind)
            for kind, plural, namespaced in _KINDS
        )
        usage = (
            self._need(
                f"usage of {plural}", Purpose.USAGE, _USAGE_GROUP, plural, _COLLECT[:2], namespaced=plural == "pods"
            )
            for plural in ("nodes", "pods")
        )
        return *kinds, *usage, self._scale(), self._restart(), self._target_events()

    @override
    async def access(self, need: Need) -> Access:
        await self._reach("access")
        missing = tuple(right for right in need.rights if right in self._denied)
        grant = ", ".join(f"{right.verb} {right.qualified}" for right in missing)
        return Access(missing=missing, grant=f"grant in the simulation: {grant}" if missing else "")

    @override
    async def try_usage(self) -> str:
        await self._reach("try_usage")
        lists = {right for need in self.needs() if need.purpose is Purpose.USAGE for right in need.rights}
        if not {right for right in lists if right.verb == "list"} - self._denied:
            raise AccessDenied("list usage", "the right to list usage is missing")
        return f"{_USAGE_GROUP}/{_ADDRESS}"

    def _scale(self) -> Need:
        return Need(
            subject="scale",
            purpose=Purpose.COMMAND,
            rights=self._rights("apps", "deployments/scale", ("get", "patch"), namespaced=True),
            actions=frozenset({Action.SCALE}),
            optional=_OFF,
        )

    def _restart(self) -> Need:
        restarted = [self._rights("apps", one, ("get", "patch"), namespaced=True) for one in _RESTARTED]
        rights = tuple(right for some in restarted for right in some)
        return Need(
            subject="restart",
            purpose=Purpose.COMMAND,
            rights=rights,
            chosen=tuple(right for right in rights if right.verb == "patch"),
            actions=frozenset({Action.RESTART}),
            optional=_OFF,
        )

    def _target_events(self) -> Need:
        return Need(
            subject="events on targets",
            purpose=Purpose.TARGET_EVENTS,
            rights=self._rights("events.k8s.io", "events", ("create",), namespaced=True),
            actions=frozenset(action for action in Action if action.is_change),
            optional=_OFF,
        )

    def _need(
        self,
        subject: str,
        purpose: Purpose,
        group: str,
        resource: str,
        verbs: Iterable[str],
        *,
        namespaced: bool,
        kind: Kind | None = None,
    ) -> Need:
        rights = self._rights(group, resource, verbs, namespaced=namespaced)
        optional = "" if namespaced or not self._places else _ELSEWHERE
        return Need(subject=subject, purpose=purpose, rights=rights, kind=kind, optional=optional)

    def _rights(self, group: str, resource: str, verbs: Iterable[str], *, namespaced: bool) -> tuple[Right, ...]:
        places = (self._places if namespaced else ()) or ("",)
        return tuple(Right(verb, resource, group, place) for place in places for verb in verbs)

    async def _reach(self, operation: str) -> None:
        await checkpoint()
        self._failures.meet(operation)


class InMemoryMasterPreflight(MasterPreflight):
    """A Master that is there, with a clock that may be wrong."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = PlannedFailures(MASTER_OPERATIONS)
        self.ahead_seconds = 0.0
        """How far its clock is ahead."""

    def fail_next(self, operation: str, error: PortError, times: int = 1) -> None:
        """The next calls of `look` fail.

        Raises:
            ValueError: there is no such operation.
        """
        self._failures.fail_next(operation, error, times)

    @override
    async def look(self) -> MasterSight:
        asked_at = self._clock.now()
        await checkpoint()
        self._failures.meet("look")
        master_time = (asked_at + timedelta(seconds=self.ahead_seconds)).replace(microsecond=0)
        return MasterSight(address=_ADDRESS, asked_at=asked_at, answered_at=self._clock.now(), master_time=master_time)
