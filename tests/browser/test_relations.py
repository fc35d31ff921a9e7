"""From an object to what it belongs to and back: every relation, both ways, and with one end missing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from domain.cluster.kinds import Kind
from tests.browser import objects
from tests.browser.console import Console
from tests.browser.full_cluster import COUNTED, WEB, a_full_cluster
from tests.browser.kinds import LIST_OF, address
from tests.browser.snapshots import a_node, a_pod, a_snapshot

CLUSTER = a_full_cluster()

Serve = Callable[..., Console]
OpenPage = Callable[..., Page]
Show = Callable[..., Page]


@dataclass(frozen=True)
class End:
    """One object of the full cluster."""

    kind: Kind
    name: str
    namespace: str = "shop"

    @property
    def hash(self) -> str:
        """Where its panel is."""
        return address(self.kind, self.name, self.namespace)


NODE = End(Kind.NODE, "node-2", "")
POD = End(Kind.POD, f"{WEB}-bbbbb")
WEB_SET = End(Kind.REPLICA_SET, WEB)
DEPLOYMENT = End(Kind.DEPLOYMENT, "web")
STATEFUL_SET = End(Kind.STATEFUL_SET, "db", "data")
DAEMON_SET = End(Kind.DAEMON_SET, "shipper")
JOB = End(Kind.JOB, "nightly-28931")
CRON_JOB = End(Kind.CRON_JOB, "nightly")
SERVICE = End(Kind.SERVICE, "web")
INGRESS = End(Kind.INGRESS, "shop")
POLICY = End(Kind.NETWORK_POLICY, "web-only-from-edge")
SETTINGS = End(Kind.CONFIG_MAP, "web-settings")
PAGES = End(Kind.CONFIG_MAP, "web-pages")
LOGIN = End(Kind.SECRET, "db-login")
REGISTRY = End(Kind.SECRET, "registry-login")
ACCOUNT = End(Kind.SERVICE_ACCOUNT, "web")
DEFAULT_ACCOUNT = End(Kind.SERVICE_ACCOUNT, "default", "data")
CLAIM = End(Kind.PERSISTENT_VOLUME_CLAIM, "store-db-0", "data")
VOLUME = End(Kind.PERSISTENT_VOLUME, "pv-0001", "")
DB_POD = End(Kind.POD, "db-0", "data")

# By the id of the row in relations/references.js; None: found by labels or names, without a row.
RELATIONS: list[tuple[str | None, End, End]] = [
    ("node", POD, NODE),
    ("owner", POD, WEB_SET),
    ("owner", WEB_SET, DEPLOYMENT),
    ("owner", POD, DEPLOYMENT),
    ("owner", DB_POD, STATEFUL_SET),
    ("owner", End(Kind.POD, "shipper-x1x1x"), DAEMON_SET),
    ("owner", End(Kind.POD, "nightly-28931-zzzzz"), JOB),
    ("owner", JOB, CRON_JOB),
    ("uses", POD, SETTINGS),
    ("uses", POD, PAGES),
    ("uses", POD, LOGIN),
    ("uses", POD, End(Kind.SECRET, "web-certificate")),
    ("uses", POD, REGISTRY),
    ("uses", POD, ACCOUNT),
    ("uses", DB_POD, DEFAULT_ACCOUNT),
    ("uses", DB_POD, CLAIM),
    ("uses", DEPLOYMENT, SETTINGS),
    ("uses", DEPLOYMENT, PAGES),
    ("uses", DEPLOYMENT, LOGIN),
    ("uses", DEPLOYMENT, ACCOUNT),
    ("uses", DAEMON_SET, SETTINGS),
    ("uses", STATEFUL_SET, DEFAULT_ACCOUNT),
    ("uses", JOB, LOGIN),
    ("uses", CRON_JOB, ACCOUNT),
    ("secrets", ACCOUNT, REGISTRY),
    ("routes", INGRESS, SERVICE),
    ("routes", INGRESS, End(Kind.SERVICE, "orders")),
    ("certificate", INGRESS, End(Kind.SECRET, "shop-certificate")),
    ("backs", SERVICE, POD),
    ("governs", STATEFUL_SET, End(Kind.SERVICE, "db", "data")),
    ("volume", CLAIM, VOLUME),
    ("claim", VOLUME, CLAIM),
    ("about", End(Kind.EVENT, f"{WEB}-ccccc.backoff"), End(Kind.POD, f"{WEB}-ccccc")),
    ("about", End(Kind.EVENT, "node-10.nodenotready", "default"), End(Kind.NODE, "node-10", "")),
    ("about", End(Kind.EVENT, "web.scalingreplicaset"), DEPLOYMENT),
    (
        "about",
        End(Kind.EVENT, "store-db-1.provisioningfailed", "data"),
        End(Kind.PERSISTENT_VOLUME_CLAIM, "store-db-1", "data"),
    ),
    (None, STATEFUL_SET, CLAIM),
    (None, VOLUME, DB_POD),
    (None, DEPLOYMENT, SERVICE),
    (None, POLICY, POD),
    (None, DEPLOYMENT, POLICY),
    (None, POD, End(Kind.NAMESPACE, "shop", "")),
    (None, End(Kind.RESOURCE_QUOTA, "shop-quota"), End(Kind.NAMESPACE, "shop", "")),
    (None, End(Kind.LIMIT_RANGE, "defaults"), End(Kind.NAMESPACE, "shop", "")),
]
# Where the way back goes through an object between: from a Service to its Deployment by a pod.
ONE_WAY = {(DEPLOYMENT, SERVICE), (VOLUME, DB_POD), (DEPLOYMENT, POLICY)}


def named(value: object) -> str:
    return f"{value.kind}-{value.name}" if isinstance(value, End) else str(value)


def link(page: Page, to: End) -> Locator:
    """Links of the panel that lead to an object, those in folded parts left out."""
    return page.locator(f'.panel a[href="{to.hash}"]:visible')


def expect_open(page: Page, end: End) -> None:
    expect(page.locator(".panel-kind")).to_have_text(end.kind.value)
    expect(page.locator("#panel-title")).to_have_text(end.name)


@pytest.mark.parametrize(("_relation", "source", "target"), RELATIONS, ids=named)
def test_a_relation_can_be_followed_both_ways_and_undone(
    show: Show, _relation: str | None, source: End, target: End
) -> None:
    page = show("shop", CLUSTER, source.hash)
    expect_open(page, source)

    link(page, target).first.click()
    expect_open(page, target)
    if (source, target) not in ONE_WAY:
        link(page, source).first.click()
        expect_open(page, source)
        page.go_back()
        expect_open(page, target)
    page.go_back()
    expect_open(page, source)
    page.go_forward()
    expect_open(page, target)


def test_every_relation_of_the_page_is_tested_here(serve: Serve, open_page: OpenPage) -> None:
    page = open_page(serve())

    rows = page.evaluate(
        """async () => {
          const { RELATIONS } = await import("/page/js/relations/references.js");
          return RELATIONS.map(({ id, from }) => [id, from]);
        }"""
    )

    tested = {(relation, LIST_OF[source.kind]) for relation, source, _ in RELATIONS if relation}
    assert {(relation, name) for relation, lists in rows for name in lists} == tested


@pytest.mark.parametrize("kind", [kind for kind, name in LIST_OF.items() if name in (*COUNTED, "events")], ids=str)
def test_a_namespace_leads_to_everything_in_it_and_back(show: Show, kind: Kind) -> None:
    namespaces = [entry.get("summary", entry)["namespace"] for entry in CLUSTER[LIST_OF[kind]]]
    place = "shop" if "shop" in namespaces else namespaces[0]
    page = show(place, CLUSTER, address(Kind.NAMESPACE, place))

    page.locator(f'.contents a[href="#/{LIST_OF[kind]}?ns={place}"]').click()
    expect(page.locator(".row")).to_have_count(namespaces.count(place))
    page.locator(".cell-link").first.click()
    page.locator(".panel .fact", has_text="Namespace").get_by_role("link").first.click()
    expect(page.locator("#panel-title")).to_have_text(place)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        pytest.param(End(Kind.EVENT, "gone-0.failedmount"), "gone-0", id="an event of a pod that is gone"),
        pytest.param(INGRESS, "fallback", id="a backend that does not exist"),
        pytest.param(INGRESS, "pictures", id="a backend of a kind without a table"),
        pytest.param(End(Kind.POD, "by-hand"), "default", id="an account that is not listed"),
        pytest.param(ACCOUNT, "web-token", id="a token that is not listed"),
    ],
)
def test_a_target_that_is_missing_is_plain_text(show: Show, at: End, text: str) -> None:
    page = show("shop", CLUSTER, at.hash)
    expect_open(page, at)

    expect(page.locator(".panel-body .no-link", has_text=text).first).to_be_visible()
    expect(page.locator(".panel-body").get_by_role("link", name=text, exact=True)).to_have_count(0)


def test_a_link_becomes_text_when_its_target_goes(serve: Serve, open_page: OpenPage) -> None:
    console = serve()
    console.push(CLUSTER)
    page = open_page(console, POD.hash)
    expect(link(page, NODE)).to_have_count(1)

    console.push({**CLUSTER, "nodes": [a_node("node-1")]})

    expect(link(page, NODE)).to_have_count(0)
    expect(page.locator(".panel")).to_contain_text("node-2")


def test_tables_link_to_other_objects_without_opening_the_row(show: Show) -> None:
    page = show("shop", CLUSTER, "#/pods")

    page.locator('.row[data-key="data/db-0"]').get_by_role("link", name="node-1").click()

    expect_open(page, End(Kind.NODE, "node-1", ""))
    page.go_back()
    expect(page.locator(".row")).to_have_count(len(CLUSTER["pods"]))
    expect(page.locator(".panel")).to_have_count(0)


def test_a_link_that_is_followed_by_keyboard_takes_the_focus_along(show: Show) -> None:
    page = show("shop", CLUSTER, POD.hash)

    link(page, NODE).focus()
    page.keyboard.press("Enter")

    expect_open(page, NODE)
    expect(page.locator("#panel-title")).to_be_focused()


def test_owners_are_a_chain_from_the_top(show: Show) -> None:
    page = show("shop", CLUSTER, POD.hash)

    expect(page.locator(".chain-part")).to_have_text(["Deployment web", f"ReplicaSet {WEB}"])


def test_without_replica_sets_the_labels_tell_the_pods_of_a_deployment(serve: Serve, open_page: OpenPage) -> None:
    console = serve()
    pods = [a_pod("web-0"), a_pod("db-0", labels={"app": "db"}), a_pod("web-elsewhere", "data")]
    console.push(a_snapshot(pods, deployments=[objects.a_deployment("web", replica_sets=[])]))
    page = open_page(console, DEPLOYMENT.hash)

    expect(page.locator(".panel .object-line")).to_have_text(["web-0Running"])


def test_owners_that_own_each_other_end_somewhere(serve: Serve, open_page: OpenPage) -> None:
    console = serve()
    circle = [objects.a_replica_set("one", owner="two"), objects.a_replica_set("two", owner="one")]
    for entry in circle:
        entry["ownerKind"] = "ReplicaSet"
    console.push(a_snapshot([a_pod("web-0", owner=("ReplicaSet", "one"))], replicaSets=circle))
    page = open_page(console, address(Kind.REPLICA_SET, "one", "shop"))

    expect(page.locator("#panel-title")).to_have_text("one")
    expect(page.locator(".part", has_text="Pods").get_by_role("link", name="web-0")).to_have_count(1)


def test_many_users_are_folded_and_shown_by_the_hundred(serve: Serve, open_page: OpenPage) -> None:
    console = serve()
    pods: list[dict[str, Any]] = [a_pod(f"pod-{number:03}", account="web") for number in range(250)]
    console.push(a_snapshot(pods, serviceAccounts=[objects.a_service_account("web")]))
    page = open_page(console, ACCOUNT.hash)
    lines = page.locator(".panel .object-line")
    expect(lines).to_have_count(8)

    page.get_by_role("button", name="Show 100 more of 250").click()

    expect(lines).to_have_count(108)
