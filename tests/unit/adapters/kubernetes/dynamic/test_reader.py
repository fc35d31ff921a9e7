"""adapters.kubernetes.dynamic: objects, lists, tables and events."""

import json
from dataclasses import replace

import pytest

from adapters.kubernetes import read_only
from domain.cluster.resource_types import ResourceType
from domain.objects.visibility import EVERYTHING
from ports.dynamic import EventQuery, ObjectQuery
from ports.errors import AccessDenied, InvalidRequest, UnexpectedAnswer
from tests.support.api_answers import with_status
from tests.support.api_objects import a_node, a_pod
from tests.unit.adapters.kubernetes.dynamic.scene import CANARY, KINDS, PROTECTED, WIDGETS, Scene, a_list, a_widget


async def test_the_columns_are_the_servers_own(scene: Scene) -> None:
    scene.server.put("pods", a_pod("web-1"))
    listing = await scene.reader.list_page(a_list(KINDS["Pod"]), EVERYTHING)
    assert listing.table is not None
    assert listing.table.columns == ("NAME", "NAMESPACE", "STATUS")
    assert listing.table.rows == (("web-1", "shop", "Running"),)
    assert scene.queries == [{"limit": "100", "includeObject": "Metadata"}]


async def test_a_kind_without_namespaces_has_no_such_column(scene: Scene) -> None:
    scene.server.put("nodes", a_node())
    listing = await scene.reader.list_page(a_list(KINDS["Node"]), EVERYTHING)
    assert listing.table is not None
    assert listing.table.columns == ("NAME", "CREATED AT")


async def test_a_server_that_prints_no_tables_gets_a_plain_one(scene: Scene) -> None:
    scene.server.prints_tables = False
    scene.server.put("pods", a_pod("web-1"))
    listing = await scene.reader.list_page(a_list(KINDS["Pod"]), EVERYTHING)
    assert listing.table is not None
    assert listing.table.columns == ("NAME", "NAMESPACE", "AGE")
    assert listing.table.rows == (("web-1", "shop", "0m"),)


async def test_a_custom_kind_cannot_print_its_password(scene: Scene) -> None:
    scene.server.put("widgets", a_widget(login={"password": CANARY}, note=f"it is {CANARY}"))
    scene.server.put("widgets", a_widget("other", login={}, note="hello"))
    listing = await scene.reader.list_page(a_list(WIDGETS), EVERYTHING)
    assert listing.table is not None
    assert listing.table.rows == (
        ("other", "shop", "<none>", "[redacted]"),
        ("w", "shop", "[redacted]", "[redacted]"),
    )
    assert scene.queries[0]["includeObject"] == "Object"


ODD_TABLE = json.dumps(
    {
        "kind": "Table",
        "columnDefinitions": [{"name": "Name"}, None, {"name": "Count", "priority": 0}],
        "rows": [
            None,
            {"cells": None, "object": None},
            {"cells": ["a\nb\u2028c\x1b[31m", True, 7], "object": {"metadata": {"namespace": "shop"}}},
            {"cells": ["x" * 400, None, ["odd"], "more"], "object": {"kind": "Widget", "metadata": {}}},
            {"cells": ["tls"], "object": {"kind": "Secret", "metadata": {}}},
        ],
    }
)


async def test_odd_rows_stay_one_line_each(scene: Scene) -> None:
    scene.answers("pods", ODD_TABLE)
    listing = await scene.reader.list_page(a_list(KINDS["Pod"]), EVERYTHING)
    assert listing.table is not None
    assert listing.table.columns == ("NAME", "NAMESPACE", "", "COUNT")
    assert listing.table.rows == (
        ("<none>", "", "<none>", "<none>"),
        ("a b c [31m", "shop", "true", "7"),
        (f"{'x' * 255}…", "", "<none>", "<none>"),
    )
    assert listing.withheld == 1


