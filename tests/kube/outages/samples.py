"""What the agent says of itself, asked again and again from a thread of its own."""

import contextlib
import http.client
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.kube.agent import Agent
from tests.kube.testbed.errors import Json

_PERIOD_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Sample:
    """One moment."""

    at: datetime
    """When the question was asked."""
    livez: int
    """Status of `/livez`."""
    kinds: Mapping[str, str]
    """State of each kind's reading."""
    usage: str
    """State of usage."""

    @property
    def states(self) -> frozenset[str]:
        """Every state that some kind is in."""
        return frozenset(self.kinds.values())


class Sampler:
    """Asks until it is told to stop; an agent that does not answer is a status of 0."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="samples", daemon=True)
        self._samples: list[Sample] = []

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> tuple[Sample, ...]:
        """Ask no more; all samples, oldest first."""
        self._stop.set()
        self._thread.join()
        return tuple(self._samples)

    @property
    def last(self) -> Sample | None:
        """The newest sample, if there is one."""
        return self._samples[-1] if self._samples else None

    def _run(self) -> None:
        while not self._stop.wait(_PERIOD_SECONDS):
            at = datetime.now(UTC)
            livez, report = 0, None
            with contextlib.suppress(OSError, http.client.HTTPException):
                livez, _ = self._agent.ask("/livez")
                report = self._agent.status()
            self._samples.append(_sample(at, livez, report))


def _sample(at: datetime, livez: int, report: Json | None) -> Sample:
    if report is None:
        return Sample(at, 0, {}, "")
    kinds = {kind: str(reading["state"]) for kind, reading in report["kinds"].items()}
    return Sample(at, livez, kinds, str(report["usage"]["state"]))
