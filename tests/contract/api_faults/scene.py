"""Three kinds that are followed, one of which meets a fault; everything that any reading was at any moment is kept.

All times are those of production divided by `SPEED`: what is counted in 0.3 s here is what half a minute costs there.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import anyio

from adapters.kubernetes.inventory import KubernetesInventory
from adapters.kubernetes.kinds import NAMESPACES, NODES, PODS
from adapters.kubernetes.timings import ReflectorTimings, RequestTimings
from adapters.kubernetes.usage import UsagePoller
from adapters.scheduler.supervisor import Supervisor
from adapters.system.clock import SystemClock
from domain.cluster.namespaces import Namespace
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.cluster.readings import ReadingState
from tests.support.api_answers import Answer
from tests.support.api_client import connected, eventually
from tests.support.api_objects import a_namespace, a_node, a_pod
from tests.support.api_server import ApiServer
from tests.support.observers import RecordingObserver

SPEED: Final = 100.0
FOR_EVER: Final = 1_000_000
HELD_SECONDS: Final = 30.0
"""How long a fault that lasts is looked at, in seconds of production."""
ROWS: Final = (PODS, NODES, NAMESPACES)
LISTED: Final = ("a", "b")
"""The pods that are there from the start."""

_REAL = ReflectorTimings()
QUICKENED: Final = replace(
    _REAL,
    # A server takes whole seconds: here a watch lasts as long as a test.
    watch_shortest_seconds=20.0,
    watch_longest_seconds=20.0,
    short_watch_seconds=_REAL.short_watch_seconds / SPEED,
    backoff_first_seconds=_REAL.backoff_first_seconds / SPEED,
    backoff_longest_seconds=_REAL.backoff_longest_seconds / SPEED,
    healthy_seconds=_REAL.healthy_seconds / SPEED,
    probe_first_seconds=_REAL.probe_first_seconds / SPEED,
    probe_seconds=_REAL.probe_seconds / SPEED,
    refusal_grace_seconds=_REAL.refusal_grace_seconds / SPEED,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """What the reading of pods was."""

    state: ReadingState
    names: tuple[str, ...]


@dataclass(slots=True)
class Scene:
    """An inventory that runs, and its server."""

    server: ApiServer
    inventory: KubernetesInventory
    observer: RecordingObserver
    is_over: anyio.Event = field(default_factory=anyio.Event)
    """Set when the fault is mended; streams that are part of it break then."""
    is_impatient: bool = False
    """Whether watchdogs are so quick that a machine that is busy for a second sets them off."""
    moments: list[Moment] = field(default_factory=list)
    """Every different reading of pods so far, in order."""
    others: set[tuple[ReadingState, int]] = field(default_factory=set)
    """What nodes and namespaces were, since they were live: state and number of objects."""

    def begin(
        self, answer: Answer, *verbs: str, times: int = FOR_EVER, where: Callable[..., bool] | None = None
    ) -> None:
        """From now on pods get this answer."""
        for verb in verbs or ("list", "watch"):
            self.server.fail(answer, verb=verb, plural="pods", where=where or (lambda _: True), times=times)

    def interrupt(self) -> None:
        """Break the watch of pods that is open, so that the next one meets the fault."""
        self.server.cut("pods")

    def expire(self) -> None:
        """Let the watch of pods end with 410, so that the next list meets the fault."""
        self.server.say("pods", "ERROR", {"kind": "Status", "code": 410, "message": "too old resource version"})

    async def hold(self, seconds: float = HELD_SECONDS) -> int:
        """Let so much time of production pass; how many requests for pods there were meanwhile."""
        before = self.requests
        await anyio.sleep(seconds / SPEED)
        return self.requests - before

    @property
    def requests(self) -> int:
        return sum(one.plural == "pods" for one in self.server.requests)

    async def is_synced(self) -> None:
        """Wait until all three kinds are followed; what was read until then is forgotten."""
        await self.until(*LISTED)
        await eventually(lambda: self.server.open_watches == len(ROWS))
        self.moments.clear()

    def now(self) -> Moment:
        reading = self.inventory.read(Pod)
        return Moment(reading.state, tuple(pod.name for pod in reading.objects))

    async def until(self, *names: str, state: ReadingState = ReadingState.LIVE) -> None:
        await eventually(lambda: self.now() == Moment(state, names))

    def look(self) -> None:
        """Note what is read at this moment."""
        moment = self.now()
        if not self.moments or self.moments[-1] != moment:
            self.moments.append(moment)
        for reading in (self.inventory.read(Node), self.inventory.read(Namespace)):
            if self.others or reading.state is ReadingState.LIVE:
                self.others.add((reading.state, len(reading.objects)))

    async def watch_over(self) -> None:
        while True:
            self.look()
            await anyio.sleep(0.001)

    async def others_are_followed(self) -> None:
        """Nodes and namespaces were live all the time, from one list each, and still are."""
        allowed = {(ReadingState.LIVE, 1)}
        if self.is_impatient:
            allowed.add((ReadingState.STALE, 1))
        assert self.others <= allowed
        assert self.server.count("list", "nodes") == self.server.count("list", "namespaces") == 1
        self.server.put("nodes", a_node("node-2"))
        self.server.put("namespaces", a_namespace("more"))
        await eventually(lambda: len(self.inventory.read(Node).objects) == 2)
        await eventually(lambda: len(self.inventory.read(Namespace).objects) == 2)

    async def keep_others_talking(self) -> None:
        """Other watches hear something often, so that only the dead one is silent for long."""
        while True:
            self.server.bookmark("nodes")
            self.server.bookmark("namespaces")
            await anyio.sleep(0.01)


@asynccontextmanager
async def playing(
    folder: Path,
    *,
    timings: ReflectorTimings = QUICKENED,
    requests: RequestTimings | None = None,
    begin: Callable[[Scene], None] = lambda _: None,
) -> AsyncIterator[Scene]:
    """Serve and follow; `begin` comes before the first request. Other kinds are live when the block starts."""
    server, clock, observer = ApiServer(), SystemClock(), RecordingObserver()
    for name in LISTED:
        server.put("pods", a_pod(name))
    server.put("nodes", a_node())
    server.put("namespaces", a_namespace())
    quick = requests or RequestTimings(reload_pause_seconds=RequestTimings().reload_pause_seconds / SPEED)
    async with server.serving(), connected(server, folder, timings=quick) as connection:
        inventory = KubernetesInventory(
            connection, clock, usage=UsagePoller(connection, clock), rows=ROWS, timings=timings
        )
        scene = Scene(server, inventory, observer)
        begin(scene)
        supervisor = Supervisor(clock, observer)
        async with anyio.create_task_group() as group:
            for name, run in inventory.tasks():
                group.start_soon(supervisor.keep, name, run)
            await eventually(lambda: all(inventory.read(one).state is ReadingState.LIVE for one in (Node, Namespace)))
            group.start_soon(scene.watch_over)
            if timings.watch_longest_seconds < QUICKENED.watch_longest_seconds:
                scene.is_impatient = True
                group.start_soon(scene.keep_others_talking)
            yield scene
            scene.look()
            group.cancel_scope.cancel()
