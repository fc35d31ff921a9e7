"""An API server on loopback that holds a large synthetic cluster and changes it all the time.

Run as a process of its own, so that its cost is not the agent's. Prints one JSON line with its port when it listens;
`GET /bench/stats` tells which requests came.
"""

import argparse
import asyncio
import json
import random
import time
from collections import Counter
from typing import Any

from aiohttp import web
from synthetic_cluster import NAMESPACES, Json, a_namespace, a_node, a_pod, encode, node_usage, pod_usage

_HEARTBEATS_PER_SECOND = 3.3
_BOOKMARK_SECONDS = 60.0


class Collection:
    """One kind: objects as encoded bytes, and who watches."""

    def __init__(self, kind: str, objects: list[Json]) -> None:
        self.kind = kind
        self.objects = objects
        self.encoded = [encode(one) for one in objects]
        self.watchers: set[asyncio.Queue[bytes]] = set()

    def replace(self, index: int, version: int) -> None:
        """The object at an index has changed."""
        self.objects[index]["metadata"]["resourceVersion"] = str(version)
        self.encoded[index] = body = encode(self.objects[index])
        line = b'{"type":"MODIFIED","object":' + body + b"}\n"
        for watcher in self.watchers:
            watcher.put_nowait(line)


class SyntheticApiServer:
    """Lists in pages, watches, usage; churn by clock."""

    def __init__(self, pods: int, nodes: int, churn_per_second: float) -> None:
        self.collections = {
            "namespaces": Collection("Namespace", [a_namespace(number) for number in range(NAMESPACES)]),
            "nodes": Collection("Node", [a_node(number) for number in range(nodes)]),
            "pods": Collection("Pod", [a_pod(number, nodes) for number in range(pods)]),
        }
        self.version = 10**6
        self.requests: Counter[str] = Counter()
        self.churn_per_second = churn_per_second
        pods_of, nodes_of = self.collections["pods"].objects, self.collections["nodes"].objects
        self.usage = {
            "pods": encode({"kind": "PodMetricsList", "metadata": {}, "items": [pod_usage(pod) for pod in pods_of]}),
            "nodes": encode(
                {"kind": "NodeMetricsList", "metadata": {}, "items": [node_usage(node) for node in nodes_of]}
            ),
        }

    def app(self) -> web.Application:
        """The routes."""
        app = web.Application()
        app.router.add_get("/api/v1/namespaces/kube-system", self._identity)
        app.router.add_get("/api/v1/{plural}", self._collection)
        app.router.add_get("/apis/metrics.k8s.io", self._metrics_group)
        app.router.add_get("/apis/metrics.k8s.io/v1beta1/{plural}", self._usage)
        app.router.add_get("/bench/stats", self._stats)
        return app

    async def churn(self) -> None:
        """Change pods and nodes for ever; a changed pod says when."""
        rng = random.Random(1)
        owed = {"pods": 0.0, "nodes": 0.0}
        last = time.monotonic()
        while True:
            await asyncio.sleep(0.05)
            now = time.monotonic()
            owed["pods"] += (now - last) * self.churn_per_second
            owed["nodes"] += (now - last) * _HEARTBEATS_PER_SECOND
            last = now
            for plural, collection in (("pods", self.collections["pods"]), ("nodes", self.collections["nodes"])):
                while owed[plural] >= 1 and collection.objects:
                    owed[plural] -= 1
                    self._change(collection, rng.randrange(len(collection.objects)))

    def _change(self, collection: Collection, index: int) -> None:
        self.version += 1
        one = collection.objects[index]
        stamp = f"{time.time():.3f}"  # noqa: TID251 - two processes compare wall clocks
        if collection.kind == "Pod":
            one["metadata"]["labels"]["bench.example/changed-at"] = stamp
            one["status"]["containerStatuses"][0]["restartCount"] += 1
        else:
            one["status"]["conditions"][-1]["lastHeartbeatTime"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        collection.replace(index, self.version)

    async def _identity(self, _: web.Request) -> web.Response:
        self.requests["GET identity"] += 1
        return web.json_response({"metadata": {"name": "kube-system", "uid": "bench-cluster"}})

    async def _collection(self, request: web.Request) -> web.StreamResponse:
        plural = request.match_info["plural"]
        collection = self.collections.get(plural)
        if collection is None:
            raise web.HTTPNotFound
        if request.query.get("watch"):
            self.requests[f"WATCH {plural}"] += 1
            return await self._watch(request, collection)
        self.requests[f"LIST {plural}"] += 1
        start = int(request.query.get("continue") or 0)
        limit = int(request.query.get("limit") or len(collection.encoded))
        metadata: dict[str, Any] = {"resourceVersion": str(self.version)}
        if start + limit < len(collection.encoded):
            metadata["continue"] = str(start + limit)
        head = f'{{"kind":"{collection.kind}List","metadata":{json.dumps(metadata)},"items":['.encode()
        body = head + b",".join(collection.encoded[start : start + limit]) + b"]}"
        return web.Response(body=body, content_type="application/json")

    async def _watch(self, request: web.Request, collection: Collection) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        collection.watchers.add(queue)
        ends_at = time.monotonic() + float(request.query.get("timeoutSeconds") or 300)
        try:
            while time.monotonic() < ends_at:
                try:
                    await answer.write(await asyncio.wait_for(queue.get(), _BOOKMARK_SECONDS))
                except TimeoutError:
                    meta = {"metadata": {"resourceVersion": str(self.version)}}
                    await answer.write(
                        encode({"type": "BOOKMARK", "object": {"kind": collection.kind, **meta}}) + b"\n"
                    )
        except ConnectionResetError:
            pass  # whoever watched has gone
        finally:
            collection.watchers.discard(queue)
        return answer

    async def _metrics_group(self, _: web.Request) -> web.Response:
        self.requests["GET metrics group"] += 1
        version = {"groupVersion": "metrics.k8s.io/v1beta1", "version": "v1beta1"}
        return web.json_response({"kind": "APIGroup", "versions": [version], "preferredVersion": version})

    async def _usage(self, request: web.Request) -> web.Response:
        plural = request.match_info["plural"]
        self.requests[f"USAGE {plural}"] += 1
        return web.Response(body=self.usage[plural], content_type="application/json")

    async def _stats(self, _: web.Request) -> web.Response:
        return web.json_response(dict(self.requests))


async def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pods", type=int, default=10_000)
    parser.add_argument("--nodes", type=int, default=1_000)
    parser.add_argument("--churn", type=float, default=10.0, help="pods that change per second")
    options = parser.parse_args()
    server = SyntheticApiServer(options.pods, options.nodes, options.churn)
    runner = web.AppRunner(server.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await server.churn()


if __name__ == "__main__":
    asyncio.run(main())
