"""Which container of a pod is meant where none is named, as kubectl chooses it.

Source: kubectl's `podcmd.FindOrDefaultContainerByName`; logs of a mesh's proxy are not what anybody means by the logs
of a pod, so for these the first container that is none comes before the first.
"""

from dataclasses import dataclass
from typing import Final

from domain.errors import InvalidCommandError

DEFAULT_CONTAINER_ANNOTATION: Final = "kubectl.kubernetes.io/default-container"

SIDECARS: Final = frozenset(
    {
        "linkerd-proxy",
        "linkerd-init",
        "istio-proxy",
        "istio-init",
        "istio-validation",
        "kuma-sidecar",
        "consul-dataplane",
        "daprd",
        "vault-agent",
        "cloudsql-proxy",
        "cloud-sql-proxy",
    }
)
"""Containers that were put beside somebody's program."""

_MAX_QUOTED_CHARS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PodContainers:
    """The names of a pod's containers, each group in the order in which the pod lists them."""

    pod: str
    """`Pod shop/web-1`, for messages."""
    containers: tuple[str, ...]
    init_containers: tuple[str, ...] = ()
    ephemeral_containers: tuple[str, ...] = ()
    annotated: str = ""
    """What the annotation names; empty without one."""

    @property
    def all_names(self) -> tuple[str, ...]:
        """In the order in which they run."""
        return (*self.init_containers, *self.containers, *self.ephemeral_containers)


@dataclass(frozen=True, slots=True)
class ContainerChoice:
    """The container that is meant."""

    name: str
    note: str = ""
    """How it was chosen, where the caller named none and there are others."""


def choose_for_exec(pod: PodContainers, wanted: str) -> ContainerChoice:
    """The named container, else the annotated one, else the first.

    Raises:
        InvalidCommandError: the pod has no container of that name.
    """
    return _choose(pod, wanted, pod.containers)


def choose_for_logs(pod: PodContainers, wanted: str) -> ContainerChoice:
    """The named container, else the annotated one, else the first that is no sidecar, else the first.

    Raises:
        InvalidCommandError: the pod has no container of that name.
    """
    return _choose(pod, wanted, tuple(name for name in pod.containers if name not in SIDECARS))


def _choose(pod: PodContainers, wanted: str, preferred: tuple[str, ...]) -> ContainerChoice:
    if wanted:
        if wanted not in pod.all_names:
            raise InvalidCommandError(
                "container", f"{pod.pod} has no container {wanted[:_MAX_QUOTED_CHARS]!r}; it has {_listed(pod)}"
            )
        return ContainerChoice(wanted)
    candidates = [name for name in (pod.annotated,) if name in pod.all_names] or [*preferred, *pod.containers]
    if not candidates:
        raise InvalidCommandError("container", f"{pod.pod} has no container")
    if len(pod.all_names) == 1:
        return ContainerChoice(candidates[0])
    return ContainerChoice(candidates[0], f"no container was named: {candidates[0]} was chosen out of {_listed(pod)}")


def _listed(pod: PodContainers) -> str:
    return ", ".join(pod.all_names) or "none"
