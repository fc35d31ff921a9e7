"""A container of a pod as the simulated kubelet sees it.

Mutable, and changed by the other modules of this package only.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from adapters.memory.world.blueprints import ContainerPlan


@dataclass(slots=True, eq=False)
class SimContainer:
    """A container of a pod."""

    plan: ContainerPlan
    image: str
    state: str = "waiting"
    """waiting, running or terminated."""
    reason: str = ""
    message: str = ""
    is_ready: bool = False
    restarts: int = 0
    last_reason: str = ""
    last_message: str = ""
    last_at: datetime | None = None
    ended_at: datetime | None = None
    due_seconds: float = math.inf
    """When something happens to it next."""
    backoff_seconds: float = 0.0

    @property
    def has_succeeded(self) -> bool:
        """Whether it ended as it should."""
        return self.state == "terminated" and self.reason == "Completed"
