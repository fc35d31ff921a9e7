"""ApplyManifests: a set of objects brought to what is written of them, as `kubectl apply --server-side` does, and told.

Read, resolve, decide, then apply one after the other; what is decided before anything is sent is in
`domain.commands.manifests.planning`. One object that fails does not stop the rest unless the caller wants that. Kinds
that the set itself defines are waited for. Whatever happens, every object is answered with what is known of it; the
time is kept, because an answer that comes after the Master's patience is none.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from application.command_context import CommandContext
from domain.cluster.resource_types import ResourceType
from domain.commands.manifest_requests import ApplyManifestsRequest
from domain.commands.manifests.course import ApplyCourse
from domain.commands.manifests.objects import Manifest
from domain.commands.manifests.outcomes import ApplyResult, ObjectOutcome, ObjectResult
from domain.commands.manifests.planning import ApplyRules, KindKey, Plan, Step, kinds_of, plan, step_of
from ports.clock import Clock
from ports.errors import InvalidRequest, NotFound, PortError, Unanswered, Unavailable
from ports.manifests import ApplyOptions, ManifestApplier, ManifestReader
from ports.resource_types import KindResolver

REPORT_SECONDS: Final = 5.0
"""Kept back for the answer: nothing is sent that late."""
OBJECT_SECONDS: Final = 30.0
"""For one object; admission webhooks may take as long."""
DEFINITION_SECONDS: Final = 30.0
"""For a kind to be served after its definition was applied; usually a fraction of a second."""
LOOK_SECONDS: Final = (0.25, 2.0)
"""Between two looks whether it is: at first, and at the most."""
TELL_SECONDS: Final = 10.0
"""Between two words about how far it has come."""
TRIES: Final = 4
"""Of an object that the API server is too busy for."""
LONGEST_PAUSE_SECONDS: Final = 10.0
SILENCES: Final = 2
"""Objects in a row without an answer, after which the rest is not tried."""

OUT_OF_TIME: Final = "not tried: the time was over"
STOPPED: Final = "not tried: an object before it failed, and continueOnError is false"
SILENT: Final = "not tried: the API server does not answer"


class ApplyManifests:
    """Applies one set a call."""

    def __init__(self, reader: ManifestReader, kinds: KindResolver, applier: ManifestApplier, clock: Clock) -> None:
        self._reader = reader
        self._kinds = kinds
        self._applier = applier
        self._clock = clock

    async def apply(self, request: ApplyManifestsRequest, context: CommandContext) -> ApplyResult:
        """Apply what a request holds.

        Raises:
            InvalidCommandError: it cannot be read; nothing was applied.
        """
        manifests = await self._reader.read(request.manifests)
        resolved = {key: await resolve_exactly(self._kinds, key) for key in kinds_of(manifests)}
        rules = ApplyRules(policy=context.policy, topic=context.topic, default_namespace=request.default_namespace)
        run = _Run(self._kinds, self._applier, self._clock, request, context, rules)
        return await run.carry_out(manifests, plan(manifests, resolved, rules))


async def resolve_exactly(kinds: KindResolver, key: KindKey) -> ResourceType | str:
    """The kind of exactly this apiVersion and name, or why there is none."""
    api_version, kind = key
    group, _, version = api_version.rpartition("/")
    # A version such as `stable` is none that a name can say; then the group's first one has to be it.
    for name in (f"{kind}.{version}.{group}", *([f"{kind}.{group}"] if group else [])):
        try:
            found = await kinds.resolve(name)
        except (NotFound, InvalidRequest):
            continue
        except PortError as error:
            return str(error)
        # Names are found in any spelling; a manifest has to spell the kind as it is.
        if (found.api_version, found.kind) == (api_version, kind):
            return found
    return f'there is no kind "{kind}" in version "{api_version}"'


class _Run:
    """One set, once it is decided about."""

    def __init__(
        self,
        kinds: KindResolver,
        applier: ManifestApplier,
        clock: Clock,
        request: ApplyManifestsRequest,
        context: CommandContext,
        rules: ApplyRules,
    ) -> None:
        self._kinds = kinds
        self._applier = applier
        self._clock = clock
        self._request = request
        self._context = context
        self._rules = rules
        self._options = ApplyOptions(dry_run=request.dry_run, force=request.force)
        self._silences = 0
        self._told_at_seconds = clock.monotonic()

    @property
    def _left_seconds(self) -> float:
        return self._context.ends_at_seconds - REPORT_SECONDS - self._clock.monotonic()

    async def carry_out(self, manifests: Sequence[Manifest], decided: Plan) -> ApplyResult:
        course = ApplyCourse(manifests, decided, dry_run=self._request.dry_run)
        self._context.tell(course.progress())
        for step in decided.steps:
            if reason := self._reason_to_stop(course):
                course.leave_the_rest(reason)
                break
            course.add(step.number, await self._step(step, course))
            self._tell_now_and_then(course)
        return course.result()

    def _reason_to_stop(self, course: ApplyCourse) -> str:
        if course.has_trouble and not self._request.continue_on_error:
            return STOPPED
        if self._silences >= SILENCES:
            return SILENT
        return "" if self._left_seconds > 0 else OUT_OF_TIME

    async def _step(self, step: Step, course: ApplyCourse) -> ObjectResult:
        if reason := course.not_verifiable(step):
            return _told(step, ObjectOutcome.NOT_VERIFIABLE, reason)
        if step.resource is not None:
            return await self._apply(step, step.resource)
        found = await self._wait_for_kind(step.manifest, course)
        if isinstance(found, str):
            is_late = self._left_seconds <= 0
            return _told(step, ObjectOutcome.NOT_ATTEMPTED if is_late else ObjectOutcome.FAILED, found)
        again = step_of(step.number, step.manifest, found, self._rules)
        return again if isinstance(again, ObjectResult) else await self._apply(again, found)

    async def _apply(self, step: Step, resource: ResourceType) -> ObjectResult:
        """Apply one object; what the API server is too busy for is sent again when it said it would be ready."""
        tries = 0
        while self._left_seconds > 0:
            tries += 1
            try:
                async with self._clock.deadline(min(OBJECT_SECONDS, self._left_seconds)):
                    result = await self._applier.apply(step.manifest, resource, self._options)
            except TimeoutError:
                return self._unanswered(step, "no answer in time")
            except Unavailable as error:
                pause_seconds = error.retry_after_seconds
                if pause_seconds is None or isinstance(error, Unanswered):
                    return self._unanswered(step, error.why)
                if tries == TRIES or pause_seconds > min(LONGEST_PAUSE_SECONDS, self._left_seconds):
                    return _told(step, ObjectOutcome.FAILED, error.why)
                await self._clock.sleep(pause_seconds)
            else:
                self._silences = 0
                return replace(result, warnings=step.warnings + result.warnings)
        return _told(step, ObjectOutcome.NOT_ATTEMPTED, OUT_OF_TIME)

    def _unanswered(self, step: Step, why: str) -> ObjectResult:
        self._silences += 1
        if self._request.dry_run:
            return _told(step, ObjectOutcome.FAILED, why)
        return _told(step, ObjectOutcome.UNKNOWN, f"{why}; it may have been applied all the same")

    async def _wait_for_kind(self, manifest: Manifest, course: ApplyCourse) -> ResourceType | str:
        """The kind that a definition of the same set brings, once it is served."""
        key = (manifest.api_version, manifest.kind)
        name = course.definition_of(manifest)
        if not name:
            return "the definition of its kind was not applied"
        until_seconds = self._clock.monotonic() + min(DEFINITION_SECONDS, self._left_seconds)
        pause_seconds, longest_seconds = LOOK_SECONDS
        while True:
            trouble = await self._trouble_of(name)
            if not trouble:
                self._kinds.forget()
                found = await resolve_exactly(self._kinds, key)
                if isinstance(found, ResourceType):
                    return found
                trouble = found
            if self._clock.monotonic() >= until_seconds:
                return f"its kind is not served yet: {trouble}"
            self._tell_now_and_then(course)
            await self._clock.sleep(pause_seconds)
            pause_seconds = min(2 * pause_seconds, longest_seconds)

    async def _trouble_of(self, name: str) -> str:
        try:
            return await self._applier.trouble_of_definition(name)
        except PortError as error:
            return str(error)

    def _tell_now_and_then(self, course: ApplyCourse) -> None:
        now_seconds = self._clock.monotonic()
        if now_seconds - self._told_at_seconds >= TELL_SECONDS:
            self._told_at_seconds = now_seconds
            self._context.tell(course.progress())


def _told(step: Step, outcome: ObjectOutcome, why: str) -> ObjectResult:
    return ObjectResult(manifest=step.manifest, outcome=outcome, error=why, warnings=step.warnings)
