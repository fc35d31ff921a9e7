"""Applying manifests."""

from application.apply_manifests import ApplyManifests
from application.command_context import CommandContext
from domain.commands.manifest_requests import ApplyManifestsRequest
from domain.commands.manifests.outcomes import ApplyResult, ObjectOutcome
from domain.commands.results import Outcome, UnfinishedCommandError
from ports.clock import Clock
from ports.manifests import ManifestApplier, ManifestReader
from ports.resource_types import KindResolver


class ManifestHandlers:
    """Carries out what is asked with manifests."""

    def __init__(self, reader: ManifestReader, kinds: KindResolver, applier: ManifestApplier, clock: Clock) -> None:
        self._use_case = ApplyManifests(reader, kinds, applier, clock)

    async def apply(self, request: ApplyManifestsRequest, context: CommandContext) -> ApplyResult:
        """Apply a set.

        A set of which something was applied is a success whose content names what was not, as the Master's deployer
        expects.

        Raises:
            UnfinishedCommandError: nothing was applied; with the same content.
        """
        result = await self._use_case.apply(request, context)
        if not result.is_failure:
            return result
        raise UnfinishedCommandError(_verdict(result), result.error_message, result)


def _verdict(result: ApplyResult) -> Outcome:
    found = {one.outcome for one in result.objects}
    if ObjectOutcome.UNKNOWN in found:
        return Outcome.UNKNOWN
    return Outcome.REFUSED if found == {ObjectOutcome.REFUSED} else Outcome.FAILED
