"""What pods write, and commands in them."""

from abc import abstractmethod
from typing import Protocol

from domain.commands.pod_requests import ExecRequest, GetLogsRequest
from domain.commands.pod_results import ExecResult, LogsResult


class PodAccess(Protocol):
    """Reaches into running pods, as kubectl would. Nothing is retried here."""

    @abstractmethod
    async def logs(self, request: GetLogsRequest) -> LogsResult:
        """What a pod's containers wrote.

        Where no container is named: the one that the pod's annotation names, else the first that is no sidecar, else
        the first. With all containers, one that has no log says why and takes nothing from the others.

        Returns:
            Text as it was written; of what is longer than 1 MiB the last whole lines, with what is missing counted.

        Raises:
            InvalidCommandError: the pod has no container of that name.
            NotFound: there is no such pod, or its container has not started, or was never restarted.
            AccessDenied: the agent lacks the right; the text names it.
            InvalidRequest: the API server calls the request wrong.
            Unavailable: the API server, or the node behind it, did not answer.
        """

    @abstractmethod
    async def exec(self, request: ExecRequest) -> ExecResult:
        """Run a command in a container, without input and without a terminal, and wait for its end.

        Where no container is named: the one that the pod's annotation names, else the first; the result says so. Of
        each stream half a megabyte is kept from either end.

        Returns:
            The exit code, whatever it is; or none and why it is not known, when the time was over or the connection
            was lost: then the command may go on in the container.

        Raises:
            InvalidCommandError: the pod has no container of that name.
            Conflict: the pod has ended.
            Refused: the command could not be run.
            NotFound: there is no such pod.
            AccessDenied: the agent lacks the right; the text names it.
            Unavailable: no connection; whether the command began is not known.
            UnexpectedAnswer: the other side speaks something else.
        """