async def test_a_volume_of_a_protected_namespace_is_hidden_in_a_table_too(scene: Scene) -> None:
    for name, namespace in (("v-1", "kube-system"), ("v-2", "shop")):
        volume = {"metadata": {"name": name}, "spec": {"claimRef": {"namespace": namespace, "name": "data"}}}
        scene.server.put("persistentvolumes", volume)
    listing = await scene.reader.list_page(a_list(KINDS["PersistentVolume"]), PROTECTED)
    assert listing.table is not None
    assert [row[0] for row in listing.table.rows] == ["v-2"]
    assert listing.hidden == 1


async def test_events_about_secrets_are_withheld_from_a_table(scene: Scene) -> None:
    for name, kind in (("e-1", "Secret"), ("e-2", "Pod")):
        event = {
            "metadata": {"name": name, "namespace": "shop"},
            "involvedObject": {"kind": kind, "name": "web", "namespace": "shop"},
            "message": f"password={CANARY}",
        }
        scene.server.put("events", event)
    listing = await scene.reader.list_page(a_list(KINDS["Event"]), PROTECTED)
    assert listing.table is not None
    assert [row[-1] for row in listing.table.rows] == ["password=[redacted]"]
    assert listing.withheld == 1


@pytest.mark.parametrize("as_table", [True, False])
async def test_a_token_that_is_too_old_asks_for_a_restart(scene: Scene, as_table: bool) -> None:
    for number in range(3):
        scene.server.put("pods", a_pod(f"web-{number}"))
    query = a_list(KINDS["Pod"], limit=2, as_table=as_table)
    first = await scene.reader.list_page(query, EVERYTHING)
    scene.server.compact()
    page = await scene.reader.list_page(replace(query, continue_token=first.continue_token), EVERYTHING)
    assert (page.must_restart, page.count, page.continue_token) == (True, 0, "")


async def test_a_first_page_that_has_expired_is_no_restart(scene: Scene) -> None:
    scene.server.fail(with_status(410, "gone"), plural="pods")
    with pytest.raises(UnexpectedAnswer):
        await scene.reader.list_page(a_list(KINDS["Pod"]), EVERYTHING)


async def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_only, "MAX_BODY_BYTES", 10_000)
    for number in range(20):
        scene.server.put("pods", a_pod(f"web-{number:02}", image="x" * 1000))
    listing = await scene.reader.list_page(a_list(KINDS["Pod"], limit=20, as_table=False), EVERYTHING)
    assert [query["limit"] for query in scene.queries] == ["20", "5"]
    assert (listing.count, listing.remaining) == (5, 15)
    assert listing.continue_token


async def test_one_object_that_is_too_large_is_said_so(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_only, "MAX_BODY_BYTES", 500)
    scene.server.put("pods", a_pod("web-1", image="x" * 1000))
    with pytest.raises(InvalidRequest, match="larger than 500 bytes"):
        await scene.reader.list_page(a_list(KINDS["Pod"], limit=3, as_table=False), EVERYTHING)
    assert [query["limit"] for query in scene.queries] == ["3", "1"]


async def test_a_server_that_answers_with_secrets_is_not_passed_on(scene: Scene) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "w"}, "data": {"x": CANARY}}
    scene.answers("widgets", json.dumps(secret))
    with pytest.raises(AccessDenied, match="holds secrets"):
        await scene.reader.get(ObjectQuery(resource=WIDGETS, namespace="shop", name="w"), EVERYTHING)
    scene.answers("widgets", json.dumps({"kind": "SecretList", "items": [secret]}))
    with pytest.raises(AccessDenied, match="holds secrets"):
        await scene.reader.list_page(a_list(WIDGETS, as_table=False), EVERYTHING)
    scene.answers("widgets", json.dumps({"kind": "WidgetList", "items": [None, secret, a_widget()]}))
    listing = await scene.reader.list_page(a_list(WIDGETS, as_table=False), EVERYTHING)
    assert (listing.count, listing.withheld) == (1, 1)
    assert CANARY not in str(listing)


