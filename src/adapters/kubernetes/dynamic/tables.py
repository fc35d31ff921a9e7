"""Turns the table that the API server prints into one that may be shown.

The server knows best which columns tell something of a kind, also of custom ones. Yet a custom kind may print any of
its fields, a password too: what was taken out of an object is taken out of its row.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from adapters.kubernetes.dynamic.documents import Page, TableColumn, TableRow
from domain.cluster.resource_catalogue import is_own_group
from domain.cluster.resource_types import ResourceType
from domain.objects.listing import Listing, Table
from domain.objects.trimming import shown_text, trimmed
from domain.objects.visibility import Visibility, is_withheld
from domain.redaction import env_value

MAX_CELL_CHARS: Final = 256
_NEEDS_OBJECT: Final = frozenset({"Event", "PersistentVolume"})
"""Kinds of Kubernetes itself of which the metadata does not tell whether they may be shown."""
_SPACE: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_NOTHING: Final = "<none>"


def included_object(resource: ResourceType) -> str:
    """What has to stand beside the cells, so that it can be told what may be shown of them."""
    is_known = is_own_group(resource.group) and resource.kind not in _NEEDS_OBJECT
    return "Metadata" if is_known else "Object"


def shown_rows(page: Page, resource: ResourceType, visibility: Visibility) -> Listing:
    """The rows that may be shown: cells scrubbed, one line each, the namespace as the second column."""
    columns = [one or TableColumn() for one in page.column_definitions or ()]
    kept = [index for index, one in enumerate(columns) if not one.priority]
    names = [(columns[index].name or "").upper() for index in kept]
    hidden = withheld = 0
    rows: list[tuple[str, ...]] = []
    for row in page.rows or ():
        if row is None:
            continue
        found = row.object or {}
        if visibility.hides(resource.kind, found):
            hidden += 1
        elif is_withheld(resource.kind, found):
            withheld += 1
        else:
            cells = list(_cells(row, found, kept, names, visibility))
            rows.append(tuple(_with_namespace(cells, _namespace(found), resource)))
    table = Table(columns=tuple(_with_namespace(names, "NAMESPACE", resource)), rows=tuple(rows))
    return Listing(kind=resource.kind, table=table, hidden=hidden, withheld=withheld)


def one_line(text: str) -> str:
    """A cell as it fits into a row."""
    line = _SPACE.sub(" ", text).strip()
    return line if len(line) <= MAX_CELL_CHARS else f"{line[: MAX_CELL_CHARS - 1]}…"


def _cells(
    row: TableRow, found: dict[str, Any], kept: list[int], names: list[str], visibility: Visibility
) -> Iterator[str]:
    removed = trimmed(found, visibility).removed
    cells = row.cells or []
    for index, name in zip(kept, names, strict=True):
        cell = cells[index] if index < len(cells) else None
        yield one_line(shown_text(env_value(name, _text(cell)), visibility, removed)) or _NOTHING


def _text(cell: object) -> str:
    match cell:
        case str():
            return cell
        case bool():
            return str(cell).lower()
        case None | list() | dict():
            return ""
        case _:
            return str(cell)


def _namespace(found: dict[str, Any]) -> str:
    metadata = found.get("metadata")
    return str(metadata.get("namespace", "")) if isinstance(metadata, dict) else ""


def _with_namespace(cells: list[str], namespace: str, resource: ResourceType) -> list[str]:
    return [*cells[:1], namespace, *cells[1:]] if resource.namespaced else cells
