"""What the assistant asks of any kind of object: reading only."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from domain.cluster.resource_catalogue import is_kind_name
from domain.commands.actions import Action
from domain.commands.names import (
    MAX_NAME_CHARS,
    require_at_most,
    require_namespace,
    require_object_name,
    require_range,
)
from domain.commands.selectors import require_field_selector, require_label_selector
from domain.commands.target import Target
from domain.errors import InvalidCommandError

MAX_ITEMS: Final = 100
MAX_SELECTOR_CHARS: Final = 2048
MAX_CONTINUE_CHARS: Final = 8192


_TOKEN: Final = re.compile(r"[A-Za-z0-9_=-]*")


class DynamicCommand(StrEnum):
    """What is wanted of a kind."""

    GET = "get"
    LIST = "list"
    DESCRIBE = "describe"
    GET_EVENTS = "get_events"


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicRequest:
    """Read objects of any served kind."""

    action: ClassVar[Action] = Action.DYNAMIC

    target: Target
    command: DynamicCommand
    label_selector: str = ""
    field_selector: str = ""
    limit: int = MAX_ITEMS
    continue_token: str = ""
    involved_kind: str = ""
    """For events: of which kind the object is that they are about."""
    involved_name: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be read; whether a namespace is needed only the kind can say."""
        if self.command is not DynamicCommand.GET_EVENTS and not self.target.kind:
            raise InvalidCommandError("kind", "is required")
        if self.command in {DynamicCommand.GET, DynamicCommand.DESCRIBE} or self.target.name:
            require_object_name("name", self.target.name)
        if self.target.namespace:
            require_namespace("namespace", self.target.namespace)
        require_range("limit", self.limit, 1, MAX_ITEMS)
        for name, value, most_chars in (
            ("label_selector", self.label_selector, MAX_SELECTOR_CHARS),
            ("field_selector", self.field_selector, MAX_SELECTOR_CHARS),
            ("continue", self.continue_token, MAX_CONTINUE_CHARS),
            ("involved_kind", self.involved_kind, MAX_NAME_CHARS),
        ):
            require_at_most(name, value, most_chars)
        require_label_selector("label_selector", self.label_selector)
        require_field_selector("field_selector", self.field_selector)
        if not _TOKEN.fullmatch(self.continue_token):
            raise InvalidCommandError("continue", "is no token that a list has ended with")
        for name, value in (("kind", self.target.kind), ("involved_kind", self.involved_kind)):
            if value and not is_kind_name(value):
                raise InvalidCommandError(name, "is no name of a kind (letters, digits, '-' and '.')")
        if self.involved_name:
            require_object_name("involved_name", self.involved_name)
