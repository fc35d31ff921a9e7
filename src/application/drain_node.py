"""DrainNode: no new pods onto a node, then its pods told to end, and waited for, as `kubectl drain` does.

Where kubectl stops a person may look; here an answer has to say it all. So a drain always ends in time, evicts exactly
the pods that it has planned for and not those that come back under their names, and when it stops it says what is gone,
what still ends and what stands in the way. The agent's own pod goes last and is not waited for.

Source: kubectl 1.37, `pkg/drain/drain.go`: pauses, what is tried again, when a pod is gone.
"""

import math
from collections.abc import Callable
from typing import Final

import anyio

from domain.commands.drain import DrainPlan, is_waited_for, plan_drain
from domain.commands.drain_course import DrainCourse, PodCourse, Stage
from domain.commands.node_requests import DrainOptions
from domain.commands.node_results import CordonResult, DrainResult, PodLeft
from domain.commands.results import Outcome, UnfinishedCommandError
from ports.clock import Clock
from ports.errors import PortError, Unavailable
from ports.nodes import Eviction, EvictionAnswer, NodeOperator, Removal

RETRY_SECONDS: Final = 5.0
"""Between two tries to evict a pod, unless the API server names another time; kubectl's."""
LOOK_SECONDS: Final = 1.0
"""Between two looks which pods are gone; kubectl's."""
TELL_SECONDS: Final = 15.0
"""Between two words about how far the drain has come."""
LAST_LOOK_SECONDS: Final = 5.0
"""For finding out how things stand when the time is over."""
EVICTIONS_AT_ONCE: Final = 10
_LOOKS_PER_TRY: Final = int(RETRY_SECONDS / LOOK_SECONDS) - 1
"""So that a pod that has gone by itself is known before it is asked about again."""


class DrainNode:
    """Drains one node a call."""

    def __init__(self, operator: NodeOperator, clock: Clock) -> None:
        self._operator = operator
        self._clock = clock

    async def drain(
        self, node: str, options: DrainOptions, tell: Callable[[str], None], *, ends_at_seconds: float = math.inf
    ) -> DrainResult:
        """Take a node out of service and end its pods.

        Args:
            node: its name.
            options: what is permitted, and how long it may take.
            tell: takes how far it has come, at once and then every 15 s.
            ends_at_seconds: by the monotonic clock, when it is ended from outside and could say nothing any more.

        Raises:
            UnfinishedCommandError: it stopped before its end; the text is an account of everything, and what it
                carries the same pod by pod, once pods were told to end.
            PortError: not even the node could be taken out of service.
        """
        seconds_left = ends_at_seconds - self._clock.monotonic()
        limit_seconds = max(0.0, min(options.timeout_seconds, seconds_left - 2 * LAST_LOOK_SECONDS))
        ends = self._clock.monotonic() + limit_seconds
        cordoned = await self._operator.cordon(node, dry_run=options.dry_run)
        try:
            async with self._clock.deadline(ends - self._clock.monotonic()):
                course = DrainCourse(await self._plan(cordoned, options))
        except TimeoutError as error:
            account = f"stopped after {limit_seconds:g} s, while its pods were listed; nothing was evicted"
            raise _stopped(cordoned, options, account, is_out_of_time=True) from error
        run = _Run(self._operator, self._clock, cordoned, options, course)
        is_out_of_time = False
        try:
            async with self._clock.deadline(ends - self._clock.monotonic()):
                await (run.rehearse() if options.dry_run else run.carry_out(tell))
        except TimeoutError:
            is_out_of_time = True
            if not options.dry_run:
                await run.look_a_last_time()
        if run.has_reached_its_end and not (is_out_of_time and options.dry_run):
            return run.result()
        why = f"stopped after {limit_seconds:g} s" if is_out_of_time else "not every pod can be evicted"
        account = course.rehearsal() if options.dry_run else course.account()
        account = f"{why}; {account}"
        raise _stopped(cordoned, options, account, is_out_of_time=is_out_of_time, content=run.result())

    async def _plan(self, cordoned: CordonResult, options: DrainOptions) -> DrainPlan:
        try:
            candidates = await self._operator.drain_candidates(cordoned.node, options.pod_selector)
        except PortError as error:
            raise _stopped(cordoned, options, f"nothing was evicted: {error}") from error
        plan = plan_drain(candidates, options, self._clock.now())
        if plan.objection:
            raise _stopped(cordoned, options, f"nothing was evicted: {plan.objection}")
        return plan


