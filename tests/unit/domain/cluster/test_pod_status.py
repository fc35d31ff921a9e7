"""READY, RESTARTS and the reason, case by case as kubectl's own tests have them and as the wire contract adds."""

from dataclasses import dataclass, field

import pytest

from domain.cluster.pod_status import ContainerFacts, DerivedStatus, PodFacts, derive_status
from domain.cluster.pods import PodCondition


def _running(*, restarts: int = 0, ready: bool = True) -> ContainerFacts:
    return ContainerFacts(state="running", ready=ready, started=True, restart_count=restarts)


def _sidecar(*, restarts: int = 0, ready: bool = True, started: bool = True) -> ContainerFacts:
    return ContainerFacts(is_sidecar=True, state="running", ready=ready, started=started, restart_count=restarts)


def _waiting(reason: str = "", message: str = "", *, restarts: int = 0, is_sidecar: bool = False) -> ContainerFacts:
    return ContainerFacts(
        state="waiting", reason=reason, message=message, restart_count=restarts, is_sidecar=is_sidecar
    )


def _ended(
    code: int = 0, reason: str = "", message: str = "", *, signal: int = 0, ready: bool = False, restarts: int = 0
) -> ContainerFacts:
    return ContainerFacts(
        state="terminated",
        exit_code=code,
        signal=signal,
        reason=reason,
        message=message,
        ready=ready,
        restart_count=restarts,
    )


_DONE = _ended(0, "Completed", ready=True)


def _condition(kind: str, status: str, reason: str = "", message: str = "") -> PodCondition:
    return PodCondition(type=kind, status=status, reason=reason, message=message)


@dataclass(frozen=True)
class Case:
    name: str
    expected: DerivedStatus
    containers: tuple[ContainerFacts, ...] = ()
    init: tuple[ContainerFacts, ...] = ()
    conditions: tuple[PodCondition, ...] = ()
    phase: str = "Running"
    reason: str = ""
    message: str = ""
    deleted: bool = False
    declared: tuple[int, int, int] | None = field(default=None)
    """Containers, init containers, sidecars; counted from the statuses where none is given."""

    def facts(self) -> PodFacts:
        counted = len(self.containers), len(self.init), sum(item.is_sidecar for item in self.init)
        containers, init, sidecars = self.declared or counted
        return PodFacts(
            phase=self.phase,
            reason=self.reason,
            message=self.message,
            is_being_deleted=self.deleted,
            declared_containers=containers,
            declared_init_containers=init,
            declared_sidecars=sidecars,
            init_containers=self.init,
            containers=self.containers,
            conditions=self.conditions,
        )


_INITIALISED = _condition("Initialized", "True")
_NOT_READY = _condition("Ready", "False", "ContainersNotReady", "unready: [app]")

