"""Attacks on `dynamic`: refused, and the API server's audit log shows that no such request was made.

The account may read everything, so that nothing but the agent itself stands in the way.
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

from domain.commands.actions import Topic
from domain.commands.results import Outcome
from tests.kube.asking import Asker, an_asker
from tests.kube.test_discovery import a_definition, define
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.hostile import CANARY

__all__ = ["define"]

WORD = CANARY.decode()
DISCOVERY = {"get /api", "get /apis"}

HOSTILE_NAMES = (
    "x/log",
    "x/proxy",
    "x/exec",
    "x/status",
    "web/../../secrets/db",
    "../secrets/db",
    "..",
    ".",
    "%2e%2e",
    "%2e%2e%2fsecrets%2fdb",
    "x%2flog",
    "/api/v1/secrets",
    "//127.0.0.1:1/x",
    "https://127.0.0.1:1/x",
    "x?watch=true",
    "x#y",
    "x;y",
    "x\\..\\y",
    "x\n/api/v1/secrets",
    "x\x00",
    "\N{FULLWIDTH SOLIDUS}x",
    "x\N{DIVISION SLASH}log",
    "x..y",
    "x" * 300,
)
HOSTILE_KINDS = (
    "pods/log",
    "pods/../secrets",
    "../secrets",
    "secrets/db",
    "%73ecrets",
    "s\N{CYRILLIC SMALL LETTER IE}crets",
    "\N{CYRILLIC CAPITAL LETTER DZE}ecret",
    "\N{LATIN SMALL LETTER LONG S}ecrets",
    "\N{FULLWIDTH LATIN SMALL LETTER S}ecrets",
    "secrets\N{ZERO WIDTH SPACE}",
    "secrets\x00",
    "Secret ",
    "/api/v1/secrets",
    "https://127.0.0.1:1/pods",
    "pods?fieldSelector=x",
    "pods.v1./secrets",
)
SECRET_KINDS = (
    "Secret",
    "secret",
    "secrets",
    "SECRETS",
    "sEcReTs",
    "secrets.v1",
    "secrets.v1.",
    "secrets.",
    "csr",
    "CertificateSigningRequest",
    "certificatesigningrequests.certificates.k8s.io",
    "certificatesigningrequests.v1.certificates.k8s.io",
)
HOSTILE_SELECTORS = (
    "app=web&limit=100000",
    "app=web&watch=true",
    "app=web#x",
    "app=web?x=y",
    "app=web%26watch=true",
    "app=web;x=y",
    "app=web\nx=y",
    "app=web/../x",
    "=x",
    "app in (",
    "app,,b",
)


@pytest.fixture
def asker(cluster: Cluster, namespace: str, tmp_path: Path) -> Asker:
    return an_asker(cluster, namespace, tmp_path)


@pytest.fixture
def unreached(asker: Asker, cluster: Cluster) -> Callable[[], None]:
    """Says that nothing but discovery was asked until now; what was asked last has been written by then."""

    def check() -> None:
        # An entry is written when an answer is complete: one more question and its entry come after all others.
        mark = asker.one("get", kind="Namespace", name="shop")
        assert mark.success
        sent = asker.sent()
        assert sent.pop() == "get /api/v1/namespaces/shop"
        assert set(sent) <= DISCOVERY, sent

    return check


def refused(asker: Asker, named: str, topic: Topic, *bodies: Json) -> None:
    """Each is answered with a failure that names what is wrong with it."""
    for body, result in zip(bodies, asker.answers(bodies, topic), strict=True):
        assert result.outcome in {Outcome.REFUSED, Outcome.FAILED}, body
        assert not result.output
        assert named in result.error, (body, result.error)
        assert WORD not in result.error


@pytest.mark.parametrize("topic", Topic)
def test_a_name_that_is_another_path_goes_nowhere(asker: Asker, unreached: Callable[[], None], topic: Topic) -> None:
    bodies = [
        {"kind": kind, "namespace": "shop", "name": name, "params": {"command": command}}
        for name in HOSTILE_NAMES
        for kind in ("Pod", "clusterroles.rbac.authorization.k8s.io")
        for command in ("get", "describe", "list", "get_events")
    ]
    refused(asker, "name: ", topic, *bodies)
    involved = [
        {"params": {"command": command, "kind": "Event", "involved_name": name}}
        for name in HOSTILE_NAMES
        for command in ("get_events", "list")
    ]
    refused(asker, "involved_name: ", topic, *involved)
    unreached()


@pytest.mark.parametrize("topic", Topic)
def test_a_namespace_that_is_another_path_goes_nowhere(
    asker: Asker, unreached: Callable[[], None], topic: Topic
) -> None:
    bodies = [
        {"kind": "Pod", "namespace": name, "name": "web", "params": {"command": command}}
        for name in (*HOSTILE_NAMES, "shop/pods/web/log?", "shop/secrets", "*")
        for command in ("get", "describe", "list", "get_events")
    ]
    refused(asker, "namespace: ", topic, *bodies)
    unreached()


@pytest.mark.parametrize("topic", Topic)
def test_a_kind_that_only_looks_like_one_goes_nowhere(
    asker: Asker, unreached: Callable[[], None], topic: Topic
) -> None:
    bodies = [
        {"kind": kind, "namespace": "shop", "name": "web", "params": {"command": command}}
        for kind in HOSTILE_KINDS
        for command in ("get", "describe", "list", "get_events")
    ]
    refused(asker, "kind: ", topic, *bodies)
    refused(
        asker,
        "involved_kind: ",
        topic,
        *({"params": {"command": "get_events", "involved_kind": kind}} for kind in HOSTILE_KINDS),
    )
    unreached()


@pytest.mark.parametrize("topic", Topic)
def test_secrets_are_read_under_no_name(asker: Asker, unreached: Callable[[], None], topic: Topic) -> None:
    bodies = [
        {"kind": kind, "namespace": namespace, "name": "web-secret", "params": {"command": command}}
        for kind in SECRET_KINDS
        for namespace in ("shop", "")
        for command in ("get", "describe", "list")
    ]
    refused(asker, "it holds secrets", topic, *bodies)
    told = [{"params": {"command": "get_events", "involved_kind": kind}} for kind in SECRET_KINDS if kind != "csr"]
    refused(asker, "it holds secrets", topic, *told)
    unreached()


def test_secrets_under_another_group_or_version_are_none_that_are_served(
    asker: Asker, unreached: Callable[[], None]
) -> None:
    names = ("secrets.apps", "secrets.v2.", "Secret.v1beta1.apps", "secrets.metrics.k8s.io")
    bodies = [{"kind": kind, "namespace": "shop", "params": {"command": "list"}} for kind in names]
    refused(asker, "nothing that is served has this name", Topic.AI, *bodies)
    unreached()


def test_copies_of_secrets_are_refused_by_their_names(
    asker: Asker, cluster: Cluster, define: Callable[[Json], None]
) -> None:
    define(a_definition("copies.example.com", "secrets", "Secret"))
    define(a_definition("copies.example.com", "sealedsecrets", "SealedSecret", "ss"))
    define(a_definition("copies.example.com", "things", "ThingSecret", "tng"))
    names = ("secrets.copies.example.com", "Secret.v1.copies.example.com", "ss", "sealedsecret", "things", "tng")
    bodies = [
        {"kind": kind, "namespace": "shop", "name": "x", "params": {"command": command}}
        for kind in names
        for command in ("list", "get", "describe")
    ]
    refused(asker, "it holds secrets", Topic.AI, *bodies)
    assert set(asker.sent()) <= DISCOVERY


@pytest.mark.parametrize("topic", Topic)
def test_a_selector_cannot_be_more_than_one(asker: Asker, unreached: Callable[[], None], topic: Topic) -> None:
    for name in ("label_selector", "field_selector"):
        bodies = [
            {"kind": "Pod", "params": {"command": command, name: selector}}
            for selector in HOSTILE_SELECTORS
            for command in ("list", "get_events")
        ]
        refused(asker, f"{name}: ", topic, *bodies)
    refused(asker, "continue: ", topic, {"kind": "Pod", "params": {"command": "list", "continue": "../../secrets"}})
    refused(
        asker,
        "may be a secret",
        topic,
        {"kind": "Pod", "params": {"command": "list", "field_selector": "a.password=x"}},
    )
    unreached()


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({}, "command: "),
        ({"command": "delete"}, "command: "),
        ({"command": "log"}, "command: "),
        ({"command": 7}, "command: "),
        ({"command": "list"}, "kind: "),
        ({"command": "list", "kind": "Pod", "limit": "many"}, "limit: "),
        ({"command": "list", "kind": "Pod", "limit": 0}, "limit: "),
        ({"command": "list", "kind": "Pod", "label_selector": ["a"]}, "label_selector: "),
        ({"command": "list", "kind": "Pod", "continue": 7}, "continue: "),
        ({"command": "get", "kind": "Pod"}, "name: "),
        ({"command": "get_events", "involved_kind": {}}, "involved_kind: "),
    ],
)
def test_every_bad_parameter_is_named(asker: Asker, params: Json, named: str) -> None:
    refused(asker, named, Topic.AI, {"params": params})
    assert asker.sent() == []


def test_a_namespaced_object_without_its_namespace_is_named(asker: Asker) -> None:
    refused(asker, "namespace: is required", Topic.AI, {"kind": "Pod", "name": "web", "params": {"command": "get"}})
    assert set(asker.sent()) <= DISCOVERY


def test_the_assistant_is_kept_out_of_protected_namespaces(asker: Asker, unreached: Callable[[], None]) -> None:
    places = [{"kind": "Pod", "namespace": "kube-system", "name": "x"}, {"kind": "ns", "name": "kube-system"}]
    bodies = [{**place, "params": {"command": command}} for place in places for command in ("get", "describe")]
    lists = [
        {"kind": "Pod", "namespace": "kube-system", "params": {"command": "list"}},
        {"namespace": "kube-system", "params": {"command": "get_events"}},
    ]
    refused(asker, "AGENT_PROTECTED_NAMESPACES", Topic.AI, *bodies, *lists)
    unreached()


def test_whatever_is_asked_the_audit_log_shows_reads_of_objects_only(asker: Asker) -> None:
    kinds = ("Pod", "Node", "deploy", "svc", "cm", "sa", "roles", "crd", "apiservices", "ev")
    bodies: list[Json] = [{"kind": kind, "params": {"command": "list"}} for kind in kinds]
    bodies += [
        {"kind": "sa", "namespace": "shop", "name": "default", "params": {"command": one}}
        for one in ("get", "describe")
    ]
    bodies += [{"params": {"command": "get_events"}}]
    assert all(one.success for one in asker.answers(bodies, Topic.AI))
    for request in asker.sent():
        verb, _, uri = request.partition(" ")
        path, _, query = uri.partition("?")
        parts = path.strip("/").split("/")
        assert verb in {"get", "list"}
        assert "secrets" not in unquote(path)
        assert not {"log", "exec", "proxy", "attach", "portforward", "token", "..", "."} & set(parts)
        assert {one.partition("=")[0] for one in query.split("&") if one} <= {
            "continue",
            "fieldSelector",
            "includeObject",
            "labelSelector",
            "limit",
        }
