"""The Events of the scheduler, which writes through events.k8s.io: a repetition makes a series."""

from adapters.memory.world.event_log import SCHEDULER
from adapters.memory.world.state import SimPod, World
from adapters.memory.world.telling import tell_of_pod

REMIND_SECONDS = 300.0
"""How often a pod that finds no node is looked at again while nothing changes."""


def tell_scheduled(world: World, pod: SimPod) -> None:
    """A pod has found a node."""
    if pod.node is not None:
        tell_of_pod(world, pod, "Scheduled", scheduled_message(pod), writer=SCHEDULER)


def scheduled_message(pod: SimPod) -> str:
    """In the scheduler's words."""
    namespace, name = pod.key
    return f"Successfully assigned {namespace}/{name} to {pod.node.plan.name if pod.node else ''}"


def tell_unschedulable(world: World, pod: SimPod, why_not: str, *, is_news: bool) -> None:
    """A pod finds no node; said again when the reasons change, and now and then."""
    if is_news or pod.reminded_seconds + REMIND_SECONDS <= world.seconds:
        pod.reminded_seconds = world.seconds
        tell_of_pod(world, pod, "FailedScheduling", why_not, writer=SCHEDULER, is_warning=True)
