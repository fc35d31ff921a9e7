"""In which namespace each service lives.

Read apart from the figures, because a look into the attributes of every span costs ten times what counting them does.
Kept for ten minutes; read again as soon as a service turns up that is not known.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from adapters.clickhouse.dialect import TRACES
from adapters.clickhouse.store import KEPT_SECONDS, TelemetryStore
from domain.time_range import TimeRange
from ports.clock import Clock

DEFAULT_NAMESPACE: Final = "default"
"""Of a service whose telemetry names none. Source: wire contract 3.2."""
_NEWCOMER_SECONDS: Final = 30.0
_LONGEST_SECONDS: Final = 6 * 3600.0
"""How much of a long window is looked at: the attributes of every span of a month are not worth a namespace."""


@dataclass(frozen=True, slots=True)
class Identities:
    """What is known of the services."""

    namespaces: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Sorted; more than one where a name lives in several."""
    environments: dict[str, str] = field(default_factory=dict)

    @property
    def is_ambiguous(self) -> bool:
        """Whether some name lives in several namespaces."""
        return any(len(names) > 1 for names in self.namespaces.values())

    def namespace_of(self, service: str, told: str) -> str:
        """Namespace of a service; `told` is what a statement said, if it asked."""
        known = self.namespaces.get(service, ())
        return told or (known[0] if len(known) == 1 else "") or DEFAULT_NAMESPACE


class ServiceIdentities:
    """Reads and remembers them."""

    def __init__(self, store: TelemetryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known = Identities()
        self._read_on_seconds: float | None = None

    async def known(self, window: TimeRange, services: Iterable[str] = ()) -> Identities:
        """The identities; read anew when they are old, or when one of these services is missing."""
        age = None if self._read_on_seconds is None else self._clock.monotonic() - self._read_on_seconds
        has_newcomer = any(service not in self._known.namespaces for service in services)
        if age is None or age >= KEPT_SECONDS or (has_newcomer and age >= _NEWCOMER_SECONDS):
            latest = await self._read(TimeRange.last(min(window.seconds, _LONGEST_SECONDS), window.end_at))
            # A question about another time must not make the services of today strangers.
            self._known = Identities(
                namespaces={**self._known.namespaces, **latest.namespaces},
                environments={**self._known.environments, **latest.environments},
            )
            self._read_on_seconds = self._clock.monotonic()
        return self._known

    async def _read(self, window: TimeRange) -> Identities:
        parameters = {"f": window.start_at, "t": window.end_at}
        rows = await self._store.ask("list_service_identities", TRACES, parameters, operation="list services")
        identities = Identities()
        for row in rows:
            pairs = sorted(row["identities"])
            identities.namespaces[row["service"]] = tuple(sorted({namespace for namespace, _ in pairs if namespace}))
            identities.environments[row["service"]] = next((name for _, name in pairs if name), "")
        return identities
