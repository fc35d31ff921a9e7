"""What happens in each outage, what is expected of the agent meanwhile, and how soon it must be over.

A course is what happens to the cluster; cases of one course are played at the same time, each with an agent of its own,
because what they are about does not touch the others. All times hold for an API server and an agent that share two
cores with the tests.
"""

import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.cluster.readings import ReadingState
from tests.kube.outages.outage import Outage
from tests.kube.outages.stage import Setting, Stage
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.installer import install_metrics
from tests.kube.testbed.loopback import wait_for

LIVE, STALE, FORBIDDEN = ReadingState.LIVE, ReadingState.STALE, ReadingState.FORBIDDEN

_API_SERVER = "kube-apiserver"
_METRICS_SERVER = "metrics-server"
_SHORT_SECONDS = 2.0
_TOKEN_SECONDS = 15.0
_UNANSWERED_SECONDS = 32.0
"""Usage is asked for within 15 s, and no answer is waited for longer than another 15."""
_LONGEST_RECOVERY_SECONDS = 65.0
"""Half a minute is the longest pause between two tries; the first of them may meet an API server that still boots."""
_TWO_PAGES = 520
_HELD_SECONDS = 30


def _nothing(_: Any) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One agent in one outage."""

    kinds: ReadingState
    """State of every kind while it lasts."""
    usage: frozenset[ReadingState] = frozenset({LIVE, STALE})
    """States that usage may be in while it lasts."""
    setting: Setting = field(default_factory=Setting)
    strike: Callable[[Stage], None] = _nothing
    """What happens to this agent alone, before anything happens to the cluster."""
    meanwhile: Callable[[Stage], None] = _nothing
    """What happens once the agent has noticed."""
    mend: Callable[[Stage], None] = _nothing
    noticed_seconds: float
    """At most so long after it has struck the agent says what is expected."""
    recovered_seconds: float
    """At most so long after it was mended all is live, and the picture is the cluster's again."""
    requests_per_path: int
    """At most so many requests with one verb for one path, from the strike to the recovery."""
    refusals_per_path: int = 0
    """At most so many of those may be refused for want of rights; an API server that has just started refuses all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What happens to a cluster."""

    cases: Mapping[Outage, Case]
    strike: Callable[[Cluster], None] = _nothing
    mend: Callable[[Cluster], None] = _nothing
    lasts_seconds: float = 0.0
    """From the strike to the mending at least; never less than it takes every agent to notice."""


def _stop_api_server(cluster: Cluster) -> None:
    cluster.stop_component(_API_SERVER)


def _start_api_server(cluster: Cluster) -> None:
    cluster.start_component(_API_SERVER)


def _restart_api_server(cluster: Cluster) -> None:
    cluster.restart(_API_SERVER, down_seconds=_SHORT_SECONDS)


def _compact_unseen(stage: Stage) -> None:
    """What happens while nobody watches is history before anybody can ask for it, once the API server has restarted."""
    stage.gate.shut()
    stage.change_the_world()
    stage.cluster.compact()


def _compact_between_pages(stage: Stage) -> None:
    """What has happened unseen has the pods listed again; then the second page is not to be had any more.

    All other requests wait meanwhile, so that this is one outage to the other kinds and not two in a row.
    """
    stage.gate.shut()
    stage.touch()
    stage.cluster.compact()
    _restart_api_server(stage.cluster)
    stage.gate.hold(lambda path: "continue=" in path or not path.startswith("/api/v1/pods?"))
    stage.gate.open()
    wait_for("the second page to be asked for", lambda: _is_second_page_held(stage), _HELD_SECONDS, stage.agent.check)
    stage.change_the_world()
    stage.cluster.compact()
    _restart_api_server(stage.cluster)
    stage.gate.release()


def _is_second_page_held(stage: Stage) -> bool:
    return any("continue=" in path for path in stage.gate.held)


def _let_token_expire(stage: Stage) -> None:
    del stage
    time.sleep(_TOKEN_SECONDS)


def _remove_backend(stage: Stage) -> None:
    stage.cluster.api.request("DELETE", "/api/v1/namespaces/kube-system/services/metrics-server")


