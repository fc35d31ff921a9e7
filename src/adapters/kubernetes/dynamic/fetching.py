"""Asks for objects of one kind, however they are called, and for nothing else.

Every request of `dynamic` goes through here: kinds that hold secrets are refused before anything is sent, paths are
made of the discovered kind and of checked names, and what comes back is looked at again, because a server behind the
API server may answer with anything.
"""

from collections.abc import Mapping
from typing import Any, Final

from adapters.kubernetes.dynamic.documents import AS_TABLE, OBJECT, PAGE, Page, read_as
from adapters.kubernetes.dynamic.tables import included_object
from adapters.kubernetes.errors import TooLarge
from adapters.kubernetes.paths import ApiPath, PathSegmentError
from adapters.kubernetes.read_only import ReadOnlyConnection
from domain.cluster.resource_types import ResourceType
from domain.objects.secret_kinds import holds_secrets
from ports.dynamic import ListQuery, ObjectQuery
from ports.errors import AccessDenied, InvalidRequest

_SMALLER_BY: Final = 4
"""A page that is too large is asked for again with as many times fewer objects."""


class Fetching:
    """Sends requests over a connection that can only read."""

    def __init__(self, connection: ReadOnlyConnection) -> None:
        self._connection = connection

    async def one(self, query: ObjectQuery) -> dict[str, Any]:
        """One object as the API server has it.

        Raises:
            PortError: as `DynamicReader.get` says.
        """
        operation = f"get {query.resource.kind} {_place(query.namespace, query.name)}"
        _require_readable(query.resource, "get", operation)
        path = _path(operation, query.resource, query.namespace, query.name)
        found = await read_as(OBJECT, await self._connection.get(path, operation=operation), operation)
        _require_no_secret(str(found.get("kind", "")), operation)
        return found

    async def page(self, query: ListQuery) -> Page:
        """A page of a list; of a page that is too large, a smaller one.

        Raises:
            Expired: the token of the page is too old.
            PortError: as `DynamicReader.list_page` says.
        """
        where = f" in {query.namespace}" if query.namespace else ""
        operation = f"list {query.resource.plural}{where}"
        _require_readable(query.resource, "list", operation)
        path = _path(operation, query.resource, query.namespace, "")
        parameters = {
            "labelSelector": query.label_selector,
            "fieldSelector": query.field_selector,
            "continue": query.continue_token,
            "includeObject": included_object(query.resource) if query.as_table else "",
        }
        chosen = {name: value for name, value in parameters.items() if value}
        limit = query.limit
        while True:
            try:
                return await self._page(path, {**chosen, "limit": str(limit)}, operation, as_table=query.as_table)
            except TooLarge:
                if limit == 1:
                    raise
                limit = max(1, limit // _SMALLER_BY)

    async def _page(self, path: ApiPath, query: Mapping[str, str], operation: str, *, as_table: bool) -> Page:
        if as_table:
            body = await self._connection.get(path, query, operation=operation, accept=AS_TABLE)
        else:
            body = await self._connection.get(path, query, operation=operation)
        page = await read_as(PAGE, body, operation)
        _require_no_secret((page.kind or "").removesuffix("List"), operation)
        return page


def _place(namespace: str, name: str) -> str:
    return f"{namespace}/{name}" if namespace else name


def _path(operation: str, resource: ResourceType, namespace: str, name: str) -> ApiPath:
    try:
        return ApiPath(resource=resource, namespace=namespace, name=name)
    except PathSegmentError as error:
        raise InvalidRequest(operation, str(error)) from error


def _require_readable(resource: ResourceType, verb: str, operation: str) -> None:
    _require_no_secret(resource.kind, operation, resource.plural, resource.singular)
    if resource.verbs and verb not in resource.verbs:
        raise InvalidRequest(
            operation, f"{resource.qualified} have no {verb}; they have {', '.join(sorted(resource.verbs))}"
        )


def _require_no_secret(kind: str, operation: str, *names: str) -> None:
    if holds_secrets(kind, *names):
        raise AccessDenied(operation, f"{kind} is never read by dynamic: it holds secrets")
