"""An agent that starts while something is missing: what it says meanwhile, and that its first body is whole."""

import time
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path

from adapters.kubernetes.kinds import KINDS
from domain.cluster.readings import ReadingState
from tests.kube.outages.pictures import collected, existing, incomplete, losses
from tests.kube.outages.stage import Setting, Stage, staged
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.installer import install_metrics

API_SERVER = "kube-apiserver"
METRICS_API = "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io"
LIVE, SYNCING, STALE = ReadingState.LIVE, ReadingState.SYNCING, ReadingState.STALE
FORBIDDEN, ABSENT = ReadingState.FORBIDDEN, ReadingState.ABSENT

DOWN_SECONDS = 4
START_SECONDS = 45
REFUSED_SECONDS = 30
RECOVERY_SECONDS = 60


def test_one_that_starts_before_the_api_server_sends_nothing_until_it_can_send_all(
    troubled: Cluster, tmp_path: Path
) -> None:
    """The first is refused connections; the requests of the second are the very first that the API server gets."""
    settings = {"refused": Setting(), "first": Setting(has_gate=True, is_patient=True)}
    with ExitStack() as stack:
        stages = [stack.enter_context(staged(troubled, tmp_path / name, one)) for name, one in settings.items()]
        for stage in stages:
            stage.account.grant()
        troubled.stop_component(API_SERVER)
        try:
            for stage in stages:
                stage.start()
            time.sleep(DOWN_SECONDS)
            for stage in stages:
                assert stage.agent.ask("/livez")[0] == HTTPStatus.OK
                assert stage.agent.ask("/readyz")[0] == HTTPStatus.SERVICE_UNAVAILABLE
                assert stage.pictures == ()
        finally:
            troubled.start_component(API_SERVER)
        for stage in stages:
            stage.wait_until(START_SECONDS, kinds={LIVE}, usage=LIVE)
            stage.agent.push(2)
        assert set(stages[1].gate.statuses) - {HTTPStatus.OK, HTTPStatus.CREATED}, "nothing was asked while it booted"
        for stage in stages:
            _check_whole(stage, {SYNCING, LIVE, STALE})


def test_what_is_missing_at_the_start_is_found_once_it_is_there(troubled: Cluster, tmp_path: Path) -> None:
    """The roles of one agent, and metrics-server for the other."""
    with ExitStack() as stack:
        powerless = stack.enter_context(staged(troubled, tmp_path / "powerless"))
        usageless = stack.enter_context(staged(troubled, tmp_path / "usageless"))
        usageless.account.grant()
        troubled.api.request("DELETE", METRICS_API)
        try:
            powerless.start()
            usageless.start()
            usageless.wait_until(START_SECONDS, kinds={LIVE}, usage=ABSENT)
            powerless.wait_until(REFUSED_SECONDS, kinds={FORBIDDEN})
            assert powerless.agent.ask("/livez")[0] == HTTPStatus.OK
            assert powerless.pictures == ()
            powerless.account.grant()
        finally:
            install_metrics(troubled.api, troubled.site)
        for stage in (powerless, usageless):
            stage.wait_until(RECOVERY_SECONDS, kinds={LIVE}, usage=LIVE)
            stage.agent.push(2)
        _check_whole(powerless, {SYNCING, FORBIDDEN, LIVE})
        _check_whole(usageless, {SYNCING, LIVE})


def test_with_a_role_in_one_namespace_only_its_content_outlives_a_restart_of_the_api_server(
    troubled: Cluster, tmp_path: Path
) -> None:
    namespaced = {row.resource.kind.value for row in KINDS if row.namespaced}
    with ExitStack() as stack:
        namespace = "outage-restricted"
        environ = {"AGENT_NAMESPACES": namespace, "AGENT_CLUSTER_ID": "restricted"}
        stage = stack.enter_context(staged(troubled, tmp_path / "one", Setting(environ=environ), namespace))
        stage.account.grant_here()
        stage.start()
        stage.wait_until(START_SECONDS, kinds={LIVE, FORBIDDEN})
        stage.agent.push(2)
        troubled.restart(API_SERVER)
        stage.change_the_world()

        def is_shown() -> bool:
            newest = stage.newest
            return newest is not None and stage.shows_change(newest)

        stage.agent.wait_for("what has changed", is_shown, RECOVERY_SECONDS)
        stage.wait_until(START_SECONDS, kinds={LIVE, FORBIDDEN})
        kinds = stage.agent.status()["kinds"]
        assert {kind for kind, reading in kinds.items() if reading["state"] == LIVE} == namespaced & kinds.keys()
        _check_whole(stage, {SYNCING, LIVE, STALE, FORBIDDEN}, namespace)


def _check_whole(stage: Stage, states: set[ReadingState], namespace: str | None = None) -> None:
    """No body without something that it should have had, no state that cannot be, and a good end."""
    exit_code, samples = stage.stop()
    pictures = stage.pictures
    exists = existing(stage.cluster.api, collected(pictures[0]), namespace)
    assert list(incomplete(pictures[0], exists)) == []
    assert list(losses(pictures, exists, is_deleted=stage.is_deleted)) == []
    assert frozenset().union(*(sample.states for sample in samples)) <= states
    assert {sample.livez for sample in samples} == {HTTPStatus.OK}
    assert stage.agent.master.rejections() == ()
    assert [line for line in stage.log() if line["level"] not in {"info", "warning"}] == []
    assert exit_code == 0
