"""CheckCluster: whether the API server answers, which cluster it is, and what the agent may do there.

First the server: where it does not answer, nothing else is asked. Then every right of every need, and whether
metrics-server answers.
"""

from collections.abc import Collection, Sequence
from typing import Final

import anyio
from typing_extensions import override

from application.preflight.section import PreflightSection, Progress
from domain.cluster.kinds import Kind
from domain.commands.policy import Policy
from domain.errors import AgentError, MisconfigurationError
from domain.preflight.costs import cost_of, is_read_somewhere
from domain.preflight.findings import Finding, Section, Status
from domain.preflight.rights import Access, Need, Purpose, spelt
from ports.clock import Clock
from ports.cluster import ClusterIdentity
from ports.errors import AccessDenied, NotFound, PortError
from ports.preflight import ClusterPreflight

ACCESS_SECONDS: Final = 60.0
"""For all questions about rights together; a healthy API server needs one."""

_SERVER, _CLUSTER_ID, _METRICS = "API server", "cluster id", "metrics-server"
_SECTIONS: Final = {
    Purpose.KIND: Section.KINDS,
    Purpose.USAGE: Section.USAGE,
    Purpose.COMMAND: Section.COMMANDS,
    Purpose.TARGET_EVENTS: Section.COMMANDS,
}
_NO_SERVER: Final = "the agent sees nothing and waits until the API server answers"
_NO_ID: Final = "the Master cannot be told which cluster this is, so nothing is sent"
_SKIPPED: Final = "not asked: the API server has to answer first"
_INSTALL_METRICS: Final = (
    "kubectl apply -f https://github.com/kubernetes-sigs/metrics-server/releases/latest/download/components.yaml"
)


class CheckCluster(PreflightSection):
    """Questions to the API server."""

    def __init__(
        self,
        cluster: ClusterPreflight,
        identity: ClusterIdentity,
        clock: Clock,
        *,
        configured_id: str = "",
        exclude: Collection[Kind] = frozenset(),
        policy: Policy | None = None,
    ) -> None:
        """Say what the settings decide.

        Args:
            cluster: who is asked.
            identity: who knows the cluster's id.
            clock: for the limit of time.
            configured_id: the id that the operator gave.
            exclude: kinds that the operator left out.
            policy: which commands the operator permits.
        """
        self._cluster = cluster
        self._identity = identity
        self._clock = clock
        self._cluster_id = configured_id
        self._exclude = frozenset(exclude)
        self._policy = policy or Policy()

    def cluster_id(self) -> str:
        """The id that was configured or found; empty before, and where there is none."""
        return self._cluster_id

    @override
    async def check(self, progress: Progress) -> Sequence[Finding]:
        needs = self._cluster.needs()
        progress.plan(len(needs) + 3)
        server = await self._server()
        progress.answer(_SERVER)
        if server.status is Status.FAILED:
            for subject in (_CLUSTER_ID, *(need.subject for need in needs), _METRICS):
                progress.answer(subject)
            return server, *_skipped(self._cluster_id)
        findings = [server, await self._identified()]
        progress.answer(_CLUSTER_ID)
        answers = await self._accesses(needs, progress)
        findings += [self._finding(need, answer) for need, answer in zip(needs, answers, strict=True)]
        if not any(_is_read(need, answer) for need, answer in zip(needs, answers, strict=True)):
            findings.append(_nothing_read(answers))
        findings.append(await self._metrics())
        progress.answer(_METRICS)
        return findings

    async def _server(self) -> Finding:
        try:
            sight = await self._cluster.see()
        except MisconfigurationError as error:
            return _failed(_SERVER, str(error), _NO_SERVER)
        except AccessDenied as error:
            remedy = "see that the credentials are valid: kubectl auth whoami, with the same kubeconfig or token"
            return _failed(_SERVER, error.why, _NO_SERVER, remedy)
        except PortError as error:
            remedy = "see that it runs and can be reached from here: kubectl version, with the same kubeconfig"
            return _failed(_SERVER, error.why, _NO_SERVER, remedy)
        account = f" as {sight.account}" if sight.account else ""
        detail = f"{sight.version} at {sight.address}{account}"
        return Finding(section=Section.CLUSTER, subject=_SERVER, status=Status.OK, detail=detail)

    async def _identified(self) -> Finding:
        if self._cluster_id:
            detail = f"{self._cluster_id} (AGENT_CLUSTER_ID)"
            return Finding(section=Section.CLUSTER, subject=_CLUSTER_ID, status=Status.OK, detail=detail)
        try:
            self._cluster_id = await self._identity.cluster_uid()
        except PortError as error:
            remedy = "export AGENT_CLUSTER_ID=a-name-of-your-choice"
            if isinstance(error, AccessDenied):
                remedy += "    # or grant get on namespaces, see below"
            return _failed(_CLUSTER_ID, error.why, _NO_ID, remedy)
        detail = f"{self._cluster_id} (UID of kube-system)"
        return Finding(section=Section.CLUSTER, subject=_CLUSTER_ID, status=Status.OK, detail=detail)

    async def _accesses(self, needs: Sequence[Need], progress: Progress) -> Sequence[Access | str | None]:
        """For each need: what is granted, why that is not known, or None where it was not asked."""
        answers: list[Access | str | None] = ["no answer in time"] * len(needs)

        async def ask(place: int, need: Need) -> None:
            try:
                answers[place] = None if need.kind in self._exclude else await self._cluster.access(need)
            except AgentError as error:
                answers[place] = str(error)
            progress.answer(need.subject)

        try:
            async with self._clock.deadline(ACCESS_SECONDS), anyio.create_task_group() as group:
                for place, need in enumerate(needs):
                    group.start_soon(ask, place, need)
        except TimeoutError:
            pass
        return answers

    def _finding(self, need: Need, answer: Access | str | None) -> Finding:
        section = _SECTIONS[need.purpose]
        if answer is None:
            return Finding(
                section=section,
                subject=need.subject,
                status=Status.OFF,
                detail="left out by AGENT_EXCLUDE_KINDS",
                cost=cost_of(need, need.rights),
            )
        if isinstance(answer, str):
            cost = cost_of(need, need.rights)
            return Finding(section=section, subject=need.subject, status=Status.UNKNOWN, detail=answer, cost=cost)
        if not answer.missing:
            return Finding(section=section, subject=need.subject, status=Status.OK, detail=spelt(need.rights))
        normal = self._why_normal(need, answer)
        detail = f"not granted: {spelt(answer.missing)}"
        return Finding(
            section=section,
            subject=need.subject,
            status=Status.OFF if normal else Status.MISSING,
            detail=f"{normal}; {detail}" if normal else detail,
            cost=cost_of(need, answer.missing),
            remedy=answer.grant,
            missing=answer.missing,
        )

    def _why_normal(self, need: Need, access: Access) -> str:
        """Why nobody need be told that this is missing; empty where somebody has to."""
        if need.actions and not need.actions & self._policy.allowed_actions:
            return "off by AGENT_ALLOWED_ACTIONS"
        if need.actions and self._policy.read_only and all(action.is_change for action in need.actions):
            return "off by AGENT_READ_ONLY"
        # A right of several that belong together is no decision but an oversight.
        return need.optional if set(need.chosen or need.rights) <= set(access.missing) else ""

    async def _metrics(self) -> Finding:
        cost = "no live CPU and memory of nodes and pods"
        try:
            version = await self._cluster.try_usage()
        except AccessDenied as error:
            return _usage(Status.SKIPPED, f"not asked: {error.why}")
        except NotFound as error:
            return _usage(Status.MISSING, error.why, cost, _INSTALL_METRICS)
        except AgentError as error:
            why = error.why if isinstance(error, PortError) else str(error)
            return _usage(Status.MISSING, why, cost, "kubectl -n kube-system logs deployment/metrics-server")
        return _usage(Status.OK, f"{version} answers")


