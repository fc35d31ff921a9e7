"""What arrives: objects of any kind, lists of them, and the tables that the API server prints.

Source: k8s.io/apimachinery `meta/v1` Table; `includeObject` decides what stands beside the cells of a row.
"""

from typing import Any, Final, TypeVar

import msgspec

from adapters.kubernetes.depth import decoded_body
from adapters.kubernetes.schema.envelopes import ListMeta
from adapters.kubernetes.schema.metadata import Partial, Text
from ports.errors import UnexpectedAnswer

AS_TABLE: Final = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
"""A table, or a list from a server that prints none."""


class TableColumn(Partial, frozen=True):
    """One column of a table."""

    name: Text = None
    priority: int | None = None
    """Above zero: only for those who want to see more."""


class TableRow(Partial, frozen=True):
    """One object of a table."""

    cells: list[Any] | None = None
    object: dict[str, Any] | None = None


class Page(Partial, frozen=True):
    """A page of a list in either form."""

    kind: Text = None
    metadata: ListMeta | None = None
    column_definitions: list[TableColumn | None] | None = None
    rows: list[TableRow | None] | None = None
    items: list[dict[str, Any] | None] | None = None

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The items that are there."""
        return [one for one in self.items or () if one is not None]


_D = TypeVar("_D")
PAGE: Final = msgspec.json.Decoder(Page)
OBJECT: Final[msgspec.json.Decoder[dict[str, Any]]] = msgspec.json.Decoder(dict[str, Any])


async def read_as(decoder: msgspec.json.Decoder[_D], body: bytes, operation: str) -> _D:
    """A body as what it should be.

    Raises:
        UnexpectedAnswer: it is something else.
    """
    try:
        return await decoded_body(decoder, body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnexpectedAnswer(operation, "the answer is no object of the API") from error
