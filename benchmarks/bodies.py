"""What the Master received: judged against the schema, and how old its news were."""

import gzip
from collections.abc import Sequence

import msgspec
from recording_master import Body
from synthetic_churn import STAMP

from adapters.embedded.demo_master.judge import RefusedBodyError, judge_snapshot


class _Summary(msgspec.Struct):
    name: str = ""


class _Pod(msgspec.Struct):
    summary: _Summary
    annotations: dict[str, str] = {}


class _Event(msgspec.Struct):
    type: str = ""


class _Snapshot(msgspec.Struct):
    pods: list[_Pod] = []
    events: list[_Event] = []


_SNAPSHOT = msgspec.json.Decoder(_Snapshot)
_ANY = msgspec.json.Decoder()


def plain(body: Body) -> bytes:
    """The JSON text."""
    return gzip.decompress(body.data)


def judge(bodies: Sequence[Body], *, most: int) -> str:
    """Judge bodies as the demo Master does: all, or the first, the last and evenly some between; says how many.

    Judging one of 50 MiB takes longer than making it.
    """
    step = max(1, -(-len(bodies) // most))
    chosen = sorted({*range(0, len(bodies), step), len(bodies) - 1})
    for number in chosen:
        try:
            judge_snapshot(plain(bodies[number]))
        except RefusedBodyError as error:
            raise SystemExit(f"the demo Master refuses body {number}: {error}") from error
    return f"{len(chosen)} of {len(bodies)} bodies judged by the demo Master's schema and accepted"


class Staleness:
    """How old changes of pods are when the Master has them: from the API server's write to the body's last byte."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}
        self.seconds: list[float] = []

    def look(self, body: Body, *, counts: bool = True) -> None:
        """Compare with the snapshot before."""
        for pod in _SNAPSHOT.decode(plain(body)).pods:
            stamp = pod.annotations.get(STAMP)
            if stamp and self._seen.get(pod.summary.name) != stamp:
                self._seen[pod.summary.name] = stamp
                if counts:
                    self.seconds.append(body.received_at - float(stamp))

    def percentile(self, percent: float) -> float:
        """In seconds; NaN without any change."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else float("nan")


def lists_of(body: Body) -> dict[str, int]:
    """How many objects each list of the envelope has."""
    whole = _ANY.decode(plain(body))
    return {name: len(value) for name, value in whole.items() if isinstance(value, list)}


def events_of(body: Body) -> tuple[int, int]:
    """How many events there are, and how many of them are Warnings."""
    events = _SNAPSHOT.decode(plain(body)).events
    return len(events), sum(event.type == "Warning" for event in events)