async def test_an_event_about_a_secret_is_not_told(scene: Scene) -> None:
    event = {
        "kind": "Event",
        "metadata": {"name": "e", "namespace": "shop"},
        "involvedObject": {"kind": "Secret", "name": "web-tls"},
    }
    scene.server.put("events", event)
    query = ObjectQuery(resource=KINDS["Event"], namespace="shop", name="e")
    with pytest.raises(AccessDenied, match="tells of what does"):
        await scene.reader.get(query, EVERYTHING)


@pytest.mark.parametrize("text", ["[]", "7", "<html>", '{"kind": 7, "items": 8}'])
async def test_what_is_no_object_is_said_so(scene: Scene, text: str) -> None:
    scene.answers("pods", text)
    with pytest.raises(UnexpectedAnswer):
        await scene.reader.list_page(a_list(KINDS["Pod"]), EVERYTHING)


async def test_a_release_of_helm_in_a_list_is_left_out(scene: Scene) -> None:
    release = {
        "metadata": {"name": "a", "namespace": "shop", "labels": {"owner": "helm"}},
        "data": {"release": CANARY},
    }
    scene.answers("configmaps", json.dumps({"kind": "ConfigMapList", "items": [release]}))
    listing = await scene.reader.list_page(a_list(KINDS["ConfigMap"], as_table=False), EVERYTHING)
    assert listing.count == 1
    assert CANARY not in str(listing)


async def test_a_verb_that_a_kind_does_not_have_is_named(scene: Scene) -> None:
    reviews = ResourceType(
        group="authorization.k8s.io",
        version="v1",
        kind="SubjectAccessReview",
        plural="subjectaccessreviews",
        namespaced=False,
        verbs=frozenset({"create"}),
    )
    with pytest.raises(InvalidRequest, match="have no list; they have create"):
        await scene.reader.list_page(a_list(reviews), EVERYTHING)
    assert not scene.server.requests


@pytest.mark.parametrize(
    ("namespace", "name", "named"),
    [
        ("", "web", "namespace: is required"),
        ("shop", "web/log", "name: "),
        ("shop", "../secrets/x", "name: "),
        ("..", "web", "namespace: "),
        ("shop", "%2e%2e", "name: "),
    ],
)
async def test_names_that_are_none_are_named_and_nothing_is_sent(
    scene: Scene, namespace: str, name: str, named: str
) -> None:
    query = ObjectQuery(resource=KINDS["Pod"], namespace=namespace, name=name)
    with pytest.raises(InvalidRequest, match=named):
        await scene.reader.get(query, EVERYTHING)
    assert not scene.server.requests


async def test_events_are_read_page_by_page_until_there_are_enough(scene: Scene) -> None:
    for number in range(600):
        event = {
            "metadata": {"name": f"e-{number:04}", "namespace": "shop"},
            "involvedObject": {"kind": "Pod", "name": "web", "namespace": "shop"},
            "lastTimestamp": f"2026-01-01T{number // 60:02}:{number % 60:02}:00Z",
        }
        scene.server.put("events", event)
    query = EventQuery(namespace="shop", involved_kind="Pod", involved_name="web", field_selector="type!=x", limit=3)
    listing = await scene.reader.events(query, EVERYTHING)
    assert [one["lastSeen"] for one in listing.objects] == [f"2026-01-01T09:{minute}:00Z" for minute in (59, 58, 57)]
    assert listing.remaining == 597
    assert [query["fieldSelector"] for query in scene.queries] == [
        "type!=x,involvedObject.kind=Pod,involvedObject.name=web"
    ] * 2


async def test_events_that_expire_on_the_way_are_those_that_were_read(scene: Scene) -> None:
    for number in range(501):
        event = {"metadata": {"name": f"e-{number:04}", "namespace": "shop"}, "message": "m"}
        scene.server.put("events", event)
    scene.server.fail(with_status(410, "gone"), plural="events", where=lambda request: "continue" in request.query)
    listing = await scene.reader.events(EventQuery(limit=100), EVERYTHING)
    assert (len(listing.objects), listing.remaining) == (100, 400)
