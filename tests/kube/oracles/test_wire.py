"""The expectations over a living cluster: total over all that it holds, and right where its manifests are known."""

from datetime import UTC, datetime

from tests.kube.oracles.coverage import WITHOUT_SOURCE, read_schema
from tests.kube.oracles.judge import by_key, judge, judge_usage
from tests.kube.oracles.kinds import KINDS
from tests.kube.oracles.matching import AnyOf, Anything, Expected, Percent, Shape, SomeText, Unordered, mismatches
from tests.kube.oracles.nodes import node
from tests.kube.oracles.pods import pod
from tests.kube.oracles.quantities import ExtendedResources, Quantity, Ratio, Usage, value_of
from tests.kube.oracles.texts import Annotations, Instant, Redactable
from tests.kube.oracles.world import PATHS, World, read_world
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json

LEFT_OPEN = {
    ("DeploymentRollout", "message"),
    ("NodeResourceMetric", "utilPct"),
    ("NodeSummary", "badges"),
    ("NodeSummary", "message"),
    ("NodeSummary", "reason"),
    ("WorkloadRollout", "message"),
}
"""Fields of which the contract says no more than that they are free, or that follow from others of the same object."""
NOW = datetime.now(UTC)


def render(expected: Expected) -> Expected:
    """The plainest wire value that meets an expectation."""
    if isinstance(expected, Shape):
        return {name: render(value) for name, value in [*expected.required.items(), *expected.optional.items()]}
    if isinstance(expected, dict):
        return {name: render(value) for name, value in expected.items()}
    if isinstance(expected, list):
        return [render(value) for value in expected]
    return _render_leaf(expected)


def _render_leaf(expected: Expected) -> Expected:
    plain: Expected = expected
    match expected:
        case Quantity(raw, resource) | Usage(raw, resource):
            plain = _readable(raw, resource)
        case ExtendedResources(raw):
            plain = {name: _readable(text, name) for name, text in raw.items()}
        case Annotations(raw):
            plain = {name: text for name, text in raw.items() if "last-applied" not in name}
        case Instant(raw) | Redactable(raw) | Percent(raw) | Ratio(raw):
            plain = raw
        case Unordered(elements):
            plain = [render(element) for element in reversed(elements)]
        case AnyOf(choices):
            plain = render(choices[0])
        case SomeText():
            plain = "configured"
        case Anything():
            plain = None
        case _:
            pass
    return plain


