"""Requests on their way through the shop: spans of all services they reach, and the log lines written meanwhile.

One trace begins in every slot of two seconds: a sample of the traffic that the counters tell of. What happens in a slot
follows from its number alone. Some are slow, some fail; in an incident many do.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from adapters.embedded.sample_telemetry.courses import INCIDENT_SLOWNESS
from adapters.embedded.sample_telemetry.plan import SamplePlan, ServicePlan
from adapters.embedded.sample_telemetry.requests import traffic_of
from adapters.embedded.sample_telemetry.span_rows import Row, Telemetry, text_of

SLOT_SECONDS: Final = 2
_SLOW_SHARE: Final = 0.03
_SLOWNESS: Final = 14.0
_INCIDENT_ERRORS: Final = 0.25
_PASSED_ON_SHARE: Final = 0.7
"""Share of failures that make the caller fail, too."""
_SPREAD: Final = 0.5
_NETWORK_MS: Final = 0.8
_QUEUED_MS: Final = 40.0
_TABLES: Final = {"catalog": "products", "cart": "carts", "orders": "orders"}
_REASONS: Final = ("TimeoutError", "ConnectionResetError", "UpstreamUnavailableError")
_SEVERITIES: Final = {"DEBUG": 5, "INFO": 9, "WARN": 13, "ERROR": 17}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    duration_ms: float
    has_failed: bool


class Traces:
    """Makes the rows of slots."""

    def __init__(self, plan: SamplePlan) -> None:
        self._plan = plan
        self._traffic = traffic_of(plan)

    def of(self, slots: Iterable[int]) -> Telemetry:
        """Rows of these slots; a slot's number is its start in seconds since the epoch, divided by its length."""
        telemetry = Telemetry()
        exposed = self._plan.exposed
        weights = [service.ingress_rps for service in exposed]
        for slot in slots:
            chance = random.Random(f"{self._plan.seed}:{slot}")  # noqa: S311 - a simulation, no secret
            at = datetime.fromtimestamp(slot * SLOT_SECONDS, UTC) + timedelta(
                milliseconds=chance.randrange(SLOT_SECONDS * 1000)
            )
            root = chance.choices(exposed, weights)[0]
            slowness = _SLOWNESS if chance.random() < _SLOW_SHARE else 1.0
            trace = _Trace(self, telemetry, chance, f"{chance.getrandbits(128):032x}", slowness)
            trace.serve(root, chance.choice(root.operations), at, parent="")
        return telemetry

    def is_incident(self, service: ServicePlan, at: datetime) -> bool:
        """Whether the service is in trouble."""
        return self._traffic[service.name].is_incident(at.timestamp())

    @property
    def plan(self) -> SamplePlan:
        """What it is about."""
        return self._plan


