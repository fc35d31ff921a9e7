"""What somebody does to a workload: another number of pods, another template.

Only what is wanted changes here; the controllers find out by themselves.
"""

from typing import Final

from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.kubelet import replace_container
from adapters.memory.world.owned import SimReplicaSet
from adapters.memory.world.state import SimPod, SimWorkload, World
from domain.cluster.kinds import Kind
from domain.commands.images import ContainerImage

_HASH_LETTERS: Final = 10


def set_replicas(world: World, workload: SimWorkload, replicas: int) -> None:
    """Somebody or something wants another number of pods."""
    workload.desired = replicas
    world.change(workload)


def set_replicas_of_set(world: World, workload: SimWorkload, found: SimReplicaSet, replicas: int) -> None:
    """Somebody scales the ReplicaSet of a Deployment, whose controller sets it back."""
    found.desired = replicas
    workload.needs_look = workload.needs_count = True
    world.mark(Kind.REPLICA_SET, found.key)


def new_template(world: World, workload: SimWorkload) -> None:
    """The template has changed: pods of the older one are to be replaced."""
    workload.settled_revision = workload.settled_revision or workload.revision
    workload.revision = world.letters(_HASH_LETTERS)
    workload.template_generation += 1
    world.change(workload)


def annotate_template(world: World, workload: SimWorkload, key: str, value: str) -> bool:
    """Give the template an annotation; whether that is news."""
    if workload.annotations.get(key) == value:
        return False
    workload.annotations = {**workload.annotations, key: value}
    new_template(world, workload)
    return True


def images_of(workload: SimWorkload) -> list[ContainerImage]:
    """Containers of the template, then its init containers."""
    plan = workload.plan
    groups = ((False, plan.containers, workload.images), (True, plan.init_containers, workload.init_images))
    return [
        ContainerImage(name=one.container.name, image=image, is_init=is_init)
        for is_init, plans, images in groups
        for one, image in zip(plans, images, strict=True)
    ]


def images_of_pod(pod: SimPod) -> list[ContainerImage]:
    """Containers of a pod, then its init containers."""
    return [
        ContainerImage(name=one.plan.container.name, image=one.image, is_init=is_init)
        for is_init, group in ((False, pod.containers), (True, pod.init_containers))
        for one in group
    ]


def set_image(world: World, workload: SimWorkload, container: ContainerImage, image: str) -> None:
    """Give one container of the template another image."""
    changed = [image if one == container else one.image for one in images_of(workload)]
    count = len(workload.images)
    workload.images, workload.init_images = tuple(changed[:count]), tuple(changed[count:])
    if workload.plan.kind is WorkloadKind.CRON_JOB:
        world.change(workload)
    else:
        new_template(world, workload)


def set_image_of_pod(world: World, pod: SimPod, container: ContainerImage, image: str) -> None:
    """Give one container of a running pod another image: its node starts that container again."""
    group = pod.init_containers if container.is_init else pod.containers
    found = next(one for one in group if one.plan.container.name == container.name)
    found.image = image
    if not container.is_init:
        replace_container(world, pod, found)
    world.touch(pod)
