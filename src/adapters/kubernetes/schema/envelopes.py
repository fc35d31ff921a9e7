"""What objects arrive in: pages of lists, lines of watches, and refusals.

Items stay raw bytes until they are looked at one by one, so that one odd object costs only itself.
Source: k8s.io/apimachinery `meta/v1` ListMeta, WatchEvent, Status.
"""

from typing import Final

import msgspec

from adapters.kubernetes.schema.metadata import Partial, Text


class ListMeta(Partial, frozen=True):
    """Where a list stands."""

    continue_: Text = msgspec.field(default=None, name="continue")
    """Token of the next page; empty on the last one."""
    resource_version: Text = None
    remaining_item_count: int | None = None


class ListPage(Partial, frozen=True):
    """One page of a list."""

    metadata: ListMeta | None = None
    items: list[msgspec.Raw] | None = None


class WatchLine(Partial, frozen=True):
    """One line of a watch."""

    type: Text = None
    """ADDED, MODIFIED, DELETED, BOOKMARK or ERROR."""
    object: msgspec.Raw = msgspec.Raw()
    """The object, for ERROR a Status; empty bytes when the line has none."""


class StatusCause(Partial, frozen=True):
    """One thing that was wrong."""

    reason: Text = None
    message: Text = None
    field: Text = None


class StatusDetails(Partial, frozen=True):
    """More about a refusal."""

    name: Text = None
    kind: Text = None
    causes: list[StatusCause | None] | None = None
    retry_after_seconds: int | None = None


class Status(Partial, frozen=True):
    """Why a request was refused."""

    kind: Text = None
    """`Status`; other JSON objects are not the API server's refusals."""
    code: int | None = None
    reason: Text = None
    message: Text = None
    details: StatusDetails | None = None


LIST_PAGE: Final = msgspec.json.Decoder(ListPage)
WATCH_LINE: Final = msgspec.json.Decoder(WatchLine)
STATUS: Final = msgspec.json.Decoder(Status)
