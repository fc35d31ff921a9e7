"""What ConfigMaps and Secrets hold."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from anyio import to_thread

from application.command_context import CommandContext
from domain.commands.actions import Topic
from domain.commands.configuration_requests import GetConfigMapRequest, GetSecretRequest
from domain.commands.configuration_results import ConfigMapResult, SecretResult
from domain.objects.trimming import is_packed
from domain.redaction import env_value
from ports.configuration import ConfigurationReader

_PACKED: Final = "[packed, so not shown: it may hold secrets, as the releases of Helm do]"


class ConfigurationHandlers:
    """Carries out what is asked of configuration; errors of the port pass through."""

    def __init__(self, reader: ConfigurationReader) -> None:
        self._reader = reader

    async def config_map(self, request: GetConfigMapRequest, context: CommandContext) -> ConfigMapResult:
        """Read a ConfigMap; the assistant's is without what looks like a secret."""
        result = await self._reader.config_map(request)
        if context.topic is Topic.AI:
            return replace(result, data=await to_thread.run_sync(_redacted, result.data))
        return result

    async def secret(self, request: GetSecretRequest, context: CommandContext) -> SecretResult:  # noqa: ARG002 - as every handler
        """Read a Secret; the policy has permitted it, which it never does for the assistant."""
        return await self._reader.secret(request)


def _redacted(data: Mapping[str, str]) -> dict[str, str]:
    return {key: _PACKED if is_packed(value) else env_value(key, value) for key, value in data.items()}
