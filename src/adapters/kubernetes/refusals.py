"""Whether a refusal is believed: an empty kind tells the Master that everything of it was deleted.

| answer | kind never followed | kind followed before |
|---|---|---|
| 403, a Status | at once where a review denies it and something else can be read, else once it lasts | once it lasts |
| 403, no Status | never: something on the way has said it | never |
| 404, a Status | at once | once it lasts |
| 404, no Status, of the core | never: the core is always served | never |
| 404, no Status, of another group | while discovery confirms it | once it lasts, while discovery confirms it |

An API server that has just started does not know the roles yet and refuses everything, access reviews included; behind
a balancer only some answers come from such a server. Hence both conditions for believing at once, and the wait
otherwise. An authoriser that cannot be asked (a webhook that is down) denies everything for as long as that lasts; a
review then says that nobody has decided, and nothing is believed. Any other answer in between begins the wait anew: it
must be one refusal that lasts, not two that are far apart. What is not believed is trouble that passes: the kind keeps
what it has, or counts as not read yet.
"""

from collections.abc import Callable
from typing import Any, Final

from adapters.kubernetes.access import may
from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.errors import Blocked, Unserved
from adapters.kubernetes.kind_row import KindRow
from adapters.kubernetes.serving import is_served
from adapters.kubernetes.timings import ReflectorTimings
from ports.clock import Clock
from ports.errors import AccessDenied, NotFound, PortError

_VERBS: Final = ("list", "watch")


class NotGranted(AccessDenied):
    """Raised when an access review says that the right is missing; nothing was tried."""


class Refusals:
    """What has been refused to one reflector, and since when."""

    def __init__(
        self,
        row: KindRow[Any, Any],
        namespace: str | None,
        connection: KubernetesConnection,
        clock: Clock,
        timings: ReflectorTimings,
        *,
        is_anything_read: Callable[[], bool],
        ask_first: bool,
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            row: the kind.
            namespace: where; None for everywhere.
            connection: who is asked.
            clock: measures how long a refusal lasts.
            timings: how long it must last, and how often it is looked at again.
            is_anything_read: whether the API server lets the agent read anything at this moment.
            ask_first: whether to ask for the right before the first try.
        """
        self._row = row
        self._namespace = namespace or ""
        self._connection = connection
        self._clock = clock
        self._timings = timings
        self._is_anything_read = is_anything_read
        self._must_ask = ask_first
        self._since: float | None = None
        self._probe_seconds = timings.probe_first_seconds

    async def ask(self) -> None:
        """Ask for the right where it is likely to be missing: a denied try stands in the cluster's audit log.

        A server that does not answer this question is tried instead.

        Raises:
            NotGranted: it is missing.
            Unavailable: the API server cannot be reached now.
        """
        if self._must_ask:
            for verb in _VERBS:
                if not await self._may(verb):
                    raise NotGranted(f"{verb} {self._row.plural}", "not granted")
            self._must_ask = False

    async def are_believed(self, error: AccessDenied | NotFound, *, was_followed: bool) -> bool:
        """Take note of a refusal; whether the kind is forbidden, or absent, from now on.

        Args:
            error: the refusal.
            was_followed: whether the kind has been watched since it was last forbidden or absent. To be listed is not
                enough: where only the watch is denied, the kind must not appear for some seconds and vanish again.
        """
        if isinstance(error, Blocked) or (isinstance(error, Unserved) and not self._row.group):
            self._since = None
            return False
        if self._since is None:
            self._since = self._clock.monotonic()
        if isinstance(error, AccessDenied):
            self._must_ask = True
        try:
            return await self._is_believed(error, was_followed=was_followed)
        except PortError:
            return False

    async def _is_believed(self, error: AccessDenied | NotFound, *, was_followed: bool) -> bool:
        has_lasted = self.doubtful_seconds <= 0
        if isinstance(error, AccessDenied):
            if not has_lasted and (was_followed or not self._is_anything_read()):
                return False
            # Asked also when it has lasted: an authoriser that cannot be reached denies everything, and says so here.
            return await self._is_denied(error) or has_lasted
        if was_followed and not has_lasted:
            return False
        return not isinstance(error, Unserved) or not await is_served(
            self._connection, self._row.group, self._row.version, self._row.plural
        )

    async def _is_denied(self, error: AccessDenied) -> bool:
        return isinstance(error, NotGranted) or not all([await self._may(verb) for verb in _VERBS])

    async def _may(self, verb: str) -> bool:
        """True also where the server does not answer such questions."""
        return await may(self._connection, verb, self._row.group, self._row.plural, self._namespace, unknown=True)

    @property
    def doubtful_seconds(self) -> float:
        """How much longer a refusal must last to be believed; 0 where there is none, or it has."""
        if self._since is None:
            return 0.0
        return max(0.0, self._since + self._timings.refusal_grace_seconds - self._clock.monotonic())

    def next_probe_seconds(self) -> float:
        """How long to wait before looking again at a kind whose refusal is believed: longer every time."""
        pause_seconds = self._probe_seconds
        self._probe_seconds = min(2 * pause_seconds, self._timings.probe_seconds)
        return pause_seconds

    def forget(self) -> None:
        """The server has answered something else than no."""
        self._since = None

    def end(self) -> None:
        """The kind has been read."""
        self.forget()
        self._probe_seconds = self._timings.probe_first_seconds
