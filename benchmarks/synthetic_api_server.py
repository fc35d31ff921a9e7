"""An API server on loopback that holds the synthetic cluster and changes it all the time.

Run as a process of its own, so that its cost is not the agent's. Prints one JSON line with its port when it listens;
`GET /bench/stats` tells which requests came. Pages are consistent, watches begin where the list ended, and one that
begins too far back ends with 410, as at the real one.
"""

import argparse
import asyncio
import json
import ssl
import time
from collections import Counter, deque
from pathlib import Path
from typing import Any

from aiohttp import web
from synthetic_churn import Churn
from synthetic_cluster import PATHS, Key, SyntheticCluster
from synthetic_parts import Json, encode
from synthetic_usage import SyntheticUsage

CERTIFICATES = Path(__file__).resolve().parents[1] / "tests" / "support" / "certificates"
_BOOKMARK_SECONDS = 60.0
_REMEMBERED_LINES = 5_000
_PAGED_LISTS = 32
_STEP_SECONDS = 0.05


class Collection:
    """One kind: objects as bytes, what happened last, and who watches."""

    def __init__(self, objects: dict[Key, bytes], first_version: int) -> None:
        self.objects = objects
        self.watchers: set[asyncio.Queue[bytes]] = set()
        self._log: deque[tuple[int, bytes]] = deque(maxlen=_REMEMBERED_LINES)
        self._known_since = first_version

    def publish(self, event_type: str, made: Json, version: int) -> None:
        """Something has happened."""
        metadata = made["metadata"]
        metadata["resourceVersion"] = str(version)
        key = metadata.get("namespace", ""), metadata["name"]
        body = encode(made)
        if event_type == "DELETED":
            self.objects.pop(key, None)
        else:
            self.objects[key] = body
        line = b'{"type":"%b","object":%b}\n' % (event_type.encode(), body)
        if len(self._log) == self._log.maxlen:
            self._known_since = self._log[0][0]
        self._log.append((version, line))
        for watcher in self.watchers:
            watcher.put_nowait(line)

    def since(self, version: int) -> list[bytes] | None:
        """Lines after a version; None when some are forgotten."""
        return None if version < self._known_since else [line for at, line in self._log if at > version]

    def forget(self) -> None:
        """Every open watch ends with 410, and none can go on from where it was."""
        self._known_since = self._log[-1][0] if self._log else self._known_since
        status = {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old resource version"}
        for watcher in self.watchers:
            watcher.put_nowait(encode({"type": "ERROR", "object": status}) + b"\n")


class SyntheticApiServer:
    """Lists in pages, watches, usage; churn by clock."""

    def __init__(self, cluster: SyntheticCluster) -> None:
        self.cluster = cluster
        self.version = 10**6
        self.collections = {plural: Collection(objects, self.version) for plural, objects in cluster.objects.items()}
        self.churn = Churn(cluster, self._publish)
        self.requests: Counter[str] = Counter()
        self._usage = SyntheticUsage()
        self._paged: dict[str, list[bytes]] = {}

    def app(self) -> web.Application:
        """The routes."""
        app = web.Application()
        app.router.add_get("/api/v1/namespaces/kube-system", self._identity)
        for plural, root in PATHS.items():
            app.router.add_get(f"{root}/{plural}", self._collection)
        app.router.add_get("/apis/metrics.k8s.io", self._metrics_group)
        app.router.add_get("/apis/metrics.k8s.io/v1beta1/{plural}", self._metrics)
        app.router.add_get("/bench/stats", self._stats)
        app.router.add_post("/bench/burst", self._burst)
        app.router.add_post("/bench/expire", self._expire)
        app.router.add_post("/bench/forget/{plural}", self._forget)
        return app

    async def live(self, pods_per_second: float) -> None:
        """Change things for ever."""
        rates = self.churn.rates(pods_per_second)
        owed = [0.0] * len(rates)
        last = time.monotonic()
        while True:
            await asyncio.sleep(_STEP_SECONDS)
            now = time.monotonic()
            for place, (per_second, happen) in enumerate(rates):
                owed[place] += (now - last) * per_second
                while owed[place] >= 1:
                    owed[place] -= 1
                    happen()
            last = now

    def _publish(self, plural: str, event_type: str, made: Json) -> None:
        self.version += 1
        self.collections[plural].publish(event_type, made, self.version)

    async def _identity(self, _: web.Request) -> web.Response:
        self.requests["GET identity"] += 1
        return web.json_response({"metadata": {"name": "kube-system", "uid": "bench-cluster"}})

    async def _collection(self, request: web.Request) -> web.StreamResponse:
        plural = request.path.rpartition("/")[2]
        if request.query.get("watch"):
            self.requests[f"WATCH {plural}"] += 1
            return await self._watch(request, self.collections[plural])
        token = request.query.get("continue", "")
        self.requests[f"{'PAGE' if token else 'LIST'} {plural}"] += 1
        return self._page(plural, token, int(request.query.get("limit") or 10**9))

    def _page(self, plural: str, token: str, limit: int) -> web.Response:
        name, _, place = token.rpartition(".")
        start = int(place or 0)
        if not name:
            name = f"{plural}.{self.version}"
            self._paged[name] = list(self.collections[plural].objects.values())
            while len(self._paged) > _PAGED_LISTS:
                del self._paged[next(iter(self._paged))]
        items = self._paged.get(name)
        if items is None:
            status = {"kind": "Status", "code": 410, "reason": "Expired", "message": "continue token is too old"}
            return web.json_response(status, status=410)
        metadata: dict[str, Any] = {"resourceVersion": name.rpartition(".")[2]}
        if start + limit < len(items):
            metadata["continue"] = f"{name}.{start + limit}"
            metadata["remainingItemCount"] = len(items) - start - limit
        else:
            del self._paged[name]
        head = b'{"kind":"List","apiVersion":"v1","metadata":%b,"items":[' % encode(metadata)
        return web.Response(
            body=head + b",".join(items[start : start + limit]) + b"]}", content_type="application/json"
        )

    async def _watch(self, request: web.Request, collection: Collection) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        backlog = collection.since(int(request.query.get("resourceVersion") or self.version))
        if backlog is None:
            return web.json_response({"kind": "Status", "code": 410, "reason": "Expired"}, status=410)
        for line in backlog:
            queue.put_nowait(line)
        collection.watchers.add(queue)
        ends_at = time.monotonic() + float(request.query.get("timeoutSeconds") or 300)
        try:
            await answer.prepare(request)
            while (left := ends_at - time.monotonic()) > 0:
                try:
                    line = await asyncio.wait_for(queue.get(), min(left, _BOOKMARK_SECONDS))
                except TimeoutError:
                    line = b'{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"%d"}}}\n' % self.version
                await answer.write(line)
                if line.startswith(b'{"type":"ERROR"'):
                    break
        except ConnectionResetError:
            pass  # whoever watched has gone
        finally:
            collection.watchers.discard(queue)
        return answer

    async def _metrics_group(self, _: web.Request) -> web.Response:
        self.requests["GET metrics group"] += 1
        version = {"groupVersion": "metrics.k8s.io/v1beta1", "version": "v1beta1"}
        return web.json_response({"kind": "APIGroup", "versions": [version], "preferredVersion": version})

    async def _metrics(self, request: web.Request) -> web.Response:
        plural = request.match_info["plural"]
        self.requests[f"USAGE {plural}"] += 1
        if plural == "pods":
            body = self._usage.pods(self.cluster.pods.values())
        else:
            body = self._usage.nodes(name for _, name in self.cluster.objects["nodes"])
        return web.Response(body=body, content_type="application/json")

    async def _stats(self, _: web.Request) -> web.Response:
        return web.json_response(dict(self.requests))

    async def _burst(self, request: web.Request) -> web.Response:
        per_second = float(request.query["per_second"])
        started = time.monotonic()
        for number, _ in enumerate(self.churn.burst(int(request.query["events"])), start=1):
            if (ahead := number / per_second - (time.monotonic() - started)) > _STEP_SECONDS:
                await asyncio.sleep(ahead)
        return await self._caught_up("events")

    async def _expire(self, request: web.Request) -> web.Response:
        for number, _ in enumerate(self.churn.expire(int(request.query["keep"])), start=1):
            if number % 100 == 0:
                await asyncio.sleep(0)
        return await self._caught_up("events")

    async def _forget(self, request: web.Request) -> web.Response:
        self.collections[request.match_info["plural"]].forget()
        return web.json_response({})

    async def _caught_up(self, plural: str) -> web.Response:
        """Answer when every watcher has been sent everything."""
        while any(not watcher.empty() for watcher in self.collections[plural].watchers):  # noqa: ASYNC110 - rarely asked
            await asyncio.sleep(_STEP_SECONDS)
        return web.json_response({})


async def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pods", type=int, default=10_000)
    parser.add_argument("--pods-per-second", type=float, default=10.0, help="pods that change")
    options = parser.parse_args()
    server = SyntheticApiServer(SyntheticCluster(options.pods))
    runner = web.AppRunner(server.app(), access_log=None)
    await runner.setup()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATES / "server.pem", CERTIFICATES / "server.key")
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    print(json.dumps({"port": runner.addresses[0][1], "objects": server.cluster.count()}), flush=True)
    await server.live(options.pods_per_second)


if __name__ == "__main__":
    asyncio.run(main())
