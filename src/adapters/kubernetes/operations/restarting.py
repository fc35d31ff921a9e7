"""Restarts a workload as `kubectl rollout restart` does: an annotation of the template makes all its pods new.

The value is the time at which the command was made, so that the same command again finds what it would write and
changes nothing. Source: kubectl `polymorphichelpers/objectrestarter.go`.
"""

from datetime import UTC, datetime
from typing import Final

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.operations.addressing import Address
from adapters.kubernetes.operations.conflicts import retried
from adapters.kubernetes.operations.templates import patch_workload, read_workload, restarted_at, why_not_followed
from domain.commands.workload_results import RestartResult
from ports.clock import Clock
from ports.errors import Conflict

RESTARTED_AT: Final = "kubectl.kubernetes.io/restartedAt"


class Restarting:
    """Makes all pods of a workload new."""

    def __init__(self, connection: KubernetesConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def restart(self, address: Address, asked_at: datetime) -> RestartResult:
        """As the port promises."""
        stamp = asked_at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")

        async def attempt() -> RestartResult | None:
            workload = await read_workload(self._connection, address)
            if workload.spec.paused:
                return None
            changed = restarted_at(workload, RESTARTED_AT) != stamp
            if changed:
                template = {"metadata": {"annotations": {RESTARTED_AT: stamp}}}
                await patch_workload(self._connection, address, workload, {"spec": {"template": template}})
            warnings = tuple(why_not_followed(workload))
            return RestartResult(restarted_at=stamp, changed=changed, warnings=warnings)

        result = await retried(self._clock, attempt)
        if result is None:
            raise Conflict(address.operation, "its rollout is paused; resume it first")
        return result
