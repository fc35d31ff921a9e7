"""What every ConfigurationReader promises (ports.configuration)."""

import base64
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.kubernetes.operations.configuration import KubernetesConfigurationReader
from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.configuration_reader import InMemoryConfigurationReader
from domain.commands.configuration_requests import GetConfigMapRequest, GetSecretRequest
from domain.commands.target import Target
from ports.configuration import ConfigurationReader
from ports.errors import AccessDenied, NotFound, PortError, Unavailable, UnexpectedAnswer
from tests.support.api_answers import Json, with_status
from tests.support.api_client import connected
from tests.support.api_server import ApiServer

PORT = ConfigurationReader
ADAPTERS = (KubernetesConfigurationReader, InMemoryConfigurationReader)
CANARY = "canary-of-a-value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A cluster with a ConfigMap and two Secrets."""

    reader: ConfigurationReader
    config_map: Target
    keys: tuple[str, ...]
    secret: Target
    secret_keys: tuple[str, ...]
    binary: Target
    """A Secret whose first value is no text."""
    break_next: Callable[[str, PortError, int], None]


def _target(kind: str, namespace: str, name: str) -> Target:
    return Target(kind=kind, namespace=namespace, name=name)


def _object(name: str, **members: object) -> Json:
    return {"metadata": {"namespace": "shop", "name": name}, **members}


def _encoded(values: Mapping[str, bytes]) -> dict[str, str]:
    return {key: base64.b64encode(value).decode() for key, value in values.items()}


@asynccontextmanager
async def _kubernetes(folder: Path) -> AsyncIterator[Scene]:
    server = ApiServer()
    server.put("configmaps", _object("settings", data={"b": "2", "a": f"text {CANARY}\nü"}))
    server.put("secrets", _object("login", data=_encoded({"user": b"app", "password": CANARY.encode()})))
    server.put("secrets", _object("release", data=_encoded({"release": b"\x1f\x8b\x00\xff"})))
    async with server.serving(), connected(server, folder) as connection:

        def break_next(operation: str, error: PortError, status: int) -> None:
            server.fail(with_status(status, "planned"), verb="get")

        yield Scene(
            reader=KubernetesConfigurationReader(connection),
            config_map=_target("ConfigMap", "shop", "settings"),
            keys=("a", "b"),
            secret=_target("Secret", "shop", "login"),
            secret_keys=("password", "user"),
            binary=_target("Secret", "shop", "release"),
            break_next=break_next,
        )


@asynccontextmanager
async def _memory(folder: Path) -> AsyncIterator[Scene]:
    reader = InMemoryConfigurationReader(InMemoryCluster(ManualClock()))
    yield Scene(
        reader=reader,
        config_map=_target("ConfigMap", "data", "postgres-config"),
        keys=("pg_hba.conf", "postgresql.conf"),
        secret=_target("Secret", "shop", "orders-db"),
        secret_keys=("password", "username"),
        binary=_target("Secret", "shop", "sh.helm.release.v1.shop.v43"),
        break_next=lambda operation, error, status: reader.fail_next(operation, error),
    )


Opener = Callable[[Path], AbstractAsyncContextManager[Scene]]
SCENES: dict[str, Opener] = {"kubernetes": _kubernetes, "memory": _memory}


@pytest.fixture(params=sorted(SCENES))
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    async with SCENES[request.param](tmp_path) as scene:
        yield scene


async def test_the_values_of_a_config_map_are_read_sorted_by_key(scene: Scene) -> None:
    result = await scene.reader.config_map(GetConfigMapRequest(target=scene.config_map))
    assert tuple(result.data) == scene.keys
    assert all(result.data.values())
    assert result.binary_sizes == {}


async def test_the_values_of_a_secret_are_read_decoded(scene: Scene) -> None:
    result = await scene.reader.secret(GetSecretRequest(target=scene.secret))
    assert tuple(result.values) == scene.secret_keys
    assert all(value.decode() for value in result.values.values())