CASES = [
    Case("healthy", DerivedStatus("2/2", 5, "", ""), (_running(restarts=2), _running(restarts=3))),
    Case("no container at all", DerivedStatus("", 0, "", "")),
    Case("not reported yet", DerivedStatus("0/2", 0, "", ""), phase="Pending", declared=(2, 1, 0)),
    Case("running but not ready", DerivedStatus("0/1", 0, "", ""), (_running(ready=False),)),
    Case(
        "not ready with a condition",
        DerivedStatus("0/1", 0, "ContainersNotReady", "unready: [app]"),
        (_running(ready=False),),
        conditions=(_NOT_READY,),
    ),
    Case(
        "not ready, nobody says why",
        DerivedStatus("0/1", 0, "", ""),
        (_running(ready=False),),
        conditions=(_condition("Ready", "False"),),
    ),
    Case(
        "ready whatever the condition's reason",
        DerivedStatus("1/1", 0, "", ""),
        (_running(),),
        conditions=(_condition("Ready", "True", "Odd"),),
    ),
    Case(
        "crash loop",
        DerivedStatus("1/2", 7, "CrashLoopBackOff", "back-off"),
        (_running(), _waiting("CrashLoopBackOff", "back-off", restarts=7)),
        conditions=(_NOT_READY,),
    ),
    Case("waiting without a reason", DerivedStatus("0/1", 0, "", ""), (_waiting(),)),
    Case(
        "the first of two troubles",
        DerivedStatus("0/2", 0, "ImagePullBackOff", ""),
        (_waiting("ImagePullBackOff"), _ended(1, "Error")),
    ),
    Case("out of memory", DerivedStatus("0/1", 0, "OOMKilled", "m"), (_ended(137, "OOMKilled", "m"),)),
    Case("signal", DerivedStatus("0/1", 0, "Signal:9", ""), (_ended(137, signal=9),), phase="Failed"),
    Case("exit code", DerivedStatus("0/1", 0, "ExitCode:3", ""), (_ended(3),), phase="Failed"),
    Case("ended well without a reason", DerivedStatus("0/1", 0, "ExitCode:0", ""), (_ended(0),)),
    Case("a ready container that has ended is not ready", DerivedStatus("0/1", 0, "Completed", ""), (_DONE,)),
    Case("completed", DerivedStatus("0/1", 0, "Completed", "bye"), (_ended(0, "Completed", "bye"),), phase="Succeeded"),
    Case(
        "half completed",
        DerivedStatus("1/2", 0, "ContainersNotReady", "unready: [app]"),
        (_DONE, _running()),
        conditions=(_NOT_READY,),
    ),
    Case(
        "half completed, the other not ready", DerivedStatus("0/2", 0, "Completed", ""), (_DONE, _running(ready=False))
    ),
    Case(
        "completed beside a crash loop",
        DerivedStatus("1/3", 0, "CrashLoopBackOff", ""),
        (_DONE, _waiting("CrashLoopBackOff"), _running()),
    ),
    Case("completed beside a failure", DerivedStatus("0/2", 0, "Error", "x"), (_DONE, _ended(1, "Error", "x"))),
    Case(
        "evicted",
        DerivedStatus("0/1", 0, "Evicted", "low on memory"),
        (_ended(137, "Error"),),
        phase="Failed",
        reason="Evicted",
        message="low on memory",
    ),
    Case(
        "unschedulable",
        DerivedStatus("0/1", 0, "Unschedulable", "0/3 nodes"),
        phase="Pending",
        declared=(1, 0, 0),
        conditions=(_condition("PodScheduled", "False", "Unschedulable", "0/3 nodes"),),
    ),
    Case(
        "gated",
        DerivedStatus("0/1", 0, "SchedulingGated", ""),
        phase="Pending",
        declared=(1, 0, 0),
        conditions=(_condition("PodScheduled", "False", "SchedulingGated"),),
    ),
    Case(
        "scheduled whatever the reason",
        DerivedStatus("1/1", 0, "", ""),
        (_running(),),
        conditions=(_condition("PodScheduled", "True", "Odd"),),
    ),
    Case(
        "terminating",
        DerivedStatus("1/1", 0, "Terminating", "why"),
        (_running(),),
        deleted=True,
        reason="Preempting",
        message="why",
    ),
    Case(
        "node lost",
        DerivedStatus("1/1", 0, "Unknown", "m"),
        (_running(),),
        deleted=True,
        reason="NodeLost",
        message="m",
    ),
    Case("node lost, not deleted", DerivedStatus("1/1", 0, "NodeLost", ""), (_running(),), reason="NodeLost"),
    Case("deleted after its end", DerivedStatus("0/1", 0, "Completed", ""), (_DONE,), phase="Succeeded", deleted=True),
    Case(
        "second init container runs",
        DerivedStatus("0/1", 3, "Init:1/3", ""),
        (_waiting("PodInitializing", restarts=9),),
        init=(_ended(0, "Completed", restarts=1), _running(restarts=2), _waiting(restarts=4)),
        phase="Pending",
    ),
    Case(
        "init container about to start",
        DerivedStatus("0/1", 0, "Init:0/1", ""),
        (_waiting("PodInitializing"),),
        init=(_waiting("PodInitializing"),),
        phase="Pending",
    ),
    Case(
        "init crash loop",
        DerivedStatus("0/1", 4, "Init:CrashLoopBackOff", "back-off"),
        (_waiting("PodInitializing"),),
        init=(_waiting("CrashLoopBackOff", "back-off", restarts=4),),
        phase="Pending",
    ),
    Case("init error", DerivedStatus("0/1", 0, "Init:Error", "m"), (_waiting(),), init=(_ended(1, "Error", "m"),)),
    Case("init exit code", DerivedStatus("0/1", 0, "Init:ExitCode:3", ""), (_waiting(),), init=(_ended(3),)),
    Case("init signal", DerivedStatus("0/1", 0, "Init:Signal:11", ""), (_waiting(),), init=(_ended(139, signal=11),)),
    Case(
        "init done",
        DerivedStatus("1/1", 1, "", ""),
        (_running(restarts=1),),
        init=(_ended(0, "Completed", restarts=5),),
    ),
    Case(
        "native sidecar counts in both",
        DerivedStatus("2/2", 4, "", ""),
        (_running(restarts=1),),
        init=(_sidecar(restarts=3),),
    ),
    Case("sidecar not ready", DerivedStatus("1/2", 0, "", ""), (_running(),), init=(_sidecar(ready=False),)),
    Case(
        "sidecar ended with the pod",
        DerivedStatus("0/2", 0, "Completed", ""),
        (_DONE,),
        init=(ContainerFacts(is_sidecar=True, state="terminated", ready=True, started=False),),
        phase="Succeeded",
    ),
    Case(
        "sidecar starting",
        DerivedStatus("0/2", 0, "Init:0/1", ""),
        (_waiting("PodInitializing"),),
        init=(_sidecar(started=False, ready=False),),
        phase="Pending",
    ),
    Case(
        "sidecar up while another init container runs",
        DerivedStatus("1/2", 3, "Init:1/2", ""),
        (_waiting("PodInitializing"),),
        init=(_sidecar(restarts=2), _running(restarts=1)),
        phase="Pending",
    ),
    Case(
        "sidecar crashing beside running containers",
        DerivedStatus("1/2", 8, "Init:CrashLoopBackOff", ""),
        (_running(restarts=1),),
        init=(_waiting("CrashLoopBackOff", restarts=7, is_sidecar=True),),
        conditions=(_INITIALISED,),
    ),
    Case(
        "restarts beyond 32 bits",
        DerivedStatus("2/2", 2**31 - 1, "", ""),
        (_running(restarts=2**31 - 1), _running(restarts=1)),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_pod_reads_as_kubectl_prints_it(case: Case) -> None:
    assert derive_status(case.facts()) == case.expected
