"""Keeps the objects of one kind, everywhere or in one namespace, as the API server has them.

`init -> listing -> syncing -> live`, and from anywhere to `backoff`, `forbidden` or `absent` and back. One reflector's
trouble is its own: it shares with others only the connection and the places for lists.

- A list is swapped in whole; a watch then follows it. A watch that ends as it should is opened again at once, from
  where it was. One that broke is opened again from there after a pause.
- 410, as a status or in the stream: the kind is listed again, soon unless it was so a moment ago. So it is when a watch
  ended at once without a word, with which some servers answer an old version; at once would be a storm of requests.
- 403: `forbidden`, asked about every few minutes; 404: `absent`, tried every few minutes; both only when it can be
  believed (`refusals`). An open watch goes on: that is how the API works.
- An event from before the version that the watch had reached: the order, or the server's history, is not what it was;
  only a list tells the truth, and no version that is known counts for it.
- What was read last stays while the trouble lasts (`stale`), except when the kind is forbidden or absent.
"""

import logging
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

import anyio
from anyio.abc import TaskStatus

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.decoding import ObjectDecoder
from adapters.kubernetes.errors import Expired, HistoryChanged, Unauthenticated
from adapters.kubernetes.hooks import KubernetesHooks
from adapters.kubernetes.kind_row import KindRow, RbacRole
from adapters.kubernetes.listing import Lister
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.reflector_status import ReflectorState, ReflectorStatus
from adapters.kubernetes.refusals import NotGranted, Refusals
from adapters.kubernetes.store import ObjectStore
from adapters.kubernetes.timings import ReflectorTimings
from adapters.kubernetes.watching import Progress, Watcher
from domain.backoff import Backoff
from domain.cluster.metadata import Resource
from ports.clock import Clock
from ports.errors import AccessDenied, NotFound, PortError, Unavailable

R = TypeVar("R", bound=Resource)

_PUNCTUAL_SECONDS: Final = 1.0
"""A watch that ends this little before its time has ended in time: the server takes whole seconds."""
_REFUSED: Final = "refused"
_REVERSED: Final = "reversed"
_UNREADABLE_STATES: Final = frozenset({ReflectorState.FORBIDDEN, ReflectorState.ABSENT})

logger = logging.getLogger(__name__)


