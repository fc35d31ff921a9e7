"""What is asked of ConfigMaps and Secrets: their content."""

from dataclasses import dataclass
from typing import ClassVar

from domain.commands.actions import Action
from domain.commands.names import require_name, require_namespace
from domain.commands.target import Target
from domain.commands.workload_requests import require_kind


@dataclass(frozen=True, slots=True, kw_only=True)
class GetConfigMapRequest:
    """Read a ConfigMap's data."""

    action: ClassVar[Action] = Action.GET_CONFIGMAP

    target: Target

    def __post_init__(self) -> None:
        """Refuse what names no ConfigMap."""
        require_kind(self.target, "ConfigMap", "configmaps", "cm")
        require_namespace("namespace", self.target.namespace)
        require_name("name", self.target.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class GetSecretRequest:
    """Read a Secret's data."""

    action: ClassVar[Action] = Action.GET_SECRET

    target: Target

    def __post_init__(self) -> None:
        """Refuse what names no Secret."""
        require_kind(self.target, "Secret", "secrets")
        require_namespace("namespace", self.target.namespace)
        require_name("name", self.target.name)
