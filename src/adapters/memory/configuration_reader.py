"""InMemoryConfigurationReader: values of the simulated cluster's ConfigMaps and Secrets."""

from typing import Final, TypeVar

from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.cluster import InMemoryCluster
from adapters.memory.failures import PlannedFailures
from adapters.memory.world.setting_values import secret_bytes, setting_text
from domain.cluster.configuration import ConfigMap, Secret
from domain.commands.configuration_requests import GetConfigMapRequest, GetSecretRequest
from domain.commands.configuration_results import ConfigMapResult, SecretResult
from domain.commands.target import Target
from ports.configuration import ConfigurationReader
from ports.errors import NotFound, PortError

OPERATIONS: Final = ("config_map", "secret")
T = TypeVar("T", ConfigMap, Secret)


class InMemoryConfigurationReader(ConfigurationReader):
    """Answers for what the simulated cluster declares."""

    def __init__(self, cluster: InMemoryCluster) -> None:
        self._cluster = cluster
        self._failures = PlannedFailures(OPERATIONS)

    def fail_next(self, operation: str, error: PortError, times: int = 1) -> None:
        """The next calls of `config_map` or `secret` fail.

        Raises:
            ValueError: there is no such operation.
        """
        self._failures.fail_next(operation, error, times)

    @override
    async def config_map(self, request: GetConfigMapRequest) -> ConfigMapResult:
        await checkpoint()
        self._failures.meet("config_map")
        found = self._find(ConfigMap, request.target)
        return ConfigMapResult(data={key: setting_text(key) for key in sorted(found.data_keys)})

    @override
    async def secret(self, request: GetSecretRequest) -> SecretResult:
        await checkpoint()
        self._failures.meet("secret")
        found = self._find(Secret, request.target)
        return SecretResult(values={key: secret_bytes(found.name, key) for key in sorted(found.data_keys)})

    def _find(self, kind: type[T], target: Target) -> T:
        for one in self._cluster.read(kind).objects:
            if (one.namespace, one.name) == (target.namespace, target.name):
                return one
        raise NotFound(f"read {target}", f'{kind.__name__} "{target.name}" not found')
