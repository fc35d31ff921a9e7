"""ConfigMaps and Secrets: what the handlers add to what the port answers."""

import gzip
from base64 import b64encode

import pytest
from anyio.lowlevel import checkpoint
from typing_extensions import override

from application.command_context import CommandContext
from application.handlers.configuration import ConfigurationHandlers
from domain.commands.actions import Topic
from domain.commands.configuration_requests import GetConfigMapRequest, GetSecretRequest
from domain.commands.configuration_results import ConfigMapResult, SecretResult
from domain.commands.policy import Policy
from domain.commands.target import Target
from ports.configuration import ConfigurationReader

DATA = {
    "application.yaml": "db:\n  password: 'canary-1'\n  host: db\n",
    "api-token": "canary-2",
    "kubeconfig": "users: [{user: {token: canary-3}}]",
    "log.level": "info",
}


class Reader(ConfigurationReader):
    """Always the same."""

    @override
    async def config_map(self, request: GetConfigMapRequest) -> ConfigMapResult:
        await checkpoint()
        return ConfigMapResult(data=DATA, binary_sizes={"logo": 3})

    @override
    async def secret(self, request: GetSecretRequest) -> SecretResult:
        await checkpoint()
        return SecretResult(values={"password": b"canary-4"})


def _context(topic: Topic) -> CommandContext:
    return CommandContext(command_id="c-1", topic=topic, created_at=None, policy=Policy(), tell=lambda _: None)


@pytest.fixture
def handlers() -> ConfigurationHandlers:
    return ConfigurationHandlers(Reader())


CONFIG_MAP = GetConfigMapRequest(target=Target(kind="ConfigMap", namespace="shop", name="settings"))
SECRET = GetSecretRequest(target=Target(kind="Secret", namespace="shop", name="login"))


async def test_people_read_a_config_map_as_it_is(handlers: ConfigurationHandlers) -> None:
    assert (await handlers.config_map(CONFIG_MAP, _context(Topic.OPS))).data == DATA


async def test_the_assistant_reads_it_without_secrets(handlers: ConfigurationHandlers) -> None:
    result = await handlers.config_map(CONFIG_MAP, _context(Topic.AI))
    assert result.data == {
        "application.yaml": "db:\n  password: '[redacted]'\n  host: db\n",
        "api-token": "[redacted]",
        "kubeconfig": "[redacted]",
        "log.level": "info",
    }
    assert result.binary_sizes == {"logo": 3}


async def test_a_secret_comes_as_the_port_reads_it(handlers: ConfigurationHandlers) -> None:
    assert (await handlers.secret(SECRET, _context(Topic.OPS))).values == {"password": b"canary-4"}


async def test_a_release_of_helm_which_holds_every_secret_it_installed_is_not_shown_to_the_assistant(
    handlers: ConfigurationHandlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = b64encode(gzip.compress(b'{"manifest": "kind: Secret"}')).decode()
    monkeypatch.setitem(DATA, "release", packed)
    assert packed not in (await handlers.config_map(CONFIG_MAP, _context(Topic.AI))).data.values()
    assert packed in (await handlers.config_map(CONFIG_MAP, _context(Topic.OPS))).data.values()
