"""adapters.kubernetes.watching: pieces of a watch are gathered, so that not every event wakes the agent."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import cast

import anyio
from typing_extensions import override

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.decoding import ObjectDecoder
from adapters.kubernetes.exchange import Stream
from adapters.kubernetes.hooks import SILENT
from adapters.kubernetes.kinds import NAMESPACES
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.store import ObjectStore
from adapters.kubernetes.watching import Progress, Watcher
from domain.cluster.namespaces import Namespace

_EVENTS = 20


class _Trickle(Stream):
    """An event every ten milliseconds; whoever reads gets what has come since."""

    def __init__(self) -> None:
        self._began = anyio.current_time()
        self._given = 0

    @override
    async def read(self) -> bytes:
        if self._given == _EVENTS:
            return b""
        while (come := min(_EVENTS, int((anyio.current_time() - self._began) / 0.01))) == self._given:  # noqa: ASYNC110 - a clock, not an event
            await anyio.sleep(0.001)
        piece = b"".join(_line(number) for number in range(self._given, come))
        self._given = come
        return piece


def _line(number: int) -> bytes:
    metadata = {"name": f"team-{number:02d}", "uid": str(number), "resourceVersion": str(number)}
    return json.dumps({"type": "ADDED", "object": {"metadata": metadata}}).encode() + b"\n"


class _Connection:
    @asynccontextmanager
    async def stream(self, _path: str, _query: Mapping[str, str], **_: object) -> AsyncIterator[Stream]:
        yield _Trickle()


async def _pieces(gather_seconds: float) -> tuple[int, ObjectStore[Namespace]]:
    store: ObjectStore[Namespace] = ObjectStore()
    watcher = _watcher(cast("KubernetesConnection", _Connection()), store, gather_seconds)
    signs: list[None] = []
    await watcher.follow(Progress(""), seconds=10, slack_seconds=1, on_sign=lambda: signs.append(None))
    return len(signs) - 1, store


def _watcher(
    connection: KubernetesConnection, store: ObjectStore[Namespace], gather_seconds: float
) -> Watcher[Namespace]:
    return Watcher(
        connection,
        ObjectDecoder(NAMESPACES, MappingOptions(), SILENT),
        store,
        SILENT,
        kind="Namespace",
        path="/api/v1/namespaces",
        plural="namespaces",
        yield_every=20,
        gather_seconds=gather_seconds,
    )


async def test_what_comes_within_a_moment_is_taken_in_together_and_nothing_is_lost() -> None:
    pieces, store = await _pieces(0.06)
    assert pieces <= 1 + _EVENTS // 5
    assert [one.name for one in store.ordered()] == [f"team-{number:02d}" for number in range(_EVENTS)]


class _OneLine(Stream):
    def __init__(self, text: bytes) -> None:
        self._rest = [text]

    @override
    async def read(self) -> bytes:
        return self._rest.pop() if self._rest else b""


class _Says:
    def __init__(self, text: bytes) -> None:
        self._text = text

    @asynccontextmanager
    async def stream(self, _path: str, _query: Mapping[str, str], **_: object) -> AsyncIterator[Stream]:
        yield _OneLine(self._text)


async def test_others_run_while_an_object_of_a_million_brackets_is_cut_to_size() -> None:
    brackets = b"[" + b",".join([b"[" * 5000 + b"]" * 5000] * 60) + b"]"
    text = b'{"type":"ADDED","object":{"metadata":{"name":"odd","resourceVersion":"1"},"spec":{"odd":%b}}}\n' % brackets
    store: ObjectStore[Namespace] = ObjectStore()
    watcher = _watcher(cast("KubernetesConnection", _Says(text)), store, 0.0)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await anyio.sleep(0.001)
            turns += 1

    async with anyio.create_task_group() as group:
        group.start_soon(others)
        await watcher.follow(Progress(""), seconds=10, slack_seconds=1, on_sign=lambda: None)
        group.cancel_scope.cancel()
    assert [one.name for one in store.ordered()] == ["odd"]
    assert turns >= 5
