"""The scene of this folder's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.kubernetes.discovery.kind_resolver import KubernetesKindResolver
from adapters.kubernetes.dynamic.reader import KubernetesDynamicReader
from adapters.kubernetes.read_only import ReadOnlyConnection
from adapters.memory.clock import ManualClock
from tests.support.api_client import connected
from tests.support.api_reading import ReadingApiServer
from tests.unit.adapters.kubernetes.dynamic.scene import Scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    server, clock = ReadingApiServer(), ManualClock()
    async with server.serving(), connected(server, tmp_path) as connection:
        reading = ReadOnlyConnection(connection)
        yield Scene(server, KubernetesDynamicReader(reading, KubernetesKindResolver(reading, clock), clock))
