"""One second in the life of the cluster after the other."""

from datetime import datetime, timedelta
from typing import Final

from adapters.memory.world.birth import give_birth
from adapters.memory.world.blueprints import Scenario
from adapters.memory.world.changes import set_replicas
from adapters.memory.world.consumption import SAMPLE_SECONDS, sample
from adapters.memory.world.controllers import count, reconcile
from adapters.memory.world.incidents import Incidents
from adapters.memory.world.kubelet import live
from adapters.memory.world.network import follow_pods
from adapters.memory.world.state import SimWorkload, World
from adapters.memory.world.storage import retry_claims

STEP_SECONDS: Final = 1.0
_AUTOSCALER_SECONDS: Final = 15
"""How often a HorizontalPodAutoscaler looks."""


class Life:
    """A world and what moves it. The same seed has the same history, however unevenly it is moved on."""

    def __init__(self, scenario: Scenario, seed: int, now: datetime) -> None:
        self.world = World(scenario, seed, now)
        give_birth(self.world)
        settle_all(self.world)
        self._incidents = Incidents(self.world)
        self.usage = sample(self.world)
        """As last sampled."""

    def step(self, now: datetime) -> None:
        """One second passes; `now` is the wall-clock time at its end."""
        world = self.world
        world.seconds += STEP_SECONDS
        world.now = now.replace(microsecond=0)
        self._incidents.happen(world)
        if world.seconds % _AUTOSCALER_SECONDS == 0:
            for workload in world.workloads.values():
                _autoscale(world, workload)
        for workload in tuple(world.workloads.values()):
            reconcile(world, workload)
        for pod in tuple(world.pods.values()):
            live(world, pod)
        retry_claims(world)
        settle_all(world)
        world.events.sweep(world.now, world.seconds)
        if world.seconds % SAMPLE_SECONDS == 0:
            self.usage = sample(world)

    def catch_up(self, seconds: float, now: datetime) -> None:
        """Take the steps up to so many seconds since the beginning; `now` is the wall-clock time at their end."""
        while self.world.seconds + STEP_SECONDS <= seconds:
            behind_seconds = seconds - self.world.seconds - STEP_SECONDS
            self.step(now - timedelta(seconds=behind_seconds))


def settle_all(world: World) -> None:
    """Let what follows from pods follow: the status of workloads, the endpoints of Services."""
    for workload in world.workloads.values():
        count(world, workload)
    for service in world.services.values():
        follow_pods(world, service)


def _autoscale(world: World, workload: SimWorkload) -> None:
    """Bring the number back between the bounds; a workload that was scaled to nothing is left alone."""
    if workload.plan.autoscaled is not None and workload.desired > 0:
        least, most = workload.plan.autoscaled
        replicas = min(most, max(least, workload.desired))
        if replicas != workload.desired:
            set_replicas(world, workload, replicas)
