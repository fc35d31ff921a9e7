"""Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs and CronJobs: what the wire contract derives."""

from typing import Any

import pytest

from adapters.kubernetes.kind_row import KindRow
from adapters.kubernetes.kinds import CRON_JOBS, DAEMON_SETS, DEPLOYMENTS, JOBS, REPLICA_SETS, STATEFUL_SETS
from adapters.kubernetes.mappers.options import MappingOptions
from domain.cluster.batch import CronJob, Job
from domain.cluster.daemon_sets import DaemonSet
from domain.cluster.deployments import Deployment, ReplicaSet
from domain.cluster.stateful_sets import StatefulSet
from tests.support.full_workloads import (
    ENDED,
    full_cron_job,
    full_daemon_set,
    full_deployment,
    full_job,
    full_replica_set,
    full_selector,
    full_stateful_set,
    full_template,
)
from tests.support.objects import CREATED, Json, metadata, raw

OPTIONS = MappingOptions()
FULL = {
    DEPLOYMENTS.plural: full_deployment,
    STATEFUL_SETS.plural: full_stateful_set,
    DAEMON_SETS.plural: full_daemon_set,
    JOBS.plural: full_job,
}


def _with(full: Json, spec: Json | None, status: Json | None) -> bytes:
    """A full object of which some fields are other ones."""
    return raw(full | {"spec": full["spec"] | (spec or {}), "status": full["status"] | (status or {})})


def deployment(spec: Json | None = None, status: Json | None = None) -> Deployment:
    return DEPLOYMENTS.read(_with(full_deployment(), spec, status), OPTIONS)


def stateful_set(spec: Json | None = None, status: Json | None = None) -> StatefulSet:
    return STATEFUL_SETS.read(_with(full_stateful_set(), spec, status), OPTIONS)


def daemon_set(spec: Json | None = None, status: Json | None = None) -> DaemonSet:
    return DAEMON_SETS.read(_with(full_daemon_set(), spec, status), OPTIONS)


def test_the_head_of_a_deployment_sums_it_up() -> None:
    summary = deployment().summary
    assert (summary.replicas, summary.updated, summary.ready, summary.available, summary.unavailable) == (4, 2, 4, 4, 1)
    assert (summary.strategy, summary.paused, summary.selector) == ("RollingUpdate", True, "app=web")


@pytest.mark.parametrize(("replicas", "shown"), [(None, 0), (0, 0), (7, 7), (2**31, 2**31 - 1)])
def test_a_deployment_that_does_not_say_how_many_shows_none(replicas: int | None, shown: int) -> None:
    mapped = deployment({"replicas": replicas})
    assert mapped.summary.replicas == shown
    assert mapped.spec.replicas == (None if replicas is None else shown)


@pytest.mark.parametrize(
    ("value", "text"), [("25%", "25%"), (1, "1"), ("1", "1"), (0, "0"), (None, ""), (2**40, "2147483647")]
)
def test_numbers_and_percentages_are_text(value: object, text: str) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": value, "maxSurge": value}}
    mapped = deployment({"strategy": strategy}).spec.strategy
    assert mapped is not None
    assert mapped.rolling_update is not None
    assert (mapped.rolling_update.max_unavailable, mapped.rolling_update.max_surge) == (text, text)


def test_recreate_has_no_numbers() -> None:
    mapped = deployment({"strategy": {"type": "Recreate"}}).spec.strategy
    assert mapped is not None
    assert (mapped.type, mapped.rolling_update) == ("Recreate", None)


def test_the_text_of_a_selector_is_sorted_and_has_labels_only() -> None:
    selector = full_selector() | {"matchLabels": {"z": "1", "a": "2"}}
    mapped = deployment({"selector": selector})
    assert mapped.summary.selector == "a=2,z=1"
    assert mapped.spec.selector is not None
    assert mapped.spec.selector.match_expressions[0].values == ("front", "back")
    assert deployment({"selector": None}).summary.selector == ""


def test_a_deployments_rollout_knows_whether_the_controller_has_seen_its_spec() -> None:
    paused = {"paused": False, "replicas": 5}
    done = {"updatedReplicas": 5, "readyReplicas": 5, "availableReplicas": 5}
    assert deployment(paused, done).rollout.phase == "Available"  # type: ignore[union-attr] # always there
    behind = deployment(paused, done | {"observedGeneration": 2}).rollout
    assert behind is not None
    assert behind.phase == "Progressing"


def test_a_replica_set_has_its_revision_and_image_for_its_deployment() -> None:
    mapped: ReplicaSet = REPLICA_SETS.read(raw(full_replica_set()), OPTIONS)
    assert (mapped.revision, mapped.image, mapped.owner_kind, mapped.owner_name) == ("7", "web:7", "Deployment", "web")
    assert (mapped.replicas, mapped.ready_replicas, mapped.available_replicas) == (3, 2, 1)


def test_a_replica_set_without_replicas_wants_one() -> None:
    mapped: ReplicaSet = REPLICA_SETS.read(raw({"metadata": metadata("x", "shop"), "spec": {}}), OPTIONS)
    assert (mapped.replicas, mapped.image, mapped.selector) == (1, "", {})


