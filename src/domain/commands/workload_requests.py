"""What is asked of workloads, and of objects that shall go. Parameters: kubectl's, in the wire's spelling."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Final

from domain.commands.actions import Action
from domain.commands.images import require_image
from domain.commands.names import (
    INT32_MAX,
    require_at_most,
    require_name,
    require_namespace,
    require_object_name,
    require_range,
)
from domain.commands.target import Target
from domain.errors import InvalidCommandError

MAX_TOKEN_CHARS: Final = 128
"""Of a UID or a resource version: both are opaque and short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleRequest:
    """Set the number of replicas."""

    action: ClassVar[Action] = Action.SCALE

    target: Target
    replicas: int
    current_replicas: int | None = None
    """Refuse unless the workload asks for this many now."""
    resource_version: str = ""
    """Refuse unless the workload is at this version."""

    def __post_init__(self) -> None:
        """Refuse what no workload could be scaled to."""
        _require_workload(self.target)
        for name, value in (("replicas", self.replicas), ("currentReplicas", self.current_replicas)):
            require_range(name, value, 0, INT32_MAX)
        require_at_most("resourceVersion", self.resource_version, MAX_TOKEN_CHARS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartRequest:
    """Replace the pods of a workload, as its own update strategy does it."""

    action: ClassVar[Action] = Action.RESTART

    target: Target

    def __post_init__(self) -> None:
        """Refuse what names no workload."""
        _require_workload(self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateImageRequest:
    """Give one container of a workload another image."""

    action: ClassVar[Action] = Action.UPDATE_IMAGE

    target: Target
    image: str
    container: str = ""
    """Empty: the only one; with several, the caller has to say which."""

    def __post_init__(self) -> None:
        """Refuse what cannot be an image or a container."""
        _require_workload(self.target)
        require_image("image", self.image)
        if self.container:
            require_namespace_like_label("container", self.container)


class Propagation(StrEnum):
    """What becomes of what an object owns."""

    BACKGROUND = "Background"
    FOREGROUND = "Foreground"
    ORPHAN = "Orphan"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionOptions:
    """How an object goes."""

    grace_period_seconds: int | None = None
    """None: the object's own."""
    force: bool = False
    """Required for a grace period of 0: the containers may go on running."""
    propagation: Propagation = Propagation.BACKGROUND
    uid: str = ""
    """Refuse unless the object is this one."""
    resource_version: str = ""
    """Refuse unless the object is at this version."""
    dry_run: bool = False

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        require_range("gracePeriodSeconds", self.grace_period_seconds, 0, INT32_MAX)
        if self.grace_period_seconds == 0 and not self.force:
            raise InvalidCommandError("gracePeriodSeconds", "may be 0 only with force=true")
        if self.force and self.grace_period_seconds:
            raise InvalidCommandError("force", "allows no gracePeriodSeconds above 0")
        for name, value in (("uid", self.uid), ("resourceVersion", self.resource_version)):
            require_at_most(name, value, MAX_TOKEN_CHARS)

    @property
    def grace_seconds(self) -> int | None:
        """What the API server is told; `force` alone means 0, as kubectl has it. None: the object's own."""
        return 0 if self.force else self.grace_period_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRequest:
    """Delete one object of any kind that the policy permits."""

    action: ClassVar[Action] = Action.DELETE

    target: Target
    options: DeletionOptions = field(default_factory=DeletionOptions)

    def __post_init__(self) -> None:
        """Refuse what names no object; whether a namespace is needed only the kind can say."""
        if not self.target.kind:
            raise InvalidCommandError("kind", "is required")
        require_object_name("name", self.target.name)
        if self.target.namespace:
            require_namespace("namespace", self.target.namespace)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePodRequest:
    """Delete one pod."""

    action: ClassVar[Action] = Action.DELETE_POD

    target: Target
    options: DeletionOptions = field(default_factory=DeletionOptions)

    def __post_init__(self) -> None:
        """Refuse what names no pod."""
        require_kind(self.target, "Pod", "pods", "po")
        require_namespace("namespace", self.target.namespace)
        require_name("name", self.target.name)


def require_kind(target: Target, kind: str, *others: str) -> None:
    """Refuse another kind than the action is about; none at all means that kind.

    Raises:
        InvalidCommandError: naming the kind that is meant.
    """
    if target.kind and target.kind.lower() not in {kind.lower(), *others}:
        raise InvalidCommandError("kind", f"must be {kind}, not {target.kind[:64]}")


def require_namespace_like_label(name: str, value: str) -> None:
    """Refuse what cannot be the name of a container (RFC 1123 label).

    Raises:
        InvalidCommandError: naming the parameter.
    """
    try:
        require_namespace(name, value)
    except InvalidCommandError as error:
        raise InvalidCommandError(name, "is no valid name (lower-case letters, digits and '-')") from error


def _require_workload(target: Target) -> None:
    if not target.kind:
        raise InvalidCommandError("kind", "is required")
    require_namespace("namespace", target.namespace)
    require_name("name", target.name)
