"""READY, RESTARTS and the reason of a pod, as `kubectl get pods` prints them.

The counting is that of kubectl's printer (kubernetes `pkg/printers/internalversion/printers.go`, printPod, 1.37). The
reason is more telling than its STATUS column in two places (wire contract 2.4.3): the pod's own reason wins over its
containers', and a pod that cannot be scheduled says why. A healthy pod has no reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from domain.cluster.pods import PodCondition

_ENDED: Final = frozenset({"Succeeded", "Failed"})
_NODE_LOST: Final = "NodeLost"
_COMPLETED: Final = "Completed"
_INT32_MAX: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerFacts:
    """The status of one container."""

    is_sidecar: bool = False
    """An init container that is restarted whenever it ends, and goes on beside the others."""
    state: str = ""
    """`running`, `waiting`, `terminated`, or empty."""
    reason: str = ""
    """Of the state."""
    message: str = ""
    exit_code: int = 0
    signal: int = 0
    ready: bool = False
    started: bool = False
    restart_count: int = 0

    @property
    def has_succeeded(self) -> bool:
        """Whether it ended well."""
        return self.state == "terminated" and self.exit_code == 0

    @property
    def has_failed(self) -> bool:
        """Whether it ended badly."""
        return self.state == "terminated" and self.exit_code != 0

    @property
    def is_serving(self) -> bool:
        """Whether it runs and is ready."""
        return self.ready and self.state == "running"

    @property
    def how_it_ended(self) -> str:
        """Reason of the end, or the signal or exit code where nobody gave one."""
        return self.reason or (f"Signal:{self.signal}" if self.signal else f"ExitCode:{self.exit_code}")


_NO_CONDITION: Final = PodCondition(type="", status="")


@dataclass(frozen=True, slots=True, kw_only=True)
class PodFacts:
    """What READY, RESTARTS and the reason follow from."""

    phase: str = ""
    reason: str = ""
    """The pod's own."""
    message: str = ""
    is_being_deleted: bool = False
    declared_containers: int = 0
    declared_init_containers: int = 0
    declared_sidecars: int = 0
    """How many of the init containers are native sidecars."""
    init_containers: tuple[ContainerFacts, ...] = ()
    """In the order of their start, as the API has them."""
    containers: tuple[ContainerFacts, ...] = ()
    conditions: tuple[PodCondition, ...] = ()


@dataclass(frozen=True, slots=True)
class DerivedStatus:
    """What an operator reads in a list of pods."""

    ready: str
    """`<ready>/<containers>`; empty without containers."""
    restarts: int
    reason: str
    """Why the pod is not simply in its phase; empty for a healthy one."""
    message: str
    """What goes with the reason."""


def derive_status(pod: PodFacts) -> DerivedStatus:
    """Everything at once."""
    position = _unfinished_init(pod.init_containers)
    is_initialising = position is not None and _condition(pod, "Initialized").status != "True"
    reason, message = _why(pod, position)
    return DerivedStatus(
        ready=_ready(pod, position, is_initialising=is_initialising),
        restarts=_restarts(pod, position if is_initialising else None),
        reason=reason,
        message=message,
    )


def _unfinished_init(containers: Iterable[ContainerFacts]) -> int | None:
    """Position of the first init container that has not succeeded; a sidecar that has started counts as done."""
    for position, container in enumerate(containers):
        if not container.has_succeeded and not (container.is_sidecar and container.started):
            return position
    return None


def _ready(pod: PodFacts, unfinished: int | None, *, is_initialising: bool) -> str:
    total = pod.declared_containers + pod.declared_sidecars
    if not total:
        return ""
    # kubectl stops counting sidecars at the first init container that has not succeeded.
    ready = sum(c.ready and not c.has_succeeded for c in pod.init_containers[:unfinished])
    if not is_initialising:
        ready += sum(container.is_serving for container in pod.containers)
    return f"{ready}/{total}"


def _restarts(pod: PodFacts, initialising: int | None) -> int:
    """While the pod initialises those of the init containers so far, then those of the others and of the sidecars."""
    if initialising is not None:
        total = sum(container.restart_count for container in pod.init_containers[: initialising + 1])
    else:
        total = sum(container.restart_count for container in pod.init_containers if container.is_sidecar)
        total += sum(container.restart_count for container in pod.containers)
    return min(total, _INT32_MAX)


def _why(pod: PodFacts, unfinished: int | None) -> tuple[str, str]:
    """Reason and message: the first rule that applies."""
    if pod.is_being_deleted and pod.phase not in _ENDED:
        return "Unknown" if pod.reason == _NODE_LOST else "Terminating", pod.message
    if pod.reason:
        return pod.reason, pod.message
    scheduled = _condition(pod, "PodScheduled")
    if scheduled.reason and scheduled.status != "True":
        return scheduled.reason, scheduled.message
    if unfinished is not None:
        return _why_initialising(pod, unfinished)
    found = _why_of_containers(pod.containers)
    if found is not None:
        return found
    ready = _condition(pod, "Ready")
    return (ready.reason, ready.message) if ready.reason and ready.status != "True" else ("", "")


def _why_initialising(pod: PodFacts, position: int) -> tuple[str, str]:
    container = pod.init_containers[position]
    if container.state == "terminated":
        return f"Init:{container.how_it_ended}", container.message
    if container.state == "waiting" and container.reason not in {"", "PodInitializing"}:
        return f"Init:{container.reason}", container.message
    return f"Init:{position}/{pod.declared_init_containers}", container.message


def _why_of_containers(containers: Sequence[ContainerFacts]) -> tuple[str, str] | None:
    """The first container that waits or has ended; one that has completed gives way to those that serve or failed."""
    is_serving = any(container.is_serving for container in containers)
    for container in containers:
        reason = container.how_it_ended if container.state == "terminated" else container.reason
        if container.state == "running" or not reason or (reason == _COMPLETED and is_serving):
            continue
        if reason == _COMPLETED:
            ended = next((other for other in containers if other.has_failed), container)
            return ended.how_it_ended, ended.message
        return reason, container.message
    return None


def _condition(pod: PodFacts, kind: str) -> PodCondition:
    for condition in pod.conditions:
        if condition.type == kind:
            return condition
    return _NO_CONDITION