def _restore_backend(stage: Stage) -> None:
    install_metrics(stage.cluster.api, stage.cluster.site)


COURSES = (
    Course(
        strike=_stop_api_server,
        lasts_seconds=60,
        mend=_start_api_server,
        cases={
            Outage.API_SERVER_DOWN_60_SECONDS: Case(
                kinds=STALE,
                noticed_seconds=2,
                recovered_seconds=_LONGEST_RECOVERY_SECONDS,
                requests_per_path=12,
                refusals_per_path=6,
            ),
            Outage.HISTORY_COMPACTED: Case(
                setting=Setting(has_gate=True),
                strike=_compact_unseen,
                kinds=STALE,
                noticed_seconds=2,
                mend=lambda stage: stage.gate.open(),
                recovered_seconds=_LONGEST_RECOVERY_SECONDS,
                requests_per_path=12,
                refusals_per_path=6,
            ),
        },
    ),
    Course(
        strike=lambda cluster: cluster.signal(_API_SERVER, signal.SIGSTOP),
        lasts_seconds=_UNANSWERED_SECONDS,
        mend=lambda cluster: cluster.signal(_API_SERVER, signal.SIGCONT),
        cases={
            Outage.API_SERVER_STOPPED: Case(kinds=LIVE, noticed_seconds=2, recovered_seconds=35, requests_per_path=6)
        },
    ),
    Course(
        cases={
            Outage.PAGES_COMPACTED: Case(
                setting=Setting(has_gate=True, many_pods=_TWO_PAGES),
                strike=_compact_between_pages,
                kinds=LIVE,
                noticed_seconds=45,
                recovered_seconds=20,
                requests_per_path=12,
                refusals_per_path=6,
            ),
        },
    ),
    Course(
        # An open watch notices neither what may not be read any more nor a token that has expired: the restart ends it.
        strike=_restart_api_server,
        cases={
            Outage.API_SERVER_DOWN_2_SECONDS: Case(
                kinds=LIVE,
                noticed_seconds=40,
                recovered_seconds=20,
                requests_per_path=12,
                refusals_per_path=6,
            ),
            Outage.TOKEN_RENEWED: Case(
                setting=Setting(token_seconds=_TOKEN_SECONDS),
                strike=lambda stage: stage.account.renew(),
                kinds=LIVE,
                noticed_seconds=40,
                recovered_seconds=20,
                requests_per_path=12,
                refusals_per_path=6,
            ),
            Outage.PERMISSION_REMOVED: Case(
                strike=lambda stage: stage.account.revoke(),
                kinds=FORBIDDEN,
                usage=frozenset({STALE, FORBIDDEN}),
                noticed_seconds=30,
                meanwhile=Stage.change_the_world,
                mend=lambda stage: stage.account.grant(),
                recovered_seconds=45,
                requests_per_path=30,
                refusals_per_path=20,
            ),
            Outage.TOKEN_EXPIRED: Case(
                setting=Setting(token_seconds=_TOKEN_SECONDS),
                strike=_let_token_expire,
                kinds=STALE,
                noticed_seconds=2,
                meanwhile=Stage.change_the_world,
                mend=lambda stage: stage.account.renew(),
                recovered_seconds=45,
                requests_per_path=12,
                refusals_per_path=6,
            ),
        },
    ),
    Course(
        strike=lambda cluster: cluster.stop_component(_METRICS_SERVER),
        mend=lambda cluster: cluster.start_component(_METRICS_SERVER),
        cases={
            Outage.METRICS_SERVER_STOPPED: Case(
                kinds=LIVE,
                usage=frozenset({STALE}),
                noticed_seconds=20,
                recovered_seconds=60,
                requests_per_path=6,
            )
        },
    ),
    Course(
        cases={
            Outage.AGGREGATED_API_GONE: Case(
                strike=_remove_backend,
                kinds=LIVE,
                usage=frozenset({STALE}),
                noticed_seconds=20,
                mend=_restore_backend,
                recovered_seconds=60,
                requests_per_path=6,
            )
        },
    ),
)
