"""The Events that kubelets write about the containers they run, in their words."""

from adapters.memory.world.container_state import SimContainer
from adapters.memory.world.event_log import Words
from adapters.memory.world.state import SimPod, World
from adapters.memory.world.telling import tell_of_pod, words_of_pod


def tell_started(world: World, pod: SimPod, container: SimContainer) -> None:
    """A container runs; its image was there already, or was pulled first."""
    image, node = container.image, pod.node
    is_new = node is not None and image != container.plan.container.image and image not in node.pulled
    if node is not None and is_new:
        node.pulled.add(image)
        tell_of_pod(world, pod, "Pulling", f'Pulling image "{image}"')
    for words in words_of_start(pod, container, is_new=is_new):
        world.events.write(words, world.now)


def words_of_start(pod: SimPod, container: SimContainer, *, is_new: bool = False) -> tuple[Words, ...]:
    """What is told when a container starts, whether or not its image is new on the node."""
    name, image = container.plan.container.name, container.image
    present = f'Container image "{image}" already present on machine'
    return (
        words_of_pod(pod, "Pulled", f'Successfully pulled image "{image}"' if is_new else present),
        words_of_pod(pod, "Created", f"Created container: {name}"),
        words_of_pod(pod, "Started", f"Started container {name}"),
    )


def tell_killing(world: World, pod: SimPod) -> None:
    """A pod ends: every container that runs is stopped."""
    for container in (*pod.containers, *pod.init_containers):
        if container.state == "running":
            tell_of_pod(world, pod, "Killing", f"Stopping container {container.plan.container.name}")


def tell_unhealthy(world: World, pod: SimPod, container: SimContainer, kind: str) -> None:
    """A probe failed: `Readiness`, or `Liveness`, which ends the container."""
    probe = container.plan.container.readiness_probe
    if probe is None:
        return
    if probe.type == "httpGet" and kind == "Readiness":
        address = f"{pod.address}:{probe.port}"
        what = f'Get "http://{address}{probe.path}": dial tcp {address}: connect: connection refused'
    elif probe.type == "httpGet":
        what = "HTTP probe failed with statuscode: 500"
    else:
        what = f'command "{probe.command}" timed out'
    tell_of_pod(world, pod, "Unhealthy", f"{kind} probe failed: {what}", is_warning=True)
    if kind == "Liveness":
        message = f"Container {container.plan.container.name} failed liveness probe, will be restarted"
        tell_of_pod(world, pod, "Killing", message)


def tell_waiting(world: World, pod: SimPod, container: SimContainer) -> None:
    """A container is not started, or its image not pulled, before some time has passed."""
    world.events.write(words_of_waiting(pod, container), world.now)


def words_of_waiting(pod: SimPod, container: SimContainer) -> Words:
    """What is told while a container is held back."""
    if container.reason == "ImagePullBackOff":
        return words_of_pod(pod, "BackOff", f'Back-off pulling image "{container.image}"')
    name = f"{pod.name}_{pod.workload.plan.namespace}({pod.uid})"
    message = f"Back-off restarting failed container {container.plan.container.name} in pod {name}"
    return words_of_pod(pod, "BackOff", message, is_warning=True)


def tell_pull_failed(world: World, pod: SimPod, container: SimContainer) -> None:
    """An image cannot be pulled."""
    for words in words_of_failed_pull(pod, container):
        world.events.write(words, world.now)


def words_of_failed_pull(pod: SimPod, container: SimContainer) -> tuple[Words, ...]:
    """What is told when an image cannot be pulled."""
    image = container.image
    what = f'Failed to pull image "{image}": failed to resolve reference "{image}": not found'
    return (
        words_of_pod(pod, "Pulling", f'Pulling image "{image}"'),
        words_of_pod(pod, "Failed", what, is_warning=True),
        words_of_pod(pod, "Failed", "Error: ErrImagePull", is_warning=True),
    )
