"""Parts that pods and pod templates share, as the wire contract 2.4.2 and 2.4.3 have them."""

from collections.abc import Mapping

from tests.kube.oracles.matching import Shape, SomeText
from tests.kube.oracles.quantities import quantities
from tests.kube.oracles.texts import Instant, Redactable
from tests.kube.testbed.errors import Json

_VOLUME_TYPES = (
    ("configMap", "ConfigMap", "name"),
    ("secret", "Secret", "secretName"),
    ("emptyDir", "EmptyDir", None),
    ("persistentVolumeClaim", "PVC", "claimName"),
    ("hostPath", "HostPath", "path"),
    ("projected", "Projected", None),
    ("downwardAPI", "DownwardAPI", None),
)
_PROBE_NUMBERS = ("initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold")
_NO_STATUS: Json = {}


def container(raw: Json, status: Json | None) -> Shape:
    """A container of a pod with what its status says."""
    status = status or _NO_STATUS
    state_name, state = next(iter((status.get("state") or {}).items()), ("", _NO_STATUS))
    last = (status.get("lastState") or {}).get("terminated") or _NO_STATUS
    return Shape(
        required={
            "name": raw["name"],
            "image": status.get("image") or raw.get("image", ""),
            "state": state_name,
            "ready": status.get("ready", False),
            "restartCount": status.get("restartCount", 0),
        },
        optional=_settings(raw)
        | {
            "stateReason": state.get("reason"),
            "stateMessage": Redactable(state.get("message") or ""),
            "lastTerminationReason": last.get("reason"),
            "lastTerminationMessage": Redactable(last.get("message") or ""),
            "lastTerminationTime": Instant(last.get("finishedAt")),
        },
    )


def template_container(raw: Json) -> Shape:
    """A container of a pod template: it has no status."""
    return Shape(required={"name": raw["name"], "image": raw.get("image", "")}, optional=_settings(raw))


def _settings(raw: Json) -> Json:
    """What a container's spec says, pod or template."""
    resources = raw.get("resources") or {}
    return {
        "imagePullPolicy": raw.get("imagePullPolicy"),
        "command": [Redactable(word) for word in raw.get("command") or []],
        "args": [Redactable(word) for word in raw.get("args") or []],
        "workingDir": raw.get("workingDir"),
        "ports": [_port(item) for item in raw.get("ports") or []],
        "envs": [_env(item) for item in raw.get("env") or []],
        "volumeMounts": [_mount(item) for item in raw.get("volumeMounts") or []],
        "requests": quantities(resources.get("requests")),
        "limits": quantities(resources.get("limits")),
        "livenessProbe": probe(raw.get("livenessProbe"), raw),
        "readinessProbe": probe(raw.get("readinessProbe"), raw),
        "startupProbe": probe(raw.get("startupProbe"), raw),
    }


def probe(raw: Json | None, owner: Json) -> Shape | None:
    """A probe; a named port is looked up among the container's own."""
    if raw is None:
        return None
    optional: Json = {name: raw.get(name) for name in _PROBE_NUMBERS}
    if "httpGet" in raw:
        kind, optional["path"] = "httpGet", Redactable(raw["httpGet"].get("path") or "")
        optional["port"] = _port_number(raw["httpGet"]["port"], owner)
    elif "tcpSocket" in raw:
        kind, optional["port"] = "tcpSocket", _port_number(raw["tcpSocket"]["port"], owner)
    elif "exec" in raw:
        kind, optional["command"] = "exec", Redactable(" ".join(raw["exec"].get("command") or []))
    else:
        return Shape(required={"type": SomeText()}, optional=optional | {"port": raw["grpc"]["port"]})
    return Shape(required={"type": kind}, optional=optional)


def volume(raw: Json) -> Shape:
    """A volume: its type by the contract's order, and what it is made from."""
    for key, kind, source in _VOLUME_TYPES:
        if key in raw:
            made_from = (raw[key] or {}).get(source) if source else None
            return Shape(required={"name": raw["name"], "type": kind}, optional={"source": made_from})
    return Shape(required={"name": raw["name"], "type": "Other"})


def toleration(raw: Json) -> Shape:
    """A toleration; zero seconds are not the same as none, and are said."""
    names = ("key", "operator", "value", "effect")
    optional: Json = {name: raw.get(name) for name in names}
    if raw.get("tolerationSeconds") is not None:
        return Shape(required={"tolerationSeconds": raw["tolerationSeconds"]}, optional=optional)
    return Shape(optional=optional)


def affinity(raw: Mapping[str, object] | None) -> Shape | None:
    """Markers for the blocks that exist; none without any."""
    present = [name for name in ("nodeAffinity", "podAffinity", "podAntiAffinity") if (raw or {}).get(name) is not None]
    return Shape(required={name: SomeText() for name in present}) if present else None


def _port(raw: Json) -> Shape:
    optional = {name: raw.get(name) for name in ("name", "protocol", "hostPort")}
    return Shape(required={"containerPort": raw["containerPort"]}, optional=optional)


def _mount(raw: Json) -> Shape:
    optional = {name: raw.get(name) for name in ("subPath", "readOnly")}
    return Shape(required={"name": raw["name"], "mountPath": raw["mountPath"]}, optional=optional)


def _env(raw: Json) -> Shape:
    origin: Json = raw.get("valueFrom") or {}
    text = None
    if "configMapKeyRef" in origin:
        text = f"configmap:{origin['configMapKeyRef'].get('name', '')}"
    elif "secretKeyRef" in origin:
        text = f"secret:{origin['secretKeyRef'].get('name', '')}"
    elif "fieldRef" in origin:
        text = f"field:{origin['fieldRef']['fieldPath']}"
    elif "resourceFieldRef" in origin:
        text = f"resource:{origin['resourceFieldRef']['resource']}"
    return Shape(
        required={"name": raw["name"]}, optional={"value": Redactable(raw.get("value") or ""), "valueFrom": text}
    )


def _port_number(port: int | str, owner: Json) -> int | None:
    if isinstance(port, int):
        return port
    named = {item.get("name"): item["containerPort"] for item in owner.get("ports") or []}
    return named.get(port)
