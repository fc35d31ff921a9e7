"""The OpenTelemetry SDK: meters for `/metrics` and, when the standard variables ask for it, OTLP export.

Source of the variables: the OpenTelemetry specification ("OpenTelemetry Protocol Exporter", `OTEL_EXPORTER_OTLP_*`);
the SDK reads them itself.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExplicitBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Tracer
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest

from adapters.telemetry.catalogue import Instrument, InstrumentType

Attributes = Mapping[str, str]
GaugeReader = Callable[[], Iterable[tuple[float, Attributes]]]
"""Reads a gauge's values at the moment it is asked."""

_SECONDS_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
_BYTES_BOUNDS: Final = tuple(float(4**power) for power in range(5, 14))
_ENDPOINTS: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
_METRICS_ENDPOINT: Final = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"
_TRACES_ENDPOINT: Final = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"


class Telemetry:
    """Records into every instrument of the catalogue and hands out a tracer."""

    def __init__(self, version: str, environ: Mapping[str, str], extra_readers: Iterable[MetricReader] = ()) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        resource = Resource.create({"service.name": "atlhyper-agent", "service.version": version})
        readers: list[MetricReader] = [
            PrometheusMetricReader(registry=self._registry, scope_info_enabled=False),
            *extra_readers,
        ]
        self.is_exported = bool(environ.get(_ENDPOINTS) or environ.get(_METRICS_ENDPOINT))
        """Whether metrics are sent somewhere, by a thread of the exporter's own."""
        if self.is_exported:
            readers.append(PeriodicExportingMetricReader(OTLPMetricExporter()))
        self._meters = MeterProvider(readers, resource, shutdown_on_exit=False, views=_views())
        self._traces = TracerProvider(resource=resource, shutdown_on_exit=False)
        if environ.get(_ENDPOINTS) or environ.get(_TRACES_ENDPOINT):
            self._traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._meter = self._meters.get_meter("atlhyper.agent", version)
        self.tracer: Tracer = self._traces.get_tracer("atlhyper.agent", version)
        self._counts: dict[Instrument, Counter[tuple[tuple[str, str], ...]]] = {
            instrument: Counter() for instrument in Instrument if instrument.value.type is InstrumentType.COUNTER
        }
        """Counted here and read when somebody asks: a watch event is counted in a microsecond instead of in twenty."""
        self._home = threading.get_ident()
        self._gauges: dict[Instrument, GaugeReader] = {}
        self._sampled: dict[Instrument, list[tuple[float, Attributes]]] = {}
        for instrument, counts in self._counts.items():
            self._count_on_demand(instrument, counts)
        self._histograms = {
            instrument: self._meter.create_histogram(
                instrument.value.name, instrument.value.unit, instrument.value.description
            )
            for instrument in Instrument
            if instrument.value.type is InstrumentType.HISTOGRAM
        }

    def count(self, instrument: Instrument, attributes: Attributes, amount: int = 1) -> None:
        """One more of something, or several."""
        self._counts[instrument][tuple(attributes.items())] += amount

    def record(self, instrument: Instrument, value: float, attributes: Attributes) -> None:
        """A value of a histogram, in the instrument's unit."""
        self._histograms[instrument].record(value, attributes)

    def observe(self, instrument: Instrument, read: GaugeReader) -> None:
        """Read a gauge whenever somebody in this thread asks for the metrics; others get what was sampled last."""
        self._gauges[instrument] = read

        def callback(_: CallbackOptions) -> Iterable[Observation]:
            if threading.get_ident() == self._home:
                self._sampled[instrument] = list(read())
            return [Observation(value, attributes) for value, attributes in self._sampled.get(instrument, ())]

        spec = instrument.value
        self._meter.create_observable_gauge(spec.name, [callback], spec.unit, spec.description)

    def sample(self) -> None:
        """Read every gauge, for those who will ask from other threads; called in the thread that owns the state."""
        self._sampled = {instrument: list(read()) for instrument, read in self._gauges.items()}

    def _count_on_demand(self, instrument: Instrument, counts: Counter[tuple[tuple[str, str], ...]]) -> None:
        def callback(_: CallbackOptions) -> Iterable[Observation]:
            # Copied at once: an exporter asks from a thread of its own.
            return [Observation(number, dict(attributes)) for attributes, number in list(counts.items())]

        spec = instrument.value
        self._meter.create_observable_counter(spec.name, [callback], spec.unit, spec.description)

    def metrics_text(self) -> tuple[str, bytes]:
        """Content type and body for `/metrics`."""
        return CONTENT_TYPE_LATEST, generate_latest(self._registry)

    def shutdown(self, timeout_seconds: float = 2.0) -> None:
        """Send what is left and stop the exporters; blocks, but not for longer than this.

        An exporter whose endpoint is down tries for many seconds. It gets a daemon thread: the end of the process must
        not wait for it.
        """
        thread = threading.Thread(target=self._shutdown, name="telemetry shutdown", daemon=True)
        thread.start()
        thread.join(timeout_seconds)

    def _shutdown(self) -> None:
        self._traces.shutdown()
        self._meters.shutdown()


def _views() -> list[View]:
    return [
        View(
            instrument_name=instrument.value.name,
            aggregation=ExplicitBucketHistogramAggregation(
                _SECONDS_BOUNDS if instrument.value.unit == "s" else _BYTES_BOUNDS
            ),
        )
        for instrument in Instrument
        if instrument.value.type is InstrumentType.HISTOGRAM
    ]
