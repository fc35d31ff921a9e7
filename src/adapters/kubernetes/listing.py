"""LIST: every object of a kind, page by page, at one moment of the cluster.

Pages are consistent reads (no resourceVersion in the request): every server answers those in pages, while "0" means one
unpaged answer on older ones. A page is decoded object by object and thrown away, so the peak of memory is one page;
other tasks get their turn every few objects. A relist reads only objects whose version is not known yet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec
from anyio.lowlevel import checkpoint

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.decoding import ObjectDecoder
from adapters.kubernetes.depth import decoded_body
from adapters.kubernetes.errors import Expired
from adapters.kubernetes.schema.envelopes import LIST_PAGE, ListMeta, ListPage
from adapters.kubernetes.store import Entry, Key
from domain.cluster.metadata import Resource
from ports.errors import UnexpectedAnswer

R = TypeVar("R", bound=Resource)


@dataclass(frozen=True, slots=True)
class Listed(Generic[R]):
    """A whole list, and the version from which a watch goes on."""

    entries: dict[Key, Entry[R]]
    resource_version: str


class Lister(Generic[R]):
    """Lists one kind, everywhere or in one namespace."""

    def __init__(
        self,
        connection: KubernetesConnection,
        decoder: ObjectDecoder[R],
        *,
        path: str,
        plural: str,
        page_limit: int,
        yield_every: int,
        after_page: Callable[[], None],
        trim: Callable[[dict[Key, Entry[R]]], object],
    ) -> None:
        self._connection = connection
        self._decoder = decoder
        self._path = path
        self._plural = plural
        self._operation = f"list {plural}"
        self._page_limit = page_limit
        self._yield_every = yield_every
        self._after_page = after_page
        self._trim = trim

    async def list(self, known: Mapping[Key, Entry[R]], *, reads_again: bool = False) -> Listed[R]:
        """Everything there is; objects that are known in the very version are not read again.

        Args:
            known: what was read before.
            reads_again: not even these are passed over, where versions do not mean any more what they meant.

        Raises:
            PortError: a half list is worth nothing, so the first failure ends it.
        """
        try:
            return await self._list(known, {"limit": str(self._page_limit)}, reads_again=reads_again)
        except _TokenExpired:
            # The cluster changes faster than we read pages: take everything in one answer.
            return await self._list(known, {}, reads_again=reads_again)

    async def _list(
        self, known: Mapping[Key, Entry[R]], first_query: dict[str, str], *, reads_again: bool
    ) -> Listed[R]:
        entries: dict[Key, Entry[R]] = {}
        query = first_query
        while True:
            page = await self._page(query)
            await self._take(page, known, entries, reads_again=reads_again)
            where = page.metadata or ListMeta()
            if not where.continue_:
                break
            query = {**first_query, "continue": where.continue_}
        if not where.resource_version:
            raise UnexpectedAnswer(self._operation, "a list without a resourceVersion")
        return Listed(entries, where.resource_version)

    async def _page(self, query: dict[str, str]) -> ListPage:
        try:
            body = await self._connection.get(
                self._path,
                query,
                operation=self._operation,
                resource=self._plural,
                total_seconds=self._connection.timings.list_page_seconds,
            )
        except Expired as error:
            if "continue" in query:
                raise _TokenExpired(error.operation, error.why) from error
            raise
        try:
            return await decoded_body(LIST_PAGE, body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnexpectedAnswer(self._operation, "the answer is no list") from error

    async def _take(
        self, page: ListPage, known: Mapping[Key, Entry[R]], entries: dict[Key, Entry[R]], *, reads_again: bool
    ) -> None:
        for number, raw in enumerate(page.items or (), start=1):
            key, entry = self._decoder.decode_unless_known(raw, known, reads_again=reads_again)
            if entry is not None:
                entries[key] = entry
            if number % self._yield_every == 0:
                await checkpoint()
        self._trim(entries)
        self._after_page()


class _TokenExpired(Expired):
    """The next page cannot be had any more."""
