"""One reflector of pods against the API server on loopback, with everything about it that tests ask for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
from typing_extensions import override

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.hooks import KubernetesHooks
from adapters.kubernetes.kind_row import KindRow
from adapters.kubernetes.kinds import PODS
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.reflector import Reflector
from adapters.kubernetes.reflector_status import ReflectorState
from adapters.kubernetes.timings import ReflectorTimings
from adapters.system.clock import SystemClock
from domain.cluster.pods import Pod
from tests.support.api_client import QUICK, connected, eventually
from tests.support.api_objects import a_pod
from tests.support.api_server import ApiServer


def a_server(*names: str) -> ApiServer:
    """A server with these pods, not serving yet."""
    server = ApiServer()
    for name in names:
        server.put("pods", a_pod(name))
    return server


@dataclass(slots=True)
class Hooks(KubernetesHooks):
    """Remembers everything."""

    requests: list[tuple[str, str, int]] = field(default_factory=list)
    relists: list[str] = field(default_factory=list)
    closes: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    @override
    def on_request(self, method: str, resource: str, status: int, seconds: float) -> None:
        self.requests.append((method, resource, status))

    @override
    def on_relist(self, kind: str, reason: str) -> None:
        self.relists.append(reason)

    @override
    def on_watch_close(self, kind: str, reason: str) -> None:
        self.closes.append(reason)

    @override
    def on_event(self, kind: str, event_type: str) -> None:
        self.events.append(event_type)

    @override
    def on_skipped(self, kind: str) -> None:
        self.skipped.append(kind)


@dataclass(slots=True)
class Following:
    """A reflector that runs."""

    server: ApiServer
    reflector: Reflector[Pod]
    hooks: Hooks
    pages: list[int]

    @property
    def names(self) -> list[str]:
        return [pod.name for pod in self.reflector.store.ordered()]

    async def until(self, state: ReflectorState) -> None:
        """Wait until it gets there; what is open at the server counts for `live`."""
        await eventually(lambda: self.reflector.state is state)

    async def until_names(self, *names: str) -> None:
        await eventually(lambda: self.names == list(names))


def reflector_of(
    connection: KubernetesConnection,
    *,
    namespace: str | None = None,
    timings: ReflectorTimings = QUICK,
    hooks: Hooks,
    pages: list[int] | None = None,
    ask_first: bool = False,
    is_anything_read: bool = True,
    row: KindRow[Any, Pod] = PODS,
) -> Reflector[Pod]:
    """A reflector of pods that does not run yet."""
    seen = pages if pages is not None else []
    return Reflector(
        row,
        namespace,
        connection,
        list_slots=anyio.CapacityLimiter(4),
        clock=SystemClock(),
        timings=timings,
        hooks=hooks,
        options=MappingOptions(),
        after_page=lambda: seen.append(1),
        is_anything_read=lambda: is_anything_read,
        ask_first=ask_first,
    )


@asynccontextmanager
async def following(
    server: ApiServer,
    folder: Path,
    *,
    namespace: str | None = None,
    timings: ReflectorTimings = QUICK,
    ask_first: bool = False,
    is_anything_read: bool = True,
    row: KindRow[Any, Pod] = PODS,
) -> AsyncIterator[Following]:
    """Serve, connect, and run a reflector of pods until the block ends; it must not end by itself."""
    hooks, pages = Hooks(), list[int]()
    async with server.serving(), connected(server, folder, hooks=hooks) as connection:
        reflector = reflector_of(
            connection,
            namespace=namespace,
            timings=timings,
            hooks=hooks,
            pages=pages,
            ask_first=ask_first,
            is_anything_read=is_anything_read,
            row=row,
        )
        async with anyio.create_task_group() as group:
            await group.start(reflector.run)
            yield Following(server, reflector, hooks, pages)
            group.cancel_scope.cancel()
