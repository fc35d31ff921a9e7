"""The small cluster: six machines, seven namespaces, a web shop that mostly works."""

from adapters.memory.world.blueprints import NodePlan, Scenario, TaintPlan
from adapters.memory.world.scenario_network import NETWORK
from adapters.memory.world.scenario_platform import PLATFORM
from adapters.memory.world.scenario_policies import POLICIES
from adapters.memory.world.scenario_settings import SETTINGS
from adapters.memory.world.scenario_shop import SERVICES, TROUBLE
from adapters.memory.world.scenario_system import CONTROL_PLANE

_GIB_IN_KIB = 1024**2
_ZONES = ("eu-example-1a", "eu-example-1b")


def _worker(number: int) -> NodePlan:
    return NodePlan(
        name=f"worker-{number}",
        address=f"10.20.0.{20 + number}",
        pod_network=f"10.244.{number}",
        roles=("worker",),
        cores=4,
        memory_kib=16 * _GIB_IN_KIB,
        instance_type="standard-4",
        zone=_ZONES[number % 2],
        age_days=71.0 - 9.5 * number,
    )


NODES: tuple[NodePlan, ...] = (
    NodePlan(
        name="control-plane-1",
        address="10.20.0.11",
        pod_network="10.244.0",
        roles=("control-plane",),
        cores=4,
        memory_kib=8 * _GIB_IN_KIB,
        instance_type="standard-4",
        zone=_ZONES[0],
        taints=(TaintPlan(key="node-role.kubernetes.io/control-plane"),),
    ),
    *(_worker(number) for number in range(1, 5)),
    NodePlan(
        name="gpu-1",
        address="10.20.0.31",
        pod_network="10.244.9",
        roles=("gpu", "worker"),
        cores=16,
        memory_kib=64 * _GIB_IN_KIB,
        gpus=1,
        instance_type="gpu-16",
        zone=_ZONES[1],
        taints=(TaintPlan(key="nvidia.com/gpu", value="present"),),
        age_days=12.4,
    ),
)

SMALL_CLUSTER = Scenario(
    nodes=NODES,
    namespaces=("data", "default", "kube-node-lease", "kube-public", "kube-system", "monitoring", "shop"),
    workloads=(*CONTROL_PLANE, *PLATFORM, *SERVICES, *TROUBLE),
    objects=(*NETWORK, *SETTINGS, *POLICIES),
    services=tuple(service.name for service in SERVICES),
    cordoned="worker-4",
)
