"""What configuration objects hold, read when somebody asks for it."""

from abc import abstractmethod
from typing import Protocol

from domain.commands.configuration_requests import GetConfigMapRequest, GetSecretRequest
from domain.commands.configuration_results import ConfigMapResult, SecretResult


class ConfigurationReader(Protocol):
    """Reads values of ConfigMaps and Secrets. Nothing is kept, and nothing of a value is in any error."""

    @abstractmethod
    async def config_map(self, request: GetConfigMapRequest) -> ConfigMapResult:
        """The data of a ConfigMap as it is; binary values by their size only.

        Raises:
            NotFound: there is no such ConfigMap.
            AccessDenied: the agent lacks the right; the text names it.
            Unavailable: the API server did not answer.
            UnexpectedAnswer: it answered something else.
        """

    @abstractmethod
    async def secret(self, request: GetSecretRequest) -> SecretResult:
        """The data of a Secret, decoded.

        Raises:
            NotFound: there is no such Secret.
            AccessDenied: the agent lacks the right; the text names it.
            Unavailable: the API server did not answer.
            UnexpectedAnswer: it answered something else.
        """
