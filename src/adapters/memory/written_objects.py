"""What the simulated cluster understands of a manifest: as much as it shows and lives by, and nothing else.

The API server checks everything; here only what is used is looked at, and what is not so that it can be used is named.
"""

from collections.abc import Mapping
from typing import Final

from adapters.memory.world.blueprints import ContainerPlan, WorkloadKind, WorkloadPlan
from adapters.memory.world.declarations import config_map
from domain.cluster.configuration import ConfigMap
from domain.cluster.containers import Container, ContainerPort, EnvVar
from domain.cluster.quantities import quantity
from domain.cluster.services import Service, ServiceNetwork, ServicePort, ServiceSpec, ServiceSummary
from domain.commands.manifests.objects import InvalidManifestError, JsonObject, JsonValue, Manifest, mapping
from domain.errors import InvalidQuantityError
from domain.redaction import env_value

_MILLICORES: Final = 12.0
_MEBIBYTES: Final = 48.0
"""What a container of somebody's own uses, as nobody knows."""
_MOST_PORT: Final = 65_535


def workload_plan_of(manifest: Manifest, kind: WorkloadKind) -> WorkloadPlan:
    """The workload.

    Raises:
        InvalidManifestError: naming the member that is not as it must be.
    """
    spec = mapping(manifest.content, "spec")
    template = mapping(spec, "template")
    pod = mapping(template, "spec")
    labels = _texts(mapping(template, "metadata"), "labels")
    selected = _texts(mapping(spec, "selector"), "matchLabels")
    if not selected or not selected.items() <= labels.items():
        raise InvalidManifestError("spec.selector does not match the labels of the template")
    containers = _containers(pod, "containers")
    if not containers:
        raise InvalidManifestError("spec.template.spec.containers: Required value")
    return WorkloadPlan(
        kind=kind,
        namespace=manifest.namespace,
        name=manifest.name,
        replicas=replicas_of(manifest, otherwise=1),
        containers=containers,
        init_containers=_containers(pod, "initContainers"),
        labels=labels,
        age_days=0.0,
        serves=_text(spec, "serviceName"),
    )


def replicas_of(manifest: Manifest, otherwise: int) -> int:
    """How many pods are wanted, where the manifest says so.

    Raises:
        InvalidManifestError: it is no number of pods.
    """
    replicas = mapping(manifest.content, "spec").get("replicas")
    if replicas is None:
        return otherwise
    return _number(replicas, "spec.replicas", 2**31 - 1)


def images_written(manifest: Manifest) -> dict[str, str]:
    """Images by name of the container, init containers included."""
    pod = mapping(mapping(mapping(manifest.content, "spec"), "template"), "spec")
    return {
        one.container.name: one.container.image
        for group in ("containers", "initContainers")
        for one in _containers(pod, group)
    }


def config_map_of(manifest: Manifest) -> ConfigMap:
    """The ConfigMap, by its keys."""
    return config_map(manifest.namespace, manifest.name, *_texts(manifest.content, "data"))


def service_of(manifest: Manifest, address: str) -> Service:
    """The Service.

    Raises:
        InvalidManifestError: naming the member that is not as it must be.
    """
    spec = mapping(manifest.content, "spec")
    kind = _text(spec, "type") or "ClusterIP"
    host = _text(spec, "externalName")
    ports = tuple(_port(one) for one in _list(spec, "ports"))
    if not ports and not host:
        raise InvalidManifestError("spec.ports: Required value")
    selector = _texts(spec, "selector")
    addresses = () if host else (_text(spec, "clusterIP") or address,)
    return Service(
        summary=ServiceSummary(
            name=manifest.name,
            namespace=manifest.namespace,
            type=kind,
            ports_count=len(ports),
            has_selector=bool(selector),
            cluster_ip=addresses[0] if addresses else "",
            external_name=host,
        ),
        spec=ServiceSpec(type=kind, session_affinity="None", cluster_ips=addresses, external_name=host),
        ports=ports,
        selector=selector,
        network=ServiceNetwork(cluster_ips=addresses),
        labels=_texts(mapping(manifest.content, "metadata"), "labels"),
    )


def _containers(pod: JsonObject, group: str) -> tuple[ContainerPlan, ...]:
    return tuple(
        ContainerPlan(container=_container(one), millicores=_MILLICORES, mebibytes=_MEBIBYTES)
        for one in _list(pod, group)
    )


def _container(written: JsonObject) -> Container:
    name, image = _text(written, "name"), _text(written, "image")
    if not name or not image:
        raise InvalidManifestError("a container needs a name and an image")
    resources = mapping(written, "resources")
    return Container(
        name=name,
        image=image,
        image_pull_policy="IfNotPresent",
        ports=tuple(
            ContainerPort(
                name=_text(one, "name"),
                container_port=_number(one.get("containerPort"), "containerPort", _MOST_PORT),
                protocol=_text(one, "protocol") or "TCP",
            )
            for one in _list(written, "ports")
        ),
        envs=tuple(
            EnvVar(name=_text(one, "name"), value=env_value(_text(one, "name"), _text(one, "value")))
            for one in _list(written, "env")
        ),
        requests=_quantities(resources, "requests"),
        limits=_quantities(resources, "limits"),
    )


def _port(written: JsonObject) -> ServicePort:
    number = _number(written.get("port"), "spec.ports.port", _MOST_PORT)
    target = written.get("targetPort", number)
    return ServicePort(
        name=_text(written, "name"),
        protocol=_text(written, "protocol") or "TCP",
        port=number,
        target_port=str(target),
    )


def _number(value: JsonValue, name: str, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise InvalidManifestError(f"{name} must be a whole number from 0 to {most}")
    return value


def _text(members: JsonObject, name: str) -> str:
    value = members.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidManifestError(f"{name} must be a text")
    return value


def _texts(members: JsonObject, name: str) -> dict[str, str]:
    """A mapping of texts; quantities may have been written as numbers."""
    found = {}
    for key, value in mapping(members, name).items():
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise InvalidManifestError(f"{name}.{key} must be a text")
        found[key] = str(value)
    return found


def _quantities(members: JsonObject, name: str) -> dict[str, str]:
    found = _texts(members, name)
    for resource, text in found.items():
        try:
            quantity(text)
        except InvalidQuantityError as error:
            raise InvalidManifestError(f"{name}.{resource} is no quantity") from error
    return found


def _list(members: JsonObject, name: str) -> list[JsonObject]:
    value = members.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise InvalidManifestError(f"{name} must be a list of objects")
    return value
