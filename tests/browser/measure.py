"""Measures the page with a large cluster: `python -m tests.browser.measure`. No test: figures depend on the machine.

Each figure is what a reader waits for, in milliseconds, from the input to the first frame after the answer is shown.
"""

import json
import re
import shutil
import sys
import time
from typing import Any

from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Page, sync_playwright

from adapters.embedded.demo_master.server import DemoMaster
from adapters.embedded.demo_master.settings import DemoMasterSettings
from tests.browser.console import Console
from tests.browser.large_cluster import a_large_cluster, the_pod

PATIENCE_MS = 120_000
# Time from a change of the address to the frame in which the selector is there.
GO = """async ([hash, selector]) => {
  const start = performance.now();
  location.hash = hash;
  while (!document.querySelector(selector)) await new Promise(requestAnimationFrame);
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""
TYPE = """async (text) => {
  const box = document.getElementById("search");
  const start = performance.now();
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""
WATCH_LONG_TASKS = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((task) => task.duration)))
    .observe({ type: "longtask", buffered: true });
}"""
PANELS = {
    "pod": ("#/pods/team-001/app-0001-7c9d8f6b5c-00001", "app-0001-7c9d8f6b5c-00001"),
    "config map": ("#/configMaps/team-001/config-0002", "config-0002"),
    "namespace": ("#/namespaces/team-001", "team-001"),
    "service account": ("#/serviceAccounts/team-001/account-0001", "account-0001"),
    "node": ("#/nodes/node-0001", "node-0001"),
    "network policy": ("#/networkPolicies/team-001/policy-1", "policy-1"),
}


def changed(snapshot: dict[str, Any]) -> dict[str, Any]:
    """The snapshot ten seconds later: one pod in a hundred restarted, one more is there."""
    pods = [
        pod | {"status": pod["status"] | {"restarts": 99}} if number % 100 == 0 else pod
        for number, pod in enumerate(snapshot["pods"])
    ]
    return {**snapshot, "pods": [*pods, the_pod(len(pods))]}


def measure(page: Page, console: Console, snapshot: dict[str, Any]) -> dict[str, float]:
    """The figures, in milliseconds but for the heap."""
    figures: dict[str, float] = {}
    start = time.perf_counter()
    page.goto(f"{console.master.console_url}#/pods")
    page.locator(".row").first.wait_for()
    figures["first rows"] = (time.perf_counter() - start) * 1000
    page.evaluate(WATCH_LONG_TASKS)
    page.evaluate(GO, ["#/", ".overview"])
    figures["overview"] = page.evaluate(GO, ["#/", ".overview"])
    for name in ("events", "pods", "deployments", "services", "secrets"):
        figures[f"table of {name}"] = page.evaluate(GO, [f"#/{name}", f".view-{name} .row"])
    page.evaluate(GO, ["#/pods", ".view-pods .row"])
    for text in ("a", "ap", "app-00", "app-000 node-0", ""):
        figures[f"search {text!r}"] = page.evaluate(TYPE, text)
    for name, (hash_, title) in PANELS.items():
        ready = f".panel[data-name='{title}']"
        figures[f"panel of a {name}, first"] = page.evaluate(GO, [hash_, ready])
        page.evaluate(GO, ["#/jobs", ".view-jobs .row"])
        figures[f"panel of a {name}, again"] = page.evaluate(GO, [hash_, ready])
    page.evaluate(GO, ["#/pods", ".view-pods .row"])
    page.wait_for_timeout(5_000)
    page.evaluate("() => { window.longTasks.length = 0; }")
    console.push(changed(snapshot))
    page.locator(".view-count").get_by_text(re.compile("10.001")).wait_for()
    page.wait_for_timeout(1_000)
    tasks = page.evaluate("window.longTasks")
    figures["update, longest block"] = max(tasks, default=0)
    figures["update, all blocks"] = sum(tasks)
    figures["heap in MiB"] = page.evaluate("performance.memory.usedJSHeapSize") / 2**20
    figures["rows in the document"] = page.locator(".row").count()
    return figures


def main() -> None:
    """Print the figures."""
    snapshot = a_large_cluster()
    counted = sum(len(entries) for entries in snapshot.values() if isinstance(entries, list))
    sys.stdout.write(f"{counted} objects, {len(json.dumps(snapshot)) / 2**20:.0f} MiB of JSON\n")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        sys.exit("no Chromium on this machine")
    with start_blocking_portal() as portal, sync_playwright() as playwright:
        master = DemoMaster(DemoMasterSettings(poll_hold_seconds=0.3))
        future, _ = portal.start_task(master.run)
        console = Console(master, future.cancel)
        console.push(snapshot)
        browser = playwright.chromium.launch(executable_path=path, args=["--headless", "--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        for name, figure in measure(page, console, snapshot).items():
            sys.stdout.write(f"{name:36} {figure:8.0f}\n")
        browser.close()
        console.close()


if __name__ == "__main__":
    main()
