"""What is asked with manifests."""

from dataclasses import dataclass, field
from typing import ClassVar, Final

from domain.commands.actions import Action
from domain.commands.names import require_at_most, require_namespace
from domain.commands.target import Target
from domain.errors import InvalidCommandError

MAX_MANIFEST_CHARS: Final = 4 * 2**20
APPLY_SECONDS: Final = 110.0
"""The Master's deployer waits 120 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyManifestsRequest:
    """Bring objects to the state that manifests describe."""

    action: ClassVar[Action] = Action.APPLY_MANIFESTS

    target: Target = field(default_factory=Target)
    manifests: str = field(repr=False)
    """YAML, many documents; may hold what nobody else should read, so it is in no log."""
    path: str = ""
    """Where the sender has them from; for people."""
    dry_run: bool = False
    force: bool = False
    """Take fields that somebody else manages."""
    default_namespace: str = ""
    """For objects that name none; without it they are rejected."""
    continue_on_error: bool = True

    def __post_init__(self) -> None:
        """Refuse what is empty or too much."""
        if not self.manifests.strip():
            raise InvalidCommandError("manifests", "is required")
        require_at_most("manifests", self.manifests, MAX_MANIFEST_CHARS)
        if self.default_namespace:
            require_namespace("defaultNamespace", self.default_namespace)
