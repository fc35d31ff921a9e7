"""A NodeOperator whose pods do as a test has written: refuse, hang, end late, never end."""

from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from typing_extensions import override

from domain.commands.drain import DrainCandidate, PodIdentity
from domain.commands.node_results import CordonResult
from ports.clock import Clock
from ports.errors import PortError
from ports.nodes import Eviction, EvictionAnswer, NodeOperator, Removal

DONE = EvictionAnswer(eviction=Eviction.DONE)
BLOCKED = EvictionAnswer(eviction=Eviction.BLOCKED, why="The disruption budget db needs 2 healthy pods")
Step = EvictionAnswer | PortError | Callable[[], Awaitable[object]]
"""What one eviction meets: an answer, an error, or something to wait for before the next step."""


@dataclass
class ScriptedPod:
    """A pod of the node."""

    candidate: DrainCandidate
    steps: deque[Step] = field(default_factory=deque)
    """What the next evictions meet; after that they are done."""
    ends_after_seconds: float = 2.0
    """From the eviction that is done to the end."""
    grace_seconds: float = 30.0
    asked_at: list[float] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    ended_at: float | None = None
    deletion_at: datetime | None = None


class ScriptedNodes(NodeOperator):
    """One node, `node-1`, and its pods."""

    def __init__(self, clock: Clock, *, is_cordoned: bool = False) -> None:
        self._clock = clock
        self.is_cordoned = is_cordoned
        self.pods: dict[str, ScriptedPod] = {}
        self.calls: list[str] = []
        self.failures: dict[str, PortError | Callable[[], Awaitable[object]]] = {}
        """By method: what every call meets."""
        self.now_asking = 0
        self.most_asking = 0

    def add(
        self,
        name: str,
        *steps: Step,
        ends_after_seconds: float = 2.0,
        grace_seconds: float = 30.0,
        has_controller: bool = True,
        is_mirror: bool = False,
        is_own: bool = False,
    ) -> ScriptedPod:
        pod = PodIdentity(namespace="shop", name=name, uid=f"uid-{name}")
        candidate = DrainCandidate(pod=pod, has_controller=has_controller, is_mirror=is_mirror, is_own=is_own)
        self.pods[name] = ScriptedPod(
            candidate, deque(steps), ends_after_seconds=ends_after_seconds, grace_seconds=grace_seconds
        )
        return self.pods[name]

    @override
    async def cordon(self, node: str, *, dry_run: bool = False) -> CordonResult:
        await self._meet("cordon")
        changed = not self.is_cordoned
        self.is_cordoned = self.is_cordoned or not dry_run
        return CordonResult(node=node, uid="uid-node-1", unschedulable=True, changed=changed)

    @override
    async def uncordon(self, node: str) -> CordonResult:
        await self._meet("uncordon")
        changed, self.is_cordoned = self.is_cordoned, False
        return CordonResult(node=node, uid="uid-node-1", unschedulable=False, changed=changed)

    @override
    async def drain_candidates(self, node: str, pod_selector: str = "") -> tuple[DrainCandidate, ...]:
        await self._meet(f"drain_candidates {pod_selector}".strip())
        return tuple(pod.candidate for pod in self.pods.values())

    @override
    async def evict(self, pod: PodIdentity, removal: Removal) -> EvictionAnswer:
        scripted = self.pods[pod.name]
        scripted.asked_at.append(self._clock.monotonic())
        scripted.removals.append(removal)
        self.now_asking += 1
        self.most_asking = max(self.most_asking, self.now_asking)
        try:
            await self._meet("evict")
            return await self._next_step(scripted, removal)
        finally:
            self.now_asking -= 1

    @override
    async def remaining(self, node: str, pods: Iterable[PodIdentity]) -> Mapping[PodIdentity, datetime | None]:
        await self._meet("remaining")
        asked = [self.pods[pod.name] for pod in pods]
        now = self._clock.monotonic()
        return {one.candidate.pod: one.deletion_at for one in asked if one.ended_at is None or one.ended_at > now}

    async def _next_step(self, pod: ScriptedPod, removal: Removal) -> EvictionAnswer:
        while pod.steps:
            step = pod.steps.popleft()
            if isinstance(step, PortError):
                raise step
            if isinstance(step, EvictionAnswer):
                if step.eviction is Eviction.NAMESPACE_ENDS:
                    self._end(pod)
                return step
            await step()
        if not removal.dry_run:
            self._end(pod)
        return DONE

    def _end(self, pod: ScriptedPod) -> None:
        pod.ended_at = self._clock.monotonic() + pod.ends_after_seconds
        pod.deletion_at = self._clock.now() + timedelta(seconds=pod.grace_seconds)

    async def _meet(self, call: str) -> None:
        self.calls.append(call)
        failure = self.failures.get(call.partition(" ")[0])
        if isinstance(failure, PortError):
            raise failure
        if failure is not None:
            await failure()
