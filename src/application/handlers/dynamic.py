"""What the assistant asks of any kind of object: reading only.

The kind is resolved first, then held against the policy, then read. From topic `ai` the protected namespaces are out of
every list, event and description; those of topic `ops` may see them.
"""

from typing import Final

from application.command_context import CommandContext
from domain.cluster.resource_types import ResourceType
from domain.commands.actions import Action, Topic
from domain.commands.dynamic_requests import DynamicCommand, DynamicRequest
from domain.commands.dynamic_results import DynamicResult
from domain.errors import CommandRefusedError, InvalidCommandError
from domain.objects.secret_kinds import holds_secrets
from domain.objects.visibility import Visibility
from ports.dynamic import DynamicReader, EventQuery, ListQuery, ObjectQuery
from ports.errors import NotFound
from ports.resource_types import KindResolver

_EVENT: Final = "Event"


class DynamicHandlers:
    """Answers questions about objects; errors of the ports pass through."""

    def __init__(self, resolver: KindResolver, reader: DynamicReader, *, env_values: bool) -> None:
        """Prepare; nothing is asked.

        Args:
            resolver: finds kinds by their names.
            reader: reads objects.
            env_values: whether values of environment variables are shown at all.
        """
        self._resolver = resolver
        self._reader = reader
        self._env_values = env_values

    async def read(self, request: DynamicRequest, context: CommandContext) -> DynamicResult:
        """Get, list or describe objects of a kind, or tell its events.

        Raises:
            InvalidCommandError: a parameter does not fit the kind; it is named.
            CommandRefusedError: the policy does not permit it.
            PortError: the kind is not found, or the object cannot be read.
        """
        visibility = self._visibility(context)
        if request.command is DynamicCommand.GET_EVENTS:
            return DynamicResult(answer=await self._reader.events(await self._events(request, context), visibility))
        resource = await self._resolver.resolve(request.target.kind)
        namespace = request.target.namespace if resource.namespaced else ""
        is_list = request.command is DynamicCommand.LIST
        name = "" if is_list else request.target.name
        context.require_permitted(Action.DYNAMIC, resource, namespace, name)
        if is_list:
            question = _list_query(request, resource, namespace, as_table=context.topic is Topic.AI)
            return DynamicResult(answer=await self._reader.list_page(question, visibility))
        if resource.namespaced and not namespace:
            raise InvalidCommandError("namespace", f"is required: {resource.qualified} are in namespaces")
        query = ObjectQuery(resource=resource, namespace=namespace, name=name)
        if request.command is DynamicCommand.DESCRIBE:
            return DynamicResult(answer=await self._reader.describe(query, visibility))
        return DynamicResult(answer=await self._reader.get(query, visibility))

    def _visibility(self, context: CommandContext) -> Visibility:
        hidden = context.policy.protected_namespaces if context.topic is Topic.AI else frozenset[str]()
        return Visibility(hidden, env_values=self._env_values)

    async def _events(self, request: DynamicRequest, context: CommandContext) -> EventQuery:
        """Which events are meant; a kind and a name beside the command mean what the events are about."""
        kind = request.involved_kind or _unless_events(request.target.kind)
        name = request.involved_name or request.target.name
        if kind:
            kind = await self._involved(kind, name, request, context)
        return EventQuery(
            namespace=request.target.namespace,
            involved_kind=kind,
            involved_name=name,
            label_selector=request.label_selector,
            field_selector=request.field_selector,
            limit=request.limit,
        )

    async def _involved(self, kind: str, name: str, request: DynamicRequest, context: CommandContext) -> str:
        """The kind as events spell it. Events may be about what is no longer served, so that is no failure."""
        if holds_secrets(kind):
            raise CommandRefusedError(f"events about {kind} are never told: it holds secrets")
        try:
            resource = await self._resolver.resolve(kind)
        except NotFound:
            return kind
        context.require_permitted(Action.DYNAMIC, resource, request.target.namespace, name)
        return resource.kind


def _unless_events(kind: str) -> str:
    return "" if kind.lower() in {"event", "events", "ev"} else kind


def _list_query(request: DynamicRequest, resource: ResourceType, namespace: str, *, as_table: bool) -> ListQuery:
    fields = [request.field_selector] if request.field_selector else []
    if request.target.name:
        fields.append(f"metadata.name={request.target.name}")
    if resource.kind == _EVENT:
        about = {"involvedObject.kind": request.involved_kind, "involvedObject.name": request.involved_name}
        fields += [f"{path}={value}" for path, value in about.items() if value]
    return ListQuery(
        resource=resource,
        namespace=namespace,
        label_selector=request.label_selector,
        field_selector=",".join(fields),
        limit=request.limit,
        continue_token=request.continue_token,
        as_table=as_table,
    )
