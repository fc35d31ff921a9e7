"""KubernetesPodAccess: logs and commands, over the API server, which passes them on to the node's kubelet."""

from typing import Final

from typing_extensions import override

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.exec.running import run_command
from adapters.kubernetes.operations.logs import read_logs
from adapters.kubernetes.operations.own_pod import OwnPod
from adapters.kubernetes.operations.pods import pod_path, read_pod
from adapters.kubernetes.timings import ExecTimings
from domain.commands.container_choice import choose_for_exec
from domain.commands.pod_requests import ExecRequest, GetLogsRequest
from domain.commands.pod_results import ExecResult, LogsResult
from domain.errors import CommandRefusedError
from ports.errors import Conflict
from ports.pods import PodAccess

_ENDED: Final = frozenset({"Succeeded", "Failed"})


class KubernetesPodAccess(PodAccess):
    """Asks the API server."""

    def __init__(self, connection: KubernetesConnection, timings: ExecTimings | None = None) -> None:
        self._connection = connection
        self._timings = timings or ExecTimings()
        self._own_pod = OwnPod(connection)

    @override
    async def logs(self, request: GetLogsRequest) -> LogsResult:
        return await read_logs(self._connection, request)

    @override
    async def exec(self, request: ExecRequest) -> ExecResult:
        operation = f"exec in {request.target}"
        pod = await read_pod(self._connection, request.target, operation)
        if pod.phase in _ENDED:
            raise Conflict(operation, f"the pod has ended ({pod.phase}): no command can be run in it")
        if pod.metadata.uid and pod.metadata.uid == await self._own_pod.uid():
            raise CommandRefusedError(f"{operation}: this is the agent's own pod, where its credentials are")
        choice = choose_for_exec(pod.containers_of(str(request.target)), request.container)
        end = await run_command(
            self._connection,
            pod_path(request.target, operation, "exec"),
            container=choice.name,
            command=request.command,
            timeout_seconds=request.timeout_seconds,
            operation=operation,
            timings=self._timings,
        )
        return ExecResult(
            container=choice.name,
            note=choice.note,
            exit_code=end.exit_code,
            problem=end.problem,
            is_timed_out=end.is_timed_out,
            stdout=end.stdout,
            stderr=end.stderr,
        )
