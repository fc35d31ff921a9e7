"""What happens by itself: containers die, new versions are deployed, nodes get into trouble and out of it.

When and to whom is decided by the world's chance alone, so that a seed has one history.
"""

from dataclasses import dataclass

from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.changes import new_template
from adapters.memory.world.container_state import SimContainer
from adapters.memory.world.kubelet import crash
from adapters.memory.world.node_trouble import CORDONED, TROUBLES, beat, fall_ill, recover
from adapters.memory.world.state import SimPod, SimWorkload, Stage, World

_LEAVE_ALONE_SECONDS = 120.0
"""No incident hits a workload that somebody has just changed: people watch what they did."""
_TROUBLE_SECONDS = (60.0, 120.0)
_CALM_SECONDS = (100.0, 200.0)
"""How long a node has trouble, and how long none has."""


@dataclass(slots=True)
class _Rhythm:
    """Something that happens again and again, at random distances."""

    next_seconds: float
    pause_seconds: tuple[float, float]

    def is_due(self, world: World) -> bool:
        if world.seconds < self.next_seconds:
            return False
        self.next_seconds = world.seconds + world.random.uniform(*self.pause_seconds)
        return True


class Incidents:
    """The course of events in one world."""

    def __init__(self, world: World) -> None:
        chance = world.random
        self._crashes = _Rhythm(chance.uniform(30, 90), (120, 300))
        self._rollouts = _Rhythm(chance.uniform(60, 150), (240, 420))
        self._troubles_to_come = [trouble for trouble in TROUBLES if trouble != CORDONED]
        self._turns_seconds = chance.uniform(*_CALM_SECONDS)
        """When the trouble of a node ends, or the next one begins."""
        for node in world.nodes.values():
            if node.is_cordoned:
                node.trouble = CORDONED

    def happen(self, world: World) -> None:
        """What is due in this second."""
        for node in world.nodes.values():
            beat(world, node)
        if self._crashes.is_due(world):
            _crash_something(world)
        if self._rollouts.is_due(world):
            _deploy_something(world)
        if world.seconds >= self._turns_seconds:
            self._turn(world)

    def _turn(self, world: World) -> None:
        """One node at a time has trouble, and then none for a while; every trouble has its turn."""
        troubled = [node for node in world.nodes.values() if node.trouble]
        for node in troubled:
            recover(world, node)
        self._turns_seconds = world.seconds + world.random.uniform(*(_CALM_SECONDS if troubled else _TROUBLE_SECONDS))
        # What somebody has taken out of service is theirs: its recovery must not put it back.
        workers = [node for node in world.nodes.values() if node.plan.roles == ("worker",) and not node.is_cordoned]
        if troubled or not workers:
            return
        self._troubles_to_come = self._troubles_to_come or list(TROUBLES)
        trouble = world.random.choice(self._troubles_to_come)
        self._troubles_to_come.remove(trouble)
        fall_ill(world, world.random.choice(workers), trouble)


def roll_out(world: World, workload: SimWorkload) -> None:
    """Somebody deploys a new version of a Deployment: a new template, so a new ReplicaSet."""
    workload.images = (_next_version(workload.images[0]), *workload.images[1:])
    new_template(world, workload)


def _is_quiet(world: World, workload: SimWorkload) -> bool:
    return world.seconds - workload.changed_seconds >= _LEAVE_ALONE_SECONDS and not workload.is_rolling


def _deploy_something(world: World) -> None:
    candidates = [
        workload
        for workload in world.workloads.values()
        if workload.plan.is_rolled and workload.desired > 0 and _is_quiet(world, workload)
    ]
    if candidates:
        roll_out(world, world.random.choice(candidates))


def _crash_something(world: World) -> None:
    candidates: list[tuple[SimPod, SimContainer]] = [
        (pod, container)
        for pod in world.pods.values()
        if pod.stage is Stage.STARTED
        and pod.is_ready
        and pod.workload.plan.kind is WorkloadKind.DEPLOYMENT
        and _is_quiet(world, pod.workload)
        for container in pod.containers
    ]
    if candidates:
        pod, container = world.random.choice(candidates)
        crash(world, pod, container, world.random.choice(("OOMKilled", "OOMKilled", "Error")))


def _next_version(image: str) -> str:
    """`shop/web:3.14.2` becomes `shop/web:3.14.3`."""
    head, _, patch = image.rpartition(".")
    return f"{head}.{int(patch) + 1}" if patch.isdecimal() else image
