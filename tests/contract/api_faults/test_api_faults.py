"""Every fault of an API server: the right reading at every moment, few requests, recovery, nobody else disturbed."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.cluster.readings import ReadingState
from tests.contract.api_faults import lasting, passing
from tests.contract.api_faults.scene import LISTED, QUICKENED, Moment, Scene, playing
from tests.support.api_faults import ApiFault
from tests.support.api_objects import a_pod

LIVE, STALE, SYNCING = ReadingState.LIVE, ReadingState.STALE, ReadingState.SYNCING


def test_every_fault_has_a_case() -> None:
    assert set(lasting.CASES) | set(passing.CASES) == set(ApiFault)
    assert not set(lasting.CASES) & set(passing.CASES)


@pytest.mark.parametrize("fault", lasting.CASES, ids=lambda fault: fault.name)
async def test_a_fault_that_lasts_leaves_what_was_known(fault: ApiFault, tmp_path: Path) -> None:
    case = lasting.CASES[fault]
    async with playing(tmp_path, timings=case.timings, requests=case.requests) as scene:
        await scene.is_synced()
        case.begin(scene)
        scene.expire()
        requests = await scene.hold(case.held_seconds)
        states = {one.state for one in scene.moments}
        assert {one.names for one in scene.moments} == {LISTED}
        assert case.reaches in states
        assert states <= {case.reaches, LIVE, *case.also}
        assert states - {LIVE, STALE} == set()
        assert 1 <= requests <= case.most_requests
        await _recovers(scene)


@pytest.mark.parametrize("fault", lasting.CASES, ids=lambda fault: fault.name)
async def test_a_fault_that_is_there_from_the_start_is_never_taken_for_an_empty_kind(
    fault: ApiFault, tmp_path: Path
) -> None:
    case = lasting.CASES[fault]
    async with playing(tmp_path, timings=case.timings, requests=case.requests, begin=case.begin) as scene:
        requests = await scene.hold(case.held_seconds)
        known = [one for one in scene.moments if one.state is not SYNCING]
        assert {one.names for one in known} == ({LISTED} if case.is_read_at_start else set())
        assert {one.names for one in scene.moments if one.state is SYNCING} <= {()}
        assert {one.state for one in known} <= {case.reaches, *case.also}
        assert requests <= case.most_requests
        await _recovers(scene)


@pytest.mark.parametrize("fault", passing.CASES, ids=lambda fault: fault.name)
async def test_a_fault_that_happens_once_leaves_nothing_behind(fault: ApiFault, tmp_path: Path) -> None:
    # Long enough for a machine that is busy: what is refused for a moment here must not last for it.
    async with playing(tmp_path, timings=replace(QUICKENED, refusal_grace_seconds=10.0)) as scene:
        await scene.is_synced()
        begun = scene.requests
        await passing.CASES[fault](scene)
        assert scene.requests - begun <= lasting.MOST_REQUESTS
        assert {one.state for one in scene.moments} <= {LIVE, STALE}
        assert all({"a", "b"} <= set(one.names) for one in scene.moments)
        await _recovers(scene)


async def _recovers(scene: Scene) -> None:
    """The fault is over: everything is seen again, and nothing died meanwhile."""
    scene.server.faults.clear()
    scene.is_over.set()
    scene.server.put("pods", a_pod("new"))
    scene.interrupt()
    await scene.until(*sorted({*scene.now().names, *LISTED, "new"}))
    scene.server.put("pods", a_pod("zuletzt"))
    await scene.until(*sorted({*scene.now().names, "zuletzt"}))
    assert scene.now() == Moment(LIVE, scene.now().names)
    await scene.others_are_followed()
    assert scene.observer.crashes == []
