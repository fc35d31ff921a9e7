"""`/api/v3` of the web port: what arrived, for the console page and for curl, and commands for the agents.

| request | answer |
|---|---|
| `GET /api/v3/clusters` | `{"clusters": [meta...], "allowChanges": bool}` |
| `GET /api/v3/clusters/{id}` | meta plus `"snapshot"`, null before the first; the ETag is the snapshot's; 304 |
| `GET /api/v3/clusters/{id}?meta=1` | meta alone |
| `GET /api/v3/commands` | `{"commands": [...], "matching": int}`, newest first, at most `limit` (50); `outputCut` |
| `GET /api/v3/commands/{id}` | command |
| `POST /api/v3/commands` | 202 `{"id": ...}`; 400 naming the field; 403 for a change where changes are not allowed |

The list of commands can be narrowed: `kind`, `namespace`, `name` and `clusterId` as they were sent, `action` one or
several with commas between. `matching` counts all that are remembered, beyond the limit too.

meta: `clusterId`, `status` (online, offline), `online`, `lastHeartbeatAt`, `heartbeats`, `accepted`, `rejected`,
`lastRejection` (`at`, `route`, `path`, `reason`, `answer`) or null, `fetchedAt`, `receivedAt`, `plainBytes`,
`wireBytes`, `compressed`, `waitingCommands`, `polls` (by topic); null where nothing is known yet.

command: `id`, `clusterId`, `action`, `kind`, `namespace`, `name`, `params`, `topic`, `source`, `status` (queued,
running, success, failed), `createdAt`, `startedAt`, `finishedAt`, `durationMs`, `result` (`success`, `output`, `error`,
`execTimeNs`) or null.

Failures are `{"error": sentence}`. All times are UTC with `Z`.
"""

import re
import secrets
from datetime import datetime

from aiohttp import hdrs, web

from adapters.embedded.demo_master.actions import BadRequestError, read_command_filter, read_command_request
from adapters.embedded.demo_master.command_book import QueueFullError
from adapters.embedded.demo_master.guard import refuse
from adapters.embedded.demo_master.records import ClusterRecord, CommandRecord, Push, Rejection, rfc3339
from adapters.embedded.demo_master.settings import DemoMasterSettings
from adapters.embedded.demo_master.store import Store

DEFAULT_LIMIT = 50
MOST_LISTED = 999
LISTED_OUTPUT_CHARS = 4_000
CHUNK_BYTES = 256 * 1024

_COUNT = re.compile(r"[1-9][0-9]{0,2}")


