"""Logs of containers, streamed and bounded on this side too.

A log is asked for by its end, so the end is kept where it is too long: the server's `limitBytes` would keep the
beginning. What the server says of a container that has none is made readable.
Source: k8s.io/api `core/v1` PodLogOptions; the kubelet answers with status 400 while there is nothing to read.
"""

from typing import Final

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.errors import capped
from adapters.kubernetes.operations.pods import PodOverview, pod_path, read_pod
from domain.commands.captured_output import MAX_STREAM_BYTES, OutputCapture
from domain.commands.container_choice import choose_for_logs
from domain.commands.pod_requests import GetLogsRequest
from domain.commands.pod_results import ContainerLog, LogsResult
from ports.errors import InvalidRequest, NotFound

_MOST_READ_BYTES: Final = 64 * 2**20
"""A container that writes faster than it is read is left after so much."""
_LEAST_KEPT_BYTES: Final = 64 * 1024
_IDLE_SECONDS: Final = 15.0


async def read_logs(connection: KubernetesConnection, request: GetLogsRequest) -> LogsResult:
    """The logs that are asked for.

    Raises:
        InvalidCommandError: the pod has no container of that name.
        NotFound: there is no such pod, or nothing to read in it.
        PortError: as `errors` maps it.
    """
    operation = f"read logs of {request.target}"
    pod = await read_pod(connection, request.target, operation)
    names = pod.containers_of(str(request.target))
    if not pod.is_scheduled:
        why = capped(pod.why_not_scheduled)
        raise NotFound(operation, "the pod is on no node yet" + (f": {why}" if why else ""))
    reading = _LogReading(connection, request, pod, operation)
    if not request.all_containers:
        return LogsResult(logs=(await reading.read(choose_for_logs(names, request.container).name, MAX_STREAM_BYTES),))
    kept_bytes = max(_LEAST_KEPT_BYTES, MAX_STREAM_BYTES // max(1, len(names.all_names)))
    return LogsResult(logs=tuple([await reading.read_or_say_why(name, kept_bytes) for name in names.all_names]))


class _LogReading:
    """Reads one container after the other, in whatever way the request wants."""

    def __init__(
        self, connection: KubernetesConnection, request: GetLogsRequest, pod: PodOverview, operation: str
    ) -> None:
        self._connection = connection
        self._request = request
        self._pod = pod
        self._operation = operation

    async def read_or_say_why(self, container: str, kept_bytes: int) -> ContainerLog:
        """The log, or why there is none: one container that waits takes nothing from the others."""
        try:
            return await self.read(container, kept_bytes)
        except (InvalidRequest, NotFound) as error:
            return ContainerLog(container=container, problem=error.why)

    async def read(self, container: str, kept_bytes: int) -> ContainerLog:
        """The log of one container; of one that is too long, the end."""
        capture = OutputCapture(head_bytes=0, tail_bytes=kept_bytes)
        try:
            async with self._connection.stream(
                pod_path(self._request.target, self._operation, "log"),
                _query(self._request, container),
                operation=self._operation,
                resource="pods/log",
                idle_seconds=_IDLE_SECONDS,
                label="GET",
            ) as stream:
                while capture.total_bytes < _MOST_READ_BYTES and (piece := await stream.read()):
                    capture.add(piece)
        except InvalidRequest as error:
            raise self._readable(container, error) from error
        captured = capture.captured()
        kept = captured.last_lines()
        left_out_bytes = captured.total_bytes - len(kept)
        is_left = captured.total_bytes >= _MOST_READ_BYTES
        if is_left:
            # In the middle of a line, most likely; what is left of a secret there could not be known for one.
            kept = kept[: kept.rfind(b"\n") + 1]
        return ContainerLog(
            container=container,
            text=kept.decode("utf-8", "replace"),
            left_out_bytes=left_out_bytes,
            is_left=is_left,
        )

    def _readable(self, container: str, error: InvalidRequest) -> InvalidRequest | NotFound:
        """The refusal in words that say what to do about it."""
        if self._request.previous and "previous terminated container" in error.why:
            return NotFound(self._operation, f"container {container} has not been restarted: it has no previous log")
        waiting = self._pod.waiting(container)
        if waiting is None:
            return error
        why = ": ".join(filter(None, (waiting.reason, waiting.message)))
        return NotFound(
            self._operation, f"container {container} has not started yet" + (f": {capped(why)}" if why else "")
        )


def _query(request: GetLogsRequest, container: str) -> dict[str, str]:
    query = {"container": container, "tailLines": str(request.tail_lines)}
    if request.previous:
        query["previous"] = "true"
    if request.timestamps:
        query["timestamps"] = "true"
    if request.since_seconds is not None:
        query["sinceSeconds"] = str(request.since_seconds)
    if request.since_time is not None:
        query["sinceTime"] = request.since_time.isoformat().replace("+00:00", "Z")
    if request.limit_bytes is not None:
        query["limitBytes"] = str(request.limit_bytes)
    return query
