"""The Events of the simulated cluster: who writes them, how repetitions are counted, how long they stay.

Two generations of writers, as in a real cluster. The old ones stamp whole seconds and count repetitions in the Event;
the new ones (events.k8s.io, of the components here the scheduler) stamp microseconds and count them in a series. An
Event that is written again under the same words is the same Event. It stays as long as domain.cluster.events says.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from domain.cluster.events import EVENT_LIFETIME, MOST_EVENTS, Event, ResourceRef, surplus_events

_DEFAULT_NAMESPACE: Final = "default"
"""Where Events about what is in no namespace are."""
_SWEEP_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Writer:
    """A component that writes Events."""

    component: str
    is_new: bool = False
    """Whether it writes through events.k8s.io."""


SCHEDULER: Final = Writer("default-scheduler", is_new=True)
KUBELET: Final = Writer("kubelet")
NODE_CONTROLLER: Final = Writer("node-controller")
DEPLOYMENT_CONTROLLER: Final = Writer("deployment-controller")
REPLICA_SET_CONTROLLER: Final = Writer("replicaset-controller")
STATEFUL_SET_CONTROLLER: Final = Writer("statefulset-controller")
DAEMON_SET_CONTROLLER: Final = Writer("daemonset-controller")
JOB_CONTROLLER: Final = Writer("job-controller")
CRON_JOB_CONTROLLER: Final = Writer("cronjob-controller")
VOLUME_CONTROLLER: Final = Writer("persistentvolume-controller")
PROVISIONER: Final = Writer("csi.storage.example_provisioner-0")
ATTACHER: Final = Writer("attachdetach-controller")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What an Event says, without when and how often."""

    about: ResourceRef
    writer: Writer
    reason: str
    message: str
    is_warning: bool = False
    node: str = ""
    """Where the writer runs, if it runs on every node."""


class EventLog:
    """The Events that are kept."""

    def __init__(self, seed: int, changed: set[tuple[str, str]]) -> None:
        """Nothing has happened yet.

        Args:
            seed: decides about UIDs and fractions of seconds.
            changed: gets the keys of Events that are new, changed or gone.
        """
        self.kept: dict[tuple[str, str], Event] = {}
        """By namespace and name."""
        self._by_words: dict[Words, tuple[str, str]] = {}
        self._words: dict[tuple[str, str], Words] = {}
        self._changed = changed
        self._chance = Random(f"{seed}:events")  # noqa: S311 - a simulation, no secret
        self._number = 0

    def write(self, words: Words, at: datetime, *, times: int = 1, since: datetime | None = None) -> None:
        """It happened now, or several times since then."""
        at = self._stamp(words.writer, at)
        key = self._by_words.get(words)
        if key is None:
            self._write_new(words, at, times, since)
        else:
            known = self.kept[key]
            self.kept[key] = replace(known, count=known.count + times, last_timestamp=at)
            self._changed.add(key)

    def sweep(self, now: datetime, seconds: float) -> None:
        """Forget what is too old or too much, every few seconds of the world."""
        if seconds % _SWEEP_SECONDS == 0 or len(self.kept) > MOST_EVENTS:
            # Whoever reads up to the next sweep shall not find what is older than the lifetime.
            for key in surplus_events(self.kept, now + timedelta(seconds=_SWEEP_SECONDS)):
                del self.kept[key]
                del self._by_words[self._words.pop(key)]
                self._changed.add(key)

    def is_remembered(self, at: datetime, now: datetime) -> bool:
        """Whether an Event of that moment would still be kept."""
        return now - at < EVENT_LIFETIME - timedelta(seconds=_SWEEP_SECONDS)

    def _write_new(self, words: Words, at: datetime, times: int, since: datetime | None) -> None:
        self._number += 1
        about = words.about
        name = f"{about.name}.{int(at.timestamp() * 1e9) + self._number:x}"
        key = (about.namespace or _DEFAULT_NAMESPACE, name)
        digits = f"{self._chance.getrandbits(128):032x}"
        self.kept[key] = Event(
            uid=f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-9{digits[17:20]}-{digits[20:]}",
            name=name,
            namespace=key[0],
            node_name=words.node,
            created_at=(since or at).replace(microsecond=0),
            type="Warning" if words.is_warning else "Normal",
            reason=words.reason,
            message=words.message,
            source=words.writer.component,
            involved_object=about,
            count=times,
            first_timestamp=self._stamp(words.writer, since) if since else at,
            last_timestamp=at,
        )
        self._by_words[words] = key
        self._words[key] = words
        self._changed.add(key)

    def _stamp(self, writer: Writer, at: datetime) -> datetime:
        """New writers know the microsecond, a little before the API server took the Event."""
        if not writer.is_new:
            return at.replace(microsecond=0)
        return at - timedelta(microseconds=self._chance.randrange(20_000, 900_000))
