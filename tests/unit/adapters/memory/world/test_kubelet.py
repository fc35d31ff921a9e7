"""A pod's life: start, crash, back-off, pull, end."""

from adapters.memory.world.blueprints import Fault, WorkloadKind
from adapters.memory.world.changes import set_replicas
from adapters.memory.world.kubelet import FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS, crash, terminate
from adapters.memory.world.pod_making import add_replica
from adapters.memory.world.pod_view import view_pod
from adapters.memory.world.state import SimPod, Stage
from domain.cluster.pods import PodSpec
from tests.unit.adapters.memory.world.builders import Bench, a_container, a_workload


def fresh_pod(bench: Bench) -> SimPod:
    """A second pod of the workload, made now."""
    workload = bench.workload()
    workload.desired += 1
    return add_replica(bench.world, workload)


def test_init_containers_run_one_after_the_other_and_a_sidecar_goes_on() -> None:
    inits = (
        a_container("first", runs_seconds=3.0),
        a_container("sidecar", is_sidecar=True, ready_after_seconds=2.0),
        a_container("last", runs_seconds=3.0),
    )
    bench = Bench(a_workload(init_containers=inits))
    pod = fresh_pod(bench)
    states: list[tuple[str, ...]] = []
    for _ in range(20):
        bench.pass_seconds(1)
        state = tuple(container.state for container in (*pod.init_containers, *pod.containers))
        if not states or states[-1] != state:
            states.append(state)
    assert states == [
        ("waiting", "waiting", "waiting", "waiting"),
        ("running", "waiting", "waiting", "waiting"),
        ("terminated", "running", "waiting", "waiting"),
        ("terminated", "running", "running", "waiting"),
        ("terminated", "running", "terminated", "running"),
    ]
    assert pod.is_ready
    assert view_pod(pod).status.ready == "2/2"


def test_a_container_that_crashes_once_is_restarted_at_once() -> None:
    bench = Bench(a_workload())
    pod = bench.pod()
    before = pod.containers[0].restarts
    crash(bench.world, pod, pod.containers[0], "OOMKilled")
    view = view_pod(pod)
    assert (view.status.reason, view.status.ready) == ("OOMKilled", "0/1")
    bench.pass_until(lambda: pod.is_ready, at_most=10)
    container = view_pod(pod).containers[0]
    assert container.restart_count == before + 1
    assert container.last_termination_reason == "OOMKilled"
    assert container.last_termination_time == "2026-11-24T12:00:00Z"


def test_a_container_that_crashes_again_and_again_waits_longer_and_longer() -> None:
    bench = Bench(a_workload(containers=(a_container(fault=Fault.CRASH, last_words="panic: no route"),)))
    container = fresh_pod(bench).containers[0]
    waits = []
    for _ in range(7):
        bench.pass_until(lambda: container.reason == "CrashLoopBackOff")
        waits.append(bench.pass_until(lambda: container.reason != "CrashLoopBackOff"))
    assert waits[:5] == [FIRST_BACKOFF_SECONDS * 2**number for number in range(5)]
    assert waits[-2:] == [LONGEST_BACKOFF_SECONDS] * 2
    assert container.restarts == 7
    assert (container.last_reason, container.last_message) == ("Error", "panic: no route")


def test_an_image_that_is_not_there_is_tried_again_and_again() -> None:
    bench = Bench(a_workload(containers=(a_container(fault=Fault.IMAGE),)))
    pod = fresh_pod(bench)
    reasons: list[str] = []
    for _ in range(60):
        bench.pass_seconds(1)
        reason = view_pod(pod).status.reason
        if not reasons or reasons[-1] != reason:
            reasons.append(reason)
    assert reasons[:2] == ["ContainerCreating", "ErrImagePull"]
    assert set(reasons[1:]) == {"ErrImagePull", "ImagePullBackOff"}
    assert view_pod(pod).status.phase == "Pending"
    assert "example/app:1.0.0" in view_pod(pod).containers[0].state_message


def test_a_pod_that_ends_says_so_before_it_is_gone() -> None:
    bench = Bench(a_workload())
    pod = bench.pod()
    bench.workload().desired = 0
    terminate(bench.world, pod)
    terminate(bench.world, pod)
    assert (pod.stage, view_pod(pod).status.reason) == (Stage.TERMINATING, "Terminating")
    assert not pod.is_active
    assert 1 <= bench.pass_until(lambda: not bench.pods()) <= 5


def test_a_pod_that_was_never_placed_is_gone_at_once() -> None:
    bench = Bench(a_workload(containers=(a_container(requests="64 1Gi"),)))
    terminate(bench.world, bench.pod())
    assert bench.pods() == []
    assert bench.world.pods == {}


def test_a_job_that_is_done_stays_and_uses_nothing() -> None:
    job = a_workload(
        "job",
        WorkloadKind.CRON_JOB,
        replicas=1,
        every_seconds=600,
        containers=(a_container(runs_seconds=20.0, ready_after_seconds=0.0),),
        spec=PodSpec(restart_policy="Never"),
    )
    bench = Bench(job)
    (old,) = bench.pods("job")
    assert view_pod(old).status.phase == "Succeeded"
    bench.pass_until(lambda: old.key not in bench.world.pods)
    (new,) = bench.pods("job")
    view = view_pod(new)
    assert (view.status.phase, view.status.reason, view.status.ready) == ("Succeeded", "Completed", "0/1")
    assert {condition.reason for condition in view.status.conditions} >= {"PodCompleted"}
    bench.pass_seconds(15)
    assert new.key not in bench.life.usage.pods


def test_addresses_are_given_once_also_after_all_of_them_were_used() -> None:
    bench = Bench(a_workload(replicas=3))
    node = bench.world.nodes["n1"]
    taken = {pod.address for pod in bench.pods()}
    assert taken == {"10.1.1.2", "10.1.1.3", "10.1.1.4"}
    node.next_address = 253
    set_replicas(bench.world, bench.workload(), 6)
    bench.pass_seconds(20)
    assert {pod.address for pod in bench.pods()} - taken == {"10.1.1.253", "10.1.1.254", "10.1.1.5"}