class Reflector(Generic[R]):
    """Follows one kind; made by the inventory, one per namespace or one for all."""

    def __init__(
        self,
        row: KindRow[Any, R],
        namespace: str | None,
        connection: KubernetesConnection,
        *,
        list_slots: anyio.CapacityLimiter,
        clock: Clock,
        timings: ReflectorTimings,
        hooks: KubernetesHooks,
        options: MappingOptions,
        after_page: Callable[[], None],
        is_anything_read: Callable[[], bool],
        ask_first: bool = False,
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            row: what is read.
            namespace: where; None for everywhere.
            connection: through what.
            list_slots: shared by all reflectors, so that few lists run at once.
            clock: for pauses.
            timings: how long they are.
            hooks: who measures.
            options: what mappers are told.
            after_page: called when a page of a list has been taken in.
            is_anything_read: whether any reflector is live at this moment.
            ask_first: whether to ask for the right before the first try, where it is likely to be missing.
        """
        self.row = row
        self.namespace = namespace
        self.store: ObjectStore[R] = ObjectStore(row.retention, clock.now)
        self._kind = row.resource.kind.value
        self._connection = connection
        self._list_slots = list_slots
        self._clock = clock
        self._timings = timings
        self._hooks = hooks
        self._decoder: ObjectDecoder[R] = ObjectDecoder(row, options, hooks)
        path = row.list_path(namespace)
        self._lister: Lister[R] = Lister(
            connection,
            self._decoder,
            path=path,
            plural=row.plural,
            page_limit=timings.page_limit,
            yield_every=timings.yield_every,
            after_page=after_page,
            trim=self.store.trim,
        )
        self._watcher: Watcher[R] = Watcher(
            connection,
            self._decoder,
            self.store,
            hooks,
            kind=self._kind,
            path=path,
            plural=row.plural,
            yield_every=timings.yield_every,
            gather_seconds=timings.gather_seconds,
        )
        self._refusals = Refusals(
            row, namespace, connection, clock, timings, is_anything_read=is_anything_read, ask_first=ask_first
        )
        self._backoff = Backoff(timings.backoff_first_seconds, timings.backoff_longest_seconds)
        self._state = ReflectorState.INIT
        self._list_reason = "start"
        self._progress = Progress("")
        self._synced_at: datetime | None = None
        self._seen_at: datetime | None = None
        self._healthy_since: float | None = None
        self._expired_at = float("-inf")
        self._lists = 0
        self._watch_closes = 0
        self._last_error = ""
        self._is_told = False
        self._was_followed = False

    @property
    def name(self) -> str:
        """For logs: `reflector pods`, `reflector pods in shop`."""
        return f"reflector {self.row.where(self.namespace)}"

    @property
    def state(self) -> ReflectorState:
        """Where it is now."""
        return self._state

    @property
    def is_synced(self) -> bool:
        """Whether it has been complete, so that what it holds means something."""
        return self._synced_at is not None

    def status(self) -> ReflectorStatus:
        """What is known of it at this moment."""
        return ReflectorStatus(
            kind=self.row.resource.kind,
            namespace=self.namespace or "",
            state=self._state,
            resource_version=self._progress.resource_version,
            synced_at=self._synced_at,
            seen_at=self._seen_at,
            objects=len(self.store),
            skipped=self._decoder.skipped,
            relists=max(0, self._lists - 1),
            watch_closes=self._watch_closes,
            last_error=self._last_error,
            right=self.row.right(self.namespace),
        )

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Live until cancelled. After a crash it may be run again: it then lists anew."""
        task_status.started()
        self._progress = Progress("")
        while True:
            await self._clock.sleep(await self._round())

    async def _round(self) -> float:
        """List if need be, and follow one watch to its end; how long to wait before the next round."""
        try:
            return await self._follow()
        except Expired as error:
            return self._relist_seconds(self._fail(error, "expired", relist=True))
        except Unauthenticated as error:
            return self._fail(error, "credentials", relist=False)
        except (AccessDenied, NotFound) as error:
            return await self._refuse(error)
        except Unavailable as error:
            return self._fail(error, "unavailable", relist=False, at_least_seconds=error.retry_after_seconds or 0.0)
        except PortError as error:
            return self._fail(error, _REVERSED if isinstance(error, HistoryChanged) else "unexpected", relist=True)

    async def _follow(self) -> float:
        await self._refusals.ask()
        if not self._progress.resource_version:
            await self._list()
        return await self._watch()

    async def _list(self) -> None:
        self._state = ReflectorState.LISTING
        async with self._list_slots:
            self._lists += 1
            self._hooks.on_relist(self._kind, self._list_reason)
            listed = await self._lister.list(self.store.entries, reads_again=self._list_reason == _REVERSED)
        self.store.swap(listed.entries)
        self._progress = Progress(listed.resource_version)
        self._synced_at = self._seen_at = self._clock.now()
        self._refusals.end()
        self._state = ReflectorState.SYNCING

    async def _watch(self) -> float:
        """Follow one watch; how long to wait before the next."""
        progress = self._progress = Progress(self._progress.resource_version)
        seconds = random.uniform(  # noqa: S311 - jitter, no secret
            self._timings.watch_shortest_seconds, self._timings.watch_longest_seconds
        )
        began = self._clock.monotonic()
        await self._watcher.follow(
            progress, seconds=seconds, slack_seconds=self._timings.watch_slack_seconds, on_sign=self._sign_of_life
        )
        lasted_seconds = self._clock.monotonic() - began
        operation = f"watch {self.row.where(self.namespace)}"
        if lasted_seconds < self._timings.short_watch_seconds:
            error = Unavailable(operation, "the watch ended as soon as it was open")
            return self._fail(error, "short", relist=progress.lines == 0)
        if progress.cut:
            return self._fail(Unavailable(operation, "cut in the middle of a line"), "cut", relist=False)
        if progress.lines == 0 and lasted_seconds < seconds - _PUNCTUAL_SECONDS:
            return self._fail(Unavailable(operation, "ended early without a word"), "silent", relist=False)
        self._close("ended")
        return 0.0

    def _sign_of_life(self) -> None:
        self._seen_at = self._clock.now()
        if self._healthy_since is None:
            self._healthy_since = self._clock.monotonic()
        self._state = ReflectorState.LIVE
        self._was_followed = True
        self._refusals.forget()
        self._last_error = ""
        if self._is_told and self._progress.lines:
            # Not when the watch is opened: a server that is starting opens and ends many.
            self._is_told = False
            logger.info("kind is followed again", extra={"kind": self._kind, "namespace": self.namespace or ""})

    def _close(self, reason: str) -> None:
        self._watch_closes += 1
        self._hooks.on_watch_close(self._kind, reason)

    def _fail(self, error: PortError, reason: str, *, relist: bool, at_least_seconds: float = 0.0) -> float:
        """Something that passes: keep what is known, and wait longer the longer it lasts."""
        if reason != _REFUSED:
            self._refusals.forget()
        now = self._clock.monotonic()
        if self._healthy_since is not None and now - self._healthy_since >= self._timings.healthy_seconds:
            self._backoff.reset()
        self._healthy_since = None
        if self._progress.opened:
            self._close(reason)
        if relist:
            self._list_reason = reason
            self._progress = Progress("")
        self._progress.opened = False
        if self._state not in _UNREADABLE_STATES:
            self._state = ReflectorState.BACKOFF
        self._tell(error)
        return self._backoff.next_seconds(at_least_seconds)

    def _relist_seconds(self, failed_seconds: float) -> float:
        """After 410 the server is well and only the version is old: list soon; twice in a row it is trouble."""
        before, self._expired_at = self._expired_at, self._clock.monotonic()
        soon = self._expired_at - before >= self._timings.healthy_seconds
        return self._backoff.jitter(0.0, self._timings.backoff_first_seconds) if soon else failed_seconds

    async def _refuse(self, error: AccessDenied | NotFound) -> float:
        """The kind may not be read, or is not served, if that can be believed."""
        if not await self._refusals.are_believed(error, was_followed=self._was_followed):
            pause_seconds = self._fail(error, _REFUSED, relist=False)
            return min(pause_seconds, self._refusals.doubtful_seconds or pause_seconds)
        if self._progress.opened:
            self._close(_REFUSED)
        self.store.clear()
        is_denied = isinstance(error, AccessDenied)
        self._list_reason = "granted" if is_denied else "served"
        self._progress = Progress("")
        self._synced_at = None
        self._was_followed = False
        self._state = ReflectorState.FORBIDDEN if is_denied else ReflectorState.ABSENT
        self._tell(error)
        return self._refusals.next_probe_seconds()

    def _tell(self, error: PortError) -> None:
        """Once per trouble, not once per try."""
        self._last_error = str(error)
        if not self._is_told:
            self._is_told = True
            state = self._state
            fields = {"kind": self._kind, "namespace": self.namespace or "", "state": state.value, "error": str(error)}
            is_refused = state is ReflectorState.FORBIDDEN or isinstance(error, NotGranted)
            # A role that nobody bound is a choice and no trouble, also while the refusal is not believed yet.
            is_off = is_refused and self.row.role is not RbacRole.READ
            logger.log(logging.INFO if is_off else logging.WARNING, "kind is not followed", extra=fields)
