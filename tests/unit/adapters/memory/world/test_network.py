"""Endpoints: which pods are behind a Service, on which port, since when."""

from adapters.memory.world.declarations import external_service, port, service, service_without_pods
from adapters.memory.world.network import follow_pods, new_service, selects, view_slice
from adapters.memory.world.owned import SimService
from adapters.memory.world.parts import container, plan
from adapters.memory.world.state import Stage
from tests.unit.adapters.memory.world.builders import Bench, a_workload

NAME = "app.kubernetes.io/name"
WEB = service("shop", "web", "10.96.0.9", port("http", 80, "http"), port("raw", 9000))


def a_bench() -> tuple[Bench, SimService]:
    app = plan(container("app", "example/app:1", port=8080), 1, 1)
    bench = Bench(a_workload(labels={NAME: "web"}, containers=(app,), replicas=2))
    followed = new_service(bench.world, WEB)
    follow_pods(bench.world, followed)
    return bench, followed


def test_a_port_goes_by_number_or_by_the_name_that_containers_give_it() -> None:
    _, followed = a_bench()
    assert [(one.name, one.port) for one in view_slice(followed).ports] == [("http", 8080), ("raw", 9000)]


def test_endpoints_are_the_pods_with_an_address_and_those_that_end_are_not_ready() -> None:
    bench, followed = a_bench()
    assert [one.ready for one in followed.endpoints] == [True, True]
    pod = bench.pods()[0]
    pod.stage = Stage.TERMINATING
    bench.world.touch(pod)
    follow_pods(bench.world, followed)
    assert [one.ready for one in followed.endpoints] == [False, True]
    bench.world.remove(pod)
    bench.pods()[0].address = ""
    bench.world.touch(bench.pods()[0])
    follow_pods(bench.world, followed)
    assert (followed.endpoints, followed.ports) == ((), ())


def test_a_slice_says_when_it_last_changed_and_is_left_alone_otherwise() -> None:
    bench, followed = a_bench()
    before, changed_at = followed.endpoints, followed.changed_at
    bench.pass_seconds(5)
    bench.world.touch(bench.pods()[0])
    follow_pods(bench.world, followed)
    assert followed.endpoints is before
    assert followed.changed_at == changed_at
    assert not followed.needs_look


def test_a_service_selects_by_all_its_labels_in_its_own_namespace() -> None:
    bench, _ = a_bench()
    assert selects(WEB, bench.workload())
    assert not selects(service("data", "web", "10.96.0.9"), bench.workload())
    assert not selects(service("shop", "api", "10.96.0.9"), bench.workload())
    assert not selects(service_without_pods("shop", "web", "10.96.0.9"), bench.workload())


def test_services_wear_their_badges() -> None:
    found = {
        "LB": service("shop", "a", "10.96.0.1", type_="LoadBalancer", load_balancer="10.0.0.9"),
        "NodePort": service("shop", "a", "10.96.0.1", type_="NodePort"),
        "Headless": service("shop", "a", "None"),
        "ExternalName": external_service("shop", "a", "a.example"),
    }
    assert {badge: one.summary.badges for badge, one in found.items()} == {badge: (badge,) for badge in found}
    assert found["LB"].network.load_balancer_ingress == ("10.0.0.9",)
    assert WEB.summary.badges == ()
