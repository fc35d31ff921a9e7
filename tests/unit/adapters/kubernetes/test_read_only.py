"""adapters.kubernetes.read_only."""

from pathlib import Path

import pytest

from adapters.kubernetes.errors import TooLarge
from adapters.kubernetes.paths import ApiPath, DiscoveryPath
from adapters.kubernetes.read_only import MAX_BODY_BYTES, ReadOnlyConnection
from domain.cluster.resource_types import ResourceType
from ports.errors import InvalidRequest
from tests.support.api_answers import with_text
from tests.support.api_client import connected
from tests.support.api_objects import a_pod
from tests.support.api_server import ApiServer

PODS = ResourceType(group="", version="v1", kind="Pod", plural="pods", singular="pod", namespaced=True)
POD = ApiPath(resource=PODS, namespace="shop", name="web-1")


def test_there_is_one_method_and_it_reads() -> None:
    assert [name for name in vars(ReadOnlyConnection) if not name.startswith("_")] == ["get"]


async def test_objects_and_discovery_can_be_read(tmp_path: Path) -> None:
    server = ApiServer()
    server.put("pods", a_pod())
    async with server.serving(), connected(server, tmp_path) as connection:
        reading = ReadOnlyConnection(connection)
        assert b'"web-1"' in await reading.get(POD, operation="get pod")
        assert b"APIGroupList" in await reading.get(DiscoveryPath(of_groups=True), operation="discover")
    assert {one.http.method for one in server.requests} == {"GET"}


@pytest.mark.parametrize("subresource", ["log", "exec", "proxy", "attach", "portforward", "token", "eviction"])
async def test_a_subresource_that_does_something_is_refused(tmp_path: Path, subresource: str) -> None:
    server = ApiServer()
    path = ApiPath(resource=PODS, namespace="shop", name="web-1", subresource=subresource)
    async with server.serving(), connected(server, tmp_path) as connection:
        with pytest.raises(InvalidRequest, match=subresource):
            await ReadOnlyConnection(connection).get(path, operation="get pod")
    assert not server.requests


@pytest.mark.parametrize("query", ["watch", "command", "stdin", "follow", "timeoutSeconds"])
async def test_a_query_that_is_not_about_what_is_listed_is_refused(tmp_path: Path, query: str) -> None:
    server = ApiServer()
    async with server.serving(), connected(server, tmp_path) as connection:
        with pytest.raises(InvalidRequest, match=query):
            await ReadOnlyConnection(connection).get(POD, {query: "true"}, operation="get pod")
    assert not server.requests


async def test_more_than_an_object_can_be_is_not_read_but_what_is_served_may_be_long(tmp_path: Path) -> None:
    server = ApiServer()
    large = "x" * (MAX_BODY_BYTES + 1)
    server.fail(with_text(200, large), times=2)
    async with server.serving(), connected(server, tmp_path) as connection:
        reading = ReadOnlyConnection(connection)
        with pytest.raises(TooLarge):
            await reading.get(POD, operation="get pod")
        assert len(await reading.get(DiscoveryPath(of_groups=True), operation="discover")) == len(large)
