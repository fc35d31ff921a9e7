"""SQL that makes spans and log records inside the server: nothing but statements crosses the network.

Every value is a function of the row's number, so equal arguments give equal rows. In it on purpose: keys of maps in an
order of their own in every row (collector 0.96), a service that only consumes, databases, a cache, a queue and hosts
outside, consumers that end after their caller, durations with a long tail, errors with exceptions, and `%` and `_` in
log bodies.
"""

from collections.abc import Iterator
from typing import Final

MAP: Final = "Map(LowCardinality(String), String)"
NS: Final = 1_000_000_000
SPANS_PER_SECOND: Final = 100
LOGS_PER_SECOND: Final = 40
_ROWS_PER_INSERT: Final = 400_000

Span = tuple[int, str, str, str, float, float, dict[str, str]]
"""Parent (index, -1 for none), service, kind, name, start and length as shares of the route's duration, attributes."""


def _served(parent: int, service: str, path: str, start: float, length: float) -> Span:
    attributes = {"http.request.method": "POST", "http.route": path, "url.path": path, "url.scheme": "http"}
    return (parent, service, "SERVER", f"POST {path}", start, length, attributes)


def _asked(parent: int, service: str, host: str, path: str, start: float, length: float) -> Span:
    attributes = {"http.request.method": "POST", "url.full": f"http://{host}:8080{path}", "server.address": host}
    return (parent, service, "CLIENT", "POST", start, length, attributes)


def _stored(parent: int, service: str, table: str, start: float, length: float) -> Span:
    attributes = {
        "db.system": "mysql",
        "db.name": "shop",
        "db.operation": "SELECT",
        "db.sql.table": table,
        "db.statement": f"SELECT * FROM {table} WHERE id = ?",
        "server.address": "db.example",
    }
    return (parent, service, "CLIENT", f"SELECT shop.{table}", start, length, attributes)


def _cached(parent: int, service: str, start: float, length: float) -> Span:
    return (parent, service, "CLIENT", "GET", start, length, {"db.system": "redis", "db.operation": "GET"})


def _queued(parent: int, service: str, kind: str, start: float, length: float) -> Span:
    attributes = {"messaging.system": "kafka", "messaging.destination.name": "orders"}
    return (parent, service, kind, "orders", start, length, attributes)


ROUTES: Final[tuple[tuple[Span, ...], ...]] = (
    (
        _served(-1, "gateway", "/api/history", 0, 1),
        _asked(0, "gateway", "auth", "/verify", 0.02, 0.1),
        _served(1, "auth", "/verify", 0.04, 0.05),
        _cached(2, "auth", 0.045, 0.02),
        _asked(0, "gateway", "history", "/list", 0.15, 0.4),
        _served(4, "history", "/list", 0.17, 0.36),
        _stored(5, "history", "history", 0.2, 0.1),
        _stored(5, "history", "history", 0.32, 0.08),
        _asked(0, "gateway", "media", "/fetch", 0.6, 0.35),
        _served(8, "media", "/fetch", 0.62, 0.3),
        _stored(9, "media", "films", 0.65, 0.05),
        _stored(9, "media", "shows", 0.7, 0.05),
    ),
    (
        _served(-1, "gateway", "/api/order", 0, 1),
        _asked(0, "gateway", "order", "/orders", 0.05, 0.9),
        _served(1, "order", "/orders", 0.06, 0.88),
        _asked(2, "order", "payment", "/charge", 0.35, 0.4),
        _served(3, "payment", "/charge", 0.36, 0.38),
        _asked(4, "payment", "cards.example", "/charges", 0.4, 0.3),
        _queued(2, "order", "PRODUCER", 0.8, 0.02),
        _queued(6, "notification", "CONSUMER", 1.1, 0.3),
        _asked(7, "notification", "mail.example", "/send", 1.15, 0.2),
    ),
    (
        _served(-1, "gateway", "/api/search", 0, 1),
        _asked(0, "gateway", "search", "/query", 0.05, 0.9),
        _served(1, "search", "/query", 0.07, 0.86),
    ),
    (_served(-1, "media", "/health", 0, 1),),
)
_MEAN_SPANS: Final = sum(map(len, ROUTES)) / len(ROUTES)


def route_table() -> Iterator[str]:
    """The routes as a table that rows are joined with."""
    yield (
        "CREATE TABLE routes (route UInt8, place UInt8, parent Int8, service String, kind String, name String, "
        f"start Float64, length Float64, labels {MAP}) ENGINE = Memory"
    )
    rows = ", ".join(
        f"({route}, {place}, {parent}, '{service}', '{kind}', '{name}', {start}, {length}, {labels})"
        for route, spans in enumerate(ROUTES)
        for place, (parent, service, kind, name, start, length, labels) in enumerate(spans)
    )
    yield f"INSERT INTO routes VALUES {rows}"


