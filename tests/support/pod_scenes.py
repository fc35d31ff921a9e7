"""Clusters with pods in the states that matter to logs and commands: one on loopback, one simulated."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio.lowlevel

from adapters.kubernetes.pod_access import KubernetesPodAccess
from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.pod_access import InMemoryPodAccess
from domain.cluster.pods import Pod
from domain.commands.target import Target
from ports.errors import PortError
from ports.pods import PodAccess
from tests.support.api_answers import Json, with_status
from tests.support.api_client import connected
from tests.support.api_objects import a_pod
from tests.support.api_server import ApiServer
from tests.support.pod_answers import Kubelet, is_exec, is_log


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A cluster with these pods."""

    access: PodAccess
    running: Target
    """Container `web`, and `linkerd-proxy` before it; neither was restarted."""
    crashing: Target
    """Its container waits after a crash."""
    waiting: Target
    """Its container has never started: its image cannot be pulled."""
    unscheduled: Target | None
    """On no node."""
    ended: tuple[Target, ...]
    """One that went well, one that did not."""
    now: Callable[[], datetime]
    break_next: Callable[[str, PortError, int], None]
    """The next call of `logs` or `exec` meets this error, or the status that stands for it."""
    pass_time: Callable[[], Coroutine[Any, Any, None]]
    """Returns when a minute is over, where time has to be told to pass."""


@asynccontextmanager
async def _kubernetes(folder: Path) -> AsyncIterator[Scene]:
    server = ApiServer()
    pods = {name: _with_container(a_pod(name), name) for name in ("running", "crashing", "waiting")}
    pods["running"]["spec"]["initContainers"] = [{"name": "linkerd-proxy"}]
    pods["waiting"]["status"]["containerStatuses"] = [
        {"name": "web", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}}
    ]
    for pod in (*pods.values(), a_pod("done", phase="Succeeded"), a_pod("failed", phase="Failed")):
        server.put("pods", pod)
    pending = a_pod("pending", phase="Pending")
    del pending["spec"]["nodeName"]
    condition = {"type": "PodScheduled", "status": "False", "message": "0/3 nodes are available"}
    server.put("pods", {**pending, "status": {"phase": "Pending", "conditions": [None, condition]}})
    now = datetime.now(UTC)
    lines = [(now - timedelta(seconds=10 * (100 - number)), f"line {number}") for number in range(100)]
    kubelet = Kubelet(
        logs={
            ("running", "web", False): lines,
            ("running", "linkerd-proxy", False): lines[:7],
            ("crashing", "web", False): lines[:20],
            ("crashing", "web", True): lines[:20],
        },
        waiting={("waiting", "web"): "trying and failing to pull image"},
    )
    async with server.serving(), connected(server, folder) as connection:

        def break_next(operation: str, error: PortError, status: int) -> None:
            server.faults.clear()
            server.fail(with_status(status, "planned"), where=is_log if operation == "logs" else is_exec)
            server.fail(kubelet.log, where=is_log, times=1000)
            server.fail(kubelet.exec, where=is_exec, times=1000)

        server.fail(kubelet.log, where=is_log, times=1000)
        server.fail(kubelet.exec, where=is_exec, times=1000)
        yield Scene(
            access=KubernetesPodAccess(connection),
            running=_target("running"),
            crashing=_target("crashing"),
            waiting=_target("waiting"),
            unscheduled=_target("pending"),
            ended=(_target("done"), _target("failed")),
            now=lambda: datetime.now(UTC),
            break_next=break_next,
            pass_time=anyio.lowlevel.checkpoint,
        )


def _with_container(pod: Json, name: str) -> Json:
    return {**pod, "metadata": {**pod["metadata"], "name": name}}


def _target(name: str) -> Target:
    return Target(kind="Pod", namespace="shop", name=name)


@asynccontextmanager
async def _memory(folder: Path) -> AsyncIterator[Scene]:
    clock = ManualClock()
    cluster = InMemoryCluster(clock)
    access = InMemoryPodAccess(cluster, clock)

    def of(prefix: str) -> Target:
        pods = cluster.read(Pod).objects
        return next(Target(kind="Pod", namespace=p.namespace, name=p.name) for p in pods if p.name.startswith(prefix))

    def never_restarted(prefix: str) -> Target:
        pods = [pod for pod in cluster.read(Pod).objects if pod.name.startswith(prefix) and not pod.status.restarts]
        return Target(kind="Pod", namespace=pods[0].namespace, name=pods[0].name)

    yield Scene(
        access=access,
        running=never_restarted("web-"),
        crashing=of("notifications-"),
        waiting=of("promotions-"),
        unscheduled=None,
        ended=(of("backup-postgres-"), of("sitemap-")),
        now=clock.now,
        break_next=lambda operation, error, status: access.fail_next(operation, error),
        pass_time=lambda: clock.advance(60),
    )


Opener = Callable[[Path], AbstractAsyncContextManager[Scene]]
SCENES: dict[str, Opener] = {"kubernetes": _kubernetes, "memory": _memory}
