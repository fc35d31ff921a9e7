"""What a reader must not see of the cluster: the namespaces that are protected from it.

An object is hidden where it lives in such a namespace, is the namespace itself, holds a claim of it (a volume), or
tells of something in it (an event). What else refers to it is shown without the reference.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from domain.objects.secret_kinds import holds_secrets

JsonObject: TypeAlias = Mapping[str, Any]
"""An object as the API server writes it."""

_NAMESPACES: Final = frozenset({"Namespace", "Project"})
"""OpenShift serves every namespace a second time, as a project; another kind of that name is hidden along with it."""
HIDDEN: Final = "[in a protected namespace]"


@dataclass(frozen=True)
class Visibility:
    """What is hidden from a reader."""

    hidden_namespaces: frozenset[str] = frozenset()
    env_values: bool = True
    """False: no literal value of an environment variable is shown, secret or not (`AGENT_ENV_VALUES=none`)."""

    def hides(self, kind: str, found: JsonObject) -> bool:
        """Whether an object must not be shown at all; `kind` as its type says, whatever the object itself says."""
        metadata = _mapping(found.get("metadata"))
        about = [metadata.get("namespace")]
        if kind in _NAMESPACES:
            about.append(metadata.get("name"))
        elif kind == "PersistentVolume":
            about.append(_mapping(_mapping(found.get("spec")).get("claimRef")).get("namespace"))
        elif kind == "Event":
            subject = subject_of(found)
            about.append(
                subject.get("namespace") or (subject.get("name") if subject.get("kind") == "Namespace" else "")
            )
        return any(isinstance(one, str) and one in self.hidden_namespaces for one in about)

    def hides_reference(self, reference: Mapping[str, Any]) -> bool:
        """Whether a part of an object says that it means something in a hidden namespace."""
        namespace = reference.get("namespace")
        return isinstance(namespace, str) and namespace in self.hidden_namespaces

    def without_names(self, text: str) -> str:
        """A text in which nothing of a hidden namespace is named, as in `kube-system/coredns-1`."""
        return self._names.sub(HIDDEN, text) if self.hidden_namespaces and "/" in text else text

    @cached_property
    def _names(self) -> re.Pattern[str]:
        namespaces = "|".join(re.escape(one) for one in sorted(self.hidden_namespaces))
        return re.compile(rf"(?<![\w.-])(?:{namespaces})/[\w.:-]+")


EVERYTHING: Final = Visibility()
"""Nothing is hidden."""


def subject_of(event: JsonObject) -> Mapping[str, Any]:
    """What an event is about, in either of its APIs."""
    return _mapping(event.get("involvedObject")) or _mapping(event.get("regarding"))


def is_withheld(kind: str, found: JsonObject) -> bool:
    """Whether an object is shown to nobody: it says that it holds secrets, or it is an event about what does."""
    if kind == "Event" and holds_secrets(str(subject_of(found).get("kind", ""))):
        return True
    return holds_secrets(str(found.get("kind", "")))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
