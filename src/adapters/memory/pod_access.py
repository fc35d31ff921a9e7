"""InMemoryPodAccess: logs and commands of the simulated cluster's pods."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import Final

from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.cluster import InMemoryCluster
from adapters.memory.failures import PlannedFailures
from adapters.memory.world.log_lines import LogLine, lines_back
from adapters.memory.world.shell import PROGRAMS, Place, Said, run
from domain.cluster.pods import Pod, PodContainer
from domain.commands.captured_output import MAX_STREAM_BYTES, CapturedOutput, OutputCapture
from domain.commands.container_choice import (
    DEFAULT_CONTAINER_ANNOTATION,
    PodContainers,
    choose_for_exec,
    choose_for_logs,
)
from domain.commands.pod_requests import ExecRequest, GetLogsRequest
from domain.commands.pod_results import ContainerLog, ExecResult, LogsResult
from domain.commands.target import Target
from ports.clock import Clock
from ports.errors import Conflict, NotFound, PortError, Refused
from ports.pods import PodAccess

OPERATIONS: Final = ("logs", "exec")
_CRASHED_AFTER: Final = timedelta(seconds=9)
_ENDED_AFTER: Final = timedelta(seconds=60)
_STARTED_AFTER: Final = timedelta(seconds=2)


class InMemoryPodAccess(PodAccess):
    """Answers for the pods that the simulated cluster has now."""

    def __init__(self, cluster: InMemoryCluster, clock: Clock) -> None:
        self._cluster = cluster
        self._clock = clock
        self._failures = PlannedFailures(OPERATIONS)

    def fail_next(self, operation: str, error: PortError, times: int = 1) -> None:
        """The next calls of `logs` or `exec` fail.

        Raises:
            ValueError: there is no such operation.
        """
        self._failures.fail_next(operation, error, times)

    @override
    async def logs(self, request: GetLogsRequest) -> LogsResult:
        await checkpoint()
        self._failures.meet("logs")
        operation = f"read logs of {request.target}"
        pod = self._find(operation, request.target)
        names = _names(pod, request.target)
        if not pod.summary.node_name:
            raise NotFound(operation, "the pod is on no node yet")
        if not request.all_containers:
            container = choose_for_logs(names, request.container).name
            return LogsResult(logs=(self._log(operation, pod, container, request),))
        return LogsResult(logs=tuple(self._log_or_why(operation, pod, name, request) for name in names.all_names))

    @override
    async def exec(self, request: ExecRequest) -> ExecResult:
        await checkpoint()
        self._failures.meet("exec")
        operation = f"exec in {request.target}"
        pod = self._find(operation, request.target)
        if pod.has_ended:
            raise Conflict(operation, f"the pod has ended ({pod.status.phase}): no command can be run in it")
        choice = choose_for_exec(_names(pod, request.target), request.container)
        container = _container(pod, choice.name)
        if container.state != "running":
            raise Refused(operation, f"the command could not be run: container {choice.name} is not running")
        said = run(Place(pod=pod, container=container, now=self._clock.now()), request.command)
        if said is None:
            known = ", ".join(sorted(PROGRAMS))
            raise Refused(
                operation,
                f"the command could not be run: no program {request.command[0][:64]!r} in this simulated container; "
                f"there are {known}",
            )
        return await self._finished(request, ExecResult(container=choice.name, note=choice.note, exit_code=None), said)

    async def _finished(self, request: ExecRequest, begun: ExecResult, said: Said) -> ExecResult:
        is_timed_out = said.lasts_seconds > request.timeout_seconds
        await self._clock.sleep(min(said.lasts_seconds, request.timeout_seconds))
        return ExecResult(
            container=begun.container,
            note=begun.note,
            exit_code=None if is_timed_out else said.exit_code,
            problem=f"no end within {request.timeout_seconds:g} s; it goes on in the container" if is_timed_out else "",
            is_timed_out=is_timed_out,
            stdout=_captured(said.stdout),
            stderr=_captured(said.stderr),
        )

    def _find(self, operation: str, target: Target) -> Pod:
        for pod in self._cluster.read(Pod).objects:
            if (pod.namespace, pod.name) == (target.namespace, target.name):
                return pod
        raise NotFound(operation, f'pods "{target.name}" not found')

    def _log_or_why(self, operation: str, pod: Pod, name: str, request: GetLogsRequest) -> ContainerLog:
        try:
            return self._log(operation, pod, name, request)
        except NotFound as error:
            return ContainerLog(container=name, problem=error.why)

    def _log(self, operation: str, pod: Pod, name: str, request: GetLogsRequest) -> ContainerLog:
        container = _container(pod, name)
        since = request.since_time or datetime.min.replace(tzinfo=UTC)
        if request.since_seconds is not None:
            since = self._clock.now() - timedelta(seconds=request.since_seconds)
        lines = takewhile(lambda line: line.moment >= since, self._lines(operation, pod, container, request.previous))
        newest = list(islice(lines, request.tail_lines))[::-1]
        stamp = _stamped if request.timestamps else _bare
        content = "".join(map(stamp, newest)).encode()
        if request.limit_bytes is not None:
            content = content[: request.limit_bytes]
        capture = OutputCapture(head_bytes=0, tail_bytes=MAX_STREAM_BYTES)
        capture.add(content)
        kept = capture.captured().last_lines()
        return ContainerLog(
            container=name, text=kept.decode("utf-8", "replace"), left_out_bytes=len(content) - len(kept)
        )

    def _lines(self, operation: str, pod: Pod, container: PodContainer, previous: bool) -> Iterator[LogLine]:  # noqa: FBT001 - a fact
        ended_at = _time(container.last_termination_time)
        uid, name = f"{pod.namespace}/{pod.name}", container.name
        if previous or container.state == "waiting":
            if ended_at is None and previous:
                raise NotFound(operation, f"container {name} has not been restarted: it has no previous log")
            if ended_at is None:
                why = ": ".join(filter(None, (container.state_reason, container.state_message)))
                raise NotFound(operation, f"container {name} has not started yet" + (f": {why}" if why else ""))
            return lines_back(name, uid, ended_at - _CRASHED_AFTER, ended_at, container.last_termination_message)
        start_at = ended_at or (pod.created_at or self._clock.now()) + _STARTED_AFTER
        if container.state == "terminated":
            return lines_back(name, uid, start_at, start_at + _ENDED_AFTER, container.state_message)
        return lines_back(name, uid, start_at, self._clock.now())


def _names(pod: Pod, target: Target) -> PodContainers:
    return PodContainers(
        pod=str(target),
        containers=tuple(one.name for one in pod.containers),
        init_containers=tuple(one.name for one in pod.init_containers),
        annotated=pod.annotations.get(DEFAULT_CONTAINER_ANNOTATION, ""),
    )


def _container(pod: Pod, name: str) -> PodContainer:
    return next(one for one in (*pod.containers, *pod.init_containers) if one.name == name)


def _stamped(line: LogLine) -> str:
    return f"{line.moment.replace(tzinfo=None).isoformat(timespec='microseconds')}000Z {line.text}\n"


def _bare(line: LogLine) -> str:
    return f"{line.text}\n"


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _captured(text: str) -> CapturedOutput:
    capture = OutputCapture()
    capture.add(text.encode())
    return capture.captured()
