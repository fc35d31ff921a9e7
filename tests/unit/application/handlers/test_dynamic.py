"""application.handlers.dynamic: what is asked of the port, and what is refused before."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from typing_extensions import override

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.dynamic_reader import InMemoryDynamicReader
from adapters.memory.kind_resolver import InMemoryKindResolver
from application.command_context import CommandContext
from application.handlers.dynamic import DynamicHandlers
from domain.commands.actions import Topic
from domain.commands.dynamic_requests import DynamicCommand, DynamicRequest
from domain.commands.policy import Policy
from domain.commands.target import Target
from domain.errors import CommandRefusedError, InvalidCommandError
from domain.objects.listing import Description, FoundObject, Listing
from domain.objects.visibility import EVERYTHING, Visibility
from ports.dynamic import EventQuery, ListQuery, ObjectQuery
from ports.errors import NotFound

PROTECTED = Visibility(Policy().protected_namespaces)


@dataclass
class Asked(InMemoryDynamicReader):
    """The simulated cluster's reader; remembers what it was asked."""

    questions: list[tuple[Any, Visibility]] = field(default_factory=list)

    def __post_init__(self) -> None:
        clock = ManualClock()
        super().__init__(InMemoryCluster(clock), clock)

    @override
    async def get(self, query: ObjectQuery, visibility: Visibility) -> FoundObject:
        self.questions.append((query, visibility))
        return await super().get(query, visibility)

    @override
    async def list_page(self, query: ListQuery, visibility: Visibility) -> Listing:
        self.questions.append((query, visibility))
        return await super().list_page(query, visibility)

    @override
    async def describe(self, query: ObjectQuery, visibility: Visibility) -> Description:
        self.questions.append((query, visibility))
        return await super().describe(query, visibility)

    @override
    async def events(self, query: EventQuery, visibility: Visibility) -> Listing:
        self.questions.append((query, visibility))
        return await super().events(query, visibility)


@pytest.fixture
def reader() -> Asked:
    return Asked()


def _context(topic: Topic = Topic.AI) -> CommandContext:
    return CommandContext(command_id="c-1", topic=topic, created_at=None, policy=Policy(), tell=lambda _: None)


async def _ask(reader: Asked, request: DynamicRequest, topic: Topic = Topic.AI, *, env_values: bool = True) -> Any:
    handlers = DynamicHandlers(InMemoryKindResolver(), reader, env_values=env_values)
    return (await handlers.read(request, _context(topic))).answer


def _request(
    command: DynamicCommand, kind: str = "", namespace: str = "", name: str = "", **more: Any
) -> DynamicRequest:
    return DynamicRequest(command=command, target=Target(kind=kind, namespace=namespace, name=name), **more)


@pytest.mark.parametrize(("topic", "as_table"), [(Topic.AI, True), (Topic.OPS, False)])
async def test_the_assistant_gets_tables_and_others_whole_objects(reader: Asked, topic: Topic, as_table: bool) -> None:
    listing = await _ask(reader, _request(DynamicCommand.LIST, "po", limit=3), topic)
    assert (listing.table is not None) is as_table
    ((query, visibility),) = reader.questions
    assert (query.resource.kind, query.limit, query.as_table) == ("Pod", 3, as_table)
    assert visibility == (PROTECTED if as_table else EVERYTHING)


@pytest.mark.parametrize("command", [DynamicCommand.GET, DynamicCommand.DESCRIBE])
async def test_one_object_is_asked_for_by_its_kind(reader: Asked, command: DynamicCommand) -> None:
    await _ask(reader, _request(command, "deployments.apps", "shop", "web"))
    ((query, visibility),) = reader.questions
    assert (query.resource.qualified, query.namespace, query.name) == ("deployments.apps", "shop", "web")
    assert visibility == PROTECTED


async def test_a_kind_without_namespaces_needs_none(reader: Asked) -> None:
    listing = await _ask(reader, _request(DynamicCommand.LIST, "Node", "shop"))
    name = listing.table.rows[0][0]
    await _ask(reader, _request(DynamicCommand.GET, "Node", "shop", name))
    assert [query.namespace for query, _ in reader.questions] == ["", ""]


@pytest.mark.parametrize("command", [DynamicCommand.GET, DynamicCommand.DESCRIBE])
async def test_a_kind_in_namespaces_needs_one(reader: Asked, command: DynamicCommand) -> None:
    with pytest.raises(InvalidCommandError, match=r"^namespace: is required: pods are in namespaces"):
        await _ask(reader, _request(command, "Pod", "", "web"))
    assert not reader.questions