def _is_read(need: Need, answer: Access | str | None) -> bool:
    return need.purpose is Purpose.KIND and isinstance(answer, Access) and is_read_somewhere(need, answer.missing)


def _nothing_read(answers: Sequence[Access | str | None]) -> Finding:
    unknown = sorted({answer for answer in answers if isinstance(answer, str)})
    return Finding(
        section=Section.KINDS,
        subject="all kinds",
        status=Status.FAILED,
        detail=unknown[0] if unknown else "no kind can be listed and watched anywhere",
        cost="the snapshot would be empty, so none is sent",
        remedy=""
        if unknown
        else "kubectl apply -k deploy/kustomize/base    # account, read-only role, binding and agent",
    )


def _skipped(cluster_id: str) -> Sequence[Finding]:
    known = Finding(
        section=Section.CLUSTER, subject=_CLUSTER_ID, status=Status.OK, detail=f"{cluster_id} (AGENT_CLUSTER_ID)"
    )
    sections = ((Section.KINDS, "all kinds"), (Section.USAGE, _METRICS), (Section.COMMANDS, "all commands"))
    unknown = [(Section.CLUSTER, _CLUSTER_ID)] if not cluster_id else []
    return (
        *((known,) if cluster_id else ()),
        *(
            Finding(section=section, subject=subject, status=Status.SKIPPED, detail=_SKIPPED)
            for section, subject in (*unknown, *sections)
        ),
    )


def _failed(subject: str, detail: str, cost: str, remedy: str = "") -> Finding:
    return Finding(
        section=Section.CLUSTER, subject=subject, status=Status.FAILED, detail=detail, cost=cost, remedy=remedy
    )


def _usage(status: Status, detail: str, cost: str = "", remedy: str = "") -> Finding:
    return Finding(section=Section.USAGE, subject=_METRICS, status=status, detail=detail, cost=cost, remedy=remedy)
