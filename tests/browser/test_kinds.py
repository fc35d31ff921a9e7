"""Every kind of the domain has a table and a panel of its own, and both hold up empty, sparse and full."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from domain.cluster.kinds import Kind
from tests.browser import objects
from tests.browser.console import Console
from tests.browser.full_cluster import a_full_cluster
from tests.browser.kinds import LIST_OF, address, name_of, namespace_of
from tests.browser.snapshots import a_pod, a_snapshot

EVERY_FIELD = Path(__file__).parent.parent / "support" / "goldens" / "snapshot-max.json"
CLUSTER = a_full_cluster()
KINDS = [pytest.param(kind, id=kind.value) for kind in LIST_OF]

Serve = Callable[..., Console]
OpenPage = Callable[..., Page]
Show = Callable[..., Page]


def section(page: Page, title: str) -> Locator:
    """A titled part of the panel."""
    return page.locator(".part", has=page.locator("h3", has_text=title))


def fact(page: Page, name: str) -> Locator:
    """A named fact of the panel."""
    return page.locator(".panel .fact", has=page.locator("dt", has_text=name)).last


def test_the_page_knows_exactly_the_kinds_of_the_domain(serve: Serve, open_page: OpenPage) -> None:
    page = open_page(serve())

    known = page.evaluate(
        """async () => {
          const { KINDS } = await import("/page/js/kinds/kinds.js");
          const { OF_KIND } = await import("/page/js/detail/kinds.js");
          return KINDS.map(({ id, kind }) => [kind, id, OF_KIND.has(id)]);
        }"""
    )

    assert sorted(known) == sorted([kind.value, name, True] for kind, name in LIST_OF.items())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_table_and_a_panel(show: Show, kind: Kind) -> None:
    page = show("full", CLUSTER, address(kind))
    entries = CLUSTER[LIST_OF[kind]]
    expect(page.locator(f".view-{LIST_OF[kind]} .row")).to_have_count(len(entries))

    page.locator(".cell-link").first.click()

    expect(page.locator(".panel-kind")).to_have_text(kind.value)
    assert page.locator("#panel-title").inner_text() in map(name_of, entries)
    expect(page.locator(".panel .part").first).to_be_visible()
    page.get_by_role("button", name="JSON").click()
    expect(page.locator(".json")).to_contain_text(page.locator("#panel-title").inner_text())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_shows_every_field_that_the_wire_has(show: Show, kind: Kind) -> None:
    page = show("every field", json.loads(EVERY_FIELD.read_text()), address(kind))

    expect(page.locator(f".view-{LIST_OF[kind]} .row")).to_have_count(1)
    page.locator(".cell-link").first.click()

    expect(page.locator(".panel-kind")).to_have_text(kind.value)
    expect(page.locator(".panel")).not_to_contain_text("undefined")
    expect(page.locator(".panel")).not_to_contain_text("[object")
    expect(page.locator(".panel")).not_to_contain_text("NaN")


def bare(entry: dict[str, Any]) -> dict[str, Any]:
    """The object with its name alone: everything that may be left out is."""
    named = {key: entry.get("summary", entry).get(key) for key in ("name", "namespace")}
    known = {key: value for key, value in named.items() if value}
    return {"summary": known} if "summary" in entry else known


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_survives_an_object_that_says_nothing(show: Show, kind: Kind) -> None:
    snapshot = a_snapshot([]) | {name: [bare(CLUSTER[name][0])] for name in LIST_OF.values()}
    entry = snapshot[LIST_OF[kind]][0]
    page = show("bare", snapshot, address(kind, name_of(entry), namespace_of(entry)))

    expect(page.locator(".panel-kind")).to_have_text(kind.value)
    expect(page.locator("#panel-title")).to_have_text(name_of(entry))
    expect(page.locator(".panel .part").first).to_be_visible()
    expect(page.locator(".panel")).not_to_contain_text("undefined")
    expect(page.locator(".panel")).not_to_contain_text("NaN")


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_cluster_says_so_for_every_kind(show: Show, kind: Kind) -> None:
    page = show("empty", a_snapshot([], []), address(kind))

    expect(page.locator(f".view-{LIST_OF[kind]}")).to_be_visible()
    expect(page.locator(".table-side .notice")).to_contain_text("in this snapshot")
    expect(page.locator(".table-side .notice")).to_contain_text("atlhyper-agent status")
    expect(page.get_by_role("navigation").get_by_role("link", name="Overview")).to_be_visible()


def test_the_overview_of_an_empty_cluster_is_calm(show: Show) -> None:
    page = show("empty", a_snapshot([], []), "#/")

    expect(page.get_by_text("Nothing stands out")).to_be_visible()
    expect(page.get_by_text("No node reports what it can give.").first).to_be_visible()
    expect(page.locator(".overview")).not_to_contain_text("NaN")


@pytest.mark.parametrize(
    ("kind", "lists"),
    [
        pytest.param(Kind.NODE, {"nodes": []}, id="pods name their nodes"),
        pytest.param(Kind.REPLICA_SET, {}, id="pods name their owners"),
        pytest.param(Kind.SERVICE_ACCOUNT, {}, id="pods run as an account"),
        pytest.param(Kind.SECRET, {}, id="pods use secrets"),
    ],
)
def test_an_empty_kind_that_others_name_is_suspicious(
    serve: Serve, open_page: OpenPage, kind: Kind, lists: dict[str, Any]
) -> None:
    console = serve()
    console.push(
        {**a_snapshot([a_pod("web-0", pull_secrets=["login"]), a_pod("web-1", volumes=[("Secret", "tls")])]), **lists}
    )
    page = open_page(console, address(kind))

    expect(page.locator(".notice")).to_contain_text("Yet 2 objects refer to")


def test_a_rollout_shows_phase_badges_message_and_progress(show: Show) -> None:
    page = show("full", CLUSTER, address(Kind.STATEFUL_SET, "db", "data"))

    rollout = section(page, "Rollout")
    expect(rollout.locator(".chip")).to_have_text(["Progressing", "Updating", "NewRevision"])
    expect(rollout.locator(".said")).to_have_text("1 of 2 updated")
    expect(fact(page, "Ready").locator(".meter")).to_have_attribute("aria-label", "Ready: 1 of 2, 50 %")
    expect(fact(page, "Revision")).to_contain_text("db-1 → db-2")


def test_a_rollout_that_failed_is_trouble_even_with_pods_ready(serve: Serve, open_page: OpenPage) -> None:
    console = serve()
    failed = objects.a_deployment(
        "web",
        ready=3,
        rollout={"phase": "Failed", "message": "no progress for 600 s", "badges": ["Available", "Failed"]},
    )
    console.push(a_snapshot([], deployments=[failed]))
    page = open_page(console)

    attention = page.locator(".attention").first.locator("li")
    expect(attention).to_contain_text(["Failed"])
    expect(attention).to_contain_text(["no progress for 600 s"])


def test_the_overview_lists_rollouts_that_are_not_done(serve: Serve, open_page: OpenPage) -> None:
    console = serve()
    phases = {"done": "Available", "moving": "Progressing", "stuck": "Failed", "halted": "Paused"}
    rollouts = [
        objects.a_deployment(name, ready=3, rollout={"phase": phase, "message": f"{name} it is"})
        for name, phase in phases.items()
    ]
    console.push(a_snapshot([], deployments=rollouts))
    page = open_page(console)

    lines = page.locator(".block", has_text="Rollouts not done").locator(".attention-line")
    expect(lines).to_contain_text(["stuck", "halted", "moving"])
    lines.last.click()
    expect(page.locator("#panel-title")).to_have_text("moving")


def test_replica_sets_of_a_deployment_come_newest_first(serve: Serve, open_page: OpenPage) -> None:
    console = serve()
    sets = [("web-older", "9", 0), ("web-newest", "11", 3), ("web-old", "10", 0)]
    console.push(a_snapshot([], deployments=[objects.a_deployment("web", replica_sets=sets)]))
    page = open_page(console, address(Kind.DEPLOYMENT, "web", "shop"))

    lines = section(page, "ReplicaSets").locator("li")
    expect(lines).to_contain_text(["web-newest", "web-old", "web-older"])
    expect(lines.first).to_contain_text("revision 11, 3/3 ready")


def test_a_quota_shows_used_of_hard_as_bars_the_fullest_first(show: Show) -> None:
    page = show("full", CLUSTER, address(Kind.RESOURCE_QUOTA, "shop-quota", "shop"))

    facts = section(page, "Used of hard").locator(".fact")
    expect(facts).to_have_text(
        [
            "pods100%10 / 10",
            "requests.memory81%6.5 / 8 GiB",
            "requests.cpu44%1.75 / 4",
            "services0%0 / 5",
            "count/jobs.batch? / 20",
        ]
    )
    expect(facts.first.locator(".meter")).to_have_class("meter tone-bad")
    show("full", CLUSTER, address(Kind.NAMESPACE, "shop"))
    expect(page.locator(".part", has_text="Quota shop-quota").locator(".fact").first).to_contain_text("10 / 10")


def test_limits_are_a_table_of_resources_and_bounds(show: Show) -> None:
    page = show("full", CLUSTER, address(Kind.LIMIT_RANGE, "defaults", "shop"))

    table = page.get_by_role("region", name="Bounds of Container").get_by_role("row")
    expect(table).to_have_text(
        [
            "ResourceMinDefault requestDefault limitMaxLimit / request",
            "cpu50m100m500m210",
            "memory\u2013128 MiB512 MiB4 GiB\u2013",
        ]
    )


@pytest.mark.parametrize(
    ("job", "status"),
    [
        ({"complete": True}, "Complete"),
        ({"complete": False, "active": 1, "failed": 2}, "Running"),
        ({"complete": False, "succeeded": 0, "failed": 3}, "Failed"),
        ({"complete": False, "active": 1, "conditions": [{"type": "Failed", "status": "True"}]}, "Failed"),
        ({"complete": False, "conditions": [{"type": "Suspended", "status": "True"}]}, "Suspended"),
        ({"complete": False, "succeeded": 0}, "Pending"),
    ],
)
def test_a_job_says_how_it_stands(serve: Serve, open_page: OpenPage, job: dict[str, Any], status: str) -> None:
    console = serve()
    console.push(a_snapshot([], jobs=[objects.a_job("migrate", **job)]))
    page = open_page(console, address(Kind.JOB))

    expect(page.locator(".row .chip")).to_have_text(status)
