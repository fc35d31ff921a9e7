"""Objects as no textbook shows them: each arrives as far as it can be read, and none costs another."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.e2e.stage import Json, Stage, a_stage, names
from tests.support.api_objects import a_namespace, a_pod

LONGEST_NAME = ".".join(("a" * 63, "b" * 63, "c" * 63, "d" * 61))
CHANGING = {"spoiled", "after-spoiled"}
LARGE_ANNOTATION = "x" * (256 * 1024 - 100)
QUANTITIES: tuple[tuple[str, str | float, str], ...] = (
    ("cpu", "1", "1"),
    ("cpu", "1500m", "1500m"),
    ("cpu", "0.5", "0.5"),
    ("cpu", "2e0", "2"),
    ("cpu", "100000000n", "100000000n"),
    ("cpu", "100000u", "100m"),
    ("cpu", 3, "3"),
    ("cpu", 0.25, "0.25"),
    ("memory", "1", "1"),
    ("memory", "123m", "1"),
    ("memory", "1k", "1000"),
    ("memory", "1M", "1M"),
    ("memory", "1G", "1G"),
    ("memory", "1T", "1T"),
    ("memory", "1P", str(10**15)),
    ("memory", "1E", str(10**18)),
    ("memory", "1e3", "1000"),
    ("memory", "1Ki", "1Ki"),
    ("memory", "1Mi", "1Mi"),
    ("memory", "1Gi", "1Gi"),
    ("memory", "1Ti", "1Ti"),
    ("memory", "1Pi", str(2**50)),
    ("memory", "1Ei", str(2**60)),
)
"""Resource, as the API server may say it, as it arrives: in units that the Master knows."""


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """For the whole module, as its agent lives that long."""
    return "asyncio"


def _with(pod: Json, **parts: Any) -> Json:
    return {**pod, **{name: {**pod[name], **part} for name, part in parts.items()}}


def _quantity_pods() -> list[Json]:
    return [
        _with(
            a_pod(f"quantity-{number}"),
            spec={"containers": [{"name": "c", "image": "c:1", "resources": {"requests": {resource: text}}}]},
        )
        for number, (resource, text, _) in enumerate(QUANTITIES)
    ]


@pytest.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with a_stage(tmp_path_factory.mktemp("stage")) as stage:
        put = stage.api.put
        put("pods", a_pod(LONGEST_NAME))
        put("pods", _with(a_pod("annotated"), metadata={"annotations": {"large": LARGE_ANNOTATION, "null": None}}))
        put("pods", {"metadata": {"name": "bare", "namespace": "shop"}, "spec": None, "status": None})
        put("pods", {"metadata": {"name": "barer", "namespace": "shop"}})
        put(
            "pods",
            _with(
                a_pod("nulls"),
                metadata={"labels": {"a": None}, "ownerReferences": [None], "creationTimestamp": None},
                spec={"containers": [None, {"name": None}], "volumes": [None], "tolerations": None, "nodeName": None},
                status={"containerStatuses": [None], "conditions": [None], "podIP": None, "phase": None},
            ),
        )
        put("pods", _with(a_pod("future"), spec={"teleport": {"to": [1, 2]}}, status={"mood": "good"}) | {"extra": 1})
        put("pods", _with(a_pod("unreadable"), spec={"containers": "none today"}))
        put("namespaces", {"metadata": {"name": "odd"}, "status": "text"})
        put("namespaces", a_namespace("fine"))
        for pod in _quantity_pods():
            put("pods", pod)
        async with stage.running():
            await stage.snapshot()
            yield stage


async def test_all_that_can_be_read_arrives_and_the_master_takes_it(stage: Stage) -> None:
    snapshot = await stage.snapshot()
    expected = {LONGEST_NAME, "annotated", "bare", "barer", "nulls", "future", "web-1"}
    expected |= {pod["metadata"]["name"] for pod in _quantity_pods()}
    assert set(names(snapshot, "pods")) - CHANGING == expected
    assert set(names(snapshot, "namespaces")) == {"kube-system", "shop", "fine"}
    assert snapshot["summary"]["totalPods"] == len(snapshot["pods"])
    assert not stage.master.store.rejections


async def test_what_cannot_be_read_costs_itself_and_is_counted_and_named(stage: Stage) -> None:
    pod = await stage.line("object cannot be read and is left out", object="shop/unreadable")
    assert pod["kind"] == "Pod"
    assert "containers" in pod["error"]
    namespace = await stage.line("object cannot be read and is left out", kind="Namespace")
    assert namespace["object"] == "/odd"
    told = Counter(line["kind"] for line in stage.lines("object cannot be read and is left out"))
    metrics = (await stage.ask("/metrics")).text
    counted = re.findall(r'^atlhyper_agent_kubernetes_\w*skipped\w*_total\{kind="(\w+)"\} (\d+)', metrics, re.MULTILINE)
    assert {kind: int(number) for kind, number in counted} == told


async def test_an_unreadable_change_leaves_what_was_known(stage: Stage) -> None:
    stage.api.put("pods", a_pod("spoiled"))
    await stage.snapshot_with(lambda one: "spoiled" in names(one, "pods"))
    stage.api.put("pods", _with(a_pod("spoiled"), spec={"containers": 7}))
    await stage.line("object cannot be read and is left out", object="shop/spoiled")
    stage.api.put("pods", a_pod("after-spoiled"))
    snapshot = await stage.snapshot_with(lambda one: "after-spoiled" in names(one, "pods"))
    assert "spoiled" in names(snapshot, "pods")


async def test_every_unit_of_a_quantity_is_taken(stage: Stage) -> None:
    snapshot = await stage.snapshot()
    pods = {pod["summary"]["name"]: pod for pod in snapshot["pods"]}
    for number, (resource, given, arrives) in enumerate(QUANTITIES):
        (container,) = pods[f"quantity-{number}"]["containers"]
        assert container["requests"] == {resource: arrives}, given