class _Run:
    """One drain, once its plan is made."""

    def __init__(
        self, operator: NodeOperator, clock: Clock, cordoned: CordonResult, options: DrainOptions, course: DrainCourse
    ) -> None:
        self._operator = operator
        self._clock = clock
        self._cordoned = cordoned
        self._options = options
        self._course = course
        self._slots = anyio.CapacityLimiter(EVICTIONS_AT_ONCE)
        grace_period_seconds = options.grace_period_seconds if options.grace_period_seconds >= 0 else None
        self._removal = Removal(
            grace_period_seconds=grace_period_seconds, by_deletion=options.disable_eviction, dry_run=options.dry_run
        )

    @property
    def has_reached_its_end(self) -> bool:
        """Whether nothing is left to do, or to wait for."""
        if self._options.dry_run:
            return not self._course.at(Stage.ASKED, Stage.FAILED)
        own = self._course.own
        return self._course.is_complete and (own is None or own.stage in {Stage.ENDING, Stage.GONE})

    async def carry_out(self, tell: Callable[[str], None]) -> None:
        """Evict, wait, and tell of it; ends when there is nothing more to do."""
        tell(self._course.progress())
        async with anyio.create_task_group() as telling:
            telling.start_soon(self._keep_telling, tell)
            async with anyio.create_task_group() as work:
                for pod in self._course.others:
                    work.start_soon(self._evict, pod, self._removal)
                work.start_soon(self._wait)
            await self._evict_own()
            telling.cancel_scope.cancel()

    async def rehearse(self) -> None:
        """Ask what would happen to each pod; nothing is tried twice, nothing is waited for."""
        async with anyio.create_task_group() as work:
            for pod in self._course.pods.values():
                work.start_soon(self._ask, pod, self._removal)

    async def look_a_last_time(self) -> None:
        """Find out how things stand, also with pods about which nothing was heard."""
        try:
            async with self._clock.deadline(LAST_LOOK_SECONDS):
                await self._look(Stage.PRESENT, Stage.ASKED, Stage.ENDING)
        except TimeoutError:
            self._course.problem = "no answer in time"

    def result(self) -> DrainResult:
        """How the drain has ended, or where it stopped."""
        course, options, own = self._course, self._options, self._course.own
        evicted = {Stage.ENDING, Stage.GONE} if options.dry_run else {Stage.GONE}
        others = [pod for pod in course.pods.values() if pod is not own or pod.stage not in {Stage.ENDING, Stage.GONE}]
        return DrainResult(
            node=self._cordoned.node,
            dry_run=options.dry_run,
            was_schedulable=self._cordoned.changed,
            evicted=tuple(pod.eviction for pod in others if pod.stage in evicted),
            left=tuple(
                PodLeft(pod=pod.pod, stage=pod.stage, why=pod.details) for pod in others if pod.stage not in evicted
            ),
            skipped=course.plan.skipped,
            own_pod=None if own is None else own.pod,
        )

    async def _evict(self, pod: PodCourse, removal: Removal) -> None:
        """Ask until there is an answer that lasts."""
        while (pause_seconds := await self._ask(pod, removal)) is not None:
            await self._clock.sleep(pause_seconds)

    async def _ask(self, pod: PodCourse, removal: Removal) -> float | None:
        """Ask once; after how many seconds to ask again, or None."""
        async with self._slots:
            if pod.stage is Stage.GONE:
                # Without asking again: where another pod has its name by now, the answer can take the server long.
                return None
            pod.stands(Stage.ASKED)
            try:
                answer = await self._operator.evict(pod.pod, removal)
            except Unavailable as error:
                # Nobody knows whether the pod was told to end; to say it again does no harm.
                pod.stands(Stage.ASKED, error.why)
                return error.retry_after_seconds or RETRY_SECONDS
            except PortError as error:
                pod.stands(Stage.FAILED, error.why)
                return None
        return _take_in(pod, answer)

    async def _evict_own(self) -> None:
        own = self._course.own
        if own is None:
            return
        if self._course.is_complete:
            # Its own time to end, whatever was asked for: the answer to this command has to leave before.
            await self._evict(own, Removal(by_deletion=self._removal.by_deletion))
        else:
            own.stands(Stage.PRESENT, "the agent's own pod, which goes last")

    async def _wait(self) -> None:
        """Look which pods are gone, until all are; now and then also those that nobody could tell to end yet."""
        rounds = 0
        while self._course.is_open:
            await self._clock.sleep(LOOK_SECONDS)
            rounds += 1
            if self._course.at(Stage.ENDING) or rounds % _LOOKS_PER_TRY == 0:
                await self._look(Stage.PRESENT, Stage.ENDING)

    async def _look(self, *stages: Stage) -> None:
        courses = self._course.at(*stages)
        try:
            remaining = await self._operator.remaining(self._cordoned.node, [course.pod for course in courses])
        except PortError as error:
            self._course.problem = error.why
            return
        self._course.problem = ""
        skip_after_seconds, now = self._options.skip_wait_for_delete_timeout_seconds, self._clock.now()
        for course in courses:
            if course.pod not in remaining:
                course.stands(Stage.GONE)
                continue
            course.deletion_at = remaining[course.pod]
            if not is_waited_for(course.deletion_at, skip_after_seconds, now):
                course.stands(Stage.NOT_WAITED_FOR)
            elif course.deletion_at is not None:
                course.stands(Stage.ENDING, course.why)

    async def _keep_telling(self, tell: Callable[[str], None]) -> None:
        while True:
            await self._clock.sleep(TELL_SECONDS)
            tell(self._course.progress())


def _take_in(pod: PodCourse, answer: EvictionAnswer) -> float | None:
    """Take an answer in; after how many seconds to ask again, or None."""
    match answer.eviction:
        case Eviction.DONE:
            pod.stands(Stage.ENDING)
        case Eviction.GONE:
            pod.stands(Stage.GONE)
        case Eviction.NAMESPACE_ENDS:
            pod.stands(Stage.ENDING, "its namespace is being deleted")
        case _:
            pod.stands(Stage.PRESENT, answer.why)
            return answer.retry_after_seconds or RETRY_SECONDS
    return None


def _stopped(
    cordoned: CordonResult,
    options: DrainOptions,
    account: str,
    *,
    is_out_of_time: bool = False,
    content: DrainResult | None = None,
) -> UnfinishedCommandError:
    if options.dry_run:
        state = "this was a dry run, nothing was changed"
    else:
        state = "the node stays cordoned" + ("" if cordoned.changed else ", as it was before")
    outcome = Outcome.TIMED_OUT if is_out_of_time else Outcome.FAILED
    return UnfinishedCommandError(outcome, f"drain {cordoned.node}: {account}; {state}", content)