def spans(start_s: int, seconds: int) -> Iterator[str]:
    """Statements that insert the spans of so many seconds."""
    traces = round(seconds * SPANS_PER_SECOND / _MEAN_SPANS)
    for first, count in slices(traces, round(_ROWS_PER_INSERT / _MEAN_SPANS)):
        yield f"""INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName,
            ResourceAttributes, SpanAttributes, Duration, StatusCode, StatusMessage, Events.Timestamp, Events.Name,
            Events.Attributes)
        WITH cityHash64(trace, place, 7) AS h, kind = 'SERVER' AND h % 1000 < 8 AS failed,
          fromUnixTimestamp64Nano(at_ns + toInt64(start * took_ns)) AS at
        SELECT at, {_trace_id("trace")}, {_id("trace", "place")}, if(parent < 0, '', {_id("trace", "parent")}), name,
          concat('SPAN_KIND_', kind), service, {shuffled(_resource("service"), "h")},
          {shuffled(f"mapUpdate(labels, {_status_label()})", "h")},
          greatest(1000, toInt64(length * took_ns * (0.8 + h % 400 / 1000))),
          if(failed, 'STATUS_CODE_ERROR', 'STATUS_CODE_UNSET'), if(failed, 'failed', ''), if(failed, [at], []),
          if(failed, ['exception'], []), if(failed, [CAST(map('exception.type', 'TimeoutError'), '{MAP}')], [])
        FROM (SELECT number AS trace, toUInt8(cityHash64(number, 1) % {len(ROUTES)}) AS route,
                toInt64({start_s * NS} + number * ({seconds * NS} / {traces})) AS at_ns,
                exp(17.2 + 0.7 * sqrt(-2 * log((cityHash64(number, 2) % 1000000 + 1) / 1000001))
                           * cos(6.283185307 * (cityHash64(number, 3) % 1000000) / 1000000))
                  * if(cityHash64(number, 4) % 200 = 0, 25, 1) AS took_ns
              FROM numbers({first}, {count})) AS traces
        INNER JOIN routes USING (route)"""


def logs(start_s: int, seconds: int) -> Iterator[str]:
    """Statements that insert the log records of so many seconds, linked to the traces."""
    total = seconds * LOGS_PER_SECOND
    traces = round(seconds * SPANS_PER_SECOND / _MEAN_SPANS)
    for first, count in slices(total, _ROWS_PER_INSERT):
        yield f"""INSERT INTO otel_logs (Timestamp, TraceId, SpanId, SeverityText, SeverityNumber, ServiceName, Body,
            ResourceAttributes, ScopeName, LogAttributes)
        WITH cityHash64(number, 11) AS h, intDiv(number * {traces}, {total}) AS trace,
          ['gateway', 'auth', 'history', 'media', 'order', 'payment'][h % 6 + 1] AS service,
          multiIf(h % 1000 < 8, 'ERROR', h % 1000 < 38, 'WARN', h % 1000 < 130, 'DEBUG', 'INFO') AS level
        SELECT fromUnixTimestamp64Nano(toInt64({start_s * NS} + number * ({seconds * NS} / {total}))),
          {_trace_id("trace")}, {_id("trace", 0)}, level,
          transform(level, ['DEBUG', 'INFO', 'WARN', 'ERROR'], [5, 9, 13, 17], 9), service,
          multiIf(level = 'ERROR', concat('call to ', service, ' failed: timeout after ', toString(h % 30000), 'ms'),
                  level = 'WARN', concat('disk usage ', toString(60 + h % 40), '% on /var_lib for user_',
                    toString(h % 5000)),
                  concat('response POST /api/history in ', toString(h % 400), 'ms, user_id=', toString(h % 9000))),
          {shuffled(_resource("service"), "h")},
          concat('shop.', service, if(h % 3 = 0, '.Filter', '.Handler')), map('thread.name', concat('worker-',
            toString(h % 20)))
        FROM numbers({first}, {count})"""


def slices(total: int, size: int) -> Iterator[tuple[int, int]]:
    """`total` rows cut into (first, count), one insert each."""
    for first in range(0, total, size):
        yield first, min(size, total - first)


def shuffled(expression: str, salt: str) -> str:
    """A map with its keys in an order that differs from row to row, as collector 0.96 writes them."""
    return f"CAST(mapSort((k, v) -> cityHash64(k, {salt}), {expression}), '{MAP}')"


def _status_label() -> str:
    status = "'http.response.status_code', toString(multiIf(failed, 500, h % 50 = 0, 404, 200))"
    return f"if(kind = 'SERVER', CAST(map({status}), '{MAP}'), CAST(map('thread.id', toString(h % 200)), '{MAP}'))"


def _resource(service: str) -> str:
    return (
        f"map('service.name', {service}, 'service.namespace', 'shop', 'deployment.environment', 'production', "
        f"'k8s.namespace.name', 'shop', 'k8s.pod.name', concat({service}, '-', toString(h % 2)), "
        "'host.name', concat('node-', toString(h % 6)), 'os.type', 'linux', 'process.runtime.name', 'OpenJDK', "
        "'process.command_args', '[\"java\",\"-jar\",\"/app/app.jar\"]', 'telemetry.sdk.language', 'java')"
    )


def _id(*parts: object) -> str:
    return f"leftPad(lower(hex(cityHash64({', '.join(map(str, parts))}, 5))), 16, '0')"


def _trace_id(trace: str) -> str:
    return f"concat({_id(trace, 21)}, {_id(trace, 22)})"
