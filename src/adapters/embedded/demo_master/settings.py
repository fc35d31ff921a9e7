"""What can be set on a demo Master: where it listens, its time limits, and how much it remembers.

The defaults of the time limits are the real Master's (wire contract, server basics and long poll); tests set fractions
of a second where the real one waits half a minute.
"""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMasterSettings:
    """Where a demo Master listens and how it behaves; immutable.

    Raises:
        ValueError: if a time limit or a bound is not positive, or a port is out of range.
    """

    agent_host: str = "127.0.0.1"
    """Address of the agent routes. They have no authentication, exactly like the real ones: keep it on loopback."""

    web_host: str = "127.0.0.1"
    """Address of the console. The Host allow-list names this address and the names of loopback, nothing else."""

    agent_port: int = 0
    """0 takes any free port."""

    web_port: int = 0
    """0 takes any free port."""

    poll_hold_seconds: float = 60.0
    """How long a poll for commands is held when there is none."""

    idle_seconds: float = 30.0
    """An idle keep-alive connection of the agent port is closed after this long."""

    read_seconds: float = 30.0
    """A request whose body takes longer loses its connection without an answer."""

    heartbeat_expire_seconds: float = 45.0
    """A cluster without a heartbeat for this long is offline. Snapshots do not count."""

    stale_wake_ups: bool = True
    """After a command was taken straight from the queue, the next poll is empty at once, as with the real one."""

    allow_changes: bool = False
    """Whether the console may queue actions that change a cluster."""

    keep_bodies: int = 1
    """How many accepted snapshots are kept per cluster; the newest is what the console shows."""

    keep_commands: int = 200
    """How many commands are remembered, finished ones forgotten first; 10 times as many may wait in queues."""

    keep_result_bytes: int = 64 * MEBIBYTE
    """How much text of results is remembered; the newest result is kept whatever its size."""

    keep_rejections: int = 200
    """How many refused requests are remembered."""

    def __post_init__(self) -> None:
        """Refuse what could not work, by name."""
        for name in ("agent_port", "web_port"):
            port: int = getattr(self, name)
            if not 0 <= port <= 65_535:  # noqa: PLR2004 - the range of TCP ports
                raise ValueError(f"{name} must be between 0 and 65535, not {port}")
        for name in (
            "poll_hold_seconds",
            "idle_seconds",
            "read_seconds",
            "heartbeat_expire_seconds",
            "keep_bodies",
            "keep_commands",
            "keep_result_bytes",
            "keep_rejections",
        ):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)}")