def _readable(raw: str, resource: str) -> str:
    value = value_of(raw)
    if Quantity(raw, resource).problem(raw) is None:
        return raw
    return f"{int(value * 10**9)}n" if resource == "cpu" else str(-int(-value // 1))


def a_snapshot(world: World) -> Json:
    """What a faultless agent would send."""
    snapshot: Json = {"fetchedAt": NOW.isoformat()}
    for name, kind in KINDS.items():
        snapshot[name] = [render(kind.expect(raw, NOW, world)) for raw in world.every(name)]
    pods, usage = world.every("pods"), world.usage
    snapshot["pods"] = [render(pod(raw, NOW, _one(usage["pods"].get(key)))) for key, raw in world.lists["pods"].items()]
    snapshot["nodes"] = [
        render(node(raw, NOW, pods, _one(usage["nodes"].get(key)))) for key, raw in world.lists["nodes"].items()
    ]
    return snapshot


def _one(usage: Json | None) -> list[Json]:
    return [usage] if usage else []


def test_a_faultless_snapshot_has_no_mismatch(
    cluster: Cluster, pod_states: str, hostile: str, odd: str, usage: None
) -> None:
    world = read_world(cluster.api)
    snapshot = a_snapshot(world)
    for item in snapshot["nodes"]:
        for name in ("cpu", "memory"):
            metric = item["metrics"][name]
            if metric["usage"]:
                metric["utilPct"] = round(float(value_of(metric["usage"]) / value_of(metric["allocatable"]) * 100), 2)
    verdict = judge(snapshot, world, world)
    assert verdict.problems == []
    assert verdict.compared == {name: set(world.lists[name]) for name in PATHS}
    assert all(verdict.compared.values())
    verdict = judge_usage(snapshot, world, world)
    assert verdict.problems == []
    assert len(verdict.compared["pods"]) > 100
    assert verdict.compared["nodes"]


def test_the_world_fills_every_field_that_has_a_source(
    cluster: Cluster, pod_states: str, hostile: str, odd: str, usage: None
) -> None:
    schema = read_schema()
    produced = schema.produced(a_snapshot(read_world(cluster.api)))
    assert schema.declared - produced - WITHOUT_SOURCE.keys() == LEFT_OPEN
    assert produced & WITHOUT_SOURCE.keys() == set()


def test_each_lost_object_is_noticed(cluster: Cluster, odd: str) -> None:
    world = read_world(cluster.api)
    snapshot = a_snapshot(world)
    for name, kind in KINDS.items():
        wire = by_key(snapshot[name])
        lost = next(wire[key] for key, raw in world.lists[name].items() if not kind.may_be_missing(raw, NOW))
        for elements, complaint in (
            ([item for item in snapshot[name] if item is not lost], "is missing"),
            ([*snapshot[name], lost], "different"),
            ([*snapshot[name], _renamed(lost)], "does not exist"),
        ):
            verdict = judge({**snapshot, name: elements}, world, world, {name: kind})
            assert len([problem for problem in verdict.problems if complaint in problem]) == 1, (name, complaint)


def _renamed(wire: Json) -> Json:
    head = {**wire.get("summary", wire), "name": "nobody-made-this"}
    return {**wire, "summary": head} if "summary" in wire else head


def test_the_lists_are_those_of_the_schema() -> None:
    assert read_schema().lists == KINDS.keys() == PATHS.keys()


def test_each_lost_field_is_noticed(cluster: Cluster) -> None:
    world = read_world(cluster.api)
    raw = next(item for (_, name), item in world.lists["pods"].items() if name.startswith("web-"))
    shape = pod(raw, NOW)
    for name in ("summary", "spec", "status", "containers", "initContainers", "volumes", "labels", "annotations"):
        wire = render(shape)
        del wire[name]
        assert list(mismatches(shape, wire)), name
    for name in ("envs", "livenessProbe", "requests", "ports", "volumeMounts", "args", "workingDir", "state"):
        wire = render(shape)
        del wire["containers"][0][name]
        assert list(mismatches(shape, wire)), name


def test_the_web_pod_is_read_as_its_manifest_says(cluster: Cluster) -> None:
    world = read_world(cluster.api)
    wire = render(pod(next(item for (_, name), item in world.lists["pods"].items() if name.startswith("web-")), NOW))
    app, metrics = wire["containers"]
    assert wire["status"]["ready"] == "3/3"
    assert wire["spec"]["affinity"] == {"nodeAffinity": "configured", "podAntiAffinity": "configured"}
    assert [(item["name"], item["type"], item["source"]) for item in wire["volumes"][:2]] == [
        ("config", "ConfigMap", "web-config"),
        ("uploads", "PVC", "uploads"),
    ]
    assert {item["name"]: item["valueFrom"] for item in app["envs"]} == {
        "MODE": None,
        "PASSWORD": "secret:web-secret",
        "LEVEL": "configmap:web-config",
        "POD_IP": "field:status.podIP",
        "CPU": "resource:limits.cpu",
    }
    assert (app["startupProbe"]["port"], app["livenessProbe"]["path"]) == (8080, "/healthz")
    assert app["readinessProbe"]["command"] == "/bin/ready"
    assert (metrics["livenessProbe"]["type"], metrics["livenessProbe"]["port"]) == ("configured", 9090)
    assert wire["initContainers"][1]["state"] == "running"


def test_nodes_are_read_as_their_manifests_say(cluster: Cluster, hostile: str) -> None:
    world = read_world(cluster.api)
    wires = {name: render(node(raw, NOW, world.every("pods"))) for (_, name), raw in world.lists["nodes"].items()}
    gpu, sick = wires["gpu-1"], wires["sick-1"]
    odd = next(wire for name, wire in wires.items() if len(name) == 253)
    assert gpu["summary"]["roles"] == ["gpu"]
    assert gpu["capacity"]["scalarResources"] == {"nvidia.com/gpu": "2"}
    assert (gpu["addresses"]["internalIP"], gpu["addresses"]["externalIP"]) == ("10.64.200.1", "203.0.113.10")
    assert (sick["summary"]["schedulable"], sick["summary"]["ready"]) == (False, "False")
    assert sick["metrics"]["pressure"]["diskPressure"]
    assert odd["summary"]["roles"] == ["alpha", "master", "zeta"]
    assert (odd["addresses"]["internalIP"], odd["addresses"]["externalIP"]) == ("10.64.201.9", "2001:db8::20")
    assert odd["metrics"]["pods"]["capacity"] == 1000
