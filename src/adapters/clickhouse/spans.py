"""One span of a trace, out of its row: attributes under their new names or their old ones.

Kind and status are told in the old spelling, which pages compare with. Source: wire contract 3.1 and 3.2.
"""

from collections.abc import Mapping
from typing import Final

from adapters.clickhouse.rounding import ms_of_nanos
from adapters.clickhouse.runner import Row
from adapters.clickhouse.traces import moment_of
from domain.otel.answers import Span, SpanDb, SpanError, SpanEvent, SpanHttp, SpanResource

_EXCEPTION: Final = "exception"


def span_of(row: Row, trace_id: str) -> Span:
    """The span of a row of `list_trace_spans`."""
    attributes: Mapping[str, str] = row["attributes"]
    events = tuple(
        SpanEvent(timestamp=moment_of(nanos // 1000), name=name, attributes=dict(about))
        for nanos, name, about in zip(row["event_ns"], row["event_names"], row["event_attributes"], strict=True)
    )
    return Span(
        timestamp=moment_of(row["at_ns"] // 1000),
        trace_id=trace_id,
        span_id=row["span_id"],
        parent_span_id=row["parent_span_id"],
        span_name=row["span_name"],
        span_kind=_old_text("SPAN_KIND_", row["span_kind"]),
        service_name=row["service_name"],
        duration_nanos=row["duration_ns"],
        duration_ms=ms_of_nanos(row["duration_ns"]),
        status_code=_old_text("STATUS_CODE_", row["status_code"]),
        status_message=row["status_message"],
        http=_http(attributes),
        db=_db(attributes),
        resource=_resource(row["resource"]),
        events=events,
        error=_error(events),
    )


def _old_text(prefix: str, text: str) -> str:
    return text if text.startswith(prefix) else f"{prefix}{text.upper() or 'UNSPECIFIED'}"


def _first(attributes: Mapping[str, str], *names: str) -> str:
    """The first of these attributes that is there."""
    return next((attributes[name] for name in names if attributes.get(name)), "")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - what 32 bits hold


def _http(attributes: Mapping[str, str]) -> SpanHttp | None:
    method = _first(attributes, "http.request.method", "http.method")
    status = _number(_first(attributes, "http.response.status_code", "http.status_code"))
    if not method and not status:
        return None
    return SpanHttp(
        method=method,
        route=_first(attributes, "http.route"),
        url=_first(attributes, "url.full", "http.url", "url.path", "http.target"),
        status_code=status,
        server=_first(attributes, "server.address", "net.peer.name", "net.host.name"),
        server_port=_number(_first(attributes, "server.port", "net.peer.port", "net.host.port")),
    )


def _db(attributes: Mapping[str, str]) -> SpanDb | None:
    system = _first(attributes, "db.system.name", "db.system")
    if not system:
        return None
    return SpanDb(
        system=system,
        name=_first(attributes, "db.namespace", "db.name"),
        operation=_first(attributes, "db.operation.name", "db.operation"),
        table=_first(attributes, "db.collection.name", "db.sql.table"),
        statement=_first(attributes, "db.query.text", "db.statement"),
    )


def _resource(attributes: Mapping[str, str]) -> SpanResource:
    return SpanResource(
        service_version=_first(attributes, "service.version"),
        instance_id=_first(attributes, "service.instance.id"),
        pod_name=_first(attributes, "k8s.pod.name"),
        node_name=_first(attributes, "k8s.node.name"),
        deployment_name=_first(attributes, "k8s.deployment.name"),
        namespace_name=_first(attributes, "k8s.namespace.name"),
        cluster_name=_first(attributes, "k8s.cluster.name", "cluster.name"),
    )


def _error(events: tuple[SpanEvent, ...]) -> SpanError | None:
    for event in events:
        if event.name == _EXCEPTION:
            return SpanError(
                type=event.attributes.get("exception.type", ""),
                message=event.attributes.get("exception.message", ""),
                stacktrace=event.attributes.get("exception.stacktrace", ""),
            )
    return None
