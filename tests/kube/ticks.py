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
    """The snapshots of one agent from a moment on, each read once."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._read: dict[int, tuple[datetime, Json]] = {}
        self._since = datetime.now(UTC)

    def until(self, moment: datetime) -> list[tuple[datetime, Json]]:
        """Waits for a snapshot that was collected after this moment; gives all so far with their times."""

        def collected() -> bool:
            for push in self._agent.master.pushes(self._agent.cluster_id):
                if push.number not in self._read:
                    snapshot = push.parsed()
                    self._read[push.number] = parse_time(snapshot["fetchedAt"]), snapshot
            return any(at > moment for at, _ in self._read.values())

        self._agent.wait_for("the next snapshot", collected)
        return [item for item in self._read.values() if item[0] >= self._since]

    def seen(self, happened: datetime, holds: Callable[[Json], bool]) -> timedelta | None:
        """How long after this moment the first snapshot was collected that shows it; None when none did in time."""
        for at, snapshot in self.until(happened + TICK + SLACK):
            if at >= happened and holds(snapshot):
                return at - happened
        return None

    def shows(self, what: str, happened: datetime, holds: Callable[[Json], bool]) -> None:
        """Raises ClusterError unless a snapshot shows it within a tick after it happened, and the slack."""
        seen = self.seen(happened, holds)
        if seen is None or seen > TICK + SLACK:
            raise ClusterError(f"{what}: first seen after {seen}, not within {TICK + SLACK}")


def now() -> datetime:
    """After the API server's answer: what was asked for has happened."""
    return datetime.now(UTC)
