"""Every reference from one object to another that a console can follow; those that lead nowhere are named."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from domain.cluster.all_readings import FOLLOWED_KINDS, RESOURCES, Readings
from domain.cluster.batch import CronJob, Job
from domain.cluster.containers import Container
from domain.cluster.deployments import Deployment
from domain.cluster.kinds import Kind
from domain.cluster.metadata import Resource
from domain.cluster.pod_parts import Volume
from domain.cluster.stateful_sets import StatefulSet

Key = tuple[Kind, str, str]
"""(kind, namespace, name)."""
Reference = tuple[str, Key]
"""Who refers, and to what."""

_OF_VOLUME = {"ConfigMap": Kind.CONFIG_MAP, "Secret": Kind.SECRET, "PVC": Kind.PERSISTENT_VOLUME_CLAIM}
_OF_VALUE = {"configmap": Kind.CONFIG_MAP, "secret": Kind.SECRET}
_CLUSTER_WIDE = {Kind.NODE, Kind.NAMESPACE, Kind.PERSISTENT_VOLUME}


def keys_of(readings: Readings) -> set[Key]:
    """Everything there is."""
    return {(kind, one.namespace, one.name) for kind, reading in readings.by_kind().items() for one in reading.objects}


def dangling(readings: Readings, existed: Iterable[Key] = ()) -> list[str]:
    """References that lead nowhere; Events may also be about what existed."""
    known = keys_of(readings)
    lost = [f"{who} -> {to}" for who, to in references(readings) if to not in known]
    remembered = known | set(existed)
    return lost + [f"{who} -> {to}" for who, to in _of_events(readings) if to not in remembered]


def references(readings: Readings) -> Iterator[Reference]:
    """All of them but those of Events."""
    yield from _namespaces(readings)
    yield from _owners(readings)
    yield from _of_pods(readings)
    yield from _of_templates(readings)
    yield from _of_storage(readings)
    yield from _of_network(readings)
    for account in readings.service_accounts.objects:
        for name in (*account.secret_names, *account.image_pull_secret_names):
            yield f"ServiceAccount {account.name}", (Kind.SECRET, account.namespace, name)


def _namespaces(readings: Readings) -> Iterator[Reference]:
    for kind, reading in readings.by_kind().items():
        if kind not in _CLUSTER_WIDE:
            for one in reading.objects:
                yield f"{kind} {one.name}", (Kind.NAMESPACE, "", one.namespace)


def _owners(readings: Readings) -> Iterator[Reference]:
    for pod in readings.pods.objects:
        if pod.summary.owner_kind:
            kind = Kind(pod.summary.owner_kind)
            yield f"Pod {pod.name}", (kind, "" if kind is Kind.NODE else pod.namespace, pod.summary.owner_name)
    for owned in (*readings.replica_sets.objects, *readings.jobs.objects):
        yield f"{owned.kind} {owned.name}", (Kind(owned.owner_kind), owned.namespace, owned.owner_name)


def _of_pods(readings: Readings) -> Iterator[Reference]:
    for pod in readings.pods.objects:
        who = f"Pod {pod.name}"
        if pod.summary.node_name:
            yield who, (Kind.NODE, "", pod.summary.node_name)
        yield from _of_template(who, pod.namespace, (*pod.init_containers, *pod.containers), pod.volumes)
        yield from _of_account(who, pod.namespace, pod.spec.service_account_name, pod.spec.image_pull_secrets)


def _of_templates(readings: Readings) -> Iterator[Reference]:
    found: tuple[Deployment | StatefulSet | Job | CronJob | Any, ...] = (
        *readings.deployments.objects,
        *readings.stateful_sets.objects,
        *readings.daemon_sets.objects,
        *readings.jobs.objects,
        *readings.cron_jobs.objects,
    )
    for one in found:
        who, template = f"{one.kind} {one.name}", one.template
        yield from _of_template(who, one.namespace, template.containers, template.volumes)
        yield from _of_account(who, one.namespace, template.service_account_name, template.image_pull_secrets)


def _of_template(
    who: str, namespace: str, containers: Iterable[Container], volumes: Iterable[Volume]
) -> Iterator[Reference]:
    for volume in volumes:
        if volume.type in _OF_VOLUME:
            yield who, (_OF_VOLUME[volume.type], namespace, volume.source)
    for container in containers:
        for variable in container.envs:
            source, _, name = variable.value_from.partition(":")
            if source in _OF_VALUE:
                yield who, (_OF_VALUE[source], namespace, name)


def _of_account(who: str, namespace: str, account: str, secrets: Iterable[str]) -> Iterator[Reference]:
    if account:
        yield who, (Kind.SERVICE_ACCOUNT, namespace, account)
    for name in secrets:
        yield who, (Kind.SECRET, namespace, name)


def _of_storage(readings: Readings) -> Iterator[Reference]:
    for claim in readings.pvcs.objects:
        if claim.phase == "Bound":
            yield f"claim {claim.name}", (Kind.PERSISTENT_VOLUME, "", claim.volume_name)
    for volume in readings.pvs.objects:
        if volume.phase == "Bound":
            claim_key = (Kind.PERSISTENT_VOLUME_CLAIM, volume.claim_ref_namespace, volume.claim_ref_name)
            yield f"volume {volume.name}", claim_key


def _of_network(readings: Readings) -> Iterator[Reference]:
    for one in readings.endpoint_slices.objects:
        yield f"slice {one.name}", (Kind.SERVICE, one.namespace, one.service)
        for endpoint in one.endpoints:
            if endpoint.node_name:
                yield f"slice {one.name}", (Kind.NODE, "", endpoint.node_name)
            if endpoint.target_ref is not None:
                ref = endpoint.target_ref
                yield f"slice {one.name}", (Kind(ref.kind), ref.namespace, ref.name)
    for ingress in readings.ingresses.objects:
        for rule in ingress.spec.rules:
            for path in rule.paths:
                assert path.backend is not None
                assert path.backend.service is not None
                yield f"Ingress {ingress.name}", (Kind.SERVICE, ingress.namespace, path.backend.service.name)
        for tls in ingress.spec.tls:
            yield f"Ingress {ingress.name}", (Kind.SECRET, ingress.namespace, tls.secret_name)
    for one_set in readings.stateful_sets.objects:
        yield f"StatefulSet {one_set.name}", (Kind.SERVICE, one_set.namespace, one_set.spec.service_name)


def _of_events(readings: Readings) -> Iterator[Reference]:
    for event in readings.events.objects:
        about = event.involved_object
        yield f"Event {event.reason} {event.message}", (Kind(about.kind), about.namespace, about.name)
        if event.node_name:
            yield f"Event {event.reason}", (Kind.NODE, "", event.node_name)


def without(readings: Readings, kind: Kind) -> Readings:
    """The same readings, but nothing of this kind was found."""
    name = dict(zip(FOLLOWED_KINDS, RESOURCES, strict=True))[kind]
    empty = type(readings.pods)((), readings.pods.state, readings.pods.observed_at)
    members: dict[str, Any] = {field: getattr(readings, field) for field in RESOURCES}
    return Readings(**(members | {name: empty}))


def selected(objects: Iterable[Any], namespace: str, labels: Mapping[str, str]) -> list[Any]:
    """Those of a namespace that carry all these labels."""
    return [one for one in objects if one.namespace == namespace and labels.items() <= one.labels.items()]


def selectors_in(text: str) -> Iterator[dict[str, str]]:
    """The labels by which a selector of a network policy finds pods."""
    found = json.loads(text) if text else {}
    yield found.get("podSelector", found).get("matchLabels", {})


def by_key(objects: Iterable[Resource]) -> dict[tuple[str, str], Any]:
    """Objects under namespace and name."""
    return {(one.namespace, one.name): one for one in objects}
