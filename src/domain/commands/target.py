"""What a command is about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The object a command names; each part may be empty where the action needs none."""

    kind: str = ""
    namespace: str = ""
    name: str = ""

    def __str__(self) -> str:
        """`Deployment shop/web`, as it stands in logs and answers."""
        path = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {path}".strip()
