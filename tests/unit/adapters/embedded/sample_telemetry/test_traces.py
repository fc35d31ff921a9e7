"""One slot is one trace, the same wherever it is made; its spans hang together."""

from datetime import datetime

from adapters.embedded.sample_telemetry.span_rows import Telemetry
from adapters.embedded.sample_telemetry.traces import Traces
from bootstrap.demo_telemetry import sample_plan

NOW = 1_780_000_000
PLAN = sample_plan(float(NOW))


def some(count: int) -> Telemetry:
    return Traces(PLAN).of(range(NOW // 2, NOW // 2 + count))


def test_the_same_slot_gives_the_same_rows() -> None:
    alone = Traces(PLAN).of([NOW // 2 + 7])
    trace_id = alone.spans[0]["TraceId"]
    assert [span for span in some(10).spans if span["TraceId"] == trace_id] == alone.spans


def test_every_span_but_one_has_a_parent_in_its_trace_that_began_no_later() -> None:
    spans = {span["SpanId"]: span for span in some(200).spans}
    roots = 0
    for span in spans.values():
        if not span["ParentSpanId"]:
            roots += 1
            continue
        parent = spans[span["ParentSpanId"]]
        assert parent["TraceId"] == span["TraceId"]
        assert datetime.fromisoformat(parent["Timestamp"]) <= datetime.fromisoformat(span["Timestamp"])
        if span["SpanKind"] != "Consumer":
            assert parent["Duration"] >= span["Duration"]
    assert roots == 200


def test_servers_answer_the_clients_that_asked_for_them() -> None:
    spans = {span["SpanId"]: span for span in some(200).spans}
    for span in spans.values():
        if span["SpanKind"] == "Server" and span["ParentSpanId"]:
            client = spans[span["ParentSpanId"]]
            assert client["SpanKind"] == "Client"
            assert client["SpanAttributes"]["server.address"] == span["ServiceName"]
            assert (client["StatusCode"] == "Error") == (span["StatusCode"] == "Error")


def test_a_message_is_taken_after_it_was_sent_by_a_service_that_does_nothing_else() -> None:
    spans = {span["SpanId"]: span for span in some(200).spans}
    taken = [span for span in spans.values() if span["SpanKind"] == "Consumer"]
    assert len(taken) == sum(span["SpanKind"] == "Producer" for span in spans.values()) > 50
    for span in taken:
        sent = spans[span["ParentSpanId"]]
        assert (sent["ServiceName"], span["ServiceName"]) == ("checkout", "notifications")
        assert sent["Timestamp"] < span["Timestamp"]
        assert sent["SpanAttributes"]["messaging.destination.name"] == "orders-placed"
    kinds = {span["SpanKind"] for span in spans.values() if span["ServiceName"] == "notifications"}
    assert kinds == {"Consumer", "Client"}


def test_some_fail_and_some_are_slow() -> None:
    telemetry = some(3000)
    roots = [span for span in telemetry.spans if not span["ParentSpanId"]]
    failed = sum(span["StatusCode"] == "Error" for span in roots)
    durations = sorted(span["Duration"] for span in roots)
    assert 0.003 < failed / len(roots) < 0.2
    assert durations[int(0.99 * len(roots))] > 4 * durations[len(roots) // 2]


def test_every_log_line_belongs_to_a_span() -> None:
    telemetry = some(100)
    spans = {(span["TraceId"], span["SpanId"]): span["ServiceName"] for span in telemetry.spans}
    assert telemetry.logs
    assert all(spans[log["TraceId"], log["SpanId"]] == log["ServiceName"] for log in telemetry.logs)
