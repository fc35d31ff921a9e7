"""Makes the pods that controllers want: names, owners and labels as Kubernetes gives them."""

from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.container_state import SimContainer
from adapters.memory.world.state import SimPod, SimWorkload, World


def new_pod(world: World, workload: SimWorkload, name: str, *, owner: tuple[str, str], pinned_to: str = "") -> SimPod:
    """A pod from the workload's current template; it appears at once, unscheduled."""
    plan = workload.plan
    pod = SimPod(
        name=name,
        uid=world.uid(),
        workload=workload,
        created_at=world.now,
        revision=workload.revision,
        owner_kind=owner[0],
        owner_name=owner[1],
        labels={**plan.labels, **_labels(workload, name, owner[1])},
        containers=[
            SimContainer(plan=container, image=image)
            for container, image in zip(plan.containers, workload.images, strict=True)
        ],
        init_containers=[
            SimContainer(plan=container, image=image)
            for container, image in zip(plan.init_containers, workload.init_images, strict=True)
        ],
        annotations=dict(workload.annotations),
        pinned_to=pinned_to,
        due_seconds=world.seconds + 1.0,
    )
    world.add(pod)
    return pod


def replica_set_of(workload: SimWorkload, revision: str) -> str:
    """Name of the ReplicaSet that stands for a revision of a Deployment."""
    return f"{workload.plan.name}-{revision}"


def add_replica(world: World, workload: SimWorkload) -> SimPod:
    """One more pod of a Deployment's current revision."""
    replica_set = replica_set_of(workload, workload.revision)
    return new_pod(world, workload, f"{replica_set}-{world.letters(5)}", owner=("ReplicaSet", replica_set))


def add_ordinal(world: World, workload: SimWorkload, ordinal: int) -> SimPod:
    """The pod of a StatefulSet with this number."""
    name = workload.plan.name
    return new_pod(world, workload, f"{name}-{ordinal}", owner=("StatefulSet", name))


def add_for_node(world: World, workload: SimWorkload, node: str) -> SimPod:
    """The pod of a DaemonSet, or the static pod, of one node."""
    name = workload.plan.name
    if workload.plan.kind is WorkloadKind.NODE:
        return new_pod(world, workload, f"{name}-{node}", owner=("Node", node), pinned_to=node)
    return new_pod(world, workload, f"{name}-{world.letters(5)}", owner=("DaemonSet", name), pinned_to=node)


def add_run(world: World, workload: SimWorkload, job: str) -> SimPod:
    """The pod of a Job."""
    return new_pod(world, workload, f"{job}-{world.letters(5)}", owner=("Job", job))


def _labels(workload: SimWorkload, pod_name: str, owner_name: str) -> dict[str, str]:
    """What the controllers themselves add to the template's labels."""
    match workload.plan.kind:
        case WorkloadKind.DEPLOYMENT:
            return {"pod-template-hash": workload.revision}
        case WorkloadKind.STATEFUL_SET:
            return {
                "apps.kubernetes.io/pod-index": pod_name.rpartition("-")[2],
                "controller-revision-hash": f"{workload.plan.name}-{workload.revision}",
                "statefulset.kubernetes.io/pod-name": pod_name,
            }
        case WorkloadKind.DAEMON_SET:
            return {
                "controller-revision-hash": workload.revision,
                "pod-template-generation": str(workload.template_generation),
            }
        case WorkloadKind.CRON_JOB:
            return {"batch.kubernetes.io/job-name": owner_name, "job-name": owner_name}
        case WorkloadKind.NODE | WorkloadKind.NONE:
            return {}
