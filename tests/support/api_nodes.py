"""Nodes, pods and evictions as the API server handles them, beside `ApiServer`.

Source: `registry/core/pod/storage/eviction.go` of kube-apiserver: which answer there is for a budget, for several, for
another UID, in a namespace that ends. The real one is asked in `tests/kube`.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiohttp import web

from tests.support.api_answers import Json, Request, status_answer, with_status
from tests.support.api_server import ApiServer

_ALWAYS: Final = 10**9
_TAKEN: Final = {("", "nodes"), ("", "pods"), ("apps", "daemonsets"), ("authentication.k8s.io", "selfsubjectreviews")}
_GRACE_SECONDS: Final = 30
_BUDGET: Final = "Cannot evict pod as it would violate the pod's disruption budget."
_SEVERAL: Final = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."


def a_bound_pod(
    name: str,
    node: str,
    namespace: str = "shop",
    *,
    owner: tuple[str, str, str] | None = ("apps/v1", "ReplicaSet", "web"),
    phase: str = "Running",
    volumes: Iterable[Json | None] | None = None,
    annotations: Json | None = None,
    labels: Json | None = None,
) -> Json:
    """A pod on a node."""
    owners = [] if owner is None else [dict(zip(("apiVersion", "kind", "name"), owner, strict=True))]
    metadata = {
        "name": name,
        "namespace": namespace,
        "uid": f"uid-{namespace}-{name}",
        "labels": labels,
        "annotations": annotations,
        "ownerReferences": [
            {"controller": False, "kind": "Node"},
            None,
            *(one | {"controller": True} for one in owners),
        ],
    }
    return {"metadata": metadata, "spec": {"nodeName": node, "volumes": volumes}, "status": {"phase": phase}}


class NodeApi:
    """Takes what concerns nodes and pods out of an ApiServer's hands."""

    def __init__(self, server: ApiServer) -> None:
        self.nodes: dict[str, Json] = {}
        self.pods: dict[tuple[str, str], Json] = {}
        self.daemon_sets: set[str] = set()
        self.allowed: dict[str, int] = {}
        """How many pods whose name begins so may still be evicted."""
        self.budgets: dict[str, int] = {}
        """How many budgets a pod has whose name begins so, where it is not one."""
        self.ending_namespaces: set[str] = set()
        self.own_uid = ""
        self.denied: set[tuple[str, str]] = set()
        """(verb, resource) that is forbidden."""
        self.is_down = False
        self.bodies: list[tuple[str, Json]] = []
        """What was sent, with the path of each."""
        server.fail(self._answer, where=self._takes, times=_ALWAYS)

    def add_node(self, name: str, *, unschedulable: bool = False) -> None:
        spec: Json = {"podCIDR": "10.0.0.0/24"} | ({"unschedulable": True} if unschedulable else {})
        self.nodes[name] = {"metadata": {"name": name, "uid": f"uid-{name}"}, "spec": spec}

    def add_pod(self, pod: Json) -> None:
        self.pods[pod["metadata"]["namespace"], pod["metadata"]["name"]] = pod

    def finish_endings(self) -> None:
        """The kubelets have ended what was told to end."""
        self.pods = {key: pod for key, pod in self.pods.items() if "deletionTimestamp" not in pod["metadata"]}

    @staticmethod
    def _takes(request: Request) -> bool:
        return (request.group, request.plural) in _TAKEN

    async def _answer(self, request: Request) -> web.StreamResponse:
        resource = "/".join(filter(None, (request.plural, request.subresource)))
        if self.is_down:
            return await with_status(503, "down")(request)
        if (request.verb, resource) in self.denied:
            return status_answer(403, f'{resource} is forbidden: User "agent" cannot {request.verb} resource')
        if request.verb in {"patch", "create", "delete"}:
            self.bodies.append((request.http.path_qs, json.loads(await request.http.text())))
        answers: dict[tuple[str, str], Callable[[Request], web.Response]] = {
            ("selfsubjectreviews", "create"): self._whoami,
            ("daemonsets", "get"): self._daemon_set,
            ("nodes", "get"): lambda request: self._found(self.nodes.get(request.name), request),
            ("nodes", "patch"): self._patch,
            ("pods", "list"): self._list,
            ("pods", "get"): lambda request: self._found(self.pods.get((request.namespace, request.name)), request),
            ("pods", "delete"): self._end,
            ("pods/eviction", "create"): self._end,
        }
        return answers[resource, request.verb](request)

    def _whoami(self, _request: Request) -> web.Response:
        extra = {"authentication.kubernetes.io/pod-uid": [self.own_uid]} if self.own_uid else None
        return web.json_response({"kind": "SelfSubjectReview", "status": {"userInfo": {"extra": extra}}}, status=201)

    def _daemon_set(self, request: Request) -> web.Response:
        return self._found({} if request.name in self.daemon_sets else None, request)

    def _found(self, obj: Json | None, request: Request) -> web.Response:
        if obj is None:
            return status_answer(404, f'{request.plural} "{request.name}" not found', reason="NotFound")
        return web.json_response(obj)

    def _patch(self, request: Request) -> web.Response:
        node = self.nodes.get(request.name)
        if node is None:
            return self._found(None, request)
        _, patch = self.bodies[-1]
        if patch["metadata"]["uid"] != node["metadata"]["uid"]:
            return status_answer(422, "metadata.uid: Invalid value: field is immutable", reason="Invalid")
        if request.query.get("dryRun") != "All":
            spec = {key: value for key, value in (node["spec"] | patch["spec"]).items() if value is not None}
            self.nodes[request.name] = node | {"spec": spec}
        return web.json_response(self.nodes[request.name])

    def _list(self, request: Request) -> web.Response:
        query = request.query
        node, selector = query["fieldSelector"].removeprefix("spec.nodeName="), query.get("labelSelector", "")
        key, operator, value = selector.partition("=")
        if selector and not operator:
            return status_answer(400, f"unable to parse requirement: {selector}", reason="BadRequest")
        found = [
            pod
            for pod in self.pods.values()
            if pod["spec"]["nodeName"] == node
            and (not selector or (pod["metadata"].get("labels") or {}).get(key) == value)
        ]
        start, limit = int(query.get("continue", "0")), int(query.get("limit", "0")) or len(found)
        metadata: Json = {"resourceVersion": "7"}
        if start + limit < len(found):
            metadata["continue"] = str(start + limit)
        return web.json_response({"kind": "PodList", "metadata": metadata, "items": found[start : start + limit]})

    def _end(self, request: Request) -> web.Response:
        is_eviction = request.subresource == "eviction"
        pod = self.pods.get((request.namespace, request.name))
        _, body = self.bodies[-1]
        options = body["deleteOptions"] if is_eviction else body
        if request.namespace in self.ending_namespaces and is_eviction:
            return _refusal(403, "is forbidden: it is being terminated", "NamespaceTerminating", "is being terminated")
        if pod is None:
            return self._found(None, request)
        if is_eviction and (refusal := self._budget(pod)) is not None:
            return refusal
        if options["preconditions"]["uid"] != pod["metadata"]["uid"]:
            return status_answer(409, "the UID in the precondition does not match the UID in record", reason="Conflict")
        if options.get("dryRun") != ["All"]:
            self._terminate(pod, options.get("gracePeriodSeconds", _GRACE_SECONDS))
        return web.json_response({"kind": "Status", "status": "Success"}, status=201)

    def _budget(self, pod: Json) -> web.Response | None:
        """What the budgets of a pod say; one that runs no more passes them all."""
        prefix = pod["metadata"]["name"].rpartition("-")[0]
        if pod["status"]["phase"] != "Running" or "deletionTimestamp" in pod["metadata"]:
            return None
        if self.budgets.get(prefix, 1) > 1:
            return status_answer(500, _SEVERAL)
        if self.allowed.get(prefix, 1) == 0:
            return _refusal(429, _BUDGET, "DisruptionBudget", f"The disruption budget {prefix} needs 1 healthy pods")
        return None

    def _terminate(self, pod: Json, grace_seconds: int) -> None:
        prefix = pod["metadata"]["name"].rpartition("-")[0]
        if prefix in self.allowed and "deletionTimestamp" not in pod["metadata"]:
            self.allowed[prefix] -= 1
        moment = datetime.now(UTC) + timedelta(seconds=grace_seconds)
        pod["metadata"]["deletionTimestamp"] = f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _refusal(code: int, message: str, cause: str, cause_message: str) -> web.Response:
    causes: list[dict[str, Any]] = [{"reason": cause, "message": cause_message}]
    reason = "TooManyRequests" if code == 429 else "Forbidden"
    return status_answer(code, message, reason=reason, details={"causes": causes})
