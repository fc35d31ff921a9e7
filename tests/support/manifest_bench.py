"""The handler of manifests with a cluster that answers as it is told."""

import math
from dataclasses import dataclass, field

import anyio

from adapters.memory.clock import ManualClock
from adapters.memory.kind_resolver import InMemoryKindResolver
from adapters.yaml.reader import YamlManifestReader
from application.command_context import CommandContext
from application.handlers.manifests import ManifestHandlers
from domain.commands.actions import Topic
from domain.commands.manifest_requests import ApplyManifestsRequest
from domain.commands.manifests.outcomes import ApplyResult, ObjectOutcome, ObjectResult
from domain.commands.policy import Policy
from domain.commands.results import UnfinishedCommandError
from ports.errors import Unavailable
from tests.support.appliers import ScriptedApplier
from tests.support.resource_types import a_resource_type

SILENCE = Unavailable("apply", "no answer")
CRD = (
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.e.com}\n"
    "spec: {group: e.com, names: {kind: Widget}}\n---\n"
)
WIDGET = "apiVersion: e.com/v1\nkind: Widget\nmetadata: {name: w, namespace: shop}\n"


def maps(*names: str, namespace: str = "shop") -> str:
    one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: %s}\n"
    return "---\n".join(one % (name, namespace) for name in names)


@dataclass
class ManifestBench:
    """The handler with a cluster that answers as it is told."""

    clock: ManualClock = field(default_factory=ManualClock)
    policy: Policy = field(default_factory=lambda: Policy(apply_escalation=True))
    limit_seconds: float = math.inf
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kinds = InMemoryKindResolver()
        self.kinds.serve(a_resource_type("CustomResourceDefinition", verbs=frozenset({"patch"})))
        self.applier = ScriptedApplier(self.clock)
        self.handlers = ManifestHandlers(YamlManifestReader(), self.kinds, self.applier, self.clock)

    async def answer(
        self, text: str, *, dry_run: bool = False, force: bool = False, continue_on_error: bool = True, hours: float = 1
    ) -> ApplyResult | UnfinishedCommandError:
        request = ApplyManifestsRequest(
            manifests=text, dry_run=dry_run, force=force, continue_on_error=continue_on_error
        )
        context = CommandContext(
            command_id="c",
            topic=Topic.OPS,
            created_at=None,
            policy=self.policy,
            tell=self.told.append,
            ends_at_seconds=self.limit_seconds,
        )
        answers: list[ApplyResult | UnfinishedCommandError] = []

        async def ask() -> None:
            try:
                answers.append(await self.handlers.apply(request, context))
            except UnfinishedCommandError as error:
                answers.append(error)

        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            await self.clock.advance(hours * 3600)
        return answers[0]

    async def objects(self, text: str, **options: bool) -> list[ObjectResult]:
        answer = await self.answer(text, **options)
        content = answer.content if isinstance(answer, UnfinishedCommandError) else answer
        assert isinstance(content, ApplyResult)
        return list(content.objects)

    async def outcomes(self, text: str, **options: bool) -> list[ObjectOutcome]:
        return [one.outcome for one in await self.objects(text, **options)]
