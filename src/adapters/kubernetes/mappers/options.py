"""What an operator may choose about mapping."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class MappingOptions:
    """Choices that hold for every object."""

    env_values: Literal["redacted", "none"] = "redacted"
    """`none` leaves out every literal value of an environment variable, secret or not."""
