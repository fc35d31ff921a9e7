"""What ConfigMaps and Secrets hold.

Only here are values of them decoded at all, one object at a time, for whoever has asked for it.
Source: k8s.io/api `core/v1` ConfigMap, Secret.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec
from typing_extensions import override

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.paths import PathSegmentError, api_path
from adapters.kubernetes.schema.metadata import Partial, TextMap
from domain.commands.configuration_requests import GetConfigMapRequest, GetSecretRequest
from domain.commands.configuration_results import ConfigMapResult, SecretResult
from domain.commands.target import Target
from ports.configuration import ConfigurationReader
from ports.errors import InvalidRequest, UnexpectedAnswer

T = TypeVar("T")


class _ConfigMap(Partial, frozen=True):
    data: TextMap = None
    binary_data: TextMap = None


class _Secret(Partial, frozen=True):
    data: TextMap = None


_CONFIG_MAP: Final = msgspec.json.Decoder(_ConfigMap)
_SECRET: Final = msgspec.json.Decoder(_Secret)


class KubernetesConfigurationReader(ConfigurationReader):
    """Reads them from the API server."""

    def __init__(self, connection: KubernetesConnection) -> None:
        self._connection = connection

    @override
    async def config_map(self, request: GetConfigMapRequest) -> ConfigMapResult:
        operation = f"read {request.target}"
        found = await self._read(_CONFIG_MAP, request.target, "configmaps", operation)
        return ConfigMapResult(
            data={key: value or "" for key, value in sorted((found.data or {}).items())},
            binary_sizes={key: len(value) for key, value in _decoded(found.binary_data, operation).items()},
        )

    @override
    async def secret(self, request: GetSecretRequest) -> SecretResult:
        operation = f"read {request.target}"
        found = await self._read(_SECRET, request.target, "secrets", operation)
        return SecretResult(values=_decoded(found.data, operation))

    async def _read(self, decoder: msgspec.json.Decoder[T], target: Target, plural: str, operation: str) -> T:
        try:
            path = api_path("api", "v1", "namespaces", target.namespace, plural, target.name)
        except PathSegmentError as error:
            raise InvalidRequest(operation, str(error)) from error
        body = await self._connection.get(path, operation=operation, resource=plural)
        try:
            return decoded(decoder, body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            # Nothing of the answer may get into a message, so the cause is not kept.
            raise UnexpectedAnswer(operation, f"the answer is none of {plural}") from None


def _decoded(values: TextMap, operation: str) -> Mapping[str, bytes]:
    """Binary values, sorted by key."""
    try:
        return {key: base64.b64decode(value or "", validate=True) for key, value in sorted((values or {}).items())}
    except (binascii.Error, ValueError):
        raise UnexpectedAnswer(operation, "a value is not base64") from None
