"""When the Master first had what happened in the cluster: counted in the snapshots' own times."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.kube.agent import Agent
from tests.kube.oracles.texts import parse_time
from tests.kube.testbed.errors import ClusterError, Json

TICK = timedelta(seconds=1)
"""The agent's push interval in these tests; it collects at every tick."""
SLACK = timedelta(seconds=1)
"""For the watch to bring what happened, on a machine that runs a control plane beside the agent on two cores."""


class Timeline:
    """The snapshots of one agent, each read once."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._read: dict[int, tuple[datetime, Json]] = {}
        self._seen_before = agent.pushed()

    def seen(self, happened: datetime, holds: Callable[[Json], bool]) -> timedelta | None:
        """How long after this moment the first snapshot was collected that shows it; None when none did in time."""
        deadline = happened + TICK + SLACK
        found: list[timedelta] = []

        def decided() -> bool:
            self._read_new()
            times = [at for at, snapshot in self._read.values() if happened <= at <= deadline and holds(snapshot)]
            found[:] = [at - happened for at in times]
            return bool(found) or any(at > deadline for at, _ in self._read.values())

        self._agent.wait_for("a snapshot that shows it, or one too late", decided)
        return min(found, default=None)

    def shows(self, what: str, happened: datetime, holds: Callable[[Json], bool]) -> None:
        """Raises ClusterError unless a snapshot shows it that was collected within a tick after it, and the slack."""
        if self.seen(happened, holds) is None:
            raise ClusterError(f"{what}: in no snapshot within {TICK + SLACK}")

    def _read_new(self) -> None:
        for push in self._agent.master.pushes(self._agent.cluster_id):
            if push.number > self._seen_before and push.number not in self._read:
                snapshot = push.parsed()
                self._read[push.number] = parse_time(snapshot["fetchedAt"]), snapshot


def now() -> datetime:
    """After the API server's answer: what was asked for has happened."""
    return datetime.now(UTC)
