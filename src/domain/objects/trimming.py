"""An object of any kind without its secrets and without what only machines read.

Nothing is known about the kind, so secrets are found as `domain.redaction` finds them: a value under a name that says
so, wherever it stands (a field, an environment variable, an entry of a ConfigMap, a flag of a command line), and a
value that looks like one. Below a name that says so everything goes but what tells where something is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain import redaction
from domain.objects.secret_kinds import holds_secrets
from domain.objects.visibility import EVERYTHING, HIDDEN, JsonObject, Visibility

MAX_TEXT_CHARS: Final = 8192
"""Of one text in an object; a ConfigMap may hold a megabyte in one."""
MAX_DEPTH: Final = 64
"""Levels that are shown; whoever may write an object of a custom kind can nest it hundreds of levels deep."""
_TOO_DEEP: Final = f"[nested deeper than {MAX_DEPTH} levels]"

_DROPPED: Final = frozenset({"managedFields"})
_LEFT_OUT: Final = frozenset({"caBundle", "openAPIV3Schema"})
_COMMAND_LINES: Final = frozenset({"args", "command"})
_NAMES_OF_VALUES: Final = ("name", "key")
_REFERENCES: Final = frozenset(
    {
        "apiGroup",
        "apiVersion",
        "audience",
        "claimName",
        "group",
        "kind",
        "name",
        "namespace",
        "path",
        "resourceVersion",
        "secretName",
        "serviceAccountName",
        "type",
        "uid",
        "version",
    }
)
"""What tells where a secret is, and not what it is."""
_HELM_LABEL: Final = "owner"
_HELM: Final = "helm"
_GZIP_IN_BASE64: Final = "H4sI"


@dataclass(frozen=True, slots=True)
class Trimmed:
    """An object as it may be shown."""

    object: dict[str, Any]
    removed: frozenset[str]
    """Texts that were taken out whole, so that they can be found where the same object is printed as a row."""


def trimmed(found: JsonObject, visibility: Visibility = EVERYTHING) -> Trimmed:
    """The object without secrets, `managedFields`, what was last applied, and references to what is hidden."""
    trimmer = _Trimmer(visibility)
    shown = {
        key: trimmer.value(key, value, in_secret=redaction.is_sensitive_name(key))
        for key, value in found.items()
        if key not in _DROPPED
    }
    shown |= {key: _sizes(found[key]) for key in _unreadable_in(found)}
    return Trimmed(shown, frozenset(trimmer.removed))


def shown_text(text: str, visibility: Visibility = EVERYTHING, removed: frozenset[str] = frozenset()) -> str:
    """A text that somebody else made of an object, such as a cell of a table or the message of an event."""
    for secret in removed:
        text = text.replace(secret, redaction.REDACTED)
    return _cut(visibility.without_names(redaction.scrub(text)), len(text))


class _Trimmer:
    """Walks through one object."""

    def __init__(self, visibility: Visibility) -> None:
        self._visibility = visibility
        self._depth = 0
        self.removed: set[str] = set()

    def value(self, key: str, value: object, *, in_secret: bool) -> Any:  # noqa: ANN401 - JSON
        if key in _LEFT_OUT and value:
            return f"[{key} left out]"
        match value:
            case str():
                return self._text(key, value, in_secret=in_secret)
            case bool() | None:
                return value
            case Mapping() | list() | tuple():
                return self._inside(key, value, in_secret=in_secret)
            case _:
                return redaction.REDACTED if redaction.is_sensitive_name(key) else value

    def _inside(self, key: str, value: Mapping[str, Any] | Sequence[Any], *, in_secret: bool) -> Any:  # noqa: ANN401 - JSON
        if self._depth >= MAX_DEPTH:
            return _TOO_DEEP
        self._depth += 1
        if isinstance(value, Mapping):
            shown = self._members(key, value, in_secret=in_secret)
        else:
            shown = self._elements(key, value, in_secret=in_secret)
        self._depth -= 1
        return shown

    def _members(self, key: str, members: Mapping[str, Any], *, in_secret: bool) -> Any:  # noqa: ANN401 - JSON
        if key != "metadata" and self._visibility.hides_reference(members):
            return HIDDEN
        if key == "annotations":
            members = redaction.annotations({name: one for name, one in members.items() if isinstance(one, str)})
        in_secret = in_secret or redaction.is_sensitive_name(key)
        names = self._names_of_value(members)
        sizes = _unreadable_in(members)
        is_place = "name" in members or "path" in members
        return {
            name: _sizes(one)
            if name in sizes
            else self._named_value(names, one)
            if name == "value" and names
            else self.value(
                name, one, in_secret=in_secret and name not in _REFERENCES and not (name == "key" and is_place)
            )
            for name, one in members.items()
            if name not in _DROPPED
        }

    def _elements(self, key: str, elements: Sequence[Any], *, in_secret: bool) -> list[Any]:
        if key == "ownerReferences":
            elements = [one for one in elements if not _is_of_secrets(one)]
        if key == "env" and not self._visibility.env_values:
            elements = [_without_value(one) for one in elements]
        if key in _COMMAND_LINES and all(isinstance(one, str) for one in elements):
            return [self._seen(one, safe) for one, safe in zip(elements, redaction.arguments(elements), strict=True)]
        return [self.value(key, one, in_secret=in_secret) for one in elements]

    def _text(self, key: str, text: str, *, in_secret: bool) -> str:
        return self._seen(text, redaction.env_value("secret" if in_secret else key, text))

    def _names_of_value(self, members: Mapping[str, Any]) -> list[str]:
        """Names under which a `value` stands beside them, as in a list of variables."""
        return [members[one] for one in _NAMES_OF_VALUES if isinstance(members.get(one), str)]

    def _named_value(self, names: list[str], value: object) -> Any:  # noqa: ANN401 - JSON
        if any(redaction.is_sensitive_name(name) for name in names):
            return self.value("secret", value, in_secret=True)
        return self.value("value", value, in_secret=False)

    def _seen(self, text: str, safe: str) -> str:
        if text != safe == redaction.REDACTED and len(text) > 3:  # noqa: PLR2004 - shorter ones are found everywhere
            self.removed.add(text)
        return _cut(self._visibility.without_names(safe), len(text))


def _without_value(variable: object) -> object:
    """A variable with its name, and with where its value comes from."""
    if not isinstance(variable, Mapping):
        return variable
    return {name: one for name, one in variable.items() if name != "value"}


def _is_of_secrets(owner: object) -> bool:
    return isinstance(owner, Mapping) and holds_secrets(str(owner.get("kind", "")))


def _unreadable_in(members: Mapping[str, Any]) -> set[str]:
    """Members that nobody can look into, and those of an object that holds secrets, wherever it is embedded."""
    found = {"binaryData", "stringData"}
    if _is_helm_release(members) or holds_secrets(str(members.get("kind", ""))):
        found.add("data")
    return found & members.keys()


def is_packed(text: str) -> bool:
    """Whether a text is base64 of something compressed, as Helm keeps a release: no secret is found in it."""
    return text.lstrip()[: len(_GZIP_IN_BASE64)] == _GZIP_IN_BASE64


def _is_helm_release(found: JsonObject) -> bool:
    """Whether a ConfigMap holds a release of Helm: everything that was installed, Secrets included, packed."""
    metadata = found.get("metadata")
    if found.get("kind") != "ConfigMap" or not isinstance(metadata, Mapping):
        return False
    labels = metadata.get("labels")
    is_labelled = isinstance(labels, Mapping) and str(labels.get(_HELM_LABEL, "")).lower() in {_HELM, "tiller"}
    return is_labelled or str(metadata.get("name", "")).startswith("sh.helm.release.")


def _sizes(values: object) -> dict[str, str]:
    """Names and sizes of values that nobody can look into."""
    members = values.items() if isinstance(values, Mapping) else ()
    return {name: f"[{len(str(value))} characters left out]" for name, value in members}


def _cut(safe: str, original_chars: int) -> str:
    return safe if len(safe) <= MAX_TEXT_CHARS else f"{safe[:MAX_TEXT_CHARS]}... ({original_chars} characters)"