class _Trace:
    """One request."""

    def __init__(
        self, traces: Traces, telemetry: Telemetry, chance: random.Random, trace_id: str, slowness: float
    ) -> None:
        self._traces = traces
        self._plan = traces.plan
        self._telemetry = telemetry
        self._chance = chance
        self._trace_id = trace_id
        self._slowness = slowness

    def serve(self, service: ServicePlan, operation: str, at: datetime, *, parent: str) -> _Outcome:
        """A service answers a request, and asks others for it."""
        chance, span_id = self._chance, self._new_id()
        trouble = self._traces.is_incident(service, at)
        own_ms = service.median_ms * chance.lognormvariate(0.0, _SPREAD) * self._slowness
        own_ms *= INCIDENT_SLOWNESS if trouble else 1.0
        has_failed = chance.random() < (_INCIDENT_ERRORS if trouble else service.error_ratio)
        reason = chance.choice(_REASONS) if has_failed else ""
        message = f"{service.name} did not answer in time" if has_failed else ""
        spent_ms = own_ms * 0.3
        for name in service.calls:
            if chance.random() >= self._plan.call_share:
                continue
            called = self._call(service, self._plan.service(name), at + timedelta(milliseconds=spent_ms), span_id)
            spent_ms += called.duration_ms
            if called.has_failed and not has_failed and chance.random() < _PASSED_ON_SHARE:
                has_failed, reason, message = True, "UpstreamUnavailableError", f"{name} answered 500"
        if service.database:
            spent_ms += self._ask_database(service, operation, at + timedelta(milliseconds=spent_ms), span_id, own_ms)
        if service.external:
            spent_ms += self._ask_outside(service, at + timedelta(milliseconds=spent_ms), span_id, own_ms, has_failed)
        if service.publishes:
            spent_ms += self._publish(service, at + timedelta(milliseconds=spent_ms), span_id)
        duration_ms = spent_ms + own_ms * 0.3
        method, _, route = operation.partition(" ")
        code = "500" if has_failed else "200"
        attributes = {
            "http.request.method": method,
            "http.response.status_code": code,
            "http.route": route,
            "url.path": route.replace("{id}", str(chance.randrange(100, 999))),
            "url.scheme": "http",
        }
        failed_at = at + timedelta(milliseconds=duration_ms * 0.9)
        self._span(
            service, operation, "Server", at, duration_ms, attributes, span_id, parent,
            failure=(failed_at, reason, message) if has_failed else None,
        )  # fmt: skip
        self._tell(service, operation, at, duration_ms, span_id, message, code)
        return _Outcome(duration_ms=duration_ms, has_failed=has_failed)

    def _call(self, caller: ServicePlan, called: ServicePlan, at: datetime, parent: str) -> _Outcome:
        span_id, operation = self._new_id(), self._chance.choice(called.operations)
        outcome = self.serve(called, operation, at + timedelta(milliseconds=_NETWORK_MS / 2), parent=span_id)
        method = operation.partition(" ")[0]
        attributes = {
            "http.request.method": method,
            "http.response.status_code": "500" if outcome.has_failed else "200",
            "server.address": called.name,
            "server.port": "8080",
        }
        duration_ms = outcome.duration_ms + _NETWORK_MS
        failure = (at, "", "HTTP 500") if outcome.has_failed else None
        self._span(caller, method, "Client", at, duration_ms, attributes, span_id, parent, failure=failure)
        return _Outcome(duration_ms=duration_ms, has_failed=outcome.has_failed)

    def _ask_database(self, service: ServicePlan, operation: str, at: datetime, parent: str, own_ms: float) -> float:
        system, _, name = service.database.partition(":")
        table = _TABLES.get(service.name, service.name)
        writes = operation.startswith(("POST", "PUT"))
        if system == "redis":
            verb, text = ("SET", f"SET {table}:? ?") if writes else ("GET", f"GET {table}:?")
        elif writes:
            verb, text = "INSERT", f"INSERT INTO {table} VALUES (?, ?, ?)"  # noqa: S608 - a text to show
        else:
            verb, text = "SELECT", f"SELECT * FROM {table} WHERE id = ?"  # noqa: S608 - as above
        attributes = {
            "db.collection.name": table,
            "db.namespace": name,
            "db.operation.name": verb,
            "db.query.text": text,
            "db.system.name": system,
            "server.address": f"{system}.data",
        }
        duration_ms = own_ms * 0.4
        self._span(service, f"{verb} {table}", "Client", at, duration_ms, attributes, self._new_id(), parent)
        return duration_ms

    def _ask_outside(self, service: ServicePlan, at: datetime, parent: str, own_ms: float, has_failed: bool) -> float:  # noqa: FBT001 - what happened to it
        attributes = {
            "http.request.method": "POST",
            "http.response.status_code": "504" if has_failed else "200",
            "server.address": service.external,
            "url.full": f"https://{service.external}/v1/charges",
        }
        failure = (at, "TimeoutError", f"{service.external} did not answer in time") if has_failed else None
        duration_ms = own_ms * 0.8
        self._span(service, "POST", "Client", at, duration_ms, attributes, self._new_id(), parent, failure=failure)
        return duration_ms

    def _publish(self, service: ServicePlan, at: datetime, parent: str) -> float:
        """Leave a message in a queue, which others take some time later; nobody waits for them."""
        span_id, duration_ms = self._new_id(), 2.0
        system, _, queue = service.publishes.partition(":")
        about = {"messaging.destination.name": queue, "messaging.system": system}
        attributes = {**about, "messaging.operation.type": "send", "server.address": f"{system}.data"}
        self._span(service, f"send {queue}", "Producer", at, duration_ms, attributes, span_id, parent)
        for consumer in self._plan.consumers(service.publishes):
            taken_at = at + timedelta(milliseconds=duration_ms + self._chance.uniform(1.0, 2 * _QUEUED_MS))
            self._consume(consumer, queue, taken_at, {**about, "messaging.operation.type": "process"}, span_id)
        return duration_ms

    def _consume(self, service: ServicePlan, queue: str, at: datetime, attributes: dict[str, str], parent: str) -> None:
        span_id, operation = self._new_id(), f"process {queue}"
        own_ms = service.median_ms * self._chance.lognormvariate(0.0, _SPREAD)
        has_failed = self._chance.random() < service.error_ratio
        reason, message = ("DNSError", f"lookup {service.external}: no such host") if has_failed else ("", "")
        spent_ms = own_ms * 0.3
        if service.external:
            spent_ms += self._ask_outside(service, at + timedelta(milliseconds=spent_ms), span_id, own_ms, has_failed)
        duration_ms = spent_ms + own_ms * 0.3
        failed_at = at + timedelta(milliseconds=duration_ms * 0.9)
        self._span(
            service, operation, "Consumer", at, duration_ms, attributes, span_id, parent,
            failure=(failed_at, reason, message) if has_failed else None,
        )  # fmt: skip
        self._tell(service, operation, at, duration_ms, span_id, message, "failed" if has_failed else "done")

    def _span(
        self,
        service: ServicePlan,
        name: str,
        kind: str,
        at: datetime,
        duration_ms: float,
        attributes: dict[str, str],
        span_id: str,
        parent: str,
        *,
        failure: tuple[datetime, str, str] | None = None,
    ) -> None:
        row: Row = {
            "Timestamp": text_of(at),
            "TraceId": self._trace_id,
            "SpanId": span_id,
            "ParentSpanId": parent,
            "SpanName": name,
            "SpanKind": kind,
            "ServiceName": service.name,
            "ResourceAttributes": self._resource(service),
            "ScopeName": f"{service.namespace}.{service.name}",
            "SpanAttributes": attributes,
            "Duration": round(duration_ms * 1e6),
            "StatusCode": "Unset",
        }
        if failure is not None:
            failed_at, reason, message = failure
            row |= {"StatusCode": "Error", "StatusMessage": message}
            if reason:
                row |= {
                    "Events.Timestamp": [text_of(failed_at)],
                    "Events.Name": ["exception"],
                    "Events.Attributes": [{"exception.message": message, "exception.type": reason}],
                }
        self._telemetry.spans.append(row)

    def _tell(
        self,
        service: ServicePlan,
        operation: str,
        at: datetime,
        duration_ms: float,
        span_id: str,
        message: str,
        code: str,
    ) -> None:
        """Write what a service logs about a request."""
        end = at + timedelta(milliseconds=duration_ms)
        self._log(service, "INFO", f"{operation} {code} in {duration_ms:.1f} ms", end, span_id, code)
        if self._chance.random() < 0.2:  # noqa: PLR2004 - one in five
            self._log(service, "DEBUG", f"cache miss for {operation.partition(' ')[2]}", at, span_id, code)
        if message:
            self._log(service, "ERROR", f"{operation} failed: {message}", end, span_id, code)
        elif duration_ms > service.median_ms * INCIDENT_SLOWNESS * 2:
            self._log(service, "WARN", f"slow request: {operation} took {duration_ms:.0f} ms", end, span_id, code)

    def _log(self, service: ServicePlan, severity: str, body: str, at: datetime, span_id: str, code: str) -> None:
        self._telemetry.logs.append(
            {
                "Timestamp": text_of(at),
                "TraceId": self._trace_id,
                "SpanId": span_id,
                "TraceFlags": 1,
                "SeverityText": severity,
                "SeverityNumber": _SEVERITIES[severity],
                "ServiceName": service.name,
                "Body": body,
                "ScopeName": f"{service.namespace}.{service.name}",
                "ResourceAttributes": self._resource(service),
                "LogAttributes": {"http.response.status_code": code} if code.isdecimal() else {},
            }
        )

    def _resource(self, service: ServicePlan) -> dict[str, str]:
        return {
            "deployment.environment.name": self._plan.environment,
            "k8s.namespace.name": service.namespace,
            "service.name": service.name,
            "service.namespace": service.namespace,
        }

    def _new_id(self) -> str:
        return f"{self._chance.getrandbits(64):016x}"
