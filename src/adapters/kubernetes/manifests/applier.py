"""KubernetesManifestApplier: server-side apply, one object a call.

The field manager is the agent's own and never changes, so that the API server knows at the next apply which fields are
no longer wanted. Unknown and doubled fields are errors. What was there is read first: whether an object is new, and
whether anything but who manages it is different afterwards, no answer says.

Source: kubernetes.io/docs/reference/using-api/server-side-apply.
"""

from typing import Any, Final

import msgspec
from typing_extensions import override

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded_body
from adapters.kubernetes.doubt import is_definite
from adapters.kubernetes.errors import capped
from adapters.kubernetes.manifests.refusals import refused
from adapters.kubernetes.paths import ApiPath, PathSegmentError, api_path
from adapters.kubernetes.schema.metadata import Partial, Text
from domain.cluster.resource_types import ResourceType
from domain.commands.manifests.objects import Manifest
from domain.commands.manifests.outcomes import ObjectOutcome, ObjectResult
from ports.errors import NotFound, PortError, Unavailable, UnexpectedAnswer
from ports.manifests import ApplyOptions, ManifestApplier

FIELD_MANAGER: Final = "atlhyper-agent"
_APPLY_PATCH: Final = "application/apply-patch+yaml"
"""JSON is YAML."""
_CLIENT_SIDE: Final = "kubectl-client-side-apply"
_ABOUT_WRITING: Final = ("managedFields", "resourceVersion")
"""Of the metadata: what differs though nothing was changed."""
_DEFINITIONS: Final = ("apis", "apiextensions.k8s.io", "v1", "customresourcedefinitions")


class _Condition(Partial, frozen=True):
    type: Text = None
    status: Text = None
    message: Text = None


class _DefinitionStatus(Partial, frozen=True):
    conditions: list[_Condition | None] | None = None


class _Definition(Partial, frozen=True):
    status: _DefinitionStatus | None = None


_ANYTHING: Final = msgspec.json.Decoder(dict[str, Any])
_DEFINITION: Final = msgspec.json.Decoder(_Definition)


class KubernetesManifestApplier(ManifestApplier):
    """Sends objects to the API server."""

    def __init__(self, connection: KubernetesConnection) -> None:
        self._connection = connection

    @override
    async def apply(self, manifest: Manifest, resource: ResourceType, options: ApplyOptions) -> ObjectResult:
        operation = f"apply {manifest}"
        warnings: list[str] = []
        try:
            path = str(ApiPath(resource=resource, namespace=manifest.namespace, name=manifest.name))
        except PathSegmentError as error:
            return ObjectResult(manifest=manifest, outcome=ObjectOutcome.FAILED, error=str(error))
        try:
            before = await self._read(path, operation, resource)
            body = await self._connection.send(
                "PATCH",
                path,
                msgspec.json.encode(manifest.content),
                content_type=_APPLY_PATCH,
                operation=operation,
                resource=resource.plural,
                query=_query(options),
                on_warning=warnings.append,
            )
            after = await _object(body, operation)
        except Unavailable as error:
            if is_definite(error):
                return refused(manifest, error)
            raise
        except PortError as error:
            return refused(manifest, error)
        warnings += _client_side_warning(after)
        return ObjectResult(manifest=manifest, outcome=_outcome(before, after), warnings=tuple(warnings))

    @override
    async def trouble_of_definition(self, name: str) -> str:
        operation = f"look at CustomResourceDefinition {name}"
        try:
            path = api_path(*_DEFINITIONS, name)
        except PathSegmentError as error:
            raise NotFound(operation, str(error)) from error
        body = await self._connection.get(path, operation=operation, resource=_DEFINITIONS[-1])
        try:
            status = (await decoded_body(_DEFINITION, body)).status or _DefinitionStatus()
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnexpectedAnswer(operation, "the answer is no CustomResourceDefinition") from error
        conditions = {one.type: one for one in status.conditions or () if one is not None}
        established, accepted = conditions.get("Established"), conditions.get("NamesAccepted")
        if established is not None and established.status == "True":
            return ""
        if accepted is not None and accepted.status == "False":
            return f"its names are not accepted: {capped(accepted.message or '')}"
        return "it is not established yet"

    async def _read(self, path: str, operation: str, resource: ResourceType) -> dict[str, Any] | None:
        try:
            body = await self._connection.get(path, operation=operation, resource=resource.plural)
        except NotFound:
            return None
        return await _object(body, operation)


def _query(options: ApplyOptions) -> dict[str, str]:
    query = {
        "fieldManager": FIELD_MANAGER,
        "force": "true" if options.force else "false",
        "fieldValidation": "Strict",
    }
    return query | {"dryRun": "All"} if options.dry_run else query


async def _object(body: bytes, operation: str) -> dict[str, Any]:
    try:
        return await decoded_body(_ANYTHING, body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnexpectedAnswer(operation, "the answer is no object") from error


def _outcome(before: dict[str, Any] | None, after: dict[str, Any]) -> ObjectOutcome:
    if before is None:
        return ObjectOutcome.CREATED
    return ObjectOutcome.UNCHANGED if _substance(before) == _substance(after) else ObjectOutcome.CONFIGURED


def _substance(found: dict[str, Any]) -> dict[str, Any]:
    """What an apply can change; a controller may report a status at any time."""
    metadata = found.get("metadata")
    if isinstance(metadata, dict):
        metadata = {name: value for name, value in metadata.items() if name not in _ABOUT_WRITING}
    return {**found, "metadata": metadata, "status": None}


def _client_side_warning(after: dict[str, Any]) -> tuple[str, ...]:
    metadata = after.get("metadata")
    managers = metadata.get("managedFields") if isinstance(metadata, dict) else None
    for one in managers if isinstance(managers, list) else ():
        if isinstance(one, dict) and one.get("manager") == _CLIENT_SIDE:
            return (f"{_CLIENT_SIDE} manages fields of it, too: what a manifest leaves out later stays as it is",)
    return ()
