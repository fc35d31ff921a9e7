"""Faults that happen once: what they do to the reading of pods, and that nothing of them stays."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import anyio
from aiohttp import web

from domain.cluster.pods import Pod
from domain.cluster.readings import ReadingState
from tests.contract.api_faults.scene import FOR_EVER, Moment, Scene
from tests.support.api_answers import (
    Answer,
    Request,
    error_line,
    line,
    status_answer,
    stream_to,
    with_status,
    with_stream,
)
from tests.support.api_client import eventually
from tests.support.api_faults import ApiFault
from tests.support.api_objects import a_pod

LIVE, STALE = ReadingState.LIVE, ReadingState.STALE


def a_noted_pod(name: str, note: str, *, uid: str = "") -> dict[str, Any]:
    pod = a_pod(name)
    pod["metadata"] |= {"annotations": {"note": note}} | ({"uid": uid} if uid else {})
    return pod


def note_of(scene: Scene, name: str) -> str:
    return next(one.annotations.get("note", "") for one in scene.inventory.read(Pod).objects if one.name == name)


def lists_and_watches(scene: Scene) -> tuple[int, int]:
    return scene.server.count("list", "pods"), scene.server.count("watch", "pods")


def with_pieces(scene: Scene, *pieces: bytes) -> Answer:
    """A watch that says this in pieces that arrive one by one, and stays open."""

    async def answer(request: Request) -> web.StreamResponse:
        response = await stream_to(request)
        for piece in pieces:
            await response.write(piece)
            await anyio.sleep(0.01)
        await scene.is_over.wait()
        return response

    return answer


async def overlong_line(scene: Scene) -> None:
    scene.server.put("pods", a_noted_pod("huge", "x" * (17 * 1024 * 1024)))
    scene.server.put("pods", a_pod("c"))
    await scene.until("a", "b", "c")
    assert lists_and_watches(scene) == (1, 1)
    assert next(one.skipped for one in scene.inventory.status()) == 1
    scene.server.delete("pods", "huge", "shop")


async def split_utf8(scene: Scene) -> None:
    text = "Größe 😀"
    whole = line("ADDED", scene.server.put("pods", a_noted_pod("c", text)))
    # Inside the two bytes of ö, and inside the four of the face.
    first, second = whole.index("ö".encode()) + 1, whole.index("😀".encode()) + 2
    scene.begin(with_pieces(scene, whole[:first], whole[first:second], whole[second:]), "watch", times=1)
    scene.interrupt()
    await eventually(lambda: scene.now().names == ("a", "b", "c"))
    assert note_of(scene, "c") == text


async def next_line(scene: Scene) -> None:
    await _separator(scene, "one\u0085two")


async def line_separator(scene: Scene) -> None:
    await _separator(scene, "one\u2028two")


async def _separator(scene: Scene, text: str) -> None:
    scene.server.put("pods", a_noted_pod("c", text))
    await scene.until("a", "b", "c")
    assert note_of(scene, "c") == text
    assert lists_and_watches(scene) == (1, 1)


async def out_of_order(scene: Scene) -> None:
    older = scene.server.put("pods", a_noted_pod("c", "older"))
    scene.server.put("pods", a_noted_pod("c", "newer"))
    scene.server.put("pods", a_pod("gone"))
    scene.server.delete("pods", "gone", "shop")
    await eventually(lambda: scene.now() == Moment(LIVE, ("a", "b", "c")) and note_of(scene, "c") == "newer")
    # Both come after what happened later; the second one would bring back to life what was deleted.
    scene.server.say("pods", "MODIFIED", older)
    await eventually(lambda: scene.server.count("list", "pods") == 2)
    await scene.until("a", "b", "c")
    ghost = a_pod("gone")
    ghost["metadata"]["resourceVersion"] = older["metadata"]["resourceVersion"]
    scene.server.say("pods", "ADDED", ghost)
    await eventually(lambda: scene.server.count("list", "pods") == 3)
    await scene.until("a", "b", "c")
    assert note_of(scene, "c") == "newer"
    assert not any("gone" in one.names for one in scene.moments[-3:])


async def duplicates(scene: Scene) -> None:
    added = scene.server.put("pods", a_pod("c"))
    scene.server.say("pods", "ADDED", added)
    await scene.until("a", "b", "c")
    before = scene.inventory.read(Pod).objects
    scene.server.say("pods", "ADDED", added)
    scene.server.say("pods", "MODIFIED", added)
    scene.server.bookmark("pods")
    await eventually(lambda: scene.inventory.status()[0].resource_version == str(scene.server.version))
    assert scene.inventory.read(Pod).objects is before
    scene.server.delete("pods", "c", "shop")
    deleted = {**added, "metadata": {**added["metadata"], "resourceVersion": str(scene.server.version)}}
    scene.server.say("pods", "DELETED", deleted)
    await scene.until("a", "b")
    assert lists_and_watches(scene) == (1, 1)


async def recreated(scene: Scene) -> None:
    """In one watch; then while nobody watches, so that only the uid tells that it is another one."""
    scene.server.put("pods", a_noted_pod("c", "first", uid="uid-1"))
    await scene.until("a", "b", "c")
    scene.server.delete("pods", "c", "shop")
    scene.server.put("pods", a_noted_pod("c", "second", uid="uid-2"))
    await eventually(lambda: scene.now().names == ("a", "b", "c") and note_of(scene, "c") == "second")
    assert lists_and_watches(scene) == (1, 1)
    scene.begin(with_stream(error_line(410)), "watch", times=1)
    scene.interrupt()
    scene.server.forget("pods", "c", "shop")
    scene.server.put("pods", a_noted_pod("c", "third", uid="uid-3"))
    await eventually(lambda: scene.now() == Moment(LIVE, ("a", "b", "c")) and note_of(scene, "c") == "third")


async def history_lost(scene: Scene) -> None:
    """Versions of the server are smaller than what the agent has seen; what was made in between is gone."""
    for name in ("c", "d"):
        scene.server.put("pods", a_pod(name))
    await scene.until("a", "b", "c", "d")
    for name in ("c", "d"):
        scene.server.forget("pods", name, "shop")
    scene.server.say("pods", "BOOKMARK", {"metadata": {"resourceVersion": "99"}})
    await scene.until("a", "b")


async def unauthenticated_once(scene: Scene) -> None:
    scene.begin(with_status(401, "Unauthorized"), "watch", times=1)
    scene.interrupt()
    scene.server.put("pods", a_pod("c"))
    await scene.until("a", "b", "c")
    # Credentials are loaded again and the same request goes out once more: no list, no failure.
    assert lists_and_watches(scene) == (1, 3)


async def booting(scene: Scene) -> None:
    """Everything about pods is refused, questions about rights included; then the server knows its roles."""

    async def not_yet(request: Request) -> web.StreamResponse:
        return status_answer(403, "pods is forbidden: RBAC: clusterrole not found")

    refused = {"pods", "selfsubjectaccessreviews"}
    scene.server.fail(not_yet, where=lambda one: one.plural in refused, times=FOR_EVER)
    scene.interrupt()
    await eventually(lambda: scene.server.count("create", "selfsubjectaccessreviews") >= 1)
    scene.server.faults.clear()
    await scene.until("a", "b")
    assert scene.server.count("list", "pods") == 1


CASES: Final[dict[ApiFault, Callable[[Scene], Awaitable[None]]]] = {
    ApiFault.OVERLONG_LINE: overlong_line,
    ApiFault.SPLIT_UTF8: split_utf8,
    ApiFault.NEXT_LINE: next_line,
    ApiFault.LINE_SEPARATOR: line_separator,
    ApiFault.OUT_OF_ORDER: out_of_order,
    ApiFault.DUPLICATES: duplicates,
    ApiFault.RECREATED: recreated,
    ApiFault.HISTORY_LOST: history_lost,
    ApiFault.UNAUTHENTICATED_ONCE: unauthenticated_once,
    ApiFault.BOOTING: booting,
}