class ConsoleApi:
    """The handlers of `/api/v3`."""

    def __init__(self, settings: DemoMasterSettings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._run = secrets.token_hex(4)  # numbers of pushes start again with each server; ETags must not

    def register(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        router.add_get("/api/v3/clusters", self.list_clusters)
        router.add_get("/api/v3/clusters/{id}", self.get_cluster, allow_head=False)
        router.add_get("/api/v3/commands", self.list_commands)
        router.add_post("/api/v3/commands", self.post_command)
        router.add_get("/api/v3/commands/{id}", self.get_command)

    async def list_clusters(self, _request: web.Request) -> web.StreamResponse:
        """Every cluster without its snapshot."""
        clusters = [self._meta(record) for record in self._store.clusters()]
        return web.json_response({"clusters": clusters, "allowChanges": self._settings.allow_changes})

    async def get_cluster(self, request: web.Request) -> web.StreamResponse:
        """One cluster; the snapshot's own text is passed on as it came."""
        record = self._store.cluster(request.match_info["id"])
        if record is None:
            return refuse(404, "no such cluster: neither a snapshot nor a heartbeat came from it")
        if request.query.get("meta") == "1":
            return web.json_response(self._meta(record))
        number = record.last_push.number if record.last_push else 0
        etag = f"{self._run}-{number}"
        if any(known.value in (etag, "*") for known in request.if_none_match or ()):
            unchanged = web.Response(status=304)
            unchanged.etag = etag
            return unchanged
        return await self._send_snapshot(request, record, etag)

    async def list_commands(self, request: web.Request) -> web.StreamResponse:
        """The remembered commands, newest first."""
        limit = request.query.get("limit", str(DEFAULT_LIMIT))
        if not _COUNT.fullmatch(limit):
            return refuse(400, f"limit: must be between 1 and {MOST_LISTED}")
        try:
            wanted = read_command_filter(request.query)
        except BadRequestError as error:
            return refuse(400, str(error))
        matching = [record for record in self._store.commands.newest_first() if wanted.admits(record.request)]
        listed = [_command(record, LISTED_OUTPUT_CHARS) for record in matching[: int(limit)]]
        return web.json_response({"commands": listed, "matching": len(matching)})

    async def get_command(self, request: web.Request) -> web.StreamResponse:
        """One command with the whole of its result."""
        record = self._store.commands.get(request.match_info["id"])
        if record is None:
            return refuse(404, "no such command, or it was forgotten since")
        return web.json_response(_command(record))

    async def post_command(self, request: web.Request) -> web.StreamResponse:
        """Queue a command."""
        try:
            asked = read_command_request(await request.read())
        except BadRequestError as error:
            return refuse(400, str(error))
        if asked.changes and not self._settings.allow_changes:
            return refuse(
                403, f"{asked.action} can change the cluster, which is off: start with --allow-changes to allow it"
            )
        try:
            record = self._store.commands.put(asked)
        except QueueFullError:
            return refuse(503, "too many commands wait for an agent already")
        return web.json_response({"id": record.id}, status=202)

    async def _send_snapshot(self, request: web.Request, record: ClusterRecord, etag: str) -> web.StreamResponse:
        document = record.last_push.document if record.last_push else b"null"
        head = web.json_response(self._meta(record)).body
        if not isinstance(head, bytes):
            raise TypeError("a JSON answer is bytes")
        head = head[:-1] + b', "snapshot": '
        response = web.StreamResponse()
        response.content_type = "application/json"
        response.charset = "utf-8"
        response.etag = etag
        response.content_length = len(head) + len(document) + 1
        response.headers[hdrs.CACHE_CONTROL] = "no-store"
        await response.prepare(request)
        await response.write(head)
        view = memoryview(document)
        for start in range(0, len(document), CHUNK_BYTES):
            await response.write(view[start : start + CHUNK_BYTES])
        await response.write(b"}")
        await response.write_eof()
        return response

    def _meta(self, record: ClusterRecord) -> dict[str, object]:
        push: Push | None = record.last_push
        return {
            "clusterId": record.cluster_id,
            "status": "online" if record.online else "offline",
            "online": record.online,
            "lastHeartbeatAt": _time(record.last_heartbeat_at),
            "heartbeats": record.heartbeats,
            "accepted": record.accepted,
            "rejected": record.rejected,
            "lastRejection": _rejection(record.last_rejection),
            "fetchedAt": push.fetched_at if push else None,
            "receivedAt": rfc3339(push.received_at) if push else None,
            "plainBytes": push.plain_bytes if push else None,
            "wireBytes": push.wire_bytes if push else None,
            "compressed": push.compressed if push else None,
            "waitingCommands": self._store.commands.waiting(record.cluster_id),
            "polls": dict(record.polls),
        }


def _time(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment else None


def _rejection(rejection: Rejection | None) -> dict[str, object] | None:
    if rejection is None:
        return None
    return {
        "at": rfc3339(rejection.at),
        "route": rejection.route,
        "path": rejection.path,
        "reason": rejection.reason,
        "answer": rejection.answer,
    }


def _command(record: CommandRecord, longest_output: int | None = None) -> dict[str, object]:
    asked, post = record.request, record.result
    result: dict[str, object] | None = None
    if post is not None:
        cut = longest_output is not None and len(post.output) > longest_output
        result = {
            "success": post.success,
            "output": post.output[:longest_output],
            "error": post.error[:longest_output],
            "execTimeNs": post.exec_time_ns,
            **({"outputCut": True} if cut else {}),
        }
    duration = record.finished_at - record.created_at if record.finished_at else None
    return {
        "id": record.id,
        "clusterId": asked.cluster_id,
        "action": asked.action,
        "kind": asked.kind,
        "namespace": asked.namespace,
        "name": asked.name,
        "params": asked.params,
        "topic": asked.topic,
        "source": asked.source,
        "status": record.status,
        "createdAt": rfc3339(record.created_at),
        "startedAt": _time(record.started_at),
        "finishedAt": _time(record.finished_at),
        "durationMs": round(duration.total_seconds() * 1000) if duration is not None else None,
        "result": result,
    }
