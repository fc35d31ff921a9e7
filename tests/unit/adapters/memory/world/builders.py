"""Small worlds: a node or two, a workload or two, and seconds that pass."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.memory.world.blueprints import ContainerPlan, NodePlan, Scenario, WorkloadKind, WorkloadPlan
from adapters.memory.world.life import Life
from adapters.memory.world.parts import container, plan
from adapters.memory.world.state import SimPod, SimWorkload
from domain.cluster.pods import PodSpec

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def a_node_plan(name: str = "n1", **overrides: Any) -> NodePlan:
    number = name[-1]
    base = NodePlan(
        name=name,
        address=f"10.0.0.{number}",
        pod_network=f"10.1.{number}",
        roles=("control-plane",),  # incidents happen to workers only
        cores=4,
        memory_kib=8 * 1024**2,
        instance_type="small",
        zone="z1a",
    )
    return replace(base, **overrides)


def a_container(name: str = "app", requests: str = "100m 64Mi", **overrides: Any) -> ContainerPlan:
    return replace(plan(container(name, f"example/{name}:1.0.0", requests=requests), 50, 32), **overrides)


def a_workload(name: str = "web", kind: WorkloadKind = WorkloadKind.DEPLOYMENT, **overrides: Any) -> WorkloadPlan:
    base = WorkloadPlan(
        kind=kind,
        namespace="shop",
        name=name,
        containers=(a_container(),),
        labels={"app": name},
        spec=PodSpec(restart_policy="Always"),
        age_days=1.0,
    )
    return replace(base, **overrides)


class Bench:
    """A life under the test's hand; nothing happens by itself."""

    def __init__(self, *workloads: WorkloadPlan, nodes: tuple[NodePlan, ...] = (a_node_plan(),)) -> None:
        scenario = Scenario(nodes=nodes, namespaces=("shop",), workloads=workloads)
        self.life = Life(scenario, 1, NOW)
        self.world = self.life.world
        self.life._incidents = _Peace()  # type: ignore[assignment] # offers the one method that is called

    def workload(self, name: str = "web") -> SimWorkload:
        return next(workload for workload in self.world.workloads.values() if workload.plan.name == name)

    def pods(self, name: str = "web") -> list[SimPod]:
        return sorted(self.workload(name).pods.values(), key=lambda pod: pod.name)

    def pod(self, name: str = "web") -> SimPod:
        (pod,) = self.pods(name)
        return pod

    def pass_seconds(self, seconds: int) -> None:
        for _ in range(seconds):
            self.life.step(NOW + timedelta(seconds=self.world.seconds + 1))

    def pass_until(self, condition: Callable[[], bool], at_most: int = 1000) -> int:
        """Seconds until the condition holds."""
        for seconds in range(at_most):
            if condition():
                return seconds
            self.pass_seconds(1)
        raise AssertionError("it never came to that")


class _Peace:
    """No incidents."""

    def happen(self, world: object) -> None:
        pass
