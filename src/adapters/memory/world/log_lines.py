"""What the programs of the simulated cluster write: lines that look like those of the real ones.

A pure function of a container and of time: whoever reads the same log twice reads the same lines, and nothing has to be
kept. Every container writes one line in each of its periods, at a moment of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Final


@dataclass(frozen=True, slots=True)
class Voice:
    """How a program writes."""

    frame: str
    """What is around each text, with `{moment}`, `{level}` and so on, and `{text}` itself."""
    texts: tuple[str, ...]
    period_seconds: float = 5.0
    start: str = "started"
    """What it writes first."""


_APP: Final = '{{"ts":"{moment}","level":"{level}","msg":"{text}","trace_id":"{trace}","duration_ms":{ms}}}'
_GO: Final = 'time={moment} level={level} msg="{text}"'
_KLOG: Final = "I{klog} {n:>7} {text}"

_VOICES: Final = {
    "web": Voice(_APP, ("GET / 200", "GET /products/{n} 200", "GET /cart 200", "GET /static/app.js 304"), 2.0),
    "api": Voice(_APP, ("GET /v1/products 200", "GET /v1/products/{n} 200", "POST /v1/cart/items 201"), 2.0),
    "catalog": Voice(_APP, ("listed {n} products", "cache hit for product {n}", "cache miss for product {n}"), 3.0),
    "cart": Voice(_APP, ("item {n} added", "cart {n} read", "cart {n} expired"), 4.0),
    "checkout": Voice(_APP, ("order {n} placed", "payment of order {n} requested", "stock of {n} items reserved"), 6.0),
    "payments": Voice(_APP, ("payment {n} authorised", "payment {n} captured", "provider answered in {ms} ms"), 6.0),
    "orders": Voice(_APP, ("order {n} accepted", "order {n} shipped", "event order.placed published"), 6.0),
    "notifications": Voice(_GO, ("connecting to mail.example:587", "loading templates"), 2.0, "notifications 1.7.0"),
    "postgres": Voice(
        "{moment} UTC [{n}] LOG:  {text}",
        (
            "checkpoint starting: time",
            "checkpoint complete: wrote {n} buffers",
            "automatic vacuum of table shop.orders",
        ),
        20.0,
        "database system is ready to accept connections",
    ),
    "redis": Voice(
        "1:M {moment} * {text}",
        ("{n} changes in 60 seconds. Saving...", "Background saving started by pid {n}", "DB saved on disk"),
        20.0,
        "Ready to accept connections tcp",
    ),
    "clickhouse": Voice(
        "{moment} [ {n} ] {{{trace}}} <Information> {text}",
        ("executeQuery: Read {n} rows in {ms} ms", "MergeTreeBackgroundExecutor: merged {n} parts"),
        4.0,
        "Application: Ready for connections.",
    ),
    "coredns": Voice("[INFO] {text}", ("10.42.0.{ms}:{n} - NOERROR {ms}us", "10.42.1.{ms}:{n} - NXDOMAIN {ms}us"), 3.0),
    "traefik": Voice(
        '10.0.0.{ms} - - [{moment}] "{text}" 200 {n} "shop@kubernetes" {ms}ms',
        ("GET / HTTP/2.0", "GET /api/v1/products HTTP/2.0", "POST /api/v1/cart HTTP/2.0"),
        2.0,
    ),
    "linkerd-proxy": Voice(
        "[{ms}.{n}s]  INFO ThreadId(01) {text}",
        ("outbound: linkerd_app_core::serve: connection closed", "inbound: linkerd_app_core::serve: connection closed"),
        15.0,
        "linkerd2_proxy: release 2.304.0",
    ),
    "backup": Voice(
        _GO, ("dumped {n} rows of shop.orders", "uploaded part {n}"), 4.0, "backup of database shop begins"
    ),
}
_KUBE: Final = Voice(_KLOG, ("reflector.go:436] caches populated", "trace.go:236] call took {ms}ms"), 12.0)
_OTHER: Final = Voice(_GO, ("handled request {n} in {ms} ms", "cache refreshed", "health check passed"), 5.0)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line and when it was written, UTC."""

    moment: datetime
    text: str


def lines_back(container: str, uid: str, start_at: datetime, end_at: datetime, last: str = "") -> Iterator[LogLine]:
    """The lines of one run of a container, newest first.

    Args:
        container: whose.
        uid: what tells its pod from others: two replicas do not write the same.
        start_at: when the run began.
        end_at: when it ended, or now.
        last: what it wrote when it ended; empty: nothing.
    """
    voice = voice_of(container)
    if last:
        yield LogLine(end_at, last)
    slot = int(end_at.timestamp() // voice.period_seconds)
    while True:
        chance = Random(f"{uid}:{container}:{slot}")  # noqa: S311 - a simulation, no secret
        moment = datetime.fromtimestamp((slot + chance.random()) * voice.period_seconds, UTC)
        if moment <= start_at:
            break
        if moment < end_at:
            yield LogLine(moment, _line(voice, moment, chance))
        slot -= 1
    yield LogLine(start_at, _line(voice, start_at, Random(f"{uid}:{container}"), voice.start))  # noqa: S311 - as above


def voice_of(container: str) -> Voice:
    """How a container writes, by its name."""
    return _VOICES.get(container, _KUBE if container.startswith("kube-") or container == "etcd" else _OTHER)


def _line(voice: Voice, moment: datetime, chance: Random, text: str = "") -> str:
    words = {"n": chance.randint(1, 9999), "ms": chance.randint(1, 240)}
    return voice.frame.format(
        moment=moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z",
        klog=f"{moment:%m%d %H:%M:%S.%f}",
        level="warn" if not text and chance.random() < 0.05 else "info",  # noqa: PLR2004 - one line in twenty
        trace=f"{chance.getrandbits(128):032x}",
        text=(text or chance.choice(voice.texts)).format(**words),
        **words,
    )