async def test_a_value_that_is_no_text_comes_as_its_bytes(scene: Scene) -> None:
    result = await scene.reader.secret(GetSecretRequest(target=scene.binary))
    (value,) = result.values.values()
    assert value.startswith(b"\x1f\x8b")


async def test_no_value_is_in_a_repr(scene: Scene) -> None:
    config_map = await scene.reader.config_map(GetConfigMapRequest(target=scene.config_map))
    secret = await scene.reader.secret(GetSecretRequest(target=scene.secret))
    for value in (*config_map.data.values(), *(one.decode() for one in secret.values.values())):
        assert value not in f"{config_map!r}{secret!r}"


async def _call(scene: Scene, operation: str, target: Target) -> object:
    if operation == "config_map":
        return await scene.reader.config_map(GetConfigMapRequest(target=target))
    return await scene.reader.secret(GetSecretRequest(target=target))


@pytest.mark.parametrize(("operation", "kind"), [("config_map", "ConfigMap"), ("secret", "Secret")])
async def test_what_is_not_there_is_not_found(scene: Scene, operation: str, kind: str) -> None:
    with pytest.raises(NotFound, match=f"read {kind} shop/gone: .*not found"):
        await _call(scene, operation, _target(kind, "shop", "gone"))


@pytest.mark.parametrize(("error", "status"), [(AccessDenied, 403), (Unavailable, 503)])
@pytest.mark.parametrize("operation", ["config_map", "secret"])
async def test_what_is_refused_or_down_says_so(
    scene: Scene, operation: str, error: type[PortError], status: int
) -> None:
    scene.break_next(operation, error(operation, "planned"), status)
    with pytest.raises(error, match="planned"):
        await _call(scene, operation, scene.config_map if operation == "config_map" else scene.secret)


ODD: list[tuple[str, Json, dict[str, str]]] = [
    ("nothing", {}, {}),
    ("null", {"data": None, "binaryData": None}, {}),
    ("a null value", {"data": {"a": None}}, {"a": ""}),
]


@pytest.mark.parametrize(("name", "members", "expected"), ODD, ids=[one[0] for one in ODD])
async def test_an_empty_config_map_is_an_empty_one_and_never_null(
    tmp_path: Path, name: str, members: Json, expected: dict[str, str]
) -> None:
    server = ApiServer()
    server.put("configmaps", _object("odd", **members))
    server.put("secrets", _object("odd", **{key: value for key, value in members.items() if key == "data"}))
    async with server.serving(), connected(server, tmp_path) as connection:
        reader = KubernetesConfigurationReader(connection)
        config_map = await reader.config_map(GetConfigMapRequest(target=_target("ConfigMap", "shop", "odd")))
        secret = await reader.secret(GetSecretRequest(target=_target("Secret", "shop", "odd")))
    assert config_map.data == expected
    assert secret.values == dict.fromkeys(expected, b"")


async def test_binary_values_of_a_config_map_are_told_by_their_size(tmp_path: Path) -> None:
    server = ApiServer()
    server.put("configmaps", _object("odd", data={"text": "x"}, binaryData=_encoded({"logo": b"\x00" * 700, "a": b""})))
    async with server.serving(), connected(server, tmp_path) as connection:
        reader = KubernetesConfigurationReader(connection)
        result = await reader.config_map(GetConfigMapRequest(target=_target("ConfigMap", "shop", "odd")))
    assert (result.data, result.binary_sizes) == ({"text": "x"}, {"a": 0, "logo": 700})


@pytest.mark.parametrize("data", [{"a": f"{CANARY}!"}, {"a": [CANARY]}, CANARY, {"a": 7}])
async def test_an_answer_that_makes_no_sense_is_in_no_error(tmp_path: Path, data: object) -> None:
    server = ApiServer()
    server.put("secrets", _object("odd", data=data))
    async with server.serving(), connected(server, tmp_path) as connection:
        reader = KubernetesConfigurationReader(connection)
        with pytest.raises(UnexpectedAnswer) as caught:
            await reader.secret(GetSecretRequest(target=_target("Secret", "shop", "odd")))
    assert CANARY not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert caught.value.__suppress_context__
