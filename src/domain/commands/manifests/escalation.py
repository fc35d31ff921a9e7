"""What in a manifest would give somebody more than they have: applied only where the operator opted in.

Kinds that hand out rights or secrets, or change what the API server does with requests; and whatever makes a pod more
than a pod: everything that the Pod Security Standard `baseline` forbids. Pods are looked for anywhere in an object,
because a template may stand in any custom resource, and because a part of one may be applied to an object that exists.

Source: kubernetes.io/docs/concepts/security/pod-security-standards (baseline).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from domain.commands.manifests.objects import JsonObject, JsonValue, Manifest, mapping

SETTING: Final = "AGENT_APPLY_ALLOW_ESCALATION"

_GROUPS: Final = frozenset(
    {
        "rbac.authorization.k8s.io",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "certificates.k8s.io",
    }
)
"""Rights, webhooks and admission policies, CustomResourceDefinitions, aggregated APIs, certificates: every kind."""
_CORE_KINDS: Final = frozenset({"Secret"})

_CAPABILITIES: Final = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
"""Those that a container has, or may have."""
_SYSCTLS: Final = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    }
)
"""Those that a pod has for itself."""
_SELINUX_TYPES: Final = frozenset({"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"})
_APPARMOR_ANNOTATION: Final = "container.apparmor.security.beta.kubernetes.io/"
_ENFORCED_LEVEL: Final = "pod-security.kubernetes.io/enforce"


def escalation_in(manifest: Manifest) -> str:
    """What an object asks for that takes the operator's word, in a few words; empty when it asks for nothing."""
    if manifest.group in _GROUPS or (not manifest.group and manifest.kind in _CORE_KINDS):
        return f"the kind {manifest.kind}"
    if (manifest.group, manifest.kind) == ("", "PersistentVolume") and mapping(manifest.content, "spec").get(
        "local"
    ) is not None:
        return "spec.local, files of a node"
    if (manifest.group, manifest.kind) == ("", "Namespace"):
        level = mapping(mapping(manifest.content, "metadata"), "labels").get(_ENFORCED_LEVEL)
        return f"the label {_ENFORCED_LEVEL}: privileged" if level == "privileged" else ""
    return next(_findings(manifest.content), "")


def _findings(content: JsonObject) -> Iterator[str]:
    """Where an object asks for more than a pod has, by path; without recursion.

    What an alias of YAML repeats is one value here and is looked at once: a few lines can stand for millions of nodes.
    """
    waiting: list[tuple[str, JsonValue]] = [("", content)]
    seen: set[int] = set()
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, Mapping | list):
            if id(value) in seen:
                continue
            seen.add(id(value))
        if isinstance(value, Mapping):
            for name, member in value.items():
                inner = f"{path}.{name}" if path else name
                rule = _is_unconfined if name.startswith(_APPARMOR_ANNOTATION) else _RULES.get(name)
                if rule is not None and rule(member):
                    yield inner
                waiting.append((inner, member))
        elif isinstance(value, list):
            waiting += [(f"{path}[{number}]", member) for number, member in enumerate(value)]


def _is_true(value: JsonValue) -> bool:
    return value is True


def _is_there(value: JsonValue) -> bool:
    return isinstance(value, Mapping)


def _is_port(value: JsonValue) -> bool:
    return isinstance(value, int | float) and value != 0


def _adds_capabilities(value: JsonValue) -> bool:
    added = value.get("add") if isinstance(value, Mapping) else None
    return isinstance(added, list) and any(one not in _CAPABILITIES for one in added)


def _is_unmasked(value: JsonValue) -> bool:
    return isinstance(value, str) and value not in {"", "Default"}


def _is_unconfined_profile(value: JsonValue) -> bool:
    return isinstance(value, Mapping) and value.get("type") == "Unconfined"


def _is_unconfined(value: JsonValue) -> bool:
    return isinstance(value, str) and value not in {"", "runtime/default"} and not value.startswith("localhost/")


def _has_own_selinux(value: JsonValue) -> bool:
    if not isinstance(value, Mapping):
        return False
    return any(value.get(name) for name in ("user", "role")) or (value.get("type") or "") not in _SELINUX_TYPES


def _sets_node_wide(value: JsonValue) -> bool:
    return isinstance(value, list) and any(
        isinstance(one, Mapping) and one.get("name") not in _SYSCTLS for one in value
    )


_RULES: Final[Mapping[str, Callable[[JsonValue], bool]]] = {
    "hostNetwork": _is_true,
    "hostPID": _is_true,
    "hostIPC": _is_true,
    "hostProcess": _is_true,
    "privileged": _is_true,
    "hostPath": _is_there,
    "hostPort": _is_port,
    "capabilities": _adds_capabilities,
    "procMount": _is_unmasked,
    "seccompProfile": _is_unconfined_profile,
    "appArmorProfile": _is_unconfined_profile,
    "seLinuxOptions": _has_own_selinux,
    "sysctls": _sets_node_wide,
}
"""By the name of the member, wherever it stands."""