@pytest.mark.parametrize(("replicas", "shown"), [(None, 1), (0, 0), (7, 7)])
def test_a_stateful_set_that_does_not_say_how_many_wants_one(replicas: int | None, shown: int) -> None:
    assert stateful_set({"replicas": replicas}).summary.replicas == shown


def test_a_stateful_sets_rollout_ends_at_its_partition() -> None:
    done = {"readyReplicas": 3, "updatedReplicas": 2, "currentRevision": "db-1", "updateRevision": "db-2"}
    rollout = stateful_set(status=done).rollout
    assert rollout is not None
    assert (rollout.phase, rollout.badges) == ("Complete", ("NewRevision",))
    everywhere = stateful_set({"updateStrategy": {"type": "RollingUpdate"}}, done).rollout
    assert everywhere is not None
    assert (everywhere.phase, everywhere.badges) == ("Progressing", ("Updating", "NewRevision"))


def test_claims_are_told_with_what_they_ask_for() -> None:
    (claim,) = stateful_set().spec.volume_claim_templates
    assert (claim.name, claim.access_modes, claim.storage_class, claim.storage, claim.selector) == (
        "data",
        ("ReadWriteOnce",),
        "fast",
        "10Gi",
        {"disk": "ssd"},
    )


def test_a_strategy_without_a_type_is_none() -> None:
    assert stateful_set({"updateStrategy": {}}).spec.update_strategy is None
    assert daemon_set({"updateStrategy": None}).spec.update_strategy is None


@pytest.mark.parametrize(
    ("status", "phase", "badges"),
    [
        ({}, "Progressing", ("Updating", "Misscheduled", "Unavailable")),
        ({"updatedNumberScheduled": 6}, "Progressing", ("Scaling", "Misscheduled", "Unavailable")),
        ({"updatedNumberScheduled": 6, "numberReady": 0}, "Degraded", ("Misscheduled", "Unavailable")),
        (
            {"updatedNumberScheduled": 6, "numberReady": 6, "numberMisscheduled": 0, "numberUnavailable": 0},
            "Complete",
            (),
        ),
        ({"desiredNumberScheduled": 0, "numberMisscheduled": 0, "numberUnavailable": None}, "Complete", ()),
    ],
)
def test_a_daemon_sets_rollout(status: Json, phase: str, badges: tuple[str, ...]) -> None:
    rollout = daemon_set(status=status).rollout
    assert rollout is not None
    assert (rollout.phase, rollout.badges) == (phase, badges)


def test_a_daemon_set_that_waits_for_deletions_is_not_updating() -> None:
    rollout = daemon_set({"updateStrategy": {"type": "OnDelete"}}, {"numberReady": 6}).rollout
    assert rollout is not None
    assert rollout.phase == "Complete"


def job(**status: Any) -> Job:
    return JOBS.read(raw(full_job() | {"status": status}), OPTIONS)


def test_a_job_that_succeeded_is_complete_and_has_an_end() -> None:
    mapped = job(completionTime=ENDED)
    assert mapped.complete
    assert mapped.finish_time is not None
    assert mapped.finish_time.isoformat() == "2026-01-01T01:00:00+00:00"


def test_a_job_that_was_given_up_has_an_end_too_and_is_not_complete() -> None:
    failed = [
        {"type": "FailureTarget", "status": "True", "lastTransitionTime": CREATED},
        {"type": "Failed", "status": "True", "lastTransitionTime": ENDED},
    ]
    mapped = job(conditions=failed)
    assert not mapped.complete
    assert mapped.finish_time is not None
    assert mapped.finish_time.isoformat() == "2026-01-01T01:00:00+00:00"
    assert job(conditions=[failed[1] | {"status": "False"}]).finish_time is None
    assert job().finish_time is None


def test_a_jobs_condition_says_when_it_was_last_looked_at() -> None:
    (condition,) = JOBS.read(raw(full_job()), OPTIONS).conditions
    assert (condition.last_update_time, condition.last_transition_time) == (ENDED, ENDED)


def test_a_cron_job_counts_its_active_jobs() -> None:
    mapped: CronJob = CRON_JOBS.read(raw(full_cron_job()), OPTIONS)
    assert (mapped.active_jobs, mapped.suspend, mapped.schedule) == (1, True, "*/5 * * * *")
    idle: CronJob = CRON_JOBS.read(raw({"metadata": metadata("x", "shop"), "spec": {"schedule": "@daily"}}), OPTIONS)
    assert (idle.active_jobs, idle.suspend) == (0, False)


@pytest.mark.parametrize("row", [DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, JOBS])
def test_the_template_of_every_workload_has_labels_annotations_and_containers(row: KindRow[Any, Any]) -> None:
    full = {
        DEPLOYMENTS: full_deployment,
        STATEFUL_SETS: full_stateful_set,
        DAEMON_SETS: full_daemon_set,
        JOBS: full_job,
    }[row]()
    template = row.read(raw(full), OPTIONS).template
    assert (template.labels, template.annotations) == ({"app": "web"}, {"example.com/note": "hello"})
    assert [container.name for container in template.containers] == ["app"]
    assert template.containers[0].liveness_probe.port == 8080, "a named port is resolved"


def test_an_empty_template_has_an_empty_list_of_containers() -> None:
    assert deployment({"template": None}).template.containers == ()
    assert deployment({"template": {"spec": {"containers": None}}}).template.containers == ()
    assert full_template()["spec"]["containers"]