async def test_a_list_by_name_and_selectors_is_one_question(reader: Asked) -> None:
    request = _request(
        DynamicCommand.LIST,
        "Pod",
        "shop",
        "web-1",
        label_selector="app=web",
        field_selector="status.phase=Running",
        continue_token="after-2",
    )
    await _ask(reader, request)
    ((query, _),) = reader.questions
    assert query.field_selector == "status.phase=Running,metadata.name=web-1"
    assert (query.label_selector, query.continue_token) == ("app=web", "after-2")


async def test_a_list_of_events_is_about_what_was_named(reader: Asked) -> None:
    await _ask(reader, _request(DynamicCommand.LIST, "Event", involved_kind="Pod", involved_name="web-1"))
    await _ask(reader, _request(DynamicCommand.LIST, "Event"))
    (query, _), (plain, _) = reader.questions
    assert query.field_selector == "involvedObject.kind=Pod,involvedObject.name=web-1"
    assert plain.field_selector == ""


@pytest.mark.parametrize(
    ("request_", "kind", "name"),
    [
        (_request(DynamicCommand.GET_EVENTS), "", ""),
        (_request(DynamicCommand.GET_EVENTS, "Event"), "", ""),
        (_request(DynamicCommand.GET_EVENTS, involved_kind="deploy", involved_name="web"), "Deployment", "web"),
        (_request(DynamicCommand.GET_EVENTS, "PVC", "shop", "data"), "PersistentVolumeClaim", "data"),
        (_request(DynamicCommand.GET_EVENTS, "Event", involved_name="web"), "", "web"),
        (_request(DynamicCommand.GET_EVENTS, involved_kind="Gone"), "Gone", ""),
    ],
)
async def test_events_are_about_a_kind_as_events_spell_it(
    reader: Asked, request_: DynamicRequest, kind: str, name: str
) -> None:
    await _ask(reader, request_)
    ((query, visibility),) = reader.questions
    assert (query.involved_kind, query.involved_name) == (kind, name)
    assert (query.namespace, visibility) == (request_.target.namespace, PROTECTED)


@pytest.mark.parametrize("topic", Topic)
@pytest.mark.parametrize("kind", ["Secret", "secrets", "SECRET", "secrets.v1."])
async def test_secrets_are_refused_under_every_name(reader: Asked, kind: str, topic: Topic) -> None:
    for command in (DynamicCommand.GET, DynamicCommand.DESCRIBE, DynamicCommand.LIST):
        with pytest.raises(CommandRefusedError, match="holds secrets"):
            await _ask(reader, _request(command, kind, "shop", "db"), topic)
    with pytest.raises(CommandRefusedError, match="holds secrets"):
        await _ask(reader, _request(DynamicCommand.GET_EVENTS, involved_kind=kind), topic)
    assert not reader.questions


async def test_protected_namespaces_are_refused_as_objects_too(reader: Asked) -> None:
    for command in (DynamicCommand.GET, DynamicCommand.DESCRIBE):
        with pytest.raises(CommandRefusedError, match="AGENT_PROTECTED_NAMESPACES"):
            await _ask(reader, _request(command, "ns", "", "kube-system"))
    with pytest.raises(CommandRefusedError, match="AGENT_PROTECTED_NAMESPACES"):
        await _ask(reader, _request(DynamicCommand.GET_EVENTS, involved_kind="Namespace", involved_name="kube-system"))
    assert not reader.questions
    assert await _ask(reader, _request(DynamicCommand.GET, "ns", "", "kube-system"), Topic.OPS)


async def test_values_of_variables_are_shown_where_the_operator_wants_it(reader: Asked) -> None:
    request = _request(DynamicCommand.LIST, "Node", limit=1)
    for env_values in (True, False):
        await _ask(reader, request, env_values=env_values)
    assert [visibility.env_values for _, visibility in reader.questions] == [True, False]


async def test_a_kind_that_is_not_served_is_not_found(reader: Asked) -> None:
    with pytest.raises(NotFound, match="Unheard"):
        await _ask(reader, _request(DynamicCommand.LIST, "Unheard"))
    assert not reader.questions


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"label_selector": "a=b&limit=1"}, "label_selector"),
        ({"field_selector": "a"}, "field_selector"),
        ({"continue_token": "a/b"}, "continue"),
        ({"involved_kind": "pods/log"}, "involved_kind"),
        ({"involved_name": "../x"}, "involved_name"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"kind": ""}, "kind"),
        ({"kind": "pods/log"}, "kind"),
        ({"kind": "p\N{CYRILLIC SMALL LETTER O}ds"}, "kind"),
        ({"namespace": "../kube-system"}, "namespace"),
        ({"name": "x/log"}, "name"),
    ],
)
def test_every_bad_parameter_is_named(more: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidCommandError) as error:
        _request(DynamicCommand.LIST, **{"kind": "Pod", **more})
    assert error.value.field == field
