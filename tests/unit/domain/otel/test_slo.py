"""The summary of service levels."""

from domain.otel.slo import IngressSlo, ServiceSlo, SloSummary, summarize
from tests.support.otel import filled


def test_services_of_ingress_and_mesh_are_classified_and_averaged_without_weights() -> None:
    ingress = (
        filled(IngressSlo, success_percent=99.9, rps=10.0, p99_ms=100.0),
        filled(IngressSlo, success_percent=99.0, rps=1.0, p99_ms=300.0),
    )
    mesh = (
        filled(ServiceSlo, success_percent=98.9, rps=0.5, p99_ms=0.0),
        filled(ServiceSlo, success_percent=100.0, rps=0.0, p99_ms=0.0),
    )
    assert summarize(ingress, mesh) == SloSummary(
        total_services=4,
        healthy_services=2,
        warning_services=1,
        critical_services=1,
        avg_success_percent=(99.9 + 99.0 + 98.9 + 100.0) / 4,
        total_rps=11.5,
        avg_p99_ms=200.0,
    )


def test_no_services_give_zeros_and_no_nan() -> None:
    assert summarize((), ()) == SloSummary(
        total_services=0,
        healthy_services=0,
        warning_services=0,
        critical_services=0,
        avg_success_percent=0.0,
        total_rps=0.0,
        avg_p99_ms=0.0,
    )


def test_a_service_whose_latency_nobody_observed_does_not_pull_the_mean_down() -> None:
    observed = filled(IngressSlo, p99_ms=80.0)
    assert summarize((observed,), (filled(ServiceSlo, p99_ms=0.0),)).avg_p99_ms == 80.0
